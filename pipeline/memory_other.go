//go:build !unix

package pipeline

import "runtime"

// peakMemory is what the Go runtime got from the operating system, in bytes.
func peakMemory() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
