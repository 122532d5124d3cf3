package evidence

import (
	"os/exec"
	"time"
)

// Usage is what a call of a program took.
type Usage struct {
	Wall time.Duration
	CPU  time.Duration // user and system
	RSS  int64         // bytes, the most that was resident; 0 where the system does not tell
}

// Measure runs a command and returns what it took and what it printed. The
// system counts the memory of the process that starts a command as the
// command's own until the program is replaced, so the caller has to stay
// small.
func Measure(cmd *exec.Cmd) (Usage, []byte, error) {
	started := time.Now()
	out, err := Output(cmd)
	u := Usage{Wall: time.Since(started)}
	if state := cmd.ProcessState; state != nil {
		u.CPU = state.UserTime() + state.SystemTime()
		u.RSS = resident(state)
	}
	return u, out, err
}
