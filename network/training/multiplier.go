package training

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// A multiplier multiplies matrices for one worker, in row-major storage.
type multiplier[T real] interface {
	// product sets C = op(A)·op(B) + beta·C, where op transposes if told; op(A) is
	// m×k, op(B) is k×n, and ld are the strides of the matrices as stored.
	product(transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)
}

func newMultiplier[T real]() multiplier[T] {
	var m any
	switch any(*new(T)).(type) {
	case float64:
		m = &registered64{blas64.Implementation()}
	default:
		m = &registered32{blas32.Implementation()}
	}
	return m.(multiplier[T])
}

// registered64 is the BLAS that is registered with gonum.
type registered64 struct{ blas.Float64 }

func (r *registered64) product(transA, transB bool, m, n, k int, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	r.Dgemm(transpose(transA), transpose(transB), m, n, k, 1, a, lda, b, ldb, beta, c, ldc)
}

type registered32 struct{ blas.Float32 }

func (r *registered32) product(transA, transB bool, m, n, k int, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	r.Sgemm(transpose(transA), transpose(transB), m, n, k, 1, a, lda, b, ldb, beta, c, ldc)
}

func transpose(t bool) blas.Transpose {
	if t {
		return blas.Trans
	}
	return blas.NoTrans
}
