package montecarlo_test

import (
	"math"
	"math/bits"
	"slices"
	"testing"

	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestLawTestRejectsBadClaims(t *testing.T) {
	for _, c := range []struct {
		claim  montecarlo.LawClaim
		alpha  float64
		budget int
	}{
		{montecarlo.LawClaim{}, 0.1, 1},
		{montecarlo.LawClaim{CDF: uniformCDF, Slack: -0.1}, 0.1, 1},
		{montecarlo.LawClaim{CDF: uniformCDF, Slack: 1}, 0.1, 1},
		{montecarlo.LawClaim{CDF: uniformCDF, Slack: math.NaN()}, 0.1, 1},
		{montecarlo.LawClaim{CDF: uniformCDF}, 0, 1},
		{montecarlo.LawClaim{CDF: uniformCDF}, 1, 1},
		{montecarlo.LawClaim{CDF: uniformCDF}, 0.1, 0},
	} {
		_, err := montecarlo.NewLawTest(c.claim, c.alpha, c.budget)
		require.Error(t, err, "%+v", c)
	}
}

// exactDistance is sup|F_n − G| over all numbers. F_n is constant between
// neighbouring values, so the supremum is at one of them or just below it.
func exactDistance(values []float64, cdf func(float64) float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	worst, n := 0.0, float64(len(sorted))
	for i, x := range sorted {
		// Ties are harmless: among equal values the first has the smallest
		// F_n just below and the last the largest at x.
		worst = max(worst, float64(i+1)/n-cdf(x), cdf(math.Nextafter(x, math.Inf(-1)))-float64(i)/n)
	}
	return worst
}

// A predicted law with jumps: a mixture of a uniform law on [0, 1] and atoms.
func drawCDF(t *rapid.T) func(float64) float64 {
	atoms := rapid.SliceOfN(rapid.Float64Range(0, 1), 0, 4).Draw(t, "atoms")
	weight := rapid.Float64Range(0, 1).Draw(t, "weight of the atoms")
	if len(atoms) == 0 {
		weight = 0
	}
	return func(x float64) float64 {
		below := 0.0
		for _, a := range atoms {
			if a <= x {
				below += 1 / float64(len(atoms))
			}
		}
		return (1-weight)*uniformCDF(x) + weight*below
	}
}

type lawCase struct {
	claim  montecarlo.LawClaim
	alpha  float64
	budget int
	values []float64
}

func drawLawCase(t *rapid.T) lawCase {
	few := rapid.SliceOfN(rapid.Float64Range(-0.5, 1.5), 1, 5).Draw(t, "repeated values")
	value := rapid.OneOf(rapid.Float64Range(-0.1, 1.1), rapid.SampledFrom(few))
	return lawCase{
		claim:  montecarlo.LawClaim{CDF: drawCDF(t), Slack: rapid.Float64Range(0, 0.9).Draw(t, "slack")},
		alpha:  math.Exp(rapid.Float64Range(-12, -1).Draw(t, "log alpha")),
		budget: rapid.IntRange(1, 200).Draw(t, "budget"),
		values: rapid.SliceOfN(value, 1, 250).Draw(t, "values"),
	}
}

func (c lawCase) start(t require.TestingT) *montecarlo.LawTest {
	test, err := montecarlo.NewLawTest(c.claim, c.alpha, c.budget)
	require.NoError(t, err)
	return test
}

func (c lawCase) run(t require.TestingT) *montecarlo.LawTest {
	test := c.start(t)
	for _, x := range c.values {
		test.Add(x)
	}
	return test
}

// The distance on the grid against the exact one, jumps and ties included.
func TestLawDistanceIsExactUpToTheGrid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawLawCase(t)
		test := c.start(t)
		for n, x := range c.values {
			if test.Add(x) != montecarlo.Undecided {
				return
			}
			exact := exactDistance(c.values[:n+1], c.claim.CDF)
			grid, coarseness := montecarlo.LawDistance(test)
			require.LessOrEqual(t, grid, exact+1e-12)
			require.GreaterOrEqual(t, grid+coarseness, exact-1e-12)
		}
	})
}

// The running test against a recomputation from all observations at every
// look: its interval holds the exact one and is wider by less than twice the
// grid, and its answer is what its interval says.
func TestLawTestMatchesRecomputation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawLawCase(t)
		test := c.start(t)
		trials, alphas, _ := montecarlo.Looks(c.alpha, c.budget, 60)
		_, coarseness := montecarlo.LawDistance(test)
		lo, hi := 0.0, 1.0
		for n := 1; n <= len(c.values); n++ {
			outcome := test.Add(c.values[n-1])
			if i := slices.Index(trials, n); i >= 0 {
				d, epsilon := exactDistance(c.values[:n], c.claim.CDF), math.Sqrt(math.Log(2/alphas[i])/2/float64(n))
				lo, hi = max(lo, d-epsilon), min(hi, d+epsilon)
			}
			gotLo, gotHi := test.Interval()
			require.LessOrEqual(t, gotLo, lo+1e-12)
			require.GreaterOrEqual(t, gotLo, lo-coarseness-1e-12)
			require.GreaterOrEqual(t, gotHi, hi-1e-12)
			if lo <= hi {
				require.LessOrEqual(t, gotHi, max(gotLo, hi+coarseness)+1e-12)
			}
			want := montecarlo.Undecided
			switch {
			case gotLo > c.claim.Slack:
				want = montecarlo.Refuted
			case gotHi <= c.claim.Slack:
				want = montecarlo.Confirmed
			}
			require.Equal(t, want, outcome)
			if outcome != montecarlo.Undecided {
				return
			}
		}
	})
}

// The looks never spend more than α, go on for ever, and one is at the budget.
func TestLooksSpendAlphaOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alpha := math.Exp(rapid.Float64Range(-40, -0.01).Draw(t, "log alpha"))
		budget := rapid.IntRange(1, 1_000_000).Draw(t, "budget")
		trials, alphas, planned := montecarlo.Looks(alpha, budget, 300)
		spent := 0.0
		for i, a := range alphas {
			require.Greater(t, a, 0.0)
			spent += a
			if i > 0 {
				require.Greater(t, trials[i], trials[i-1])
				require.LessOrEqual(t, trials[i], max(trials[i-1]+1, trials[i-1]*9/8))
			}
		}
		require.LessOrEqual(t, spent, alpha*(1+1e-12))
		require.GreaterOrEqual(t, spent, 0.99*alpha, "all but a little is spent in 300 looks")
		require.Equal(t, budget, trials[planned-1])
	})
}

func TestLawAnswersAreFinalEquivariantAndReproducible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawLawCase(t)
		test, again := c.start(t), c.start(t)
		scaled := c
		scale := math.Exp2(float64(rapid.IntRange(-20, 20).Draw(t, "log2 scale")))
		scaled.claim.CDF = func(x float64) float64 { return c.claim.CDF(x / scale) }
		other := scaled.start(t)
		for _, x := range c.values {
			test.Add(x)
			again.Add(x)
			again.Verdict() // looking changes nothing
			other.Add(x * scale)
		}
		v := test.Verdict()
		require.Equal(t, v, again.Verdict(), "the same observations give the same state to the last bit")
		require.Equal(t, v, other.Verdict(), "claim and observations scaled together")
		if test.Decided() {
			bold := c
			bold.alpha = c.alpha + (1-c.alpha)*rapid.Float64Range(0, 0.99).Draw(t, "larger alpha")
			before, _, _ := montecarlo.Looks(c.alpha, c.budget, 1)
			after, _, _ := montecarlo.Looks(bold.alpha, c.budget, 1)
			if before[0] == after[0] { // the same looks
				b := bold.run(t)
				require.True(t, b.Decided(), "more α decides no later")
				require.LessOrEqual(t, b.Verdict().Trials, v.Trials)
			}
			for _, x := range []float64{0, 1, math.NaN()} {
				require.Equal(t, v.Outcome, test.Add(x))
			}
			require.Equal(t, v, test.Verdict())
		}
	})
}

func TestNaNRefutesALaw(t *testing.T) {
	broken := func(x float64) float64 {
		if x > 0.5 {
			return math.NaN()
		}
		return uniformCDF(x)
	}
	for _, c := range []struct {
		cdf func(float64) float64
		x   float64
	}{{uniformCDF, math.NaN()}, {broken, 0.7}} {
		test, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: c.cdf, Slack: 0.5}, 1e-9, 100)
		require.NoError(t, err)
		require.Equal(t, montecarlo.Undecided, test.Add(0.1))
		require.Equal(t, montecarlo.Refuted, test.Add(c.x))
		require.Contains(t, test.Verdict().Note, "trial 2")
	}
}

// All observations at one point between two of the grid: the distance on the
// grid is too small, and the upper end of the interval must allow for it.
func TestTheGridIsAllowedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(0.4, 0.6).Draw(t, "x") // at a distance just above the slack
		n := rapid.IntRange(1, 300).Draw(t, "n")
		test, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: uniformCDF, Slack: 0.5}, 1e-3, n)
		require.NoError(t, err)
		epsilon := 1.0
		trials, alphas, _ := montecarlo.Looks(1e-3, n, 60)
		for i := range n {
			if test.Add(x) != montecarlo.Undecided {
				n = i + 1
				break
			}
		}
		if i := slices.Index(trials, n); i >= 0 {
			epsilon = math.Sqrt(math.Log(2/alphas[i]) / 2 / float64(n))
		}
		lo, hi := test.Interval()
		distance := max(x, 1-x)
		require.GreaterOrEqual(t, hi, min(1, distance+epsilon))
		require.LessOrEqual(t, lo, max(0, distance-epsilon))
	})
}

// A law with half of its mass at 0, the rest uniform, like a rectified
// quantity; the scaling in its CDF must not move the atom.
func TestAnAtomAtZero(t *testing.T) {
	for _, sigma := range []float64{1, 1.0 / 3, 3, 1024} {
		half := func(x float64) float64 {
			if x /= sigma; x < 0 {
				return 0
			}
			return 0.5 + 0.5*uniformCDF(x)
		}
		test, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: half, Slack: 0.2}, 1e-6, 2000)
		require.NoError(t, err)
		for i := range uint64(1000) {
			test.Add(0)
			test.Add(sigma * float64(bits.Reverse64(i)>>11) / (1 << 53))
		}
		require.Equal(t, montecarlo.Confirmed, test.Verdict().Outcome, "σ = %v", sigma)
	}
}

// Infinite values are values.
func TestALawMayReachInfinity(t *testing.T) {
	half := func(x float64) float64 {
		if math.IsInf(x, 1) {
			return 1
		}
		return 0.5
	}
	test, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: half, Slack: 0.2}, 1e-6, 2000)
	require.NoError(t, err)
	for i := range 2000 {
		test.Add(math.Inf(2*(i%2) - 1))
	}
	require.Equal(t, montecarlo.Confirmed, test.Verdict().Outcome)
}

// A law at the resolution's distance from the claim, seen at its expected
// frequencies, is refuted within the budget, and one a tenth nearer is not.
func TestLawResolution(t *testing.T) {
	const slack, budget = 0.05, 3000
	at := func(delta float64) montecarlo.Outcome {
		test, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: uniformCDF, Slack: slack}, 1e-9, budget)
		require.NoError(t, err)
		zeros, others := 0, uint64(0)
		for i := 1; i <= budget; i++ {
			if float64(zeros) < (slack+delta)*float64(i) {
				zeros++
				test.Add(0) // F(0) = slack + δ where 0 is predicted
				continue
			}
			others++ // van der Corput: evenly spread at any time
			test.Add(float64(bits.Reverse64(others)>>11) / (1 << 53))
		}
		return test.Verdict().Outcome
	}
	test, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: uniformCDF, Slack: slack}, 1e-9, budget)
	require.NoError(t, err)
	delta := test.Resolution()
	require.Equal(t, delta, test.Verdict().Resolution)
	require.Less(t, delta, 0.075)
	require.Equal(t, montecarlo.Refuted, at(delta))
	require.Equal(t, montecarlo.Undecided, at(0.9*delta))
}

func TestLawTestConfirms(t *testing.T) {
	test, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: uniformCDF, Slack: 0.1}, 1e-9, 3000)
	require.NoError(t, err)
	for i := uint64(1); test.Add(float64(bits.Reverse64(i)>>11)/(1<<53)) == montecarlo.Undecided && i < 3000; i++ {
	}
	v := test.Verdict()
	require.Equal(t, montecarlo.Confirmed, v.Outcome, "%+v", v)
	require.LessOrEqual(t, v.Hi, 0.1)
}
