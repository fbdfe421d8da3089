package openblas

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"bsnn/internal/gemm"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// restore puts gonum's registration back when the test ends.
func restore(t *testing.T) {
	f64, f32 := blas64.Implementation(), blas32.Implementation()
	t.Cleanup(func() { blas64.Use(f64); blas32.Use(f32) })
}

func requirePureGo(t *testing.T, b *Backend, reason string) {
	t.Helper()
	require.False(t, b.Status().Using)
	require.Contains(t, b.Status().Reason, reason)
	require.Contains(t, b.Status().String(), "pure Go")
	require.Zero(t, b.SetThreads(2))
	require.Zero(t, b.ForWorkers(1))
	require.Equal(t, gemm.Float64{}, blas64.Implementation())
	require.Equal(t, gemm.Float32{}, blas32.Implementation())
}

func TestOff(t *testing.T) {
	restore(t)
	blas64.Use(nil)
	b, err := Use("off")
	require.NoError(t, err)
	requirePureGo(t, b, "BSNN_BLAS=off")
}

// A path that was asked for and cannot be used is an error, and gonum still
// works.
func TestUnusablePath(t *testing.T) {
	text := filepath.Join(t.TempDir(), "libopenblas.so.0")
	require.NoError(t, os.WriteFile(text, []byte("not a library"), 0o666))
	for _, path := range []string{text, filepath.Join(t.TempDir(), "absent.so"), t.TempDir(), "on"} {
		restore(t)
		b, err := Use(path)
		require.ErrorContains(t, err, "BSNN_BLAS="+path)
		require.ErrorContains(t, err, "want off, auto or the path")
		requirePureGo(t, b, path)
	}
}

// A library of another kind has no symbol to bind.
func TestAnotherLibrary(t *testing.T) {
	restore(t)
	b, err := Use("libm.so.6")
	if b.Status().Reason == "" || err == nil {
		t.Fatal("the mathematical library of C was taken for OpenBLAS")
	}
	requirePureGo(t, b, "libm.so.6")
}

// With nothing installed the search falls back to Go without an error, and
// says what it missed first.
func TestNothingInstalled(t *testing.T) {
	b := search([]string{"libabsent-first.so", "libabsent-second.so"}, open)
	require.Nil(t, b.lib)
	require.Contains(t, b.Status().Reason, "libabsent-first.so")
	require.Contains(t, search(nil, open).Status().Reason, runtime.GOOS)
}

func TestAuto(t *testing.T) {
	installed(t)
	restore(t)
	b, err := Use(os.Getenv(Environment))
	require.NoError(t, err)
	s := b.Status()
	require.True(t, s.Using)
	require.Empty(t, s.Reason)
	require.True(t, filepath.IsAbs(s.Path), s.Path)
	require.Contains(t, s.Config, "OpenBLAS")
	require.Equal(t, 1, s.Threads)
	require.Contains(t, s.String(), s.Path)
	require.IsType(t, Float64{}, blas64.Implementation())
	require.IsType(t, Float32{}, blas32.Implementation())
	again, err := Use(s.Path)
	require.NoError(t, err)
	require.Equal(t, s, again.Status())
}

// A library that answers wrongly is not used.
func TestWrongAnswersAreNoticed(t *testing.T) {
	b := installed(t)
	require.NoError(t, b.lib.check())
	gemm := b.lib.d.gemm
	b.lib.d.gemm = func(order, transA, transB, m, n, k int, alpha float64, a *float64, lda int, x *float64, ldb int, beta float64,
		c *float64, ldc int) {
		gemm(order, transA, 111, m, n, k, alpha, a, lda, x, ldb, beta, c, ldc)
	}
	require.ErrorContains(t, b.lib.check(), "dgemm")
	b.lib.d.gemm = gemm
	b.lib.d.trsm = b.lib.d.trmm
	require.ErrorContains(t, b.lib.check(), "dtrsm")

	broken := func(string) (*library, bool, error) { return b.lib, true, nil }
	found := search([]string{"broken"}, broken)
	require.Nil(t, found.lib)
	require.True(t, found.refused)
	require.Contains(t, found.Status().Reason, "wrong answer from dtrsm")
}

// Dimensions beyond the library's integers stay in Go.
func TestIntegerLimit(t *testing.T) {
	b := installed(t)
	c := make([]float64, 40*40)
	square := matrix[float64]{40, 40, c, 40}
	nt := native[float64]{b.lib, &b.lib.d}
	require.True(t, nt.takes(worthwhile, 1, square))
	b.lib.maxInt = 39
	require.False(t, nt.takes(worthwhile, 1, square))
	require.EqualValues(t, 1<<31-1, integerLimit(false))
	require.EqualValues(t, uint64(1<<63-1), integerLimit(true))
}

// gonum's LAPACK works through the registration: forming the rows of an LQ
// factorisation, and a Cholesky factorisation, reach the library and agree
// with Go.
func TestLapackUsesTheLibrary(t *testing.T) {
	lib, calls := counted(t)
	restore(t)
	const n = 150
	factor := func() (q, r []float64) {
		a := blas64.General{Rows: n, Cols: n, Stride: n, Data: make([]float64, n*n)}
		rng := rand.New(rand.NewPCG(1, 1))
		for i := range a.Data {
			a.Data[i] = rng.NormFloat64()
		}
		tau, work := make([]float64, n), make([]float64, 64*n)
		lapack64.Gelqf(a, tau, work, len(work))
		lapack64.Orglq(a, tau, work, len(work))
		s := blas64.Symmetric{N: n, Stride: n, Uplo: blas.Upper, Data: probe(n*n, 2)}
		for i := range n {
			s.Data[i*n+i] += n
		}
		_, ok := lapack64.Potrf(s)
		require.True(t, ok)
		return a.Data, s.Data
	}
	blas64.Use(gonum.Implementation{})
	wantQ, wantR := factor()
	require.Zero(t, *calls)
	blas64.Use(Float64{lib: lib})
	gotQ, gotR := factor()
	require.Greater(t, *calls, 10)
	require.InDeltaSlice(t, wantQ, gotQ, 1e-12)
	require.InDeltaSlice(t, wantR, gotR, 1e-12*n)
}

// Any number of goroutines may multiply while the threads change.
func TestConcurrentCalls(t *testing.T) {
	b := installed(t)
	const n = 48
	x, y := probe(n*n, 1), probe(n*n, 2)
	want := make([]float64, n*n)
	gonum.Implementation{}.Dgemm(blas.NoTrans, blas.NoTrans, n, n, n, 1, x, n, y, n, 0, want, n)
	var workers sync.WaitGroup
	results := make([][]float64, 16)
	for i := range results {
		workers.Go(func() {
			results[i] = make([]float64, n*n)
			for range 20 {
				Float64{lib: b.lib}.Dgemm(blas.NoTrans, blas.NoTrans, n, n, n, 1, x, n, y, n, 0, results[i], n)
			}
		})
	}
	for i := range 10 {
		b.SetThreads(1 + i%2)
	}
	workers.Wait()
	for _, got := range results {
		require.InDeltaSlice(t, want, got, 1e-12*n)
	}
}

// Threads stay between 1 and the number of cores, and workers divide them.
func TestThreads(t *testing.T) {
	b := installed(t)
	cores := runtime.NumCPU()
	require.Equal(t, 1, b.SetThreads(-3))
	require.Equal(t, cores, b.SetThreads(cores+100))
	require.Equal(t, cores, b.Status().Threads)
	require.Equal(t, 1, b.ForWorkers(cores))
	require.Equal(t, 1, b.ForWorkers(10*cores))
	require.Equal(t, cores, b.ForWorkers(1))
	require.Equal(t, cores, b.ForWorkers(0))
}

// At no time do the calls inside use more threads than there are cores.
func TestGateKeepsToTheCores(t *testing.T) {
	const cores = 7
	for _, threads := range []int{1, 2, 3, 7} {
		var g gate
		require.Equal(t, threads, g.set(threads, cores, func(int) {}))
		var inside, most atomic.Int64
		var callers sync.WaitGroup
		for range 50 {
			callers.Go(func() {
				for range 20 {
					g.enter()
					now := inside.Add(1)
					for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
					}
					runtime.Gosched()
					inside.Add(-1)
					g.leave()
				}
			})
		}
		callers.Wait()
		require.LessOrEqual(t, int(most.Load())*threads, cores)
		require.Positive(t, most.Load())
	}
}
