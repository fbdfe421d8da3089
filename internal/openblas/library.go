package openblas

import "math"

// library is a bound OpenBLAS.
type library struct {
	gate
	path              string
	config            string
	anchor            uintptr // the address of one of its functions
	maxInt            int     // the largest dimension its integers hold
	setLibraryThreads func(n int)
	d                 routines[float64]
	s                 routines[float32]
}

// routines are the level-3 routines of the C interface for one type of
// number. Integers and enumerations are passed as 64-bit values, of which a
// library with 32-bit integers reads the lower half; maxInt keeps them in
// range.
type routines[T float32 | float64] struct {
	gemm  func(order, transA, transB, m, n, k int, alpha T, a *T, lda int, b *T, ldb int, beta T, c *T, ldc int)
	symm  func(order, side, uplo, m, n int, alpha T, a *T, lda int, b *T, ldb int, beta T, c *T, ldc int)
	syrk  func(order, uplo, trans, n, k int, alpha T, a *T, lda int, beta T, c *T, ldc int)
	syr2k func(order, uplo, trans, n, k int, alpha T, a *T, lda int, b *T, ldb int, beta T, c *T, ldc int)
	trmm  func(order, side, uplo, trans, diag, m, n int, alpha T, a *T, lda int, b *T, ldb int)
	trsm  func(order, side, uplo, trans, diag, m, n int, alpha T, a *T, lda int, b *T, ldb int)
}

func (l *library) setThreads(n, cores int) int {
	return l.gate.set(n, cores, l.setLibraryThreads)
}

func (l *library) threadCount() int { return l.gate.count() }

// fits reports whether the library's integers hold all of these.
func (l *library) fits(dims ...int) bool {
	for _, d := range dims {
		if d > l.maxInt {
			return false
		}
	}
	return true
}

// integerLimit is the largest integer of a library that says this of itself.
func integerLimit(wide bool) int {
	if wide {
		return math.MaxInt
	}
	return math.MaxInt32
}
