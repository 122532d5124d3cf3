package confine

import (
	"errors"

	"golang.org/x/sys/unix"
)

// Process bounds a process that was started, and has it leave no core. With an
// error some of it is not bounded.
func Process(pid int, l Limits) error {
	set := func(resource int, most uint64) error {
		return unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil)
	}
	errs := []error{set(unix.RLIMIT_CORE, 0)}
	if l.Memory > 0 {
		errs = append(errs, set(unix.RLIMIT_AS, uint64(l.Memory)))
	}
	if l.FileSize > 0 {
		errs = append(errs, set(unix.RLIMIT_FSIZE, uint64(l.FileSize)))
	}
	return errors.Join(errs...)
}
