//go:build !linux

package mailbox

// limitProgram does nothing where a process cannot be limited from outside.
func limitProgram(int, int64) {}
