//go:build !purego

package elementwise

import "golang.org/x/sys/cpu"

// available is a variable for the tests.
var available = cpu.X86.HasAVX2 && cpu.X86.HasFMA

// The loops take a number of elements that is a positive multiple of the
// register. tanh, linear, exponential and gelu set x = φ(h), replace h by φ′(h)
// and return Σx²; the others are Squares, Multiply and Descend.

//go:noescape
func tanh32(x, h *float32, n int, table *float32) (sum float64)

//go:noescape
func tanh64(x, h *float64, n int, table *float64) (sum float64)

//go:noescape
func linear32(x, h *float32, n int, table *float32) (sum float64)

//go:noescape
func linear64(x, h *float64, n int, table *float64) (sum float64)

//go:noescape
func exponential32(x, h *float32, n int, table *float32) (sum float64)

//go:noescape
func exponential64(x, h *float64, n int, table *float64) (sum float64)

//go:noescape
func gelu32(x, h *float32, n int, table *float32) (sum float64)

//go:noescape
func gelu64(x, h *float64, n int, table *float64) (sum float64)

//go:noescape
func squares32(x *float32, n int) (sum float64)

//go:noescape
func squares64(x *float64, n int) (sum float64)

//go:noescape
func multiply32(dst, y, s *float32, n int) (sum float64)

//go:noescape
func multiply64(dst, y, s *float64, n int) (sum float64)

//go:noescape
func descend32(w, v, grad *float32, n int, rate, momentum float32) (sum float64)

//go:noescape
func descend64(w, v, grad *float64, n int, rate, momentum float64) (sum float64)
