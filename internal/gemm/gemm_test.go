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

func numbers(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 2*rng.Float64() - 1
	}
	return x
}

var transposes = []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}

// call is a product with drawn entries, padding included.
type call struct {
	tA, tB        blas.Transpose
	m, n, k       int
	alpha, beta   float64
	a, b, c       []float64
	lda, ldb, ldc int
}

func drawCall(t *rapid.T) call {
	large := rapid.IntRange(30, 300)
	dim := rapid.OneOf(rapid.IntRange(1, 20), large, large, large)
	scalar := rapid.OneOf(rapid.SampledFrom([]float64{0, 1, -1}), rapid.Float64Range(0.01, 2), rapid.Float64Range(-2, -0.01))
	padding := rapid.IntRange(0, 5)
	c := call{
		tA: rapid.SampledFrom(transposes).Draw(t, "transpose A"), tB: rapid.SampledFrom(transposes).Draw(t, "transpose B"),
		m: dim.Draw(t, "m"), n: dim.Draw(t, "n"), k: dim.Draw(t, "k"),
		alpha: scalar.Draw(t, "alpha"), beta: scalar.Draw(t, "beta"),
	}
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "entries"), 0))
	stored := func(tr blas.Transpose, rows, cols int) ([]float64, int) {
		if tr != blas.NoTrans {
			rows, cols = cols, rows
		}
		stride := cols + padding.Draw(t, "padding")
		return numbers(rng, (rows-1)*stride+cols), stride
	}
	c.a, c.lda = stored(c.tA, c.m, c.k)
	c.b, c.ldb = stored(c.tB, c.k, c.n)
	c.c, c.ldc = stored(blas.NoTrans, c.m, c.n)
	return c
}

func (c call) run(f blas.Float64) { c.into(f, c.c) }

func (c call) into(f blas.Float64, result []float64) {
	f.Dgemm(c.tA, c.tB, c.m, c.n, c.k, c.alpha, c.a, c.lda, c.b, c.ldb, c.beta, result, c.ldc)
}

// The product is gonum's to 1e-12 of the sum of the absolute terms, for all
// shapes, strides and transposes; with beta = 0 a NaN in C does not matter.
// Between the rows and after the last nothing is written, not even 0 added:
// there it starts as −0.
func TestAgreesWithGonum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCall(t)
		stored := make([]float64, len(c.c)+2*kernelCols)
		inside := func(i int) bool { return i < len(c.c) && i%c.ldc < c.n }
		for i := range stored {
			switch {
			case !inside(i):
				stored[i] = math.Copysign(0, -1)
			case c.beta == 0:
				stored[i] = math.NaN()
			default:
				stored[i] = c.c[i]
			}
		}
		want := slices.Clone(stored[:len(c.c)])
		c.into(Float64{}, stored[:len(c.c)])
		c.into(gonum.Implementation{}, want)
		tol := 1e-12 * (math.Abs(c.alpha)*float64(c.k) + math.Abs(c.beta))
		for i, got := range stored {
			if !inside(i) {
				require.True(t, got == 0 && math.Signbit(got), "place %d is not part of the result", i)
				continue
			}
			require.InDelta(t, want[i], got, tol, "place %d", i)
		}
	})
}

// Bigger than every block in every dimension.
func TestLargerThanTheBlocks(t *testing.T) {
	const m, n, k = heightOfA + 7, widthOfB + 9, 2*depth + 3
	rng := rand.New(rand.NewPCG(1, 1))
	a, b := numbers(rng, m*k), numbers(rng, k*n)
	got, want := make([]float64, m*n), make([]float64, m*n)
	Float64{}.Dgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, a, k, b, n, 0, got, n)
	gonum.Implementation{}.Dgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, a, k, b, n, 0, want, n)
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-12*k {
			t.Fatalf("entry (%d, %d) is %v, want %v", i/n, i%n, got[i], want[i])
		}
	}
}

// The bits do not depend on the number of processors.
func TestSameBitsOnAnyNumberOfProcessors(t *testing.T) {
	const n = 300
	rng := rand.New(rand.NewPCG(1, 1))
	a, b := numbers(rng, n*n), numbers(rng, n*n)
	var first []float64
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, processors := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(processors)
		c := make([]float64, n*n)
		Float64{}.Dgemm(blas.NoTrans, blas.Trans, n, n, n, 1, a, n, b, n, 0, c, n)
		if first == nil {
			first = c
		}
		require.Equal(t, first, c, "%d processors", processors)
	}
}

func TestPanicsAreThoseOfGonum(t *testing.T) {
	attempt := func(c call, f blas.Float64) (panicked any) {
		defer func() { panicked = recover() }()
		c.run(f)
		return nil
	}
	defects := []func(c *call){
		func(*call) {},
		func(c *call) { c.a = c.a[:len(c.a)-1] },
		func(c *call) { c.b = c.b[:len(c.b)-1] },
		func(c *call) { c.c = c.c[:len(c.c)-1] },
		func(c *call) { c.lda = 0 },
		func(c *call) { c.ldb = 0 },
		func(c *call) { c.ldc = c.n - 1 },
		func(c *call) { c.m = -c.m },
		func(c *call) { c.m, c.n = -c.m, -c.n },
		func(c *call) { c.k = 0 },
		func(c *call) { c.tA = 'X' },
		func(c *call) { c.tB = 0 },
	}
	rapid.Check(t, func(t *rapid.T) {
		c := drawCall(t)
		rapid.SampledFrom(defects).Draw(t, "defect")(&c)
		copied := c
		copied.c = slices.Clone(c.c)
		require.Equal(t, attempt(copied, gonum.Implementation{}), attempt(c, Float64{}))
	})
}

func BenchmarkGemm(b *testing.B) {
	for _, n := range []int{16, 32, 64, 256, 1024} {
		rng := rand.New(rand.NewPCG(1, 1))
		x, y, z := numbers(rng, n*n), numbers(rng, n*n), make([]float64, n*n)
		for name, f := range map[string]blas.Float64{"gemm": Float64{}, "gonum": gonum.Implementation{}} {
			b.Run(fmt.Sprintf("%s/n=%d", name, n), func(b *testing.B) {
				for b.Loop() {
					f.Dgemm(blas.NoTrans, blas.NoTrans, n, n, n, 1, x, n, y, n, 0, z, n)
				}
				b.ReportMetric(2*float64(n*n*n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "Gflop/s")
			})
		}
	}
}
