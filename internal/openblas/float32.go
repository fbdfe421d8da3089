package openblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Float32 is gonum's BLAS for float32, with large level-3 calls sent to the
// library. Arguments, results and panics are those of
// [gonum.Implementation]. Any number of goroutines may call it.
type Float32 struct {
	gonum.Implementation
	lib *library
}

var _ blas.Float32 = Float32{}

func (f Float32) native() native[float32] { return native[float32]{f.lib, &f.lib.s} }

// Sgemm sets C = alpha·op(A)·op(B) + beta·C.
func (f Float32) Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32,
	c []float32, ldc int) {
	if !f.native().gemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		f.Implementation.Sgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Ssymm sets C = alpha·A·B + beta·C or C = alpha·B·A + beta·C for symmetric A.
func (f Float32) Ssymm(s blas.Side, ul blas.Uplo, m, n int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32,
	c []float32, ldc int) {
	if !f.native().symm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc) {
		f.Implementation.Ssymm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Ssyrk sets C = alpha·A·Aᵀ + beta·C or C = alpha·Aᵀ·A + beta·C in one triangle.
func (f Float32) Ssyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float32, a []float32, lda int, beta float32, c []float32, ldc int) {
	if !f.native().syrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc) {
		f.Implementation.Ssyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
	}
}

// Ssyr2k sets C = alpha·(A·Bᵀ + B·Aᵀ) + beta·C, or the same of the
// transposes, in one triangle.
func (f Float32) Ssyr2k(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int,
	beta float32, c []float32, ldc int) {
	if !f.native().syr2k(ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc) {
		f.Implementation.Ssyr2k(ul, tA, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
}

// Strmm sets B = alpha·op(A)·B or B = alpha·B·op(A) for triangular A.
func (f Float32) Strmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32, a []float32, lda int,
	b []float32, ldb int) {
	if !f.native().trmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb) {
		f.Implementation.Strmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}

// Strsm solves op(A)·X = alpha·B or X·op(A) = alpha·B for triangular A, in B.
func (f Float32) Strsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float32, a []float32, lda int,
	b []float32, ldb int) {
	if !f.native().trsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb) {
		f.Implementation.Strsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	}
}
