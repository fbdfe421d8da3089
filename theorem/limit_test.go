package theorem

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
	"bsnn/network"
)

func profile(t require.TestingT, a gpnorm.Activation) gpnorm.Profile {
	p, err := gpnorm.Describe(a)
	require.NoError(t, err)
	return p
}

var normalized = rapid.SampledFrom([]gpnorm.Activation{gpTanh, gpReLU, gpReLU2, gpELU, gpELU2, gpSELU, gpGELU, gpGELU2, linear})

// Simulated at n = 400, L = 50 with 3,000 networks: n·Var/(L−1) of
// log ‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖², with its standard error. The series is within 3.3 of
// them; for ELU the limit V = 1.175 is not.
func TestFiniteSeriesAgreesWithSimulatedNetworks(t *testing.T) {
	for _, c := range []struct {
		act              gpnorm.Activation
		measured, stderr float64
	}{{gpTanh, 1.955, 0.050}, {gpELU, 1.083, 0.028}, {gpGELU, 3.163, 0.082}} {
		got := BackwardDepthVariance(profile(t, c.act), 50) / 49
		t.Logf("%s: series %.4f, measured %v", c.act.Name, got, c.measured)
		require.InDelta(t, c.measured, got, 3.3*c.stderr, c.act.Name)
	}
	require.Greater(t, profile(t, gpELU).DepthVariance, 1.083+3.2*0.028)
}

// The series increases to the rate V by increments that converge like κ^L.
func TestFiniteSeriesTendsToRate(t *testing.T) {
	for _, a := range []gpnorm.Activation{gpTanh, gpELU, gpELU2, gpSELU, gpGELU, gpReLU2} {
		p := profile(t, a)
		step := BackwardDepthVariance(p, 1000) - BackwardDepthVariance(p, 999)
		require.InEpsilon(t, p.DepthVariance, step, 1e-9, a.Name)
	}
	relu := profile(t, gpReLU)
	require.InEpsilon(t, 3*99.0, BackwardDepthVariance(relu, 100), 1e-9)
}

// The series against the covariances of the linearised recursion, summed
// pair by pair, without its geometric sums.
func TestFiniteSeriesFromCovariances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := profile(t, normalized.Draw(t, "activation"))
		depth := rapid.IntRange(1, 30).Draw(t, "depth")
		s := p.DerivSlope / 2
		want := 0.0
		// The factor of layer l is η_l + s·Σ_{j<l} κ^{l−1−j}ξ_j.
		onXi := func(l, j int) float64 {
			if j >= l {
				return 0
			}
			return s * math.Pow(p.Slope, float64(l-1-j))
		}
		for l := 1; l < depth; l++ {
			for m := 1; m < depth; m++ {
				if l == m {
					want += p.BackwardVariance
				}
				want += p.Cross * (onXi(l, m) + onXi(m, l))
				for j := 1; j < min(l, m); j++ {
					want += p.ForwardVariance * onXi(l, j) * onXi(m, j)
				}
			}
		}
		require.InDelta(t, want, BackwardDepthVariance(p, depth), 1e-9*(1+want))
		law, err := BackwardDepthLaw(p, 100, depth)
		require.NoError(t, err)
		if p.Slope > 1+1e-9 && depth > 1 {
			requireNoLaw(t, law)
			return
		}
		require.InDelta(t, -p.BackwardVariance*float64(depth-1)/200, law.LogMean, 1e-12)
	})
}

// The geometric series in closed form, on both sides of κ = 1 and at it.
func TestForwardDepthLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := profile(t, normalized.Draw(t, "activation"))
		n := rapid.IntRange(1, 1_000_000).Draw(t, "n")
		depth := rapid.IntRange(1, 400).Draw(t, "depth")
		l, err := ForwardDepthLaw(p, n, depth)
		require.NoError(t, err)
		want, power := 0.0, p.ForwardVariance/float64(n)
		for range depth {
			want += power
			power *= p.Slope * p.Slope
		}
		require.InDelta(t, want, ForwardDepthVariance(p, depth)/float64(n), 1e-9*want)
		if p.Slope > 1+1e-9 && depth > 1 {
			requireNoLaw(t, l)
			return
		}
		got := l.SD * l.SD
		if l.LogNormal {
			got = l.LogSD * l.LogSD
		}
		require.InDelta(t, want, got, 1e-9*want)
		require.True(t, l.Known())
		require.Empty(t, l.Reason)
		require.InDelta(t, 1, l.Mean, 1e-12)
		one, err := ForwardDepthLaw(p, n, 1)
		require.NoError(t, err)
		single, err := ForwardLaw(p, n)
		require.NoError(t, err)
		if !one.LogNormal {
			require.InDelta(t, single.SD, one.SD, 1e-12)
			require.InDelta(t, single.Mean, one.Mean, 1e-12)
		}
	})
}

// The quantile inverts the distribution function, and the probability of
// leaving a window is that of its two sides.
func TestLawIsConsistent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(-1, 1).Draw(t, "mean")
		sd := rapid.Float64Range(1e-4, 1).Draw(t, "sd")
		l := normalLaw(1+mean/10, sd*sd)
		if rapid.Bool().Draw(t, "log") {
			l = logNormalLaw(mean, sd*sd)
		}
		p := rapid.Float64Range(0.001, 0.999).Draw(t, "p")
		require.InDelta(t, p, l.CDF(l.Quantile(p)), 1e-9)
		eps := rapid.Float64Range(0.001, 2).Draw(t, "eps")
		require.InDelta(t, l.CDF(1-eps)+1-l.CDF(1+eps), l.Outside(eps), 1e-12)
		// Moments by quadrature over the quantiles, to the accuracy of the rule.
		var m, v float64
		const k = 4_000
		for i := range k {
			x := l.Quantile((float64(i) + 0.5) / k)
			m += x / k
			v += (x - l.Mean) * (x - l.Mean) / k
		}
		require.InEpsilon(t, l.Mean, m, 5e-3)
		require.InEpsilon(t, l.SD*l.SD, v, 0.1)
	})
}

func TestPointMass(t *testing.T) {
	l, err := BackwardDepthLaw(profile(t, linear), 10, 50)
	require.NoError(t, err)
	require.Equal(t, 0.0, l.Outside(1e-9))
	require.Equal(t, 1.0, l.Quantile(0.9))
	require.Equal(t, 1.0, l.Beyond(1, 2))
	require.Equal(t, 1.0, l.CDF(1))
	require.Equal(t, 0.0, l.CDF(0.999))
	require.True(t, math.IsNaN(l.Quantile(1.5)))
}

// 200 tanh layers keep the gradient norm within ±5 % at one standard deviation
// from about n = 40,000: log-norm variance 1.971·200/n = 4·0.05².
func TestRequiredWidthOfDeepTanh(t *testing.T) {
	w, err := WidthByLimitLaw(profile(t, gpTanh), 200, 0.05, math.Erf(1/math.Sqrt2))
	require.NoError(t, err)
	require.InEpsilon(t, 40_000, w.Backward, 0.03)
	require.Equal(t, w.Backward, w.Both())
	t.Log(w)
}

// The width returned is enough and one less is not; and what is proven needs
// at least what the limit law of one layer needs.
func TestRequiredWidthsAreMinimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := normalized.Draw(t, "activation")
		p := profile(t, a)
		tolerance := rapid.Float64Range(0.01, 0.3).Draw(t, "tolerance")
		confidence := rapid.Float64Range(0.5, 0.999).Draw(t, "confidence")
		depth := rapid.IntRange(2, 100).Draw(t, "depth")
		lo, hi := (1-tolerance)*(1-tolerance), (1+tolerance)*(1+tolerance)

		w, err := WidthByLimitLaw(p, depth, tolerance, confidence)
		require.NoError(t, err)
		if w.Backward > MinWidth {
			for n, enough := range map[int]bool{w.Backward: true, w.Backward - 1: false} {
				l, err := BackwardDepthLaw(p, n, depth)
				require.NoError(t, err)
				require.Equal(t, enough, l.Beyond(lo, hi) <= 1-confidence)
			}
		}
		proven, err := LayerWidthByBound(a, tolerance, confidence)
		require.NoError(t, err)
		require.Positive(t, proven.Both())
		f, err := ForwardLaw(p, proven.Forward)
		require.NoError(t, err)
		b, err := BackwardLaw(p, proven.Backward)
		require.NoError(t, err)
		// At widths of a few neurons the law is no guide to the truth.
		if proven.Forward > 100 {
			require.LessOrEqual(t, f.Beyond(lo, hi), 1-confidence)
		}
		if proven.Backward > 100 {
			require.LessOrEqual(t, b.Beyond(lo, hi), 1-confidence)
		}
	})
}

// requireNoLaw: a law that predicts nothing says so and why, and has no number.
func requireNoLaw(t require.TestingT, l Law) {
	require.Equal(t, Unknown, l.Status)
	require.False(t, l.Known())
	require.Contains(t, l.Reason, "κ = ")
	for _, x := range []float64{l.Mean, l.SD, l.CDF(1), l.Quantile(0.5), l.Outside(0.1), l.Beyond(0.5, 2)} {
		require.True(t, math.IsNaN(x), "%v", x)
	}
}

// Over more than one layer nothing is predicted for κ > 1, and no width is
// enough, by the law or by a proof; one layer has its law, its widths and its
// bounds. This is what every command says, as all ask the statements.
func TestNothingIsPredictedForGrowingDeviations(t *testing.T) {
	gelu, err := gpnorm.Lookup("gelu")
	require.NoError(t, err)
	n, err := gpnorm.Normalize(gelu)
	require.NoError(t, err)
	other, err := n.WithRoot(1 - n.Chosen)
	require.NoError(t, err)
	a, p := other.Activation, profile(t, other.Activation)
	require.InDelta(t, 1.1135, p.Slope, 1e-4)
	for _, s := range Statements() {
		l, err := s.Prediction(a, 1000, 2)
		require.NoError(t, err)
		if s.Deep {
			requireNoLaw(t, l)
		} else {
			require.True(t, l.Known())
		}
		l, err = s.PredictionFor(p, network.Haar, 1000, 1)
		require.NoError(t, err)
		require.True(t, l.Known())
		require.InDelta(t, 1, l.Mean, 0.1)
	}
	for _, widths := range []func(depth int) (Widths, error){
		func(depth int) (Widths, error) { return WidthByLimitLaw(p, depth, 0.1, 0.9) },
		func(depth int) (Widths, error) { return WidthByBound(a, depth, 0.1, 0.9) },
	} {
		w, err := widths(2)
		require.NoError(t, err)
		require.Equal(t, Widths{}, w)
		w, err = widths(1)
		require.NoError(t, err)
		require.Greater(t, w.Forward, MinWidth)
		require.Equal(t, MinWidth, w.Backward, "‖d⁽¹⁾‖/‖d⁽¹⁾‖ is 1")
	}
	_, err = WidthByBound(a, 2, 0, 0.9)
	require.ErrorContains(t, err, "tolerance 0")
}

// The widths of one layer satisfy their definition, and the next narrower ones
// do not; no normalisation is needed.
func TestLayerWidthByLimitLaw(t *testing.T) {
	for _, a := range []gpnorm.Activation{gpTanh, gpReLU} {
		p := profile(t, a)
		w, err := LayerWidthByLimitLaw(p, 0.1, 0.9)
		require.NoError(t, err)
		for _, c := range []struct {
			n   int
			law func(gpnorm.Profile, int) (Law, error)
		}{{w.Forward, ForwardLaw}, {w.Backward, BackwardLaw}} {
			for n, enough := range map[int]bool{c.n: true, c.n - 1: false} {
				l, err := c.law(p, n)
				require.NoError(t, err)
				require.Equal(t, enough, l.Beyond(0.81, 1.21) <= 0.1)
			}
		}
	}
	w, err := LayerWidthByLimitLaw(profile(t, rawTanh), 0.1, 0.9)
	require.NoError(t, err)
	require.Equal(t, Widths{}, w, "its norms are not kept at any width")
}

func TestLawsRejectBadInput(t *testing.T) {
	p := profile(t, gpTanh)
	_, err := ForwardLaw(p, 0)
	require.ErrorContains(t, err, "width 0")
	_, err = BackwardDepthLaw(p, 10, 0)
	require.ErrorContains(t, err, "depth 0")
	_, err = ForwardDepthLaw(profile(t, rawTanh), 10, 10)
	require.ErrorContains(t, err, "they are 0.394294")
	_, err = WidthByLimitLaw(p, 10, 0, 0.9)
	require.ErrorContains(t, err, "tolerance 0")
	_, err = WidthByLimitLaw(p, 10, 0.1, 1)
	require.ErrorContains(t, err, "confidence 1")
}
