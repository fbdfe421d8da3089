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

// The confidence sequence in closed form: p is inside while
// B(k+½, n−k+½)/π < p^k (1−p)^(n−k) / α.
func TestRateIntervalMatchesClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		alpha := math.Exp(rapid.Float64Range(-20, -1).Draw(t, "log alpha"))
		test, err := montecarlo.NewRateTest(1e-300, alpha, n)
		require.NoError(t, err)
		order := rand.Perm(n) // the interval must not depend on the order
		for i := range n {
			if o := test.Add(order[i] < k); o != montecarlo.Undecided {
				t.Skip("a limit of 1e-300 is refuted by the first events")
			}
		}
		lo, hi := test.Interval()
		a, _ := math.Lgamma(float64(k) + 0.5)
		b, _ := math.Lgamma(float64(n-k) + 0.5)
		c, _ := math.Lgamma(float64(n) + 1)
		logRatio := func(p float64) float64 {
			return a + b - c - math.Log(math.Pi) - float64(k)*math.Log(p) - float64(n-k)*math.Log1p(-p) + math.Log(alpha)
		}
		require.LessOrEqual(t, lo, float64(k)/float64(n))
		require.GreaterOrEqual(t, hi, float64(k)/float64(n))
		if k > 0 {
			require.InDelta(t, 0, logRatio(lo), 1e-6)
		}
		if k < n {
			require.InDelta(t, 0, logRatio(hi), 1e-6)
		}
	})
}

func TestRateTestRejectsBadClaims(t *testing.T) {
	for _, c := range []struct {
		limit, alpha float64
		budget       int
	}{{0, 0.1, 1}, {1, 0.1, 1}, {math.NaN(), 0.1, 1}, {0.5, 0, 1}, {0.5, 1, 1}, {0.5, math.NaN(), 1}, {0.5, 0.1, 0}} {
		_, err := montecarlo.NewRateTest(c.limit, c.alpha, c.budget)
		require.Error(t, err, "%+v", c)
	}
}

func TestRateTestAnswers(t *testing.T) {
	seed := replay.Seed(t)
	decide := func(p float64) montecarlo.Verdict {
		r := rand.New(rand.NewPCG(seed, 1))
		test, err := montecarlo.NewRateTest(0.05, 1e-9, 5000)
		require.NoError(t, err)
		for i := 0; i < 5000 && test.Add(r.Float64() < p) == montecarlo.Undecided; i++ {
		}
		return test.Verdict()
	}
	never := decide(0)
	require.Equal(t, montecarlo.Confirmed, never.Outcome)
	require.Less(t, never.Trials, 600, "a rate of 0 is soon known to be below 5 %%")
	require.Less(t, never.Hi, 0.05)
	always := decide(1)
	require.Equal(t, montecarlo.Refuted, always.Outcome)
	require.Less(t, always.Trials, 15)
	require.Greater(t, always.Lo, 0.05)
	// At the limit itself an answer has probability at most 1e-9.
	require.Equal(t, montecarlo.Undecided, decide(0.05).Outcome)
}

// At the resolution and the budget the claim is refuted by expected counts,
// and not a tenth below it.
func TestResolution(t *testing.T) {
	test, err := montecarlo.NewRateTest(0.05, 1e-8, 2000)
	require.NoError(t, err)
	delta := test.Resolution()
	require.Greater(t, delta, 0.0)
	outcomeAt := func(rate float64) montecarlo.Outcome {
		tt, err := montecarlo.NewRateTest(0.05, 1e-8, 2000)
		require.NoError(t, err)
		events := 0
		for i := 1; i <= 2000; i++ {
			event := float64(events) < rate*float64(i)
			if event {
				events++
			}
			tt.Add(event)
		}
		return tt.Verdict().Outcome
	}
	require.Equal(t, montecarlo.Refuted, outcomeAt(0.05+1.02*delta))
	require.Equal(t, montecarlo.Undecided, outcomeAt(0.05+0.9*delta))
	require.InDelta(t, delta, test.Verdict().Resolution, 0)
}

// The interval of counts is that of a test which has seen them.
func TestRateInterval(t *testing.T) {
	test, err := montecarlo.NewRateTest(0.999, 0.01, 100)
	require.NoError(t, err)
	require.Equal(t, []float64{0, 1}, both(montecarlo.RateInterval(0, 0, 0.01)))
	for i := range 40 {
		test.Add(i%9 != 0)
		if test.Decided() {
			break
		}
		want := both(test.Interval())
		got := both(montecarlo.RateInterval(test.Verdict().Events, test.Verdict().Trials, 0.01))
		require.InDeltaSlice(t, want, got, 1e-9)
	}
	lo, hi := montecarlo.RateInterval(1860, 2000, 1e-3)
	require.True(t, 0.89 < lo && lo < 0.93 && 0.93 < hi && hi < 0.96, "%v to %v", lo, hi)
}

func both(lo, hi float64) []float64 { return []float64{lo, hi} }
