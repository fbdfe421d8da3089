package montecarlo_test

import (
	"math"
	"testing"

	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever the order of events, the interval at the moment of the answer has
// the closed form, and the answer is what the interval says.
func TestIntervalAtTheAnswerHasItsClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alpha := math.Exp(rapid.Float64Range(-20, -1).Draw(t, "log alpha"))
		limit := rapid.Float64Range(0.01, 0.99).Draw(t, "limit")
		events := rapid.SliceOfN(rapid.Bool(), 1, 300).Draw(t, "events")
		test, err := montecarlo.NewRateTest(limit, alpha, len(events))
		require.NoError(t, err)
		for _, e := range events {
			test.Add(e)
		}
		v := test.Verdict()
		n, k := float64(v.Trials), float64(v.Events)
		a, _ := math.Lgamma(k + 0.5)
		b, _ := math.Lgamma(n - k + 0.5)
		c, _ := math.Lgamma(n + 1)
		logRatio := func(p float64) float64 {
			l := 0.0
			if k > 0 {
				l += k * math.Log(p)
			}
			if k < n {
				l += (n - k) * math.Log1p(-p)
			}
			return a + b - c - math.Log(math.Pi) - l + math.Log(alpha)
		}
		require.LessOrEqual(t, v.Lo, k/n)
		require.GreaterOrEqual(t, v.Hi, k/n)
		if k > 0 {
			require.InDelta(t, 0, logRatio(v.Lo), 1e-4)
		}
		if k < n {
			require.InDelta(t, 0, logRatio(v.Hi), 1e-4)
		}
		want := montecarlo.Undecided
		if logRatio(limit) >= 0 {
			want = montecarlo.Refuted
			if k/n < limit {
				want = montecarlo.Confirmed
			}
		}
		require.Equal(t, want, v.Outcome)
	})
}

func TestAnAnswerIsFinal(t *testing.T) {
	for _, first := range []bool{false, true} {
		test, err := montecarlo.NewRateTest(0.3, 1e-3, 2000)
		require.NoError(t, err)
		for test.Add(first) == montecarlo.Undecided {
		}
		v := test.Verdict()
		for range 1000 {
			test.Add(!first)
		}
		require.Equal(t, v, test.Verdict())
	}
}

// The resolution exists from the budget on at which nothing but events refutes.
func TestResolutionBeginsWhereEventsOnlyRefute(t *testing.T) {
	probe, err := montecarlo.NewRateTest(0.1, 1e-6, 1)
	require.NoError(t, err)
	n := 1
	for probe.Add(true) == montecarlo.Undecided {
		n++
	}
	at := func(budget int) float64 {
		r, err := montecarlo.NewRateTest(0.1, 1e-6, budget)
		require.NoError(t, err)
		return r.Resolution()
	}
	require.Equal(t, 0.9, at(n-1))
	require.Less(t, at(n), 0.9)
}

func TestQuantileInterpolates(t *testing.T) {
	s := montecarlo.NewSample([]float64{1, 2, 3, 4, 5})
	require.Equal(t, 3.0, s.Quantile(0.5), "the median of five is the third")
	require.InDelta(t, 6, s.Quantile(0.25)+s.Quantile(0.75), 1e-12, "symmetric")
}
