package openblas

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"pgregory.net/rapid"
)

// blas3 is the part of gonum's interface that can go to the library, for
// either type of number.
type blas3[T float32 | float64] struct {
	gemm  func(tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)
	symm  func(s blas.Side, ul blas.Uplo, m, n int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)
	syrk  func(ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int)
	syr2k func(ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)
	trmm  func(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int)
	trsm  func(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int)
}

func level3Of64(f blas.Float64) blas3[float64] {
	return blas3[float64]{f.Dgemm, f.Dsymm, f.Dsyrk, f.Dsyr2k, f.Dtrmm, f.Dtrsm}
}

func level3Of32(f blas.Float32) blas3[float32] {
	return blas3[float32]{f.Sgemm, f.Ssymm, f.Ssyrk, f.Ssyr2k, f.Strmm, f.Strsm}
}

// problem is one call on matrices whose entries, padding included, are drawn.
type problem[T float32 | float64] struct {
	routine     string
	m, n, k     int
	tA, tB      blas.Transpose
	side        blas.Side
	uplo        blas.Uplo
	diag        blas.Diag
	alpha, beta T
	a, b, c     matrix[T]
}

var (
	transposes = []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}
	sides      = []blas.Side{blas.Left, blas.Right}
	uplos      = []blas.Uplo{blas.Upper, blas.Lower}
	diags      = []blas.Diag{blas.NonUnit, blas.Unit}
	names      = []string{"gemm", "symm", "syrk", "syr2k", "trmm", "trsm"}
)

// drawProblem draws a call of one routine; mostly it is large enough to be
// sent to the library.
func drawProblem[T float32 | float64](t *rapid.T, routine string) problem[T] {
	large := rapid.IntRange(24, 70)
	dim := rapid.OneOf(rapid.IntRange(1, 9), large, large, large)
	number := func(x float64) T { return T(x) }
	scalar := rapid.OneOf(rapid.SampledFrom([]T{0, 1, -1}),
		rapid.Map(rapid.Float64Range(0.01, 2), number), rapid.Map(rapid.Float64Range(-2, -0.01), number))
	p := problem[T]{
		routine: routine,
		m:       dim.Draw(t, "m"), n: dim.Draw(t, "n"), k: dim.Draw(t, "k"),
		tA:    rapid.SampledFrom(transposes).Draw(t, "transpose A"),
		tB:    rapid.SampledFrom(transposes).Draw(t, "transpose B"),
		side:  rapid.SampledFrom(sides).Draw(t, "side"),
		uplo:  rapid.SampledFrom(uplos).Draw(t, "uplo"),
		diag:  rapid.SampledFrom(diags).Draw(t, "diag"),
		alpha: scalar.Draw(t, "alpha"), beta: scalar.Draw(t, "beta"),
	}
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "entries"), 0))
	padding := rapid.IntRange(0, 5)
	full := func(rows, cols int) matrix[T] {
		m := matrix[T]{rows: rows, cols: cols, stride: cols + padding.Draw(t, "padding")}
		m.data = make([]T, (rows-1)*m.stride+cols)
		for i := range m.data {
			m.data[i] = T(2*rng.Float64() - 1)
		}
		return m
	}
	switch p.routine {
	case "gemm":
		p.a, p.b, p.c = full(dims(p.tA, p.m, p.k)), full(dims(p.tB, p.k, p.n)), full(p.m, p.n)
	case "symm":
		p.a = full(order(p.side, p.m, p.n), order(p.side, p.m, p.n))
		p.b, p.c = full(p.m, p.n), full(p.m, p.n)
	case "syrk", "syr2k":
		p.a, p.c = full(dims(p.tA, p.n, p.k)), full(p.n, p.n)
		p.b = full(p.a.rows, p.a.cols)
	default:
		// Diagonally dominant, so that solving is as accurate as multiplying.
		p.a = full(order(p.side, p.m, p.n), order(p.side, p.m, p.n))
		for i := range p.a.data {
			p.a.data[i] /= T(p.a.rows)
		}
		for i := range p.a.rows {
			p.a.data[i*p.a.stride+i] += 2
		}
		p.c = full(p.m, p.n)
	}
	return p
}

func dims(t blas.Transpose, rows, cols int) (int, int) {
	if t != blas.NoTrans {
		return cols, rows
	}
	return rows, cols
}

// solve runs the problem and returns what it leaves in the storage of C, which
// it is given. The triangular routines have their B there.
func (p problem[T]) solve(f blas3[T], c []T) []T {
	c = slices.Clone(c)
	switch p.routine {
	case "gemm":
		f.gemm(p.tA, p.tB, p.m, p.n, p.k, p.alpha, p.a.data, p.a.stride, p.b.data, p.b.stride, p.beta, c, p.c.stride)
	case "symm":
		f.symm(p.side, p.uplo, p.m, p.n, p.alpha, p.a.data, p.a.stride, p.b.data, p.b.stride, p.beta, c, p.c.stride)
	case "syrk":
		f.syrk(p.uplo, p.tA, p.n, p.k, p.alpha, p.a.data, p.a.stride, p.beta, c, p.c.stride)
	case "syr2k":
		f.syr2k(p.uplo, p.tA, p.n, p.k, p.alpha, p.a.data, p.a.stride, p.b.data, p.b.stride, p.beta, c, p.c.stride)
	case "trmm":
		f.trmm(p.side, p.uplo, p.tA, p.diag, p.m, p.n, p.alpha, p.a.data, p.a.stride, c, p.c.stride)
	case "trsm":
		f.trsm(p.side, p.uplo, p.tA, p.diag, p.m, p.n, p.alpha, p.a.data, p.a.stride, c, p.c.stride)
	}
	return c
}

// writes reports whether the routine sets this place of the storage of C;
// between the rows and in the other triangle it must not write.
func (p problem[T]) writes(i int) bool {
	row, col := i/p.c.stride, i%p.c.stride
	switch p.routine {
	case "syrk", "syr2k":
		return col < p.n && (p.uplo == blas.Upper) == (col >= row) || col == row
	}
	return col < p.n
}

// terms bounds the sum of the absolute values of the terms of an entry, to
// which rounding errors are relative. The triangular matrices are dominated
// by a diagonal between 1 and 3.
func (p problem[T]) terms() float64 {
	alpha, beta := math.Abs(float64(p.alpha)), math.Abs(float64(p.beta))
	switch p.routine {
	case "gemm", "syrk":
		return alpha*float64(p.k) + beta
	case "syr2k":
		return 2*alpha*float64(p.k) + beta
	case "symm":
		return alpha*float64(order(p.side, p.m, p.n)) + beta
	}
	return 4 * alpha
}

// sent reports whether the library's part of the problem is worth a call.
func (p problem[T]) sent() bool {
	work := map[string]float64{
		"gemm":  product(p.m, p.n, p.k),
		"symm":  product(p.m, p.n, order(p.side, p.m, p.n)),
		"syrk":  product(p.n, p.n, p.k) / 2,
		"syr2k": product(p.n, p.n, p.k),
		"trmm":  product(p.m, p.n, order(p.side, p.m, p.n)) / 2,
		"trsm":  product(p.m, p.n, order(p.side, p.m, p.n)) / 2,
	}[p.routine]
	return work >= worthwhile && p.alpha != 0
}

// requireAgreement solves drawn problems in the library and in Go. With
// beta = 0 the library starts from NaN, which must not appear in the result.
// (gonum multiplies the triangle of a rank-k update by beta even then, so its
// answer, and ours where the problem stays in Go, starts from zero.)
func requireAgreement[T float32 | float64](t *testing.T, ours, theirs blas3[T], calls *int, tol float64) {
	for _, routine := range names {
		t.Run(routine, func(t *testing.T) {
			sent := 0
			rapid.Check(t, func(t *rapid.T) {
				p := drawProblem[T](t, routine)
				if p.sent() {
					sent++
				}
				before := *calls
				begin, reference := p.starts()
				got, want := p.solve(ours, begin), p.solve(theirs, reference)
				require.Equal(t, p.sent(), *calls > before, "whether the library was called")
				for i := range want {
					if p.writes(i) {
						require.InDelta(t, float64(want[i]), float64(got[i]), tol*p.terms(), "place %d", i)
					} else {
						require.Equal(t, p.c.data[i], got[i], "place %d is not part of the result", i)
					}
				}
			})
			require.NotZero(t, sent, "nothing was sent to the library")
		})
	}
}

// starts are the contents of C before the call, for us and for gonum.
func (p problem[T]) starts() (ours, theirs []T) {
	ours, theirs = slices.Clone(p.c.data), slices.Clone(p.c.data)
	if p.beta != 0 || p.routine == "trmm" || p.routine == "trsm" {
		return ours, theirs
	}
	for i := range ours {
		if p.writes(i) {
			theirs[i] = 0
			if ours[i] = 0; p.sent() {
				ours[i] = T(math.NaN())
			}
		}
	}
	return ours, theirs
}

// counted is the library with a count of the calls that reach it.
func counted(t testing.TB) (lib *library, calls *int) {
	b := installed(t)
	calls = new(int)
	count(&b.lib.d, calls)
	count(&b.lib.s, calls)
	return b.lib, calls
}

func count[T float32 | float64](r *routines[T], calls *int) {
	inner := *r
	r.gemm = func(order, transA, transB, m, n, k int, alpha T, a *T, lda int, b *T, ldb int, beta T, c *T, ldc int) {
		*calls++
		inner.gemm(order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
	r.symm = func(order, side, uplo, m, n int, alpha T, a *T, lda int, b *T, ldb int, beta T, c *T, ldc int) {
		*calls++
		inner.symm(order, side, uplo, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
	}
	r.syrk = func(order, uplo, trans, n, k int, alpha T, a *T, lda int, beta T, c *T, ldc int) {
		*calls++
		inner.syrk(order, uplo, trans, n, k, alpha, a, lda, beta, c, ldc)
	}
	r.syr2k = func(order, uplo, trans, n, k int, alpha T, a *T, lda int, b *T, ldb int, beta T, c *T, ldc int) {
		*calls++
		inner.syr2k(order, uplo, trans, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	}
	r.trmm = func(order, side, uplo, trans, diag, m, n int, alpha T, a *T, lda int, b *T, ldb int) {
		*calls++
		inner.trmm(order, side, uplo, trans, diag, m, n, alpha, a, lda, b, ldb)
	}
	r.trsm = func(order, side, uplo, trans, diag, m, n int, alpha T, a *T, lda int, b *T, ldb int) {
		*calls++
		inner.trsm(order, side, uplo, trans, diag, m, n, alpha, a, lda, b, ldb)
	}
}

func TestFloat64AgreesWithGonum(t *testing.T) {
	lib, calls := counted(t)
	requireAgreement(t, level3Of64(Float64{lib: lib}), level3Of64(gonum.Implementation{}), calls, 1e-12)
}

// The tolerance is that of float64 in units of the precision.
func TestFloat32AgreesWithGonum(t *testing.T) {
	lib, calls := counted(t)
	requireAgreement(t, level3Of32(Float32{lib: lib}), level3Of32(gonum.Implementation{}), calls, 1e-12*(1<<29))
}
