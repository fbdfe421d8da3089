//go:build !amd64 || purego

package elementwise

// available is a variable so that it reads as where there are loops in
// assembly.
var available = false

func tanh32(_, _ *float32, _ int, _ *float32) float64         { panic(missing) }
func tanh64(_, _ *float64, _ int, _ *float64) float64         { panic(missing) }
func linear32(_, _ *float32, _ int, _ *float32) float64       { panic(missing) }
func linear64(_, _ *float64, _ int, _ *float64) float64       { panic(missing) }
func exponential32(_, _ *float32, _ int, _ *float32) float64  { panic(missing) }
func exponential64(_, _ *float64, _ int, _ *float64) float64  { panic(missing) }
func gelu32(_, _ *float32, _ int, _ *float32) float64         { panic(missing) }
func gelu64(_, _ *float64, _ int, _ *float64) float64         { panic(missing) }
func squares32(*float32, int) float64                         { panic(missing) }
func squares64(*float64, int) float64                         { panic(missing) }
func multiply32(_, _, _ *float32, _ int) float64              { panic(missing) }
func multiply64(_, _, _ *float64, _ int) float64              { panic(missing) }
func descend32(_, _, _ *float32, _ int, _, _ float32) float64 { panic(missing) }
func descend64(_, _, _ *float64, _ int, _, _ float64) float64 { panic(missing) }

const missing = "elementwise: no loops in assembly for this processor"
