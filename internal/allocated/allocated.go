// Package allocated counts the memory that something takes, for tests that a
// file which lies about its size is found out before it is believed.
package allocated

import "runtime"

// Bytes is how many bytes are allocated while f runs, by all goroutines, freed or
// not.
func Bytes(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
