//go:build !amd64 || purego

package gemm

// available is a variable so that it reads as where there is a kernel.
var available = false

func kernel(int, *float64, *float64, *float64, int) { panic("gemm: no kernel for this processor") }
