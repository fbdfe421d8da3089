package gemm

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Float32 is gonum's implementation with a faster Sgemm. Any number of
// goroutines may call it.
type Float32 struct{ gonum.Implementation }

var _ blas.Float32 = Float32{}

// Sgemm sets C = alpha·op(A)·op(B) + beta·C, where op(A) is m×k and op(B) is
// k×n. It panics as gonum's does. With beta = 0, C need not be set.
func (f Float32) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32,
	c []float32, ldc int) {
	left, okA := operand(tA, m, k, a, lda)
	right, okB := operand(tB, k, n, b, ldb)
	result, okC := operand(blas.NoTrans, m, n, c, ldc)
	if kernel32 == nil || !okA || !okB || !okC || alpha == 0 || float64(m)*float64(n)*float64(k) < worthwhile {
		f.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	result.scale(beta)
	multiply(kernel32, &buffers32, alpha, left, right, result)
}
