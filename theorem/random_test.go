package theorem

import (
	"math"
	"math/rand/v2"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// onSphere fills x uniformly on the sphere of the radius.
func onSphere(r *rand.Rand, x []float64, radius float64) {
	square := 0.0
	for i := range x {
		x[i] = r.NormFloat64()
		square += x[i] * x[i]
	}
	for i := range x {
		x[i] *= radius / math.Sqrt(square)
	}
}

// A layerSample is one draw of h = Wx with its φ(h) and φ′(h).
type layerSample struct {
	q         float64
	h, val, d []float64
}

func newLayerSample(n int, q float64) *layerSample {
	return &layerSample{q, make([]float64, n), make([]float64, n), make([]float64, n)}
}

func (s *layerSample) draw(r *rand.Rand, a gpnorm.Activation) {
	onSphere(r, s.h, math.Sqrt(s.q*float64(len(s.h))))
	a.ValueDeriv(s.val, s.d, s.h)
}

func meanSquare(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum / float64(len(x))
}

// through returns ‖Dy‖²/‖y‖².
func (s *layerSample) through(y []float64) float64 {
	var top, bottom float64
	for i, v := range y {
		top += v * v * s.d[i] * s.d[i]
		bottom += v * v
	}
	return top / bottom
}

// requireMean is a z-test of E X = want over the sample. At 7 standard errors
// its false-alarm probability is 3e-12 for normal means; the samples here
// have at least 10,000 values with exponential tails, whose skewness raises it
// by a factor exp(7³·skewness/(6√10,000)): 1e-9 covers a skewness of 10.
func requireMean(t require.TestingT, want float64, sample []float64, what string) {
	var mean, square float64
	for _, x := range sample {
		mean += (x - want) / float64(len(sample))
	}
	for _, x := range sample {
		square += (x - want - mean) * (x - want - mean)
	}
	se := math.Sqrt(square) / float64(len(sample))
	require.LessOrEqual(t, math.Abs(mean), 7*se+1e-12*math.Abs(want), "%s: measured %v, claimed %v", what, want+mean, want)
}

// requireRateAtMost is the exact binomial test of P(event) ≤ bound at level
// 1e-9: a test that makes up to 1,000 such checks has a false-alarm
// probability of at most 1e-6.
func requireRateAtMost(t require.TestingT, bound float64, events, trials int, what string) {
	if events == 0 || bound >= 1 {
		return
	}
	p := 0.0
	if bound > 0 {
		p = mathext.RegIncBeta(float64(events), float64(trials-events+1), bound)
	}
	require.GreaterOrEqual(t, p, 1e-9, "%s: %d of %d, bound %v", what, events, trials, bound)
}

var anyActivation = rapid.SampledFrom([]gpnorm.Activation{gpTanh, gpReLU, gpReLU2, gpELU, gpGELU, gpGELU2, rawShrink, rawTanh, bent})

// bent has the derivative 1 + x/10 between −9 and 10. For a one-hot y the
// backward norm is then a linear function of one coordinate, for which the
// log-Sobolev bound is sharp in the exponent.
var bent = elementwise("bent", func(x float64) float64 {
	low, mid, high := min(x, -9), max(-9, min(x, 10)), max(x, 10)
	return 0.1*(low+9) + mid + mid*mid/20 + 2*(high-10)
}, func(x float64) float64 { return 1 + max(-9, min(x, 10))/10 }, []float64{-9, 10}, 2, 0.1)
