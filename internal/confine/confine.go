// Package confine bounds what other programs may take.
package confine

// Limits are what a process may take; 0 is no limit.
type Limits struct {
	Memory   int64 // bytes of its address space
	FileSize int64 // bytes of each file it writes
}
