package gemm

import (
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Float64 is gonum's implementation with a faster Dgemm. Any number of
// goroutines may call it.
type Float64 struct{ gonum.Implementation }

var _ blas.Float64 = Float64{}

// worthwhile is the number of multiplications from which packing pays.
const worthwhile = 32 * 32 * 32

// buffers64 and buffers32 hold packed blocks between calls.
var (
	buffers64 = sync.Pool{New: func() any { return new([]float64) }}
	buffers32 = sync.Pool{New: func() any { return new([]float32) }}
)

// Dgemm sets C = alpha·op(A)·op(B) + beta·C, where op(A) is m×k and op(B) is
// k×n. It panics as gonum's does. With beta = 0, C need not be set.
func (f Float64) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64,
	c []float64, ldc int) {
	left, okA := operand(tA, m, k, a, lda)
	right, okB := operand(tB, k, n, b, ldb)
	result, okC := operand(blas.NoTrans, m, n, c, ldc)
	if kernel64 == nil || !okA || !okB || !okC || alpha == 0 || float64(m)*float64(n)*float64(k) < worthwhile {
		f.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	result.scale(beta)
	multiply(kernel64, &buffers64, alpha, left, right, result)
}
