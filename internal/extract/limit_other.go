//go:build !linux

package extract

// limitMemory does nothing: only Linux bounds the memory of another process.
func limitMemory(int, uint64) error { return nil }
