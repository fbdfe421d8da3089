package openblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Float64 is gonum's BLAS for float64, with large level-3 calls sent to the
// library. Arguments, results and panics are those of
// [gonum.Implementation]. Any number of goroutines may call it.
type Float64 struct {
	gonum.Implementation
	lib *library
}

var _ blas.Float64 = Float64{}

func (f Float64) native() native[float64] { return native[float64]{f.lib, &f.lib.d} }

// Dgemm sets C = alpha·op(A)·op(B) + beta·C.
func (f Float64) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64,
	c []float64, ldc int) {
	if !f.native().gemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		f.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Dsymm sets C = alpha·A·B + beta·C or C = alpha·B·A + beta·C for symmetric A.
func (f Float64) Dsymm(s blas.Side, ul blas.Uplo, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64,
	c []float64, ldc int) {
	if !f.native().symm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc) {
		f.Implementation.Dsymm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Dsyrk sets C = alpha·A·Aᵀ + beta·C or C = alpha·Aᵀ·A + beta·C in one triangle.
func (f Float64) Dsyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float64, a []float64, lda int, beta float64, c []float64, ldc int) {
	if !f.native().syrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc) {
		f.Implementation.Dsyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
	}
}

// Dsyr2k sets C = alpha·(A·Bᵀ + B·Aᵀ) + beta·C, or the same of the
// transposes, in one triangle.
func (f Float64) Dsyr2k(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int,
	beta float64, c []float64, ldc int) {
	if !f.native().syr2k(ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		f.Implementation.Dsyr2k(ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Dtrmm sets B = alpha·op(A)·B or B = alpha·B·op(A) for triangular A.
func (f Float64) Dtrmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int,
	b []float64, ldb int) {
	if !f.native().trmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb) {
		f.Implementation.Dtrmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}

// Dtrsm solves op(A)·X = alpha·B or X·op(A) = alpha·B for triangular A, in B.
func (f Float64) Dtrsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int,
	b []float64, ldb int) {
	if !f.native().trsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb) {
		f.Implementation.Dtrsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}
