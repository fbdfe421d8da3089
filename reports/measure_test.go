package reports

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/gpnorm"
	"bsnn/internal/replay"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

func subjectOf(t *testing.T, s Subject) resolved {
	t.Helper()
	r, err := s.resolve()
	require.NoError(t, err)
	return r
}

// ReLU has everything in closed form: ‖φ(u)‖²/n has mean 1 and variance
// 3/(n+2); D² is 0 or 2 with equal probability, independent between signs.
func TestForecastOfReLU(t *testing.T) {
	res := subjectOf(t, Subject{Activation: "relu"})
	spec := DefaultSpec()
	for _, n := range []int{8, 100, 5000} {
		e := properties.Ensemble{Activation: res.activation, Width: n, Depth: 1, Weights: network.Haar}
		f, err := spec.forecasts(e, res)
		require.NoError(t, err)
		require.Len(t, f, 2)
		require.InEpsilon(t, math.Sqrt(3/float64(n+2)), f[0].exact.sd, 1e-9)
		require.InEpsilon(t, 1, f[0].exact.mean, 1e-9)
		// The law is N(1, 3/n): 95 % lie within 1.96 standard deviations.
		require.InEpsilon(t, 1.959964*math.Sqrt(3/float64(n)), f[0].law, 2e-3)
		c := spec.claims()[0]
		at := func(eps float64) float64 {
			b, err := c.Statement.Bound(e.Activation, n, 1, 1-eps, 1+eps)
			require.NoError(t, err)
			return b.Probability
		}
		require.LessOrEqual(t, at(f[0].bound), 0.05, "it is proven there")
		require.Greater(t, at(f[0].bound*0.998), 0.05, "and not much below")
		if n > 8 { // there the statistic cannot exceed 2, which the law does not know
			require.Greater(t, f[0].bound, f[0].law)
		}
	}
	e := properties.Ensemble{Activation: res.activation, Width: 64, Depth: 50, Weights: network.Haar}
	f, err := spec.forecasts(e, res)
	require.NoError(t, err)
	require.Len(t, f, 2)
	require.True(t, math.IsNaN(f[0].exact.sd), "nothing exact is known of deep networks")
	e.Weights = network.Gaussian
	e.Depth = 1
	f, err = spec.forecasts(e, res)
	require.NoError(t, err)
	require.InEpsilon(t, math.Sqrt(5./64), f[0].exact.sd, 1e-9, "independent entries: Var φ² = 5")
	require.InEpsilon(t, math.Sqrt(3./66), f[1].exact.sd, 1e-9, "and Var φ′² = 1")
	require.InEpsilon(t, 1.959964*math.Sqrt(5./64), f[0].law, 2e-3)
	require.True(t, math.IsNaN(f[0].bound) && math.IsNaN(f[0].Bound), "what is proven is about Haar weights")
}

func TestSmallestDeviation(t *testing.T) {
	x, err := smallestDeviation(func(eps float64) (float64, error) { return math.Exp(-eps), nil })
	require.NoError(t, err)
	require.InEpsilon(t, -math.Log(0.05), x, 1.1e-3)
	require.GreaterOrEqual(t, x, -math.Log(0.05))
	x, err = smallestDeviation(func(float64) (float64, error) { return 1, nil })
	require.NoError(t, err)
	require.True(t, math.IsNaN(x))
}

// Quantiles and root mean square of |v − 1|, a second time from sorted values.
func TestDeviation(t *testing.T) {
	d := newDeviation([]float64{1.5, 0.9, 1, 2, 0.6}, forecast{exact: moments{1.3, 0.4}, law: 7, bound: 8})
	require.InDelta(t, 0.4, float64(d.Q50), 1e-12)
	require.InDelta(t, 0.02, float64(d.Q05), 1e-12)
	require.InDelta(t, 0.9, float64(d.Q95), 1e-12)
	require.InDelta(t, math.Sqrt((0.25+0.01+0+1+0.16)/5), float64(d.RMS), 1e-12)
	require.InDelta(t, 0.5, float64(d.Exact), 1e-12)
	require.Equal(t, []Number{7, 8}, []Number{d.Law, d.Bound})
}

// A histogram counts every network once, in the right place.
func TestHistogram(t *testing.T) {
	res := subjectOf(t, Subject{Activation: "tanh"})
	const n = 100
	var trials []network.Norms
	add := func(z float64) {
		x := network.NewNorms(1)
		x.X[1] = n * (1 + z/math.Sqrt(n))
		trials = append(trials, x)
	}
	sd := math.Sqrt(res.profile.ForwardVariance)
	for _, z := range []float64{-4.1, -3.99, 0.01, 0.02, 3.99, 4.1, math.Inf(1)} {
		add(z * sd)
	}
	h, err := newHistogram(properties.Ensemble{Activation: res.activation, Width: n, Depth: 1}, res, trials)
	require.NoError(t, err)
	require.InEpsilon(t, sd, float64(h.SD), 1e-12)
	require.Equal(t, 1, h.Below)
	require.Equal(t, 2, h.Above)
	require.Equal(t, 1, h.Counts[0])
	require.Equal(t, 2, h.Counts[histogramBins/2])
	require.Equal(t, 1, h.Counts[histogramBins-1])
	sum := h.Below + h.Above
	for _, c := range h.Counts {
		sum += c
	}
	require.Equal(t, h.Trials, sum)
}

// Over depth the limit is V_f·L for κ = 1, and V_f(1−κ^2L)/(1−κ²) below.
func TestHistogramOverDepth(t *testing.T) {
	trial := []network.Norms{network.NewNorms(7)}
	for name, want := range map[string]float64{"relu": math.Sqrt(3 * 7), "tanh": 0} {
		res := subjectOf(t, Subject{Activation: name})
		if k := res.profile.Slope; want == 0 {
			want = math.Sqrt(res.profile.ForwardVariance * (1 - math.Pow(k, 14)) / (1 - k*k))
		}
		h, err := newHistogram(properties.Ensemble{Activation: res.activation, Width: 9000, Depth: 7}, res, trial)
		require.NoError(t, err)
		require.InEpsilon(t, want, float64(h.SD), 1e-6, name)
	}
	raw := subjectOf(t, Subject{Activation: "tanh", AsIs: true})
	h, err := newHistogram(properties.Ensemble{Activation: raw.activation, Width: 9, Depth: 7}, raw, trial)
	require.NoError(t, err)
	require.False(t, h.SD.Finite(), "no limit law")
	require.Positive(t, float64(h.Step))
}

func TestHistogramWidth(t *testing.T) {
	s := DefaultSpec()
	require.Equal(t, 16384, s.histogramWidth(1))
	require.Equal(t, 2048, s.histogramWidth(50))
	s.Trials = 5
	require.Equal(t, 65536, s.histogramWidth(50))
}

func TestNeedDepths(t *testing.T) {
	s := DefaultSpec()
	require.Equal(t, []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}, s.needDepths())
	s.Depth = 7
	require.Equal(t, []int{1, 2, 5, 7, 10, 20, 50, 100, 200, 500, 1000}, s.needDepths())
	s.Depth = 300
	require.Contains(t, s.needDepths(), 300)
	require.Equal(t, 5000, s.needDepths()[len(s.needDepths())-1])
}

// The measured bracket, for every pattern of widths that suffice or not.
func TestMeasuredWidths(t *testing.T) {
	for pattern, want := range map[string]SufficientWidth{
		"....": {Measured: true, Enough: 8}, "xx..": {Measured: true, Short: 16, Enough: 32}, "x.x.": {Measured: true, Short: 32, Enough: 64},
		"xxxx": {Measured: true, Short: 64}, "...x": {Measured: true, Short: 64}, "": {},
	} {
		var d SufficientWidth
		for i, c := range pattern {
			d.measure(8<<i, c == 'x')
		}
		require.Equal(t, want, d, pattern)
	}
}

// Shortfalls, a second time from the definition, on random norms.
func TestShortfall(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 4))
	s := DefaultSpec()
	s.Depth, s.DepthTolerance = 5, 0.1
	const n = 30
	var trials []network.Norms
	for range 50 {
		x := network.NewNorms(5)
		for i := range x.X {
			x.X[i] = n * math.Exp(0.08*float64(i)*r.NormFloat64())
		}
		for i := range x.D {
			x.D[i] = math.Exp(0.1 * r.NormFloat64())
		}
		trials = append(trials, x)
	}
	f := s.newShortfall(n, 5, trials)
	require.Len(t, f.Forward, 2, "depths 2 and 5; one layer has its own networks")
	for _, l := range []int{2, 5} {
		forward, backward := 0.0, 0.0
		for _, x := range trials {
			if v := math.Sqrt(x.X[l] / n); v > 0.9 && v < 1.1 {
				forward += 1.0 / 50
			}
			if v := math.Sqrt(x.D[0] / x.D[l-1]); v > 0.9 && v < 1.1 {
				backward += 1.0 / 50
			}
		}
		require.Equal(t, forward < 0.9-1e-9, f.Forward[l])
		require.Equal(t, backward < 0.9-1e-9, f.Backward[l])
	}
}

// The widths by theory satisfy their definition and the next narrower one
// does not, and depth costs what the limit laws say.
func TestWidthTheory(t *testing.T) {
	s := DefaultSpec()
	s.Depth, s.DepthTolerance = 10, 0.1
	res := subjectOf(t, Subject{Activation: "tanh"})
	needs, err := s.widthTheory(res)
	require.NoError(t, err)
	outside := func(law theorem.Law, err error) float64 {
		require.NoError(t, err)
		return law.Beyond(0.81, 1.21)
	}
	for _, w := range needs {
		forward := func(n int) float64 { return outside(theorem.ForwardDepthLaw(res.profile, n, w.Depth)) }
		backward := func(n int) float64 {
			if w.Depth == 1 {
				return outside(theorem.BackwardLaw(res.profile, n))
			}
			return outside(theorem.BackwardDepthLaw(res.profile, n, w.Depth))
		}
		require.LessOrEqual(t, forward(w.Forward.Law), 0.1+1e-12)
		require.Greater(t, forward(w.Forward.Law-1), 0.1)
		require.LessOrEqual(t, backward(w.Backward.Law), 0.1+1e-12)
		require.Greater(t, backward(w.Backward.Law-1), 0.1)
		require.Greater(t, w.Forward.Bound, w.Forward.Law, "a proof asks for more")
		require.Greater(t, w.Backward.Bound, w.Backward.Law)
	}
	for _, x := range []Subject{{Activation: "tanh", AsIs: true}} {
		needs, err := s.widthTheory(subjectOf(t, x))
		require.NoError(t, err)
		for _, w := range needs {
			require.Equal(t, WidthNeed{Depth: w.Depth}, w)
		}
	}
}

func TestCurves(t *testing.T) {
	relu, err := gpnorm.Judge("relu", nil)
	require.NoError(t, err)
	c := NewCurves(relu.Activation, true, curveReach, curvePoints)
	require.Len(t, c.Value, len(c.X))
	jumps := 0
	for i, x := range c.X {
		require.InDelta(t, math.Sqrt2*math.Max(0, float64(x)), float64(c.Value[i]), 1e-12)
		if !c.Deriv[i].Finite() {
			require.Zero(t, x)
			jumps++
		}
		if i > 0 {
			require.Less(t, c.X[i-1], x)
		}
	}
	require.Equal(t, 1, jumps)
	for i, q := range c.Q {
		require.InEpsilon(t, float64(q), float64(c.Length[i]), 1e-9, "ReLU keeps every length")
	}
	// The dual map of the normalised ReLU: (√(1−ρ²) + (π − arccos ρ)ρ)/π.
	for i, rho := range c.Rho {
		r := float64(rho)
		require.InDelta(t, (math.Sqrt(1-r*r)+(math.Pi-math.Acos(r))*r)/math.Pi, float64(c.Correlation[i]), 1e-7)
	}
	require.Empty(t, NewCurves(relu.Raw, false, curveReach, curvePoints).Rho)
}

// Functions whose maps are too costly have none, on every machine alike.
func TestCostlyMaps(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	res := subjectOf(t, Subject{Activation: "relu"})
	d, err := describe(t.Context(), Subject{}, res)
	require.NoError(t, err)
	require.NotNil(t, d.maps)
	require.NotEmpty(t, d.curves.Rho)
	for i := range 64 {
		res.activation.Kinks = append(res.activation.Kinks, float64(i+1)/8)
	}
	d, err = describe(t.Context(), Subject{}, res)
	require.NoError(t, err)
	require.Nil(t, d.maps)
	require.NotEmpty(t, d.curves.Q)
	require.Empty(t, d.curves.Rho)
	require.Len(t, d.warnings, 1)
	require.Contains(t, d.warnings[0], "the maps Q and C are unknown: ")
	require.Contains(t, d.warnings[0], "too costly")
}

// Over depth the limit law says nothing for κ > 1; through one layer it does,
// and so it does over depth for κ < 1.
func TestNoLimitLawWhereDeviationsGrow(t *testing.T) {
	for _, other := range []bool{false, true} {
		subject := Subject{Key: "gelu", Title: "GELU", Activation: "gelu", OtherRoot: other}
		res, err := subject.resolve()
		require.NoError(t, err)
		for _, depth := range []int{1, 50} {
			f, err := DefaultSpec().forecasts(properties.Ensemble{Activation: res.activation, Width: 256, Depth: depth, Weights: network.Haar}, res)
			require.NoError(t, err)
			require.NotEmpty(t, f)
			h, err := newHistogram(properties.Ensemble{Activation: res.activation, Width: 256, Depth: depth, Weights: network.Haar}, res, nil)
			require.NoError(t, err)
			require.Equal(t, !(other && depth > 1), h.SD.Finite())
			require.Positive(t, float64(h.Step), "the axis is the law's all the same")
			for _, x := range f {
				says := !math.IsNaN(x.Mean) && !math.IsNaN(x.SD) && !math.IsNaN(x.Q05) && !math.IsNaN(x.Q95) && !math.IsNaN(x.Outside) &&
					!math.IsNaN(x.law)
				silent := math.IsNaN(x.Mean) && math.IsNaN(x.SD) && math.IsNaN(x.Q05) && math.IsNaN(x.Q95) && math.IsNaN(x.Outside) && math.IsNaN(x.law)
				require.Equal(t, !(other && depth > 1), says, "other root %v, depth %d", other, depth)
				require.Equal(t, other && depth > 1, silent, "other root %v, depth %d", other, depth)
			}
		}
	}
}
