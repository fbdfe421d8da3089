package gemm

import (
	"unsafe"

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
	next   ahead[T]
}

// Ahead says what memory will be wanted after the next product, during which it is
// fetched into the caches. What would take the place of the product's own operands
// in the second level is not.
func (s *Serial[T]) Ahead(next []T) {
	s.next.rest = nil
	if len(next)*int(unsafe.Sizeof(T(0))) <= mostAhead {
		s.next.rest = next
	}
}

// mostAhead is in bytes: about half of a usual second level of cache.
const mostAhead = 640 << 10

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
	keep := 1
	if beta == 0 {
		keep = 0
	} else {
		result.scale(beta)
	}
	s.multiply(left, right, result, keep)
}

// multiply adds A·B to C, or replaces it when keep is 0.
func (s *Serial[T]) multiply(a, b, c matrix[T], keep int) {
	k := s.kernel
	for j := 0; j < b.cols; j += k.width {
		width := min(k.width, b.cols-j)
		for p := 0; p < a.cols; p += k.depth {
			deep := min(k.depth, a.cols-p)
			s.packed = grow(s.packed, deep*roundUp(width, k.cols))
			k.packAllB(s.packed, b.part(p, j, deep, width))
			s.addRows(a.part(0, p, a.rows, deep), c.part(0, j, a.rows, width), max(keep, min(p, 1)))
		}
	}
}

// addRows adds the product of A and the packed matrix to C, or replaces it when
// keep is 0.
func (s *Serial[T]) addRows(a, c matrix[T], keep int) {
	k := s.kernel
	s.next.tiles = ceilDiv(a.rows, k.rows) * ceilDiv(c.cols, k.cols)
	for i := 0; i < a.rows; i += k.height {
		rows := min(k.height, a.rows-i)
		s.work = grow(s.work, roundUp(rows, k.rows)*a.cols+k.rows*k.cols)
		k.addBlock(1, a.part(i, 0, rows, a.cols), s.work, s.packed, c.part(i, 0, rows, c.cols), keep, &s.next)
	}
}

// Keep packs op(B), k×n, for calls of [Serial.ProductWithKept], and reports
// whether it could: op(B) must fit in one block. The next product of another
// kind drops it.
func (s *Serial[T]) Keep(tB blas.Transpose, k, n int, b []T, ldb int) bool {
	right, ok := operand(tB, k, n, b, ldb)
	if !ok {
		panic("gemm: an operand is empty or shorter than its dimensions")
	}
	if k > s.kernel.depth || n > s.kernel.width {
		return false
	}
	s.packed = grow(s.packed, k*roundUp(n, s.kernel.cols))
	s.kernel.packAllB(s.packed, right)
	return true
}

// ProductWithKept sets C = op(A)·op(B) with the op(B), k×n, that was kept.
func (s *Serial[T]) ProductWithKept(tA blas.Transpose, m, n, k int, a []T, lda int, c []T, ldc int) {
	left, okA := operand(tA, m, k, a, lda)
	result, okC := operand(blas.NoTrans, m, n, c, ldc)
	if !okA || !okC {
		panic("gemm: an operand is empty or shorter than its dimensions")
	}
	s.addRows(left, result, 0)
}

func grow[T number](b []T, length int) []T {
	if len(b) < length {
		return make([]T, length)
	}
	return b
}
