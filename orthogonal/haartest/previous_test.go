package haartest

import (
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// The last matrix of either size is remembered, and overwritten by the next.
func TestPrevious(t *testing.T) {
	rng := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for _, n := range []int{3, large + 1} {
		var p previous
		require.False(t, p.held())
		for range 2 {
			a, b := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
			var want float64
			for range 20 {
				i, j, x, y := rng.IntN(n), rng.IntN(n), rng.NormFloat64(), rng.NormFloat64()
				want += x*y - a.At(i, j)*b.At(i, j)
				a.Set(i, j, x)
				b.Set(i, j, y)
			}
			p.keep(a)
			a.Zero()
			require.True(t, p.held())
			require.InDelta(t, want, p.overlap(b), 1e-5)
		}
	}
}

func TestTranspose(t *testing.T) {
	for _, n := range []int{1, 2, 31, 32, 33, 70} {
		q := mat.NewDense(n, n, nil)
		for i := range n * n {
			q.RawMatrix().Data[i] = float64(i)
		}
		want := mat.DenseCopyOf(q.T())
		transpose(q)
		require.True(t, mat.Equal(want, q))
	}
}

// A matrix that is overwritten is judged as a copy of it would be.
func TestAddInPlace(t *testing.T) {
	seed := replay.Seed(t)
	rng := rand.New(rand.NewPCG(seed, 0))
	var results []Result
	tests := []*Test{}
	for range 2 {
		test, err := New(9, Options{Seed: seed, Reference: 20})
		require.NoError(t, err)
		tests = append(tests, test)
	}
	for range 10 {
		q := haar(9, rng)
		kept := mat.DenseCopyOf(q)
		require.NoError(t, tests[0].AddRounded(q, roundoff64))
		require.True(t, mat.Equal(kept, q))
		require.NoError(t, tests[1].AddInPlace(q, roundoff64))
	}
	for _, test := range tests {
		r, err := test.Result(t.Context())
		require.NoError(t, err)
		results = append(results, r)
	}
	require.Equal(t, results[0], results[1])
}

// Blocks of involutions fill the matrix; one does up to the size where memory counts.
func TestBlocks(t *testing.T) {
	for n, count := range map[int]int{2: 1, large: 1, large + 1: 3, 1536: 3, 4096: 8} {
		sizes, sum := blocks(n), 0
		for _, size := range sizes {
			sum += size
			require.True(t, n <= large || size <= 512)
		}
		require.Len(t, sizes, count)
		require.Equal(t, n, sum)
	}
}
