package montecarlo_test

import (
	"math"
	"testing"

	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// worst plays the law with two values, the far one being an end of the
// support at 0, mean and variance as given, at its expected frequencies.
func worst(t *testing.T, test *montecarlo.MeanTest, place func(float64) float64, mean, variance float64, trials int) montecarlo.Outcome {
	value := mean + variance/mean
	p := mean / value
	seen := 0
	for i := 1; i <= trials; i++ {
		x := 0.0
		if float64(seen) < p*float64(i) {
			x = value
			seen++
		}
		test.Add(place(x))
	}
	require.Empty(t, test.Verdict().Note)
	return test.Verdict().Outcome
}

// A claim about the mean of the worst law is refuted within the budget when
// it deviates by the resolution, and not when it deviates by a tenth less.
func TestMeanResolution(t *testing.T) {
	const budget, alpha = 4000, 1e-9
	for _, side := range []struct {
		name  string
		claim montecarlo.MeanClaim
		place func(float64) float64
	}{
		{"above", montecarlo.MeanClaim{Lo: math.Inf(-1), Hi: 1, Max: 5}, func(x float64) float64 { return x }},
		{"below", montecarlo.MeanClaim{Lo: 4, Hi: 7, Max: 5}, func(x float64) float64 { return 5 - x }},
	} {
		for _, variance := range []float64{math.Inf(1), 1, 0.09, 1e-4} {
			start := func() *montecarlo.MeanTest {
				test, err := montecarlo.NewMeanTest(side.claim, alpha, budget)
				require.NoError(t, err)
				return test
			}
			at := func(delta float64) montecarlo.Outcome {
				mean := 1 + delta
				return worst(t, start(), side.place, mean, math.Min(variance, mean*(5-mean)), budget)
			}
			probe := start()
			if !math.IsInf(variance, 1) { // two observations with that sample variance
				probe.Add(side.place(1 - math.Sqrt(variance/2)))
				probe.Add(side.place(1 + math.Sqrt(variance/2)))
				require.False(t, probe.Decided())
			}
			delta := probe.Resolution()
			require.Greater(t, delta, 0.0)
			require.Equal(t, delta, probe.Verdict().Resolution)
			t.Logf("%s, variance %v: δ = %v", side.name, variance, delta)
			require.Equal(t, montecarlo.Refuted, at(1.03*delta), "%s, variance %v, δ %v", side.name, variance, delta)
			require.Equal(t, montecarlo.Undecided, at(0.9*delta), "%s, variance %v, δ %v", side.name, variance, delta)
		}
	}
}

// Where the budget refutes nothing, the resolution is all there is.
func TestMeanResolutionOfASmallBudget(t *testing.T) {
	test, err := montecarlo.NewMeanTest(montecarlo.MeanClaim{Lo: 1, Hi: 2, Max: 5}, 1e-9, 1)
	require.NoError(t, err)
	require.Equal(t, 3.0, test.Resolution())
}

// No gain with the same mean and a variance that is not larger grows less in
// expectation than leastGrowth says.
func TestLeastGrowth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 5), 2, 6).Draw(t, "values")
		theta := rapid.Float64Range(0.001, 0.98).Draw(t, "theta")
		more := rapid.Float64Range(0, 2).Draw(t, "more variance")
		n := float64(len(values))
		mean, variance, growth := 0.0, more, 0.0
		for _, g := range values {
			mean += g / n
			growth += math.Log1p(theta*(g-1)) / n
		}
		if mean < 1e-3 {
			t.Skip("no gain")
		}
		for _, g := range values {
			variance += (g - mean) * (g - mean) / n
		}
		require.LessOrEqual(t, montecarlo.LeastGrowth(theta, mean, variance), growth+1e-12)
	})
}
