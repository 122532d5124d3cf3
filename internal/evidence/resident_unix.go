//go:build unix

package evidence

import (
	"os"
	"runtime"
	"syscall"
)

// resident returns the most memory that was resident, in bytes.
func resident(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" { // counts bytes
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10
}
