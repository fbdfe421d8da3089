//go:build !linux && !darwin

package limits

import "math"

// addressSpace is what the user allows a process.
func addressSpace() float64 { return math.Inf(1) }
