package training

import (
	"bsnn/internal/gemm"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// A multiplier multiplies matrices for one worker, in row-major storage.
type multiplier[T real] interface {
	// product sets C = op(A)·op(B) + beta·C, where op transposes if told; op(A) is
	// m×k, op(B) is k×n, and ld are the strides of the matrices as stored.
	product(transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)
	// ahead says what will be read after the next product.
	ahead(next []T)
	// keep prepares the right operand B of several products C = AᵀB in a row;
	// productWithKept is one of them. B must stay as it is.
	keep(n, k int, b []T, ldb int)
	productWithKept(m, n, k int, a []T, lda int, c []T, ldc int)
}

// Products says which code multiplies matrices.
type Products string

const (
	// AutoProducts is GoProducts on a processor for which package gemm has
	// kernels (AVX2 or AVX-512 on amd64), and BLASProducts otherwise.
	AutoProducts Products = ""
	// GoProducts are the kernels of package gemm, if the processor has any.
	GoProducts Products = "go"
	// BLASProducts is what is registered as gonum's BLAS.
	BLASProducts Products = "blas"
)

// BitsDependOnWorkers is whether the last bits of a run with AutoProducts may depend on
// the number of workers: where a library multiplies.
func BitsDependOnWorkers() bool { return gemm.NewSerial[float32]() == nil }

func newMultiplier[T real](p Products) multiplier[T] {
	if serial := gemm.NewSerial[T](); serial != nil && p != BLASProducts {
		return &kernels[T]{Serial: serial}
	}
	var m any = &registered32{Float32: blas32.Implementation()}
	if _, ok := any(T(0)).(float64); ok {
		m = &registered64{Float64: blas64.Implementation()}
	}
	return m.(multiplier[T])
}

// kernels are those of package gemm.
type kernels[T real] struct {
	*gemm.Serial[T]
	kept[T] // when it is too large to be kept packed
	packed  bool
}

// kept is a right operand that is only remembered.
type kept[T real] struct {
	b   []T
	ldb int
}

func (s *kernels[T]) product(transA, transB bool, m, n, k int, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) {
	s.Product(transpose(transA), transpose(transB), m, n, k, a, lda, b, ldb, beta, c, ldc)
}

func (s *kernels[T]) ahead(next []T) { s.Ahead(next) }

func (r *registered64) ahead([]float64) {}

func (r *registered32) ahead([]float32) {}

func (s *kernels[T]) keep(n, k int, b []T, ldb int) {
	s.packed = s.Keep(blas.NoTrans, k, n, b, ldb)
	s.kept = kept[T]{b, ldb}
}

func (s *kernels[T]) productWithKept(m, n, k int, a []T, lda int, c []T, ldc int) {
	if s.packed {
		s.ProductWithKept(blas.Trans, m, n, k, a, lda, c, ldc)
		return
	}
	s.product(true, false, m, n, k, a, lda, s.b, s.ldb, 0, c, ldc)
}

// registered64 is the BLAS that is registered with gonum.
type registered64 struct {
	blas.Float64
	kept[float64]
}

func (r *registered64) product(transA, transB bool, m, n, k int, a []float64, lda int, b []float64, ldb int, beta float64, c []float64,
	ldc int) {
	r.Dgemm(transpose(transA), transpose(transB), m, n, k, 1, a, lda, b, ldb, beta, c, ldc)
}

type registered32 struct {
	blas.Float32
	kept[float32]
}

func (r *registered32) product(transA, transB bool, m, n, k int, a []float32, lda int, b []float32, ldb int, beta float32, c []float32,
	ldc int) {
	r.Sgemm(transpose(transA), transpose(transB), m, n, k, 1, a, lda, b, ldb, beta, c, ldc)
}

func (r *registered64) keep(_, _ int, b []float64, ldb int) { r.kept = kept[float64]{b, ldb} }

func (r *registered32) keep(_, _ int, b []float32, ldb int) { r.kept = kept[float32]{b, ldb} }

func (r *registered64) productWithKept(m, n, k int, a []float64, lda int, c []float64, ldc int) {
	r.product(true, false, m, n, k, a, lda, r.b, r.ldb, 0, c, ldc)
}

func (r *registered32) productWithKept(m, n, k int, a []float32, lda int, c []float32, ldc int) {
	r.product(true, false, m, n, k, a, lda, r.b, r.ldb, 0, c, ldc)
}

func transpose(t bool) blas.Transpose {
	if t {
		return blas.Trans
	}
	return blas.NoTrans
}
