package theorem

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// No measured frequency is significantly above its bound, for random
// activations, widths, shells, deviations and y. Four exact binomial tests in
// each of 100 cases at 1e-9: false-alarm probability at most 4e-7.
func TestBoundsHoldInSimulation(t *testing.T) {
	seed := replay.Seed(t)
	informative := map[Method]int{}
	var stream uint64
	rapid.Check(t, func(t *rapid.T) {
		a := anyActivation.Draw(t, "activation")
		n := rapid.IntRange(4, 120).Draw(t, "n")
		q := rapid.SampledFrom([]float64{1, 1, 0.5, 2}).Draw(t, "q")
		eps := rapid.Float64Range(0.02, 3).Draw(t, "eps")
		rho := rapid.Float64Range(0, 1).Draw(t, "rho")
		stream++
		r := rand.New(rand.NewPCG(seed, stream))
		fixed := shape(r, n, rapid.SampledFrom([]string{"one-hot", "constant", "heavy"}).Draw(t, "y"))

		var bounds [4]Bound
		var err error
		bounds[0], err = ForwardBound(a, n, q, eps)
		require.NoError(t, err)
		bounds[1], err = BackwardBoundFixed(a, fixed, q, eps)
		require.NoError(t, err)
		bounds[2], err = BackwardBoundUniform(a, n, q, eps)
		require.NoError(t, err)
		bounds[3], err = BackwardBoundInside(a, n, q, rho, eps)
		require.NoError(t, err)
		for _, b := range bounds {
			require.Equal(t, Proven, b.Status)
			require.True(t, b.Probability >= 0 && b.Probability <= 1, b)
			informative[b.Method]++
		}

		const trials = 300
		var events [4]int
		s, y := newLayerSample(n, q), make([]float64, n)
		for range trials {
			s.draw(r, a)
			onSphere(r, y, 1)
			for i, v := range []float64{meanSquare(s.val), s.through(fixed), s.through(y), s.through(aligned(r, s.val, rho))} {
				if math.Abs(v-1) >= eps {
					events[i]++
				}
			}
		}
		for i, what := range []string{"forward", "backward fixed", "backward uniform", "backward inside"} {
			requireRateAtMost(t, bounds[i].Probability, events[i], trials, what)
		}
	})
	t.Log(informative)
}

// shape draws one of the vectors that a backward pass may be unlucky with.
func shape(r *rand.Rand, n int, kind string) []float64 {
	y := make([]float64, n)
	for i := range y {
		switch kind {
		case "constant":
			y[i] = 1
		case "heavy":
			y[i] = math.Tan(math.Pi * (r.Float64() - 0.5) * 0.999)
		}
	}
	if kind == "one-hot" {
		y[r.IntN(n)] = 1
	}
	return y
}

// aligned draws a unit vector with alignment rho to x, otherwise uniform.
func aligned(r *rand.Rand, x []float64, rho float64) []float64 {
	y := make([]float64, len(x))
	onSphere(r, y, 1)
	xx, xy := 0.0, 0.0
	for i := range x {
		xx += x[i] * x[i]
		xy += x[i] * y[i]
	}
	if xx == 0 {
		return y
	}
	yy := 0.0
	for i := range y {
		y[i] -= xy / xx * x[i]
		yy += y[i] * y[i]
	}
	for i := range y {
		y[i] = math.Sqrt((1-rho*rho)/yy)*y[i] + rho/math.Sqrt(xx)*x[i]
	}
	return y
}

// The log-Sobolev inequality is sharp in the exponent for linear functions: a
// one-hot y sees φ′(u₁)², and bent has a linear φ′. A bound that decays faster
// than the proven one by a factor 2 in the exponent is refuted here. Six exact
// tests at 1e-9.
func TestLogSobolevIsNearlySharp(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	const n, trials = 150, 20_000
	y := make([]float64, n)
	y[0] = 1
	d, err := ErrorShapeOf(y)
	require.NoError(t, err)
	m, err := SphereMoments(bent, n, 1)
	require.NoError(t, err)
	s := derivativeSquare(bent, m)
	s.lipschitz *= d.Peak
	s.variance = math.NaN()

	sample, u := make([]float64, trials), newLayerSample(n, 1)
	for i := range sample {
		u.draw(r, bent)
		sample[i] = u.through(y)
	}
	for _, deviation := range []float64{1.5, 2, 2.5, 3, 3.5, 4} {
		root := math.Sqrt(m.Backward.Mean) + deviation/10 // the standard deviation of 1 + u₁/10
		b := s.above(root * root)
		require.Equal(t, LogSobolev, b.method)
		events := 0
		for _, v := range sample {
			if v >= root*root {
				events++
			}
		}
		requireRateAtMost(t, b.p, events, trials, "sharp case")
	}
}

// The enclosure √E F² ≥ E F ≥ meanRoot, measured. The upper half is Jensen's
// inequality; the lower one is tested at 7 standard errors in 30 cases,
// false-alarm probability at most 3e-8 as in requireMean.
func TestMeanRootIsBelowTheMean(t *testing.T) {
	seed := replay.Seed(t)
	tightest := math.Inf(1)
	for stream := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, stream))
		a := []gpnorm.Activation{gpTanh, gpReLU, gpELU, rawShrink, bent}[r.IntN(5)]
		m, err := SphereMoments(a, 4+r.IntN(8), 0.5+r.Float64())
		require.NoError(t, err)
		s := newLayerSample(m.Width, m.Shell)
		const trials = 10_000
		var mean, square float64
		for range trials {
			s.draw(r, a)
			f := math.Sqrt(meanSquare(s.val))
			mean += f / trials
			square += f * f / trials
		}
		se := math.Sqrt((square - mean*mean) / trials)
		f := forwardSquare(a, m)
		require.GreaterOrEqual(t, mean+7*se, f.meanRoot(), a.Name)
		tightest = min(tightest, (mean+7*se-f.meanRoot())/math.Sqrt(m.Forward.Mean))
	}
	t.Log(tightest)
}

// What the direction of y adds vanishes with its Lipschitz constant, and the
// spread of D remains: Cantelli's 1/(1 + x²) for a unit variance.
func TestPassageKeepsTheSpreadOfD(t *testing.T) {
	p := passage{
		spread:    square{mean: 1, variance: 1, lipschitz: math.NaN(), constant: 1, ceiling: math.NaN()},
		lipschitz: 3, constant: 1e9,
	}
	require.InDelta(t, 1/(1+0.5*0.5), p.above(1.5, identity).p, 0.01)
	require.InDelta(t, 1/(1+0.5*0.5), p.below(0.5, identity).p, 0.01)
}

// The conditional mean of ‖Dy‖²/‖y‖² given D and x, for every alignment up to
// rho, lies in its enclosure.
func TestAlignedMeansEnclose(t *testing.T) {
	seed := replay.Seed(t)
	var stream uint64
	rapid.Check(t, func(t *rapid.T) {
		stream++
		r := rand.New(rand.NewPCG(seed, stream))
		a := anyActivation.Draw(t, "activation")
		n := rapid.IntRange(4, 30).Draw(t, "n")
		rho := rapid.Float64Range(0, 1).Draw(t, "rho")
		s := newLayerSample(n, 1)
		s.draw(r, a)
		spread, along := meanSquare(s.d), 0.0
		if meanSquare(s.val) > 0 {
			along = s.through(s.val)
		}
		smallest, largest := alignedMeans(n, rho, a.Lipschitz*a.Lipschitz)
		for _, rho := range []float64{0, rho / 2, rho} {
			mean := rho*rho*along + (1-rho*rho)*(float64(n)*spread-along)/float64(n-1)
			require.GreaterOrEqual(t, mean, smallest(spread)-1e-12)
			require.LessOrEqual(t, mean, largest(spread)+1e-12)
		}
	})
}

// A y along the layer's output is multiplied by G = E φ²φ′², which is 2 for
// ReLU and below 1 for tanh: no bound may deny it. Where alignment is
// excluded the bound is nearly the one for uniform y.
func TestAlignmentMatters(t *testing.T) {
	for _, a := range []gpnorm.Activation{gpReLU, gpTanh} {
		p := profile(t, a)
		g := p.Cross + 1 + p.Slope*p.DerivSlope
		eps := 0.9 * math.Abs(g-1)
		const n = 200_000
		free, err := BackwardBoundInside(a, n, 1, 1, eps)
		require.NoError(t, err)
		require.Equal(t, 1.0, free.Probability)
		none, err := BackwardBoundInside(a, n, 1, 0, eps)
		require.NoError(t, err)
		uniform, err := BackwardBoundUniform(a, n, 1, eps)
		require.NoError(t, err)
		require.Less(t, none.Probability, 1e-3)
		require.InDelta(t, 1, math.Log(none.Probability)/math.Log(uniform.Probability), 0.1)

		// The alignment at which the mean leaves the window, from G alone.
		edge := math.Sqrt(eps / math.Abs(g-1))
		beyond, err := BackwardBoundInside(a, n, 1, 1.001*edge, eps)
		require.NoError(t, err)
		require.Equal(t, 1.0, beyond.Probability)
	}
}

// The bounds say more as the deviation grows, never exceed what Chebyshev
// gives, and tend to zero exponentially for the log-Sobolev part.
func TestBoundsDecrease(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyActivation.Draw(t, "activation")
		n := rapid.IntRange(4, 1_000_000).Draw(t, "n")
		eps := rapid.Float64Range(0.01, 1).Draw(t, "eps")
		for _, f := range []func(e float64) (Bound, error){
			func(e float64) (Bound, error) { return ForwardBound(a, n, 1, e) },
			func(e float64) (Bound, error) { return BackwardBoundUniform(a, n, 1, e) },
		} {
			x, err := f(eps)
			require.NoError(t, err)
			y, err := f(1.5 * eps)
			require.NoError(t, err)
			// The split is searched on a grid, hence the slack.
			require.LessOrEqual(t, y.Probability, x.Probability*1.001)
		}
	})
}

// Exponential decay in the width, where φ and φ′ are Lipschitz; ReLU has it
// forward, and 1/n backward.
func TestBoundRates(t *testing.T) {
	for _, n := range []int{10_000, 100_000} {
		f, err := ForwardBound(gpReLU, n, 1, 0.2)
		require.NoError(t, err)
		require.Equal(t, LogSobolev, f.Method)
		// exp(−(n−1)(√1.2 − 1)²/4) above, and slightly more below.
		x := math.Sqrt(1.2) - 1
		require.InEpsilon(t, -float64(n-1)*x*x/4, math.Log(f.Probability), 0.05)

		b, err := BackwardBoundUniform(gpTanh, n, 1, 0.2)
		require.NoError(t, err)
		require.Less(t, b.Probability, math.Exp(-float64(n)/3000))
	}
	b, err := BackwardBoundUniform(gpReLU, 1_000_000, 1, 0.2)
	require.NoError(t, err)
	require.Equal(t, Chebyshev, b.Method)
	require.Less(t, b.Probability, 1e-4)
}

func TestBoundsRejectBadInput(t *testing.T) {
	_, err := ForwardBound(gpTanh, 3, 1, 0.1)
	require.ErrorContains(t, err, "width 3, want at least 4")
	_, err = ForwardBound(gpnorm.Activation{Name: "nothing"}, 64, 1, 0.1)
	require.ErrorContains(t, err, `activation "nothing" lacks Value or Deriv`)
	pole := elementwise("log", math.Log, func(x float64) float64 { return 1 / x }, nil, math.Inf(1), math.Inf(1))
	_, err = SphereMoments(pole, 64, 1)
	require.ErrorContains(t, err, "moments of log at width 64: φ(-")
	require.ErrorContains(t, err, "= NaN, want a finite number")
	_, err = ForwardBound(gpTanh, 64, 1, 0)
	require.ErrorContains(t, err, "deviation ε = 0")
	_, err = ForwardBound(gpTanh, 64, math.NaN(), 0.1)
	require.ErrorContains(t, err, "q = NaN")
	_, err = BackwardBoundUniform(gpTanh, 64, 1, math.NaN())
	require.ErrorContains(t, err, "deviation ε = NaN")
	_, err = BackwardBoundFixed(gpTanh, make([]float64, 64), 1, 0.1)
	require.ErrorContains(t, err, "largest |y_i| = 0")
	_, err = BackwardBoundInside(gpTanh, 64, 1, 1.5, 0.1)
	require.ErrorContains(t, err, "alignment ρ = 1.5")
}
