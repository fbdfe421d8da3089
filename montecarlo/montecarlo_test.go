package montecarlo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMomentsMergeLikeOneSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(-1e3, 1e3), 2, 200).Draw(t, "xs")
		cut := rapid.IntRange(0, len(xs)).Draw(t, "cut")
		var whole, left, right montecarlo.Moments
		for i, x := range xs {
			whole.Add(x)
			if i < cut {
				left.Add(x)
			} else {
				right.Add(x)
			}
		}
		left.Merge(right)
		require.Equal(t, whole.Count, left.Count)
		require.Equal(t, whole.Min, left.Min)
		require.Equal(t, whole.Max, left.Max)
		require.InDelta(t, whole.Mean, left.Mean, 1e-10)
		require.InDelta(t, whole.Variance(), left.Variance(), 1e-7)

		mean, sumSq := 0.0, 0.0
		for _, x := range xs {
			mean += x / float64(len(xs))
		}
		for _, x := range xs {
			sumSq += (x - mean) * (x - mean)
		}
		require.InDelta(t, mean, whole.Mean, 1e-10)
		require.InDelta(t, sumSq/float64(len(xs)-1), whole.Variance(), 1e-7)
	})
}

func TestSample(t *testing.T) {
	a := montecarlo.NewSample([]float64{5, 1, 3, 2, 4})
	require.Equal(t, 5, a.Count)
	require.Equal(t, 3.0, a.Mean)
	require.InDelta(t, math.Sqrt(2.5), a.SD(), 1e-15)
	require.Equal(t, 1.0, a.Quantile(0))
	require.Equal(t, 2.5, a.Quantile(0.375))
	require.Equal(t, 5.0, a.Quantile(1))
	a.Add(6)
	require.Equal(t, 6.0, a.Quantile(1), "an observation after a quantile is seen by the next one")
	require.True(t, math.IsNaN(montecarlo.NewSample(nil).Quantile(0.5)))
}

func TestStreamsAreAddressed(t *testing.T) {
	first := func(seed uint64, name string, trial, layer int) [3]uint64 {
		s := montecarlo.Stream(seed, name, trial, layer)
		return [3]uint64{s.Uint64(), s.Uint64(), s.Uint64()}
	}
	seen := map[[3]uint64][4]any{}
	for _, seed := range []uint64{0, 1, 1 << 63} {
		for _, name := range []string{"", "a", "b"} {
			for trial := range 20 {
				for layer := range 20 {
					s := first(seed, name, trial, layer)
					require.Equal(t, s, first(seed, name, trial, layer), "the same address gives the same bits")
					require.NotContains(t, seen, s)
					seen[s] = [4]any{seed, name, trial, layer}
				}
			}
		}
	}
}

// The streams of neighbouring layers and trials must be unrelated. For 64
// pairs of streams the correlation of 4,096 normal draws has standard
// deviation 1/64; |r| > 7.5/64 in one of them has probability below 64·1e-13.
func TestNeighbouringStreamsAreUncorrelated(t *testing.T) {
	seed := replay.Seed(t)
	normals := func(trial, layer int) []float64 {
		s := montecarlo.Stream(seed, "correlation", trial, layer)
		r := rand.New(&s)
		x := make([]float64, 4096)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		return x
	}
	for i := range 32 {
		for _, next := range [][2]int{{i, i + 1}, {i + 1, i}} {
			a, b := normals(i, i), normals(next[0], next[1])
			dot := 0.0
			for j := range a {
				dot += a[j] * b[j]
			}
			require.Less(t, math.Abs(dot)/4096, 7.5/64, "trial %d layer %d against %v", i, i, next)
		}
	}
}
