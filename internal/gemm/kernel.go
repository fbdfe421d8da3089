package gemm

// A kernel multiplies packed panels in registers. The product is cut so that
// a rows×depth panel of A stays in the first level of cache, a height×depth
// block of A in the second, and depth×width of B in the third.
type kernel[T number] struct {
	rows, cols           int // of the tile of C that is held in registers
	depth, height, width int
	// run adds the product of a packed rows×k panel a and a packed k×cols
	// panel b to the tile c with the given stride, or replaces it when keep is
	// 0.
	run func(k int, a, b, c *T, stride, keep int)
	// transpose sets dst[j·dstStride + i] = src[i·srcStride + j] for i < 4 and
	// j < 4·blocks.
	transpose func(blocks int, dst *T, dstStride int, src *T, srcStride int)
}

// kernelFor is the best kernel of this processor, nil where there is none.
func kernelFor[T number]() *kernel[T] {
	var k any = kernel32
	if _, ok := any(T(0)).(float64); ok {
		k = kernel64
	}
	return k.(*kernel[T])
}
