//go:build !amd64 || purego

package gemm

// There is no kernel here. These are variables so that they read as where there
// is one.
var (
	kernel64  *kernel[float64]
	kernel32  *kernel[float32]
	kernels64 []*kernel[float64]
	kernels32 []*kernel[float32]
)
