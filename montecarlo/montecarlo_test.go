package montecarlo_test

import (
	"math"
	"testing"

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
