//go:build unix

package pipeline

import (
	"runtime"
	"syscall"
)

// peakMemory is the most memory that the process held at once, in bytes, as the operating system counts it.
func peakMemory() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) * 1024
}
