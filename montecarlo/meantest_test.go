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

func TestMeanTestRejectsBadClaims(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := montecarlo.MeanClaim{Lo: 0.4, Hi: 0.6, Max: 1}
	for _, c := range []struct {
		claim  montecarlo.MeanClaim
		alpha  float64
		budget int
		says   string
	}{
		{good, 0, 1, "alpha"}, {good, 1, 1, "alpha"}, {good, nan, 1, "alpha"}, {good, 1e-301, 1, "alpha"}, {good, 0.1, 0, "budget"},
		{montecarlo.MeanClaim{Lo: 0.6, Hi: 0.4, Max: 1}, 0.1, 1, "claimed"},
		{montecarlo.MeanClaim{Lo: nan, Hi: 0.4, Max: 1}, 0.1, 1, "claimed"},
		{montecarlo.MeanClaim{Lo: 0.4, Hi: nan, Max: 1}, 0.1, 1, "claimed"},
		{montecarlo.MeanClaim{Lo: 0.4, Hi: 0.6, Min: 1, Max: 1}, 0.1, 1, "support"},
		{montecarlo.MeanClaim{Lo: 0.4, Hi: 0.6, Max: inf}, 0.1, 1, "support"},
		{montecarlo.MeanClaim{Lo: 0.4, Hi: 0.6, Max: nan}, 0.1, 1, "support"},
		{montecarlo.MeanClaim{Lo: 0.4, Hi: 0.6, Min: -math.MaxFloat64, Max: math.MaxFloat64}, 0.1, 1, "support"},
		{montecarlo.MeanClaim{Lo: 1, Hi: 2, Max: 1}, 0.1, 1, "meets"},
		{montecarlo.MeanClaim{Lo: -2, Hi: 0, Max: 1}, 0.1, 1, "meets"},
		{montecarlo.MeanClaim{Lo: -inf, Hi: inf, Max: 1}, 0.1, 1, "can be false"},
	} {
		_, err := montecarlo.NewMeanTest(c.claim, c.alpha, c.budget)
		require.ErrorContains(t, err, c.says, "%+v", c)
	}
}

// meanCase is a claim with observations on a grid of 1/64, where shifts and
// scalings by powers of two are exact.
type meanCase struct {
	claim  montecarlo.MeanClaim
	alpha  float64
	values []float64
}

func drawMeanCase(t *rapid.T) meanCase {
	grid := func(lo, hi int, label string) float64 {
		return float64(rapid.IntRange(lo, hi).Draw(t, label)) / 64
	}
	c := montecarlo.MeanClaim{Max: 1}
	c.Lo = grid(1, 63, "lo")
	c.Hi = grid(int(c.Lo*64), 63, "hi")
	switch rapid.IntRange(0, 5).Draw(t, "one-sided") {
	case 0:
		c.Lo = math.Inf(-1)
	case 1:
		c.Hi = 2
	}
	centre := rapid.IntRange(0, 64).Draw(t, "centre")
	spread := rapid.IntRange(0, 64).Draw(t, "spread")
	value := rapid.Custom(func(t *rapid.T) float64 {
		return grid(max(0, centre-spread), min(64, centre+spread), "x")
	})
	return meanCase{
		claim:  c,
		alpha:  math.Exp(rapid.Float64Range(-12, -1).Draw(t, "log alpha")),
		values: rapid.SliceOfN(value, 1, 150).Draw(t, "values"),
	}
}

func (c meanCase) start(t require.TestingT) *montecarlo.MeanTest {
	test, err := montecarlo.NewMeanTest(c.claim, c.alpha, 100)
	require.NoError(t, err)
	return test
}

func (c meanCase) run(t require.TestingT) *montecarlo.MeanTest {
	test := c.start(t)
	for _, x := range c.values {
		test.Add(x)
	}
	return test
}

// logCapital is the capital after all the gains, from scratch.
func logCapital(gains []float64) float64 {
	sum := 0.0
	for _, theta := range montecarlo.Fractions {
		l := 0.0
		for _, g := range gains {
			l += math.Log(1 + theta*(g-1))
		}
		sum += math.Exp(l)
	}
	return math.Log(sum / float64(len(montecarlo.Fractions)))
}

// againstAtMost and againstAtLeast are the logarithms of the capitals against
// a mean of at most, and of at least, m.
func (c meanCase) againstAtMost(n int, m float64) float64 {
	gains := make([]float64, n)
	for i, x := range c.values[:n] {
		gains[i] = (x - c.claim.Min) / (m - c.claim.Min)
	}
	return logCapital(gains)
}

func (c meanCase) againstAtLeast(n int, m float64) float64 {
	gains := make([]float64, n)
	for i, x := range c.values[:n] {
		gains[i] = (c.claim.Max - x) / (c.claim.Max - m)
	}
	return logCapital(gains)
}

// The running test against a recomputation from all observations after every
// trial. Where a capital is within 1e-9 of what decides, rounding may.
func TestMeanTestMatchesRecomputation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawMeanCase(t)
		enough := math.Log(2 / c.alpha)
		crossed := func(l float64) bool {
			if math.Abs(l-enough) < 1e-9 {
				t.Skip("on the threshold")
			}
			return l > enough
		}
		test := c.start(t)
		low, high := 0, 0 // on which side of Lo and of Hi the mean is
		if c.claim.Lo <= c.claim.Min {
			low = +1
		}
		if c.claim.Hi >= c.claim.Max {
			high = -1
		}
		for n := 1; n <= len(c.values); n++ {
			for _, e := range []struct {
				side *int
				at   float64
			}{{&low, c.claim.Lo}, {&high, c.claim.Hi}} {
				switch {
				case *e.side != 0:
				case crossed(c.againstAtMost(n, e.at)):
					*e.side = +1
				case crossed(c.againstAtLeast(n, e.at)):
					*e.side = -1
				}
			}
			want := montecarlo.Undecided
			switch {
			case low < 0 || high > 0:
				want = montecarlo.Refuted
			case low > 0 && high < 0:
				want = montecarlo.Confirmed
			}
			require.Equal(t, want, test.Add(c.values[n-1]))
			require.Equal(t, want != montecarlo.Undecided, test.Decided())
			if want != montecarlo.Undecided {
				require.Equal(t, n, test.Verdict().Trials)
				return
			}
		}
	})
}

// The interval agrees with the outcome, holds the average, and excludes
// nothing that the exact capitals do not exclude.
func TestMeanIntervalIsNoNarrowerThanTheExactOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawMeanCase(t)
		v := c.run(t).Verdict()
		n, enough := v.Trials, math.Log(2/c.alpha)
		switch v.Outcome {
		case montecarlo.Confirmed:
			require.GreaterOrEqual(t, v.Lo, c.claim.Lo)
			require.LessOrEqual(t, v.Hi, c.claim.Hi)
		case montecarlo.Refuted:
			require.True(t, v.Lo >= c.claim.Hi || v.Hi <= c.claim.Lo, "%+v", v)
		}
		require.LessOrEqual(t, v.Lo, v.Hi)
		claimed := func(x float64) bool { return x == c.claim.Lo || x == c.claim.Hi }
		if lo := v.Lo; lo > 1e-6 && !claimed(lo) {
			require.GreaterOrEqual(t, c.againstAtMost(n, lo), enough-1e-9)
			require.InDelta(t, enough, c.bound(n, lo, lo-c.claim.Min), 1e-4, "the end is where the bound says")
		}
		if hi := v.Hi; hi < 1-1e-6 && !claimed(hi) {
			require.GreaterOrEqual(t, c.againstAtLeast(n, hi), enough-1e-9)
			require.InDelta(t, enough, c.bound(n, hi, c.claim.Max-hi), 1e-4, "the end is where the bound says")
		}
	})
}

// bound is the lower bound on the logarithm of a capital against m, where the
// end of the support is one unit away.
func (c meanCase) bound(n int, m, unit float64) float64 {
	mean, sumSq := 0.0, 0.0
	for _, x := range c.values[:n] {
		mean += x / float64(n)
		sumSq += (x - m) * (x - m)
	}
	return montecarlo.LogBound(float64(n), math.Abs(mean-m)/unit, sumSq/(unit*unit))
}

// A side that is known stays known, also when later observations speak for
// the other one.
func TestASideThatIsKnownStaysKnown(t *testing.T) {
	test, err := montecarlo.NewMeanTest(montecarlo.MeanClaim{Lo: 0.3, Hi: 0.9, Max: 1}, 1e-3, 1000)
	require.NoError(t, err)
	for range 6 { // more than 0.3 for sure, 0.9 or not is open
		test.Add(0.9)
	}
	for range 6 {
		test.Add(0.85)
	}
	lo, _ := test.Interval()
	require.GreaterOrEqual(t, lo, 0.3)
	require.False(t, test.Decided())
	for i := 0; i < 100 && test.Add(0) == montecarlo.Undecided; i++ {
	}
	v := test.Verdict()
	require.Equal(t, montecarlo.Confirmed, v.Outcome, "it is not below 0.3, and now below 0.9 is sure as well")
	for range 200 {
		test.Add(0)
	}
	require.Equal(t, v, test.Verdict())
}

// The bound that the interval uses, against the capital itself.
func TestCapitalIsAtLeastItsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gains := rapid.SliceOfN(rapid.Float64Range(0, 20), 1, 100).Draw(t, "gains")
		mean, sumSq := 0.0, 0.0
		for _, g := range gains {
			mean += (g - 1) / float64(len(gains))
			sumSq += (g - 1) * (g - 1)
		}
		require.LessOrEqual(t, montecarlo.LogBound(float64(len(gains)), mean, sumSq), logCapital(gains)+1e-9)
	})
}

// Scaling and shifting claim and observations together changes nothing, and
// a reflection exchanges the ends.
func TestMeanTestIsEquivariant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawMeanCase(t)
		scale := math.Exp2(float64(rapid.IntRange(-20, 20).Draw(t, "log2 scale")))
		shift := scale * float64(rapid.IntRange(-100, 100).Draw(t, "shift"))
		want := c.run(t).Verdict()
		for _, sign := range []float64{1, -1} {
			move := func(x float64) float64 { return sign*scale*x + shift }
			moved := meanCase{alpha: c.alpha, claim: montecarlo.MeanClaim{
				Lo: move(c.claim.Lo), Hi: move(c.claim.Hi), Min: move(c.claim.Min), Max: move(c.claim.Max)}}
			if sign < 0 {
				m := &moved.claim
				m.Lo, m.Hi, m.Min, m.Max = m.Hi, m.Lo, m.Max, m.Min
			}
			for _, x := range c.values {
				moved.values = append(moved.values, move(x))
			}
			got := moved.run(t).Verdict()
			require.Equal(t, want.Outcome, got.Outcome)
			require.Equal(t, want.Trials, got.Trials)
			lo, hi := move(want.Lo), move(want.Hi)
			if sign < 0 {
				lo, hi = hi, lo
			}
			require.InDelta(t, lo, got.Lo, 1e-8*scale)
			require.InDelta(t, hi, got.Hi, 1e-8*scale)
			require.InDelta(t, scale*want.Resolution, got.Resolution, 1e-8*scale)
		}
	})
}

func TestMeanAnswersAreFinalMonotoneAndReproducible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawMeanCase(t)
		test, again := c.start(t), c.start(t)
		for _, x := range c.values {
			test.Add(x)
			again.Add(x)
			again.Verdict() // looking changes nothing
		}
		require.Equal(t, test, again, "the same observations give the same state to the last bit")

		bold := c
		bold.alpha = c.alpha + (1-c.alpha)*rapid.Float64Range(0, 0.99).Draw(t, "larger alpha")
		if test.Decided() {
			b := bold.run(t)
			require.True(t, b.Decided(), "more α decides no later")
			require.LessOrEqual(t, b.Verdict().Trials, test.Verdict().Trials)

			v := test.Verdict()
			for _, x := range []float64{0, 1, 0.5, math.NaN(), 7} {
				require.Equal(t, v.Outcome, test.Add(x))
			}
			require.Equal(t, v, test.Verdict())
		}
	})
}

func TestLeavingTheSupportRefutes(t *testing.T) {
	for _, x := range []float64{-1e-9, 1 + 1e-9, math.NaN(), math.Inf(1), math.Inf(-1)} {
		test, err := montecarlo.NewMeanTest(montecarlo.MeanClaim{Lo: 0.4, Hi: 0.6, Max: 1}, 1e-9, 100)
		require.NoError(t, err)
		require.Equal(t, montecarlo.Undecided, test.Add(0))
		require.Equal(t, montecarlo.Undecided, test.Add(1))
		require.Equal(t, montecarlo.Refuted, test.Add(x), x)
		v := test.Verdict()
		require.Contains(t, v.Note, "trial 3")
		require.Equal(t, 0.5, v.Estimate)
		require.Equal(t, 2, v.Trials)
	}
}

func TestAPointIsNeverConfirmed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawMeanCase(t)
		c.claim.Lo = 0.5
		c.claim.Hi = 0.5
		require.NotEqual(t, montecarlo.Confirmed, c.run(t).Verdict().Outcome)
	})
}

// In a support of [0, 5], quantities with small spread are decided in a few
// thousand trials at α = 1e-9. A wrong answer has probability at most 4e-9;
// that a right one does not come within the trials given, which are 1.5 times
// what the growth rate predicts, has a smaller one still: the deviation from
// the expected log-capital would be more than 7 standard deviations.
func TestMeanTestUsesSmallVariance(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 2))
	for _, c := range []struct {
		mean, sd, lo, hi float64
		want             montecarlo.Outcome
		within           int
	}{
		{1, 0.01, 0.98, 1.02, montecarlo.Confirmed, 7600},
		{1, 0.1, 0.98, 1.02, montecarlo.Confirmed, 9000},
		{1.02, 0.01, 1, 1, montecarlo.Refuted, 2000},
		{0.98, 0.01, 1, 1, montecarlo.Refuted, 7600},
	} {
		test, err := montecarlo.NewMeanTest(montecarlo.MeanClaim{Lo: c.lo, Hi: c.hi, Max: 5}, 1e-9, c.within)
		require.NoError(t, err)
		for i := 0; i < c.within && test.Add(math.Abs(c.mean+c.sd*r.NormFloat64())) == montecarlo.Undecided; i++ {
		}
		require.Equal(t, c.want, test.Verdict().Outcome, "%+v: %+v", c, test.Verdict())
		t.Logf("mean %v, sd %v: %s after %d trials", c.mean, c.sd, c.want, test.Verdict().Trials)
	}
}
