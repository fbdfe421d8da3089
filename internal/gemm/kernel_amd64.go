//go:build !purego

package gemm

import "golang.org/x/sys/cpu"

var (
	kernel64, kernels64 = choose(
		&kernel[float64]{rows: 12, cols: 16, depth: 256, height: 192, width: 2048, run: product12x16, transpose: transpose64},
		&kernel[float64]{rows: 6, cols: 8, depth: 256, height: 96, width: 2048, run: product6x8, transpose: transpose64})
	kernel32, kernels32 = choose(
		&kernel[float32]{rows: 12, cols: 32, depth: 512, height: 192, width: 4096, run: product12x32, transpose: transpose32},
		&kernel[float32]{rows: 6, cols: 16, depth: 256, height: 192, width: 4096, run: product6x16, transpose: transpose32})
)

// choose lists the kernels that this processor can run, of one in AVX-512 and one
// in AVX2 and FMA, and takes the first.
func choose[T number](avx512, avx2 *kernel[T]) (best *kernel[T], all []*kernel[T]) {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return nil, nil
	}
	all = []*kernel[T]{avx2}
	if cpu.X86.HasAVX512F {
		all = []*kernel[T]{avx512, avx2}
	}
	return all[0], all
}

// See kernel.run and kernel.transpose.

//go:noescape
func product12x16(k int, a, b, c *float64, stride, keep int)

//go:noescape
func product6x8(k int, a, b, c *float64, stride, keep int)

//go:noescape
func product12x32(k int, a, b, c *float32, stride, keep int)

//go:noescape
func product6x16(k int, a, b, c *float32, stride, keep int)

//go:noescape
func transpose64(blocks int, dst *float64, dstStride int, src *float64, srcStride int)

//go:noescape
func transpose32(blocks int, dst *float32, dstStride int, src *float32, srcStride int)
