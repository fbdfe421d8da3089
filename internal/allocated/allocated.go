// Package allocated counts the memory that something takes, for tests that a
// file which lies about its size is found out before it is believed.
package allocated

import (
	"runtime"
	"runtime/metrics"
)

// Bytes is how many bytes are allocated while f runs, by all goroutines, freed or
// not.
func Bytes(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Roughly is Bytes, but for small objects that the runtime has not counted yet: some
// kilobytes. It takes a microsecond, and stops nothing.
func Roughly(f func()) uint64 {
	before := total()
	f()
	return total() - before
}

func total() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
