package mailbox

import "golang.org/x/sys/unix"

// maxProgramMemory is the address space another program may take, in bytes.
const maxProgramMemory = 4 << 30

// limitProgram bounds the memory of a program that was started and the size of
// each file it writes, and has it leave no core. A kernel that refuses leaves
// the other limits.
func limitProgram(pid int, fileSize int64) {
	for resource, most := range map[int]uint64{
		unix.RLIMIT_AS: maxProgramMemory, unix.RLIMIT_FSIZE: uint64(max(0, fileSize)), unix.RLIMIT_CORE: 0,
	} {
		_ = unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil)
	}
}
