//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// ignoreFileSize makes a file that may not grow an error of its write, where it
// would end the process.
func ignoreFileSize() { signal.Ignore(syscall.SIGXFSZ) }
