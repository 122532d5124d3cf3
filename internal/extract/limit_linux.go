package extract

import "golang.org/x/sys/unix"

// limitMemory bounds the address space of a process, in bytes.
func limitMemory(pid int, most uint64) error {
	return unix.Prlimit(pid, unix.RLIMIT_AS, &unix.Rlimit{Cur: most, Max: most}, nil)
}
