package evidence

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Machine says in one line what is measured on, when, and how busy it is.
func Machine() string {
	kernel, _ := exec.Command("uname", "-sr").Output() // left out where there is none
	return fmt.Sprintf("%s · %d cores · %s memory · %s · %s · %s · load %s",
		field("/proc/cpuinfo", "model name", runtime.GOARCH), runtime.NumCPU(), memory(),
		strings.TrimSpace(string(kernel)), runtime.Version(), time.Now().UTC().Format("2006-01-02 15:04 UTC"), Load())
}

// Load returns how many processes wanted to run in the last minute, "unknown"
// where the system does not tell.
func Load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	load, _, _ := strings.Cut(string(text), " ")
	return load
}

// memory returns the size of main memory.
func memory() string {
	kilobytes, err := strconv.ParseInt(strings.TrimSuffix(field("/proc/meminfo", "MemTotal", ""), " kB"), 10, 64)
	if err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%.1f GiB", float64(kilobytes)/(1<<20))
}

// field returns the first value of a "name : value" file.
func field(path, name, otherwise string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return otherwise
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return otherwise
}
