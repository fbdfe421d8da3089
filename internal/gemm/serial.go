package gemm

import (
	"gonum.org/v1/gonum/blas"
)

// Serial multiplies matrices on one processor with memory of its own: for
// programs whose goroutines each multiply their part. It must not be used by
// two goroutines at once. Once it has seen the largest product it does not
// allocate.
type Serial[T number] struct {
	kernel *kernel[T]
	work   []T
	packed []T
}

// NewSerial returns nil where there is no kernel for this processor.
func NewSerial[T number]() *Serial[T] {
	k := kernelFor[T]()
	if k == nil {
		return nil
	}
	return &Serial[T]{kernel: k}
}

// Product sets C = op(A)·op(B) + beta·C for row-major matrices; op(A) is m×k
// and op(B) is k×n. The matrices must be as large as that.
func (s *Serial[T]) Product(tA, tB blas.Transpose, m, n, k int, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	left, okA := operand(tA, m, k, a, lda)
	right, okB := operand(tB, k, n, b, ldb)
	result, okC := operand(blas.NoTrans, m, n, c, ldc)
	if !okA || !okB || !okC {
		panic("gemm: an operand is empty or shorter than its dimensions")
	}
	result.scale(beta)
	s.multiply(left, right, result)
}

// multiply adds A·B to C.
func (s *Serial[T]) multiply(a, b, c matrix[T]) {
	k := s.kernel
	for j := 0; j < b.cols; j += k.width {
		width := min(k.width, b.cols-j)
		for p := 0; p < a.cols; p += k.depth {
			deep := min(k.depth, a.cols-p)
			s.packed = grow(s.packed, deep*roundUp(width, k.cols))
			block := b.part(p, j, deep, width)
			for at := 0; at < width; at += k.cols {
				k.packB(s.packed[at*deep:], block, at)
			}
			for i := 0; i < a.rows; i += k.height {
				rows := min(k.height, a.rows-i)
				s.work = grow(s.work, roundUp(rows, k.rows)*deep+k.rows*k.cols)
				k.addBlock(1, a.part(i, p, rows, deep), s.work, s.packed, c.part(i, j, rows, width))
			}
		}
	}
}

func grow[T number](b []T, length int) []T {
	if len(b) < length {
		return make([]T, length)
	}
	return b
}
