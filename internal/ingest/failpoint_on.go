//go:build failpoint

package ingest

import (
	"os"
	"strconv"
	"syscall"
)

var commits int

// afterCommit kills the process, without any cleaning up, behind as many
// commits as SKEIN_FAILPOINT says.
func afterCommit() error {
	commits++
	if n, err := strconv.Atoi(os.Getenv("SKEIN_FAILPOINT")); err == nil && n == commits {
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	return nil
}
