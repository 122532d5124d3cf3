//go:build failpoint

package ingest

import (
	"os"
	"strconv"
	"syscall"
)

// commits are counted by the run, publications by the goroutine beside it.
var commits, publications int

// afterCommit kills the process, without any cleaning up, behind as many
// commits as SKEIN_FAILPOINT says.
func afterCommit() error { return fail("SKEIN_FAILPOINT", &commits) }

// atPublish does so where a publication begins or has ended, as many times on
// as SKEIN_FAILPOINT_PUBLISH says.
func atPublish() error { return fail("SKEIN_FAILPOINT_PUBLISH", &publications) }

func fail(name string, passed *int) error {
	*passed++
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n == *passed {
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	return nil
}
