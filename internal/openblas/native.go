package openblas

import "gonum.org/v1/gonum/blas"

// worthwhile is the number of multiplications from which a call to the
// library is faster than gonum: a foreign call costs nearly a microsecond.
// BenchmarkGemm shows where the two cross.
const worthwhile = 16 * 16 * 16

// native sends calls to the library. Each method reports whether it did; if
// not, nothing has happened, and gonum must do the work or refuse the
// arguments. Left to gonum are small problems, arguments that it refuses,
// dimensions beyond the library's integers, and alpha = 0, where the two
// differ in what they do with a NaN.
type native[T float32 | float64] struct {
	lib *library
	r   *routines[T]
}

// matrix is a rows×cols matrix in row-major storage.
type matrix[T float32 | float64] struct {
	rows, cols int
	data       []T
	stride     int
}

// usable reports whether the storage holds the matrix, which is not empty.
func (m matrix[T]) usable() bool {
	return m.rows > 0 && m.cols > 0 && m.stride >= m.cols && len(m.data) >= (m.rows-1)*m.stride+m.cols
}

// transposedIf swaps the dimensions of a matrix that a call uses transposed.
func (m matrix[T]) transposedIf(t blas.Transpose) matrix[T] {
	if t != blas.NoTrans {
		m.rows, m.cols = m.cols, m.rows
	}
	return m
}

// takes reports whether a call of this many multiplications on these operands
// belongs in the library.
func (nt native[T]) takes(work float64, alpha T, operands ...matrix[T]) bool {
	if work < worthwhile || alpha == 0 {
		return false
	}
	for _, m := range operands {
		if !m.usable() || !nt.lib.fits(m.rows, m.cols, m.stride) {
			return false
		}
	}
	return true
}

// product is the number of multiplications of m×k by k×n. It is 0 if a
// dimension is negative.
func product(m, n, k int) float64 {
	if m < 0 || n < 0 || k < 0 {
		return 0
	}
	return float64(m) * float64(n) * float64(k)
}

// order is the order of the square matrix that multiplies an m×n matrix from
// that side.
func order(s blas.Side, m, n int) int {
	if s == blas.Left {
		return m
	}
	return n
}

func (nt native[T]) gemm(tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) bool {
	transA, okA := transposeCode(tA)
	transB, okB := transposeCode(tB)
	if !okA || !okB || !nt.takes(product(m, n, k), alpha,
		matrix[T]{m, k, a, lda}.transposedIf(tA),
		matrix[T]{k, n, b, ldb}.transposedIf(tB),
		matrix[T]{m, n, c, ldc}) {
		return false
	}
	nt.lib.enter()
	defer nt.lib.leave()
	nt.r.gemm(rowMajor, transA, transB, m, n, k, alpha, &a[0], lda, &b[0], ldb, beta, &c[0], ldc)
	return true
}

func (nt native[T]) symm(s blas.Side, ul blas.Uplo, m, n int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) bool {
	side, okS := sideCode(s)
	uplo, okU := uploCode(ul)
	k := order(s, m, n)
	if !okS || !okU || !nt.takes(product(m, n, k), alpha, matrix[T]{k, k, a, lda}, matrix[T]{m, n, b, ldb}, matrix[T]{m, n, c, ldc}) {
		return false
	}
	nt.lib.enter()
	defer nt.lib.leave()
	nt.r.symm(rowMajor, side, uplo, m, n, alpha, &a[0], lda, &b[0], ldb, beta, &c[0], ldc)
	return true
}

func (nt native[T]) syrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int) bool {
	uplo, okU := uploCode(ul)
	trans, okT := transposeCode(tA)
	if !okU || !okT || !nt.takes(product(n, n, k)/2, alpha, matrix[T]{n, k, a, lda}.transposedIf(tA), matrix[T]{n, n, c, ldc}) {
		return false
	}
	nt.lib.enter()
	defer nt.lib.leave()
	nt.r.syrk(rowMajor, uplo, trans, n, k, alpha, &a[0], lda, beta, &c[0], ldc)
	return true
}

func (nt native[T]) syr2k(ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) bool {
	uplo, okU := uploCode(ul)
	trans, okT := transposeCode(tA)
	if !okU || !okT || !nt.takes(product(n, n, k), alpha,
		matrix[T]{n, k, a, lda}.transposedIf(tA),
		matrix[T]{n, k, b, ldb}.transposedIf(tA),
		matrix[T]{n, n, c, ldc}) {
		return false
	}
	nt.lib.enter()
	defer nt.lib.leave()
	nt.r.syr2k(rowMajor, uplo, trans, n, k, alpha, &a[0], lda, &b[0], ldb, beta, &c[0], ldc)
	return true
}

func (nt native[T]) trmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T,
	ldb int) bool {
	return nt.triangular(nt.r.trmm, s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
}

func (nt native[T]) trsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T,
	ldb int) bool {
	return nt.triangular(nt.r.trsm, s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
}

func (nt native[T]) triangular(call func(order, side, uplo, trans, diag, m, n int, alpha T, a *T, lda int, b *T, ldb int),
	s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int) bool {
	side, okS := sideCode(s)
	uplo, okU := uploCode(ul)
	trans, okT := transposeCode(tA)
	diag, okD := diagCode(d)
	k := order(s, m, n)
	if !okS || !okU || !okT || !okD || !nt.takes(product(m, n, k)/2, alpha, matrix[T]{k, k, a, lda}, matrix[T]{m, n, b, ldb}) {
		return false
	}
	nt.lib.enter()
	defer nt.lib.leave()
	call(rowMajor, side, uplo, trans, diag, m, n, alpha, &a[0], lda, &b[0], ldb)
	return true
}
