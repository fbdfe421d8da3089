package properties_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"
)

// The tests below refute a true claim with probability at most
// alphaPerCheck for each claim that a check of rapid makes: two claims in
// each of 100 checks in three tests are 3e-7. With the controls, 9e-8, and the
// comparison of samplers, 4e-7, the whole package stays below 1e-6.
const alphaPerCheck = 5e-10

// drawWidth draws a width from 4 up, evenly in its logarithm.
func drawWidth(t *rapid.T, largest float64) int {
	return int(math.Round(math.Exp(rapid.Float64Range(math.Log(4), math.Log(largest)).Draw(t, "log width"))))
}

// drawVector draws a way of making vectors of squared length n·shell: from
// the most spread out to a single coordinate. All are independent of the
// weights, which is all that theory asks of them.
func drawVector(t *rapid.T, label string, shell float64) properties.Vector {
	kind := rapid.SampledFrom([]string{"uniform", "constant", "one-hot", "sparse", "heavy-tailed"}).Draw(t, label)
	return func(trial int, stream rand.PCG, dst []float64) error {
		r := rand.New(&stream)
		clear(dst)
		switch kind {
		case "uniform":
			for i := range dst {
				dst[i] = r.NormFloat64()
			}
		case "constant":
			for i := range dst {
				dst[i] = 1
			}
		case "one-hot":
			dst[trial%len(dst)] = 1
		case "sparse":
			for range 3 {
				dst[r.IntN(len(dst))] = 1
			}
		case "heavy-tailed":
			for i := range dst {
				dst[i] = 1 / r.NormFloat64()
			}
		}
		floats.Scale(math.Sqrt(shell*float64(len(dst)))/floats.Norm(dst, 2), dst)
		return nil
	}
}

// requireMoments refutes that a statistic has the given mean and standard
// deviation. By Chebyshev's inequality it lies 4 standard deviations off with
// probability at most 1/16, whatever its law; so does the mean of 16
// independent copies. Both are tested as rates, so nothing here is
// approximate; the price is that a deviation of less than about a factor of
// two in the standard deviation goes unseen.
func requireMoments(t *rapid.T, e properties.Ensemble, seed uint64, trials int, mean, sd float64, value func(network.Norms) float64) {
	const group = 16
	values, err := properties.SampleMap(context.Background(), e, montecarlo.Plan{Trials: trials * group}, montecarlo.NewExperiment(seed, "moments"), value)
	require.NoError(t, err)
	single, grouped := newRate(t, trials*group), newRate(t, trials)
	slack := 1e-9 * (1 + math.Abs(mean)) // quadrature and rounding
	for i := 0; i < len(values); i += group {
		var sum float64
		for _, v := range values[i : i+group] {
			sum += v
			single.Add(math.Abs(v-mean) >= 4*sd+slack)
		}
		grouped.Add(math.Abs(sum/group-mean) >= 4*sd/math.Sqrt(group)+slack)
	}
	require.NotEqual(t, montecarlo.Refuted, single.Verdict().Outcome, "single networks: %+v", single.Verdict())
	require.NotEqual(t, montecarlo.Refuted, grouped.Verdict().Outcome, "means of %d networks: %+v", group, grouped.Verdict())
}

func newRate(t *rapid.T, trials int) *montecarlo.RateTest {
	r, err := montecarlo.NewRateTest(1.0/16, alphaPerCheck, trials)
	require.NoError(t, err)
	return r
}

// Theorem 1 with exact finite-width moments: for any input of squared length
// nq, ‖φ(Wx)‖²/n has the exact mean and spread of theorem.SphereMoments.
func TestTheorem1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		act := drawActivation(t)
		n := drawWidth(t, 5000)
		shell := rapid.SampledFrom([]float64{1, 1, 0.25, 0.9, 1.1, 4}).Draw(t, "shell")
		m, err := theorem.SphereMoments(act.Activation, n, shell)
		require.NoError(t, err)
		e := properties.Ensemble{Activation: act.Activation, Width: n, Depth: 1, Input: drawVector(t, "x", shell)}
		requireMoments(t, e, rapid.Uint64().Draw(t, "seed"), 60, m.Forward.Mean, math.Sqrt(m.Forward.AverageVariance),
			func(norms network.Norms) float64 { return norms.X[1] / float64(n) })
	})
}

// On the shell the exact mean is 1 + O(1/n) and n times the exact variance
// tends to the limit law's: multiplying n by 4 divides both errors by about 4.
// That is the theorem, without chance.
func TestExactMomentsConverge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		act := drawActivation(t)
		p := act.Roots[act.Chosen].Profile
		errorsAt := func(n int) (mean, variance float64) {
			m, err := theorem.SphereMoments(act.Activation, n, 1)
			require.NoError(t, err)
			return math.Abs(m.Forward.Mean - 1), math.Abs(float64(n)*m.Forward.AverageVariance - p.ForwardVariance)
		}
		n := rapid.IntRange(4_000, 40_000).Draw(t, "width")
		mean, variance := errorsAt(n)
		nextMean, nextVariance := errorsAt(4 * n)
		const noise = 1e-8 // of quadrature, multiplied by n in the variance
		require.LessOrEqual(t, nextMean, mean/3.5+noise)
		require.LessOrEqual(t, nextVariance, variance/3.5+noise)
		require.Less(t, mean, 0.1)
	})
}

// Theorem 2 with exact moments: for fixed and for random y independent of W,
// whatever its shape.
func TestTheorem2(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		act := drawActivation(t)
		n := drawWidth(t, 5000)
		shell := rapid.SampledFrom([]float64{1, 1, 0.25, 4}).Draw(t, "shell")
		m, err := theorem.SphereMoments(act.Activation, n, shell)
		require.NoError(t, err)
		e := properties.Ensemble{Activation: act.Activation, Width: n, Depth: 1, Input: drawVector(t, "x", shell)}
		variance := m.UniformBackwardVariance()
		if rapid.Bool().Draw(t, "fixed y") {
			peak := rapid.IntRange(1, n).Draw(t, "support of y")
			e.Gradient = support(peak)
			variance = m.FixedBackwardVariance(1 / float64(peak))
		}
		requireMoments(t, e, rapid.Uint64().Draw(t, "seed"), 60, m.Backward.Mean, math.Sqrt(variance),
			func(norms network.Norms) float64 { return norms.D[0] / norms.Y[1] })
	})
}

// support is the fixed vector with k equal entries and ‖y‖² = n.
func support(k int) properties.Vector {
	return func(_ int, _ rand.PCG, dst []float64) error {
		clear(dst)
		for i := range k {
			dst[i] = math.Sqrt(float64(len(dst)) / float64(k))
		}
		return nil
	}
}

// Definition 1 as a claim over depth, for activations whose length map is
// stable. The tolerance is where the limit law puts 2 % of the networks; the
// claim allows 10 %, which is the slack for a finite width. Refuting a true
// claim has probability at most alphaPerCheck.
func TestDefinition1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		act := drawActivation(t)
		if !act.Stable {
			t.Skip("no stable root")
		}
		n := rapid.IntRange(300, 1500).Draw(t, "width")
		depth := rapid.IntRange(2, 20).Draw(t, "depth")
		profile := act.Roots[act.Chosen].Profile
		e := properties.Ensemble{Activation: act.Activation, Width: n, Depth: depth}
		var claims []properties.Claim
		for _, s := range []theorem.Statement{theorem.Definition1Forward(), theorem.Definition1Backward()} {
			law, err := s.PredictionFor(profile, n, depth)
			require.NoError(t, err)
			claims = append(claims, properties.Claim{Statement: s, Depth: depth, Tolerance: toleranceFor(law, 0.02), Limit: 0.1})
		}
		results, err := properties.Test(context.Background(), e, claims, properties.Budget{
			Seed: rapid.Uint64().Draw(t, "seed"), Trials: 448, Alpha: alphaPerCheck})
		require.NoError(t, err)
		for _, r := range results {
			require.NotEqual(t, montecarlo.Refuted, r.Verdict.Outcome, "%s for %s: %+v", r.Claim, act.Name, r.Verdict)
		}
	})
}

// toleranceFor is the ε with P(|ratio − 1| ≥ ε) = p under the law.
func toleranceFor(law theorem.Law, p float64) float64 {
	lo, hi := 1e-12, 1e6
	for range 100 {
		mid := math.Sqrt(lo * hi)
		if law.Outside(mid) > p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}
