package gemm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"pgregory.net/rapid"
)

func numbers[T number](rng *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(2*rng.Float64() - 1)
	}
	return x
}

// product is Dgemm or Sgemm of an implementation.
type product[T number] func(tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int)

// onEachKernel runs a test with Float64 and Float32 on each kernel of this
// processor; without one, on gonum alone.
func onEachKernel(t *testing.T, test64 func(*testing.T, product[float64], product[float64]),
	test32 func(*testing.T, product[float32], product[float32])) {
	run := func(name string, f func(t *testing.T)) { t.Run(name, f) }
	best64, best32 := kernel64, kernel32
	defer func() { kernel64, kernel32 = best64, best32 }()
	if kernel64 == nil {
		run("none", func(t *testing.T) { test64(t, Float64{}.Dgemm, gonum.Implementation{}.Dgemm) })
	}
	for _, kernel64 = range kernels64 {
		run(fmt.Sprintf("float64 %d×%d", kernel64.rows, kernel64.cols), func(t *testing.T) {
			test64(t, Float64{}.Dgemm, gonum.Implementation{}.Dgemm)
		})
	}
	for _, kernel32 = range kernels32 {
		run(fmt.Sprintf("float32 %d×%d", kernel32.rows, kernel32.cols), func(t *testing.T) {
			test32(t, Float32{}.Sgemm, gonum.Implementation{}.Sgemm)
		})
	}
}

// roundoff is a bound on the relative error of a sum of products of numbers in
// [−1, 1], for each term.
func roundoff[T number]() float64 {
	if _, ok := any(T(0)).(float32); ok {
		return 1e-6
	}
	return 1e-14
}

var transposes = []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}

// call is a product with drawn entries, padding included.
type call[T number] struct {
	tA, tB        blas.Transpose
	m, n, k       int
	alpha, beta   T
	a, b, c       []T
	lda, ldb, ldc int
}

func drawCall[T number](t *rapid.T) call[T] {
	large := rapid.IntRange(30, 300)
	dim := rapid.OneOf(rapid.IntRange(1, 20), large, large, large)
	scalar := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, -1}), rapid.Float64Range(0.01, 2), rapid.Float64Range(-2, -0.01))
	padding := rapid.IntRange(0, 5)
	c := call[T]{
		tA: rapid.SampledFrom(transposes).Draw(t, "transpose A"), tB: rapid.SampledFrom(transposes).Draw(t, "transpose B"),
		m: dim.Draw(t, "m"), n: dim.Draw(t, "n"), k: dim.Draw(t, "k"),
		alpha: T(scalar.Draw(t, "alpha")), beta: T(scalar.Draw(t, "beta")),
	}
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "entries"), 0))
	stored := func(tr blas.Transpose, rows, cols int) ([]T, int) {
		if tr != blas.NoTrans {
			rows, cols = cols, rows
		}
		stride := cols + padding.Draw(t, "padding")
		return numbers[T](rng, (rows-1)*stride+cols), stride
	}
	c.a, c.lda = stored(c.tA, c.m, c.k)
	c.b, c.ldb = stored(c.tB, c.k, c.n)
	c.c, c.ldc = stored(blas.NoTrans, c.m, c.n)
	return c
}

func (c call[T]) into(f product[T], result []T) {
	f(c.tA, c.tB, c.m, c.n, c.k, c.alpha, c.a, c.lda, c.b, c.ldb, c.beta, result, c.ldc)
}

// The product is gonum's to rounding, relative to the sum of the absolute
// terms, for all shapes, strides and transposes; with beta = 0 a NaN in C does
// not matter. Between the rows and after the last nothing is written, not even
// 0 added: there it starts as −0.
func agreesWithGonum[T number](t *testing.T, ours, theirs product[T]) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCall[T](t)
		const margin = 1000
		stored := make([]T, len(c.c)+margin)
		inside := func(i int) bool { return i < len(c.c) && i%c.ldc < c.n }
		for i := range stored {
			switch {
			case !inside(i):
				stored[i] = T(math.Copysign(0, -1))
			case c.beta == 0:
				stored[i] = T(math.NaN())
			default:
				stored[i] = c.c[i]
			}
		}
		want := slices.Clone(stored[:len(c.c)])
		c.into(ours, stored[:len(c.c)])
		c.into(theirs, want)
		tol := roundoff[T]() * (math.Abs(float64(c.alpha))*float64(c.k) + math.Abs(float64(c.beta)))
		for i, got := range stored {
			if !inside(i) {
				require.True(t, got == 0 && math.Signbit(float64(got)), "place %d is not part of the result", i)
				continue
			}
			require.InDelta(t, float64(want[i]), float64(got), tol, "place %d", i)
		}
	})
}

func TestAgreesWithGonum(t *testing.T) {
	onEachKernel(t, agreesWithGonum[float64], agreesWithGonum[float32])
}

// Bigger than every block in every dimension.
func TestLargerThanTheBlocks(t *testing.T) {
	onEachKernel(t, largerThanTheBlocks[float64], largerThanTheBlocks[float32])
}

func largerThanTheBlocks[T number](t *testing.T, ours, theirs product[T]) {
	k := kernelFor[T]()
	if k == nil {
		t.Skip("no kernel")
	}
	m, n, d := k.height+7, k.width+9, 2*k.depth+3
	rng := rand.New(rand.NewPCG(1, 1))
	a, b := numbers[T](rng, m*d), numbers[T](rng, d*n)
	got, want := make([]T, m*n), make([]T, m*n)
	ours(blas.NoTrans, blas.NoTrans, m, n, d, 1, a, d, b, n, 0, got, n)
	theirs(blas.NoTrans, blas.NoTrans, m, n, d, 1, a, d, b, n, 0, want, n)
	for i := range want {
		if math.Abs(float64(got[i]-want[i])) > roundoff[T]()*float64(d) {
			t.Fatalf("entry (%d, %d) is %v, want %v", i/n, i%n, got[i], want[i])
		}
	}
}

// The bits do not depend on the number of processors, and are those of Serial.
func TestSameBitsOnAnyNumberOfProcessors(t *testing.T) {
	onEachKernel(t, sameBits[float64], sameBits[float32])
}

func sameBits[T number](t *testing.T, ours, _ product[T]) {
	const n = 300
	rng := rand.New(rand.NewPCG(1, 1))
	a, b := numbers[T](rng, n*n), numbers[T](rng, n*n)
	first := make([]T, n*n)
	if s := NewSerial[T](); s != nil {
		s.Product(blas.NoTrans, blas.Trans, n, n, n, a, n, b, n, 0, first, n)
	} else {
		ours(blas.NoTrans, blas.Trans, n, n, n, 1, a, n, b, n, 0, first, n)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, processors := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(processors)
		c := make([]T, n*n)
		ours(blas.NoTrans, blas.Trans, n, n, n, 1, a, n, b, n, 0, c, n)
		require.Equal(t, first, c, "%d processors", processors)
	}
}

// Serial is the product with alpha = 1, for small matrices too.
func TestSerialAgreesWithGonum(t *testing.T) {
	serial := func(s *Serial[float64]) product[float64] {
		return func(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64,
			ldc int) {
			s.Product(tA, tB, m, n, k, a, lda, b, ldb, beta, c, ldc)
		}
	}
	for _, k := range kernels64 {
		s := &Serial[float64]{kernel: k}
		rapid.Check(t, func(t *rapid.T) {
			c := drawCall[float64](t)
			c.alpha = 1
			if c.beta == 0 { // C need not be set
				for i := range c.c {
					c.c[i] = math.NaN()
				}
			}
			want := slices.Clone(c.c)
			c.into(serial(s), c.c)
			c.into(gonum.Implementation{}.Dgemm, want)
			for i := range want {
				require.InDelta(t, want[i], c.c[i], roundoff[float64]()*float64(c.k+1))
			}

			// With op(B) kept, row by row.
			if !s.Keep(c.tB, c.k, c.n, c.b, c.ldb) {
				require.Greater(t, c.k, k.depth)
				return
			}
			for i := range want {
				want[i] = math.NaN()
			}
			c.beta = 0
			c.into(gonum.Implementation{}.Dgemm, want)
			row := make([]float64, c.n)
			for i := range c.m {
				a := c.a[min(i*c.lda, len(c.a)):]
				if c.tA != blas.NoTrans {
					a = c.a[i:]
				}
				s.ProductWithKept(c.tA, 1, c.n, c.k, a, c.lda, row, c.n)
				for j, v := range row {
					require.InDelta(t, want[i*c.ldc+j], v, roundoff[float64]()*float64(c.k+1))
				}
			}
		})
	}
}

func TestSerialDoesNotAllocate(t *testing.T) {
	s := NewSerial[float32]()
	if s == nil {
		t.Skip("no kernel")
	}
	const n = 100
	rng := rand.New(rand.NewPCG(1, 1))
	a, c := numbers[float32](rng, n*n), make([]float32, n*n)
	run := func() { s.Product(blas.NoTrans, blas.Trans, n, n, n, a, n, a, n, 0, c, n) }
	run()
	require.Zero(t, testing.AllocsPerRun(20, run))
	require.Panics(t, func() { s.Product(blas.NoTrans, blas.Trans, n, n, n, a[1:], n, a, n, 0, c, n) })
}

func TestPanicsAreThoseOfGonum(t *testing.T) {
	onEachKernel(t, panicsLikeGonum[float64], panicsLikeGonum[float32])
}

func panicsLikeGonum[T number](t *testing.T, ours, theirs product[T]) {
	attempt := func(c call[T], f product[T]) (panicked any) {
		defer func() { panicked = recover() }()
		c.into(f, c.c)
		return nil
	}
	defects := []func(c *call[T]){
		func(*call[T]) {},
		func(c *call[T]) { c.a = c.a[:len(c.a)-1] },
		func(c *call[T]) { c.b = c.b[:len(c.b)-1] },
		func(c *call[T]) { c.c = c.c[:len(c.c)-1] },
		func(c *call[T]) { c.lda = 0 },
		func(c *call[T]) { c.ldb = 0 },
		func(c *call[T]) { c.ldc = c.n - 1 },
		func(c *call[T]) { c.m = -c.m },
		func(c *call[T]) { c.m, c.n = -c.m, -c.n },
		func(c *call[T]) { c.k = 0 },
		func(c *call[T]) { c.tA = 'X' },
		func(c *call[T]) { c.tB = 0 },
	}
	rapid.Check(t, func(t *rapid.T) {
		c := drawCall[T](t)
		rapid.SampledFrom(defects).Draw(t, "defect")(&c)
		copied := c
		copied.c = slices.Clone(c.c)
		require.Equal(t, attempt(copied, theirs), attempt(c, ours))
	})
}

func BenchmarkGemm(b *testing.B) {
	for _, n := range []int{16, 32, 64, 256, 1024} {
		benchmark(b, n, "gemm", Float64{}.Dgemm)
		benchmark(b, n, "gonum", gonum.Implementation{}.Dgemm)
		benchmark(b, n, "gemm32", Float32{}.Sgemm)
		benchmark(b, n, "gonum32", gonum.Implementation{}.Sgemm)
	}
}

func benchmark[T number](b *testing.B, n int, name string, f product[T]) {
	rng := rand.New(rand.NewPCG(1, 1))
	x, y, z := numbers[T](rng, n*n), numbers[T](rng, n*n), make([]T, n*n)
	b.Run(fmt.Sprintf("%s/n=%d", name, n), func(b *testing.B) {
		for b.Loop() {
			f(blas.NoTrans, blas.NoTrans, n, n, n, 1, x, n, y, n, 0, z, n)
		}
		report(b, n, n, n)
	})
}

func report(b *testing.B, m, n, k int) {
	b.ReportMetric(2*float64(m)*float64(n)*float64(k)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "Gflop/s")
}

// BenchmarkLayer multiplies what a layer of width 500 with a batch of 128
// multiplies, on one processor, with each kernel.
func BenchmarkLayer(b *testing.B) {
	for _, k := range kernels64 {
		benchmarkLayer(b, "float64", k)
	}
	for _, k := range kernels32 {
		benchmarkLayer(b, "float32", k)
	}
}

func benchmarkLayer[T number](b *testing.B, name string, k *kernel[T]) {
	const batch, n = 128, 500
	rng := rand.New(rand.NewPCG(1, 1))
	w, x, d := numbers[T](rng, n*n), numbers[T](rng, batch*n), numbers[T](rng, batch*n)
	out, grad := make([]T, batch*n), make([]T, n*n)
	s := &Serial[T]{kernel: k}
	for _, shape := range []struct {
		name    string
		product func()
	}{
		{"X·Wᵀ", func() { s.Product(blas.NoTrans, blas.Trans, batch, n, n, x, n, w, n, 0, out, n) }},
		{"D·W", func() { s.Product(blas.NoTrans, blas.NoTrans, batch, n, n, d, n, w, n, 0, out, n) }},
		{"Dᵀ·X", func() { s.Product(blas.Trans, blas.NoTrans, n, n, batch, d, n, x, n, 0, grad, n) }},
	} {
		b.Run(fmt.Sprintf("%s %d×%d/%s", name, k.rows, k.cols, shape.name), func(b *testing.B) {
			for b.Loop() {
				shape.product()
			}
			report(b, batch, n, n)
		})
	}
}
