package vector

import "math"

// block is how many elements the loops in Go work on at a time, a multiple of the
// lanes.
const block = 64

// What the loops in Go use as the instructions of processors.

// larger is a where a > b, and b else, also for NaN.
func larger(a, b float64) float64 {
	if a > b {
		return a
	}
	return b
}

// smaller is a where a < b, and b else, also for NaN.
func smaller(a, b float64) float64 {
	if a < b {
		return a
	}
	return b
}

// less has all bits set where a < b, and none else.
func less(a, b float64) uint64 {
	var m uint64
	if a < b {
		m = 1
	}
	return -m
}

// isNaN has all bits set where a is NaN, and none else.
func isNaN(a float64) uint64 {
	var m uint64
	if a != a {
		m = 1
	}
	return -m
}

// choose is yes where m has all bits, and no where it has none.
func choose(m uint64, yes, no float64) float64 {
	return math.Float64frombits(math.Float64bits(yes)&m | math.Float64bits(no)&^m)
}
