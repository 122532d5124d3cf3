package evidence

import (
	"os"
	"testing"
	"time"
)

func TestProcess(t *testing.T) {
	// Wall time gives no CPU time on a busy machine, so it is waited for.
	u := Process(os.Getpid())
	for started := time.Now(); u.CPU < 50*time.Millisecond && time.Since(started) < 30*time.Second; {
		u = Process(os.Getpid())
	}
	if u.CPU < 50*time.Millisecond || u.CPU > time.Hour || u.RSS < 1<<20 {
		t.Errorf("busy until there is CPU time: got %+v, want 50 ms and 1 MB at least", u)
	}
	if u := Process(-1); u != (Usage{}) {
		t.Errorf("no process: got %+v, want nothing", u)
	}
}
