// Package limits says how large may be what somebody asks for, on a command line
// or in a file, and whether this machine has the memory for it.
package limits

import (
	"fmt"
	"math"
)

// The largest numbers that are accepted, wherever they come from. Beyond them is
// nothing that anybody waits for: they keep a slip of the finger, and a file that
// was made to do harm, from asking for terabytes or years. Most of what is allowed
// is still far too much for most machines, which [Fit] says.
const (
	Depth         = 1_000_000               // layers of simulated networks, and of files of weights
	TrainedDepth  = 100_000                 // layers of networks in training
	Width         = 1 << 26                 // neurons of a simulated layer: half a gigabyte for each vector
	ExplicitWidth = 1 << 13                 // rows of a weight matrix: half a gigabyte
	TrainedWidth  = 1 << 16                 // neurons of a layer in training
	Inputs        = 1 << 24                 // numbers in a row of data
	Classes       = 1 << 16                 // of a row of data
	Rows          = 1 << 28                 // of a set of data, and of a batch
	Epochs        = 1_000_000_000           // passes over a set of data
	Steps         = min(1<<50, math.MaxInt) // of training, of which an epoch has fewer than Rows
	Trials        = 10_000_000              // networks of one kind, and other random objects
	Work          = min(1<<50, math.MaxInt) // neurons times layers
	Sizes         = 1000                    // widths in a sweep
	Functions     = 1000                    // activations in a sweep or an experiment
	Workers       = 4096                    // goroutines that compute
)

// Whole says what is wrong with a whole number that should be from lo to hi.
func Whole(name string, value, lo, hi int) error {
	if value < lo || value > hi {
		return fmt.Errorf("%s %d; want %d to %d", name, value, lo, hi)
	}
	return nil
}

// A MemoryError says that something takes more memory than there is.
type MemoryError struct {
	What       string  // takes it
	Need, Have float64 // bytes
	Want       string  // what would fit
}

// Error is one line.
func (e *MemoryError) Error() string { return e.What + " " + e.Problem() + "; want " + e.Want }

// Problem is what is wrong, without what it is about.
func (e *MemoryError) Problem() string {
	return fmt.Sprintf("takes %s of memory, and this machine has %s", Bytes(e.Need), Bytes(e.Have))
}

// Fit says whether something that takes need bytes fits into the memory of this
// machine. It is a *MemoryError if not, and nil where that is not known.
func Fit(what string, need float64, want string) error {
	have := Memory()
	if need <= have {
		return nil
	}
	return &MemoryError{what, need, have, want}
}

// Largest is the largest n from 1 to most, at least 1, for which need(n) bytes
// fit into the memory of this machine; need rises with n.
func Largest(most int, need func(n int) float64) int {
	have, lo := Memory(), 1
	for lo < most {
		middle := lo + (most-lo+1)/2
		if need(middle) <= have {
			lo = middle
		} else {
			most = middle - 1
		}
	}
	return lo
}

// Bytes writes a size for people.
func Bytes(n float64) string {
	unit := 0
	for ; n >= 999.5 && unit < len(units)-1; unit++ {
		n /= 1000
	}
	return fmt.Sprintf("%.3g %s", n, units[unit])
}

var units = []string{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"}
