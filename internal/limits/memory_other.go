//go:build !darwin

package limits

import "math"

// builtIn is what the machine has, where it is not in a file.
func builtIn() float64 { return math.Inf(1) }
