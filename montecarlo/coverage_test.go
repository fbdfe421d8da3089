package montecarlo_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
)

// falseAlarm is the probability with which one coverage check fails although
// the sequence errs with probability exactly α; the tests here make fewer
// than 30 such checks.
const falseAlarm = 1e-9

// coverageRuns many runs show a miscoverage; -short makes do with fewer, for
// which the allowance is computed in the same way.
func coverageRuns() int {
	if testing.Short() {
		return 5_000
	}
	return 100_000
}

// A peek is one run under optional stopping at the worst moment: it looks
// after every trial and says whether it ever was wrong.
type peek func(r *rand.Rand) (bool, error)

// misses counts the runs that went wrong.
func misses(t *testing.T, name string, runs int, run peek) int {
	t.Helper()
	e := montecarlo.NewExperiment(replay.Seed(t), name)
	wrong, err := montecarlo.Collect(t.Context(), montecarlo.Plan{Trials: runs}, noWorkspace,
		func(_ context.Context, _ struct{}, i int) (bool, error) {
			s := e.Trial(i).Layer(0)
			return run(rand.New(&s))
		})
	require.NoError(t, err)
	count := 0
	for _, w := range wrong {
		if w {
			count++
		}
	}
	return count
}

// allowedMisses is what a sequence that errs with probability α exceeds with
// probability below the false alarm.
func allowedMisses(runs int, alpha float64) int {
	b := distuv.Binomial{N: float64(runs), P: alpha}
	k := math.Floor(float64(runs) * alpha)
	for b.Survival(k) > falseAlarm {
		k++
	}
	return int(k)
}

func requireCoverage(t *testing.T, name string, alpha float64, run peek) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		runs := coverageRuns()
		count, allowed := misses(t, name, runs, run), allowedMisses(runs, alpha)
		t.Logf("miscoverage %.5f of α = %v in %d runs; up to %.5f allowed", float64(count)/float64(runs), alpha, runs,
			float64(allowed)/float64(runs))
		require.LessOrEqual(t, count, allowed)
	})
}

// With the limit at the true rate, an answer of either kind is the moment at
// which the interval loses the truth.
func TestRateCoverage(t *testing.T) {
	for _, c := range []struct {
		name     string
		p, alpha float64
		length   int
	}{
		{"one in ten", 0.1, 0.05, 200},
		{"rare event", 0.01, 0.05, 200},
		{"nearly always", 0.98, 0.01, 200},
	} {
		requireCoverage(t, c.name, c.alpha, func(r *rand.Rand) (bool, error) {
			test, err := montecarlo.NewRateTest(c.p, c.alpha, c.length)
			if err != nil {
				return false, err
			}
			for range c.length {
				if test.Add(r.Float64() < c.p) != montecarlo.Undecided {
					return true, nil
				}
			}
			return false, nil
		})
	}
}

// A hardLaw is a law on [0, 1] that makes means hard to enclose; the
// sequence of its values may depend on their past, but not their mean.
type hardLaw struct {
	name string
	mean float64
	draw func(r *rand.Rand, past float64) float64 // past: average excess over the mean so far
}

var hardLaws = []hardLaw{
	{"two points at the ends", 0.5, func(r *rand.Rand, _ float64) float64 { return float64(r.Uint64() & 1) }},
	{"rare, mean near the lower end", 0.01, func(r *rand.Rand, _ float64) float64 { return indicator(r, 0.01) }},
	{"skewed to the right, Beta(0.1, 1)", 1.0 / 11, func(r *rand.Rand, _ float64) float64 { return tenthPower(r.Float64()) }},
	{"skewed to the left, Beta(1, 0.1)", 10.0 / 11, func(r *rand.Rand, _ float64) float64 { return 1 - tenthPower(r.Float64()) }},
	{"tiny variance, rare outliers", 0.3, func(r *rand.Rand, _ float64) float64 {
		if r.Float64() < 0.98 { // mean (0.3 − 0.02·0.9)/0.98
			return 0.282/0.98 + 0.002*(r.Float64()-0.5)
		}
		return 0.9
	}},
	{"quiet while it looks bad, wild otherwise", 0.25, func(r *rand.Rand, past float64) float64 {
		if past > 0.05 {
			return 0.24 + 0.02*r.Float64()
		}
		return indicator(r, 0.25)
	}},
}

func indicator(r *rand.Rand, p float64) float64 {
	if r.Float64() < p {
		return 1
	}
	return 0
}

func tenthPower(u float64) float64 {
	u2 := u * u
	u4 := u2 * u2
	return u4 * u4 * u2
}

// walk draws values and hands them to add until it says that the truth is
// lost.
func (l hardLaw) walk(r *rand.Rand, length int, lost func(x float64) bool) bool {
	excess := 0.0
	for i := range length {
		x := l.draw(r, excess/math.Max(1, float64(i)))
		excess += x - l.mean
		if lost(x) {
			return true
		}
	}
	return false
}

// A claim that is the true mean and nothing else is decided at the moment at
// which the confidence sequence loses the truth, in either direction.
func TestMeanCoverage(t *testing.T) {
	const length = 100
	for i, law := range hardLaws {
		alpha := []float64{0.05, 0.01}[i%2]
		requireCoverage(t, law.name, alpha, meanPeek(law, alpha, length, montecarlo.MeanClaim{Lo: law.mean, Hi: law.mean, Max: 1},
			func(montecarlo.Outcome) bool { return true }))
	}
}

// A mean at the boundary of the tolerance, or a hair outside, is where wrong
// answers are easiest.
func TestMeanAnswersAtTheBoundary(t *testing.T) {
	const length, alpha = 100, 0.05
	skewed := hardLaws[2]
	inside := montecarlo.MeanClaim{Lo: skewed.mean - 0.05, Hi: skewed.mean, Max: 1}
	requireCoverage(t, "true claim, mean at its upper end", alpha,
		meanPeek(skewed, alpha, length, inside, func(o montecarlo.Outcome) bool { return o == montecarlo.Refuted }))
	outside := montecarlo.MeanClaim{Lo: -1, Hi: skewed.mean - 1e-9, Max: 1}
	requireCoverage(t, "false claim, mean just above it", alpha,
		meanPeek(skewed, alpha, length, outside, func(o montecarlo.Outcome) bool { return o == montecarlo.Confirmed }))
}

func meanPeek(law hardLaw, alpha float64, length int, c montecarlo.MeanClaim, wrong func(montecarlo.Outcome) bool) peek {
	return func(r *rand.Rand) (bool, error) {
		test, err := montecarlo.NewMeanTest(c, alpha, length)
		if err != nil {
			return false, err
		}
		law.walk(r, length, func(x float64) bool { return test.Add(x) != montecarlo.Undecided })
		return test.Decided() && wrong(test.Verdict().Outcome), nil
	}
}

func TestBernsteinCoverage(t *testing.T) {
	const length = 100
	for i, law := range hardLaws {
		alpha := []float64{0.05, 0.01}[i%2]
		requireCoverage(t, law.name, alpha, func(r *rand.Rand) (bool, error) {
			s, err := montecarlo.NewBernsteinSequence(0, 1, alpha)
			if err != nil {
				return false, err
			}
			lost := law.walk(r, length, func(x float64) bool {
				err = s.Add(x)
				return err != nil
			})
			lo, hi := s.Interval() // of all times
			return lost || lo > law.mean || hi < law.mean, err
		})
	}
}

// A uniform law on [0, 1] is predicted; the true one has the given distance.
var predictedLaws = []struct {
	name     string
	cdf      func(float64) float64
	draw     func(r *rand.Rand) float64
	distance float64
}{
	{"the predicted law", uniformCDF, func(r *rand.Rand) float64 { return r.Float64() }, 0},
	{"a law of three values", threeCDF, func(r *rand.Rand) float64 { return math.Floor(3 * r.Float64()) }, 0},
	{"an atom at the lower end", uniformCDF, func(r *rand.Rand) float64 {
		if r.Float64() < 0.1 {
			return 0
		}
		return r.Float64()
	}, 0.1},
	{"all in one point", uniformCDF, func(*rand.Rand) float64 { return 0.5 }, 0.5},
}

func uniformCDF(x float64) float64 { return math.Min(math.Max(x, 0), 1) }

// threeCDF is exact at its jumps: Floor(x+1) would round up just below them.
func threeCDF(x float64) float64 {
	k := 0.0
	for _, atom := range []float64{0, 1, 2} {
		if x >= atom {
			k++
		}
	}
	return k / 3
}

func TestLawCoverage(t *testing.T) {
	const length = 100
	for i, law := range predictedLaws {
		alpha := []float64{0.05, 0.01}[i%2]
		requireCoverage(t, law.name, alpha, func(r *rand.Rand) (bool, error) {
			// A slack of the distance itself is refuted at the moment at
			// which the lower end passes the truth; a claim that cannot be
			// decided shows the upper end of all times.
			test, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: law.cdf, Slack: law.distance}, alpha, length)
			if err != nil {
				return false, err
			}
			for range length {
				test.Add(law.draw(r))
			}
			lo, hi := test.Interval()
			return lo > law.distance || hi < law.distance, nil
		})
	}
}

// The same runs with intervals for a fixed number of trials that are looked
// at after every trial: sequences that forget they peeked. The coverage
// checks must be able to see it, so each of them must go over its allowance.
func TestForgettingToHavePeekedIsSeen(t *testing.T) {
	const length, alpha = 100, 0.05
	half := hardLaws[0]
	caught := func(name string, run peek) {
		t.Helper()
		const runs = 2_000
		count, allowed := misses(t, name, runs, run), allowedMisses(runs, alpha)
		t.Logf("%s: miscoverage %.3f, allowed %.3f", name, float64(count)/runs, float64(allowed)/runs)
		require.Greater(t, count, allowed, name)
	}
	caught("Hoeffding", func(r *rand.Rand) (bool, error) {
		n, sum := 0.0, 0.0
		return half.walk(r, 3000, func(x float64) bool {
			n, sum = n+1, sum+x
			return math.Abs(sum/n-half.mean) > math.Sqrt(math.Log(2/alpha)/(2*n))
		}), nil
	})
	caught("Clopper–Pearson", func(r *rand.Rand) (bool, error) {
		n, k := 0.0, 0.0
		return half.walk(r, length, func(x float64) bool {
			n, k = n+1, k+x
			b := distuv.Binomial{N: n, P: half.mean}
			return b.CDF(k) < alpha/2 || b.Survival(k-1) < alpha/2
		}), nil
	})
	caught("Dvoretzky–Kiefer–Wolfowitz", func(r *rand.Rand) (bool, error) {
		var values [length]float64
		for i := range values {
			values[i] = r.Float64()
			n := float64(i + 1)
			if exactDistance(values[:i+1], uniformCDF) > math.Sqrt(math.Log(2/alpha)/(2*n)) {
				return true, nil
			}
		}
		return false, nil
	})
}
