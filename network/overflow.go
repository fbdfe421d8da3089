package network

import "fmt"

// An OverflowError says at which layer a norm left the range of float64: the
// network explodes.
type OverflowError struct {
	Vector string  // "x" or "d"
	Layer  int     // 1 … Depth
	Depth  int     // L
	Norm   float64 // the squared norm: +Inf or NaN
}

// Error names the layer.
func (e *OverflowError) Error() string {
	return fmt.Sprintf("‖%s‖² is %v at layer %d of %d; want an activation that does not explode", e.Vector, e.Norm, e.Layer, e.Depth)
}
