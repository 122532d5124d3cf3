package evidence

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Process returns what a running process took so far: its CPU time, and the
// most memory that was resident; zero where the system does not tell.
func Process(pid int) Usage {
	folder := fmt.Sprintf("/proc/%d/", pid)
	stat, err := os.ReadFile(folder + "stat")
	if err != nil {
		return Usage{}
	}
	// Fields are counted behind the name, which may hold blanks and brackets.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var u Usage
	if len(fields) > 12 {
		user, _ := strconv.ParseInt(fields[11], 10, 64) // 0 when it is no number, which it always is
		system, _ := strconv.ParseInt(fields[12], 10, 64)
		u.CPU = time.Duration(user+system) * time.Second / userHZ
	}
	kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(field(folder+"status", "VmHWM", ""), " kB"), 10, 64)
	u.RSS = kilobytes << 10
	return u
}

// userHZ is in what parts of a second Linux tells CPU time, on every platform
// that Go runs on.
const userHZ = 100
