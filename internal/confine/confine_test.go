//go:build linux

package confine

import (
	"os/exec"
	"strings"
	"testing"
)

// TestProcess bounds a shell that waits for its input before it tells its
// limits.
func TestProcess(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "read go; ulimit -v; ulimit -f; ulimit -c")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := Process(cmd.Process.Pid, Limits{Memory: 256 << 20, FileSize: 1 << 20}); err != nil {
		t.Error(err)
	}
	if _, err := in.Write([]byte("go\n")); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	// In kilobytes, in blocks of 512 bytes, in blocks again.
	if got := strings.Fields(out.String()); len(got) != 3 || got[0] != "262144" || got[1] != "2048" && got[1] != "1024" || got[2] != "0" {
		t.Errorf("got limits %q", got)
	}
	if err := Process(1<<30, Limits{}); err == nil {
		t.Error("a process that is not there: got no error")
	}
}
