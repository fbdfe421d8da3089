package montecarlo_test

import (
	"math"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
)

// The ends are order statistics whose ranks are those of exact binomial sums.
func TestQuantileIntervalRanks(t *testing.T) {
	const n, alpha = 60, 0.01
	var values []float64
	for i := range n {
		values = append(values, float64((i*37)%n+1)) // value k has rank k
	}
	for _, p := range []float64{0.1, 0.5, 0.9} {
		atMost := func(k int) float64 { // P(Binomial(n, p) ≤ k)
			sum, term := 0.0, math.Pow(1-p, n)
			for i := 0; i <= k; i++ {
				sum += term
				term *= float64(n-i) / float64(i+1) * p / (1 - p)
			}
			return sum
		}
		lo, hi, err := montecarlo.QuantileInterval(values, p, alpha)
		require.NoError(t, err)
		if math.IsInf(lo, -1) {
			require.Greater(t, atMost(0), alpha/2)
		} else {
			require.LessOrEqual(t, atMost(int(lo)-1), alpha/2)
			require.Greater(t, atMost(int(lo)), alpha/2)
		}
		if math.IsInf(hi, 1) {
			require.Greater(t, 1-atMost(n-1), alpha/2)
		} else {
			require.LessOrEqual(t, 1-atMost(int(hi)-1), alpha/2+1e-12)
			require.Greater(t, 1-atMost(int(hi)-2), alpha/2)
		}
	}
}

// How often it misses the 80 % quantile of a normal law, with 50 values: 2,000
// intervals at α = 0.2 miss 400 ± 18 times at most; 520 have a chance below 1e-9.
func TestQuantileIntervalCovers(t *testing.T) {
	x := montecarlo.NewExperiment(replay.Seed(t), "quantile intervals")
	missed := 0
	values := make([]float64, 50)
	for trial := range 2000 {
		stream := x.Trial(trial).Layer(0)
		stream.Normals(values)
		lo, hi, err := montecarlo.QuantileInterval(values, 0.8, 0.2)
		require.NoError(t, err)
		const quantile = 0.8416212335729143
		if quantile < lo || quantile > hi {
			missed++
		}
	}
	require.Less(t, missed, 520)
	require.Greater(t, missed, 100, "and it is no wider than it must be")
}

func TestQuantileIntervalOfFew(t *testing.T) {
	lo, hi, err := montecarlo.QuantileInterval([]float64{1, 2, 3}, 0.5, 1e-3)
	require.NoError(t, err)
	require.True(t, math.IsInf(lo, -1) && math.IsInf(hi, 1))
	lo, hi, err = montecarlo.QuantileInterval([]float64{math.NaN(), 1, math.NaN(), 2, math.NaN(), math.NaN()}, 0.5, 0.3)
	require.NoError(t, err)
	require.Equal(t, 2.0, lo)
	require.True(t, math.IsNaN(hi), "NaN is larger than every number")
	_, _, err = montecarlo.QuantileInterval(nil, 0, 0.1)
	require.ErrorContains(t, err, "quantile 0")
	_, _, err = montecarlo.QuantileInterval(nil, 0.1, 1)
	require.ErrorContains(t, err, "alpha 1")
}
