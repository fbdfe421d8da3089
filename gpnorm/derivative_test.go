package gpnorm_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// A derivative that is wrong in directions that the first Hermite polynomials do
// not see is refused, wherever a function in Go enters.
func TestWrongDerivatives(t *testing.T) {
	sech2 := func(x float64) float64 { c := math.Cosh(x); return 1 / (c * c) }
	for name, c := range map[string]struct{ value, deriv func(float64) float64 }{
		"frequency forgotten": {func(x float64) float64 { return math.Sin(30 * x) }, func(x float64) float64 { return math.Cos(30 * x) }},
		"third polynomial":    {math.Tanh, func(x float64) float64 { return sech2(x) + 0.1*(x*x*x-3*x) }},
		"a millionth of it":   {math.Tanh, func(x float64) float64 { return sech2(x) + 1e-6*(x*x*x-3*x) }},
		"a thin bump":         {math.Tanh, func(x float64) float64 { return sech2(x) + bump(x, 0.3, 0.003) - bump(x, -0.3, 0.003) }},
	} {
		_, err := gpnorm.FromFunc(name, c.value, c.deriv)
		require.ErrorContains(t, err, "derivative does not belong", name)
		byHand := gpnorm.Activation{Name: name, Value: pointwise(c.value), Deriv: pointwise(c.deriv)}
		_, err = gpnorm.Normalize(byHand)
		require.ErrorContains(t, err, "derivative does not belong", name)
		_, err = gpnorm.Describe(byHand)
		require.ErrorContains(t, err, "derivative does not belong", name)
	}
}

func bump(x, at, width float64) float64 { return math.Exp(-(x - at) * (x - at) / (width * width)) }

// TestDerivativeProperty: whatever is added to a true derivative, of more than a
// hundred-thousandth of its size, is seen, and true ones are accepted. Nothing is
// left to chance but the functions.
func TestDerivativeProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawMixture(t, false)
		if rapid.Bool().Draw(t, "feature") { // narrow, of any height
			at, width := rapid.Float64Range(-2, 2).Draw(t, "at"), math.Pow(10, rapid.Float64Range(-2.3, 0).Draw(t, "log10 width"))
			height := math.Pow(10, rapid.Float64Range(-4, 0).Draw(t, "log10 height"))
			f = plus(f, gpnorm.Activation{
				Value: pointwise(func(x float64) float64 { return height * bump(x, at, width) }),
				Deriv: pointwise(func(x float64) float64 { return -2 * height * (x - at) / (width * width) * bump(x, at, width) }),
			})
		}
		p, err := gpnorm.Describe(f)
		require.NoError(t, err)
		off := math.Sqrt(p.DerivSecondMoment.Value) * math.Pow(10, rapid.Float64Range(-5, 0).Draw(t, "log10 off"))
		k := rapid.IntRange(3, 20).Draw(t, "k")
		wrong := func(x float64) float64 { return off * hermite(k, x) }
		if rapid.Bool().Draw(t, "wave") {
			omega, phase := rapid.Float64Range(4, 60).Draw(t, "ω"), rapid.Float64Range(0, 6).Draw(t, "phase")
			wrong = func(x float64) float64 { return off * math.Sin(omega*x+phase) }
		}
		g := plus(f, gpnorm.Activation{Value: constant(0), Deriv: pointwise(wrong)})
		_, err = gpnorm.Normalize(g)
		require.ErrorContains(t, err, "derivative does not belong")
	})
}

// hermite is the orthonormal polynomial h_k.
func hermite(k int, x float64) float64 {
	last, h := 0.0, 1.0
	for j := range k {
		last, h = h, (x*h-math.Sqrt(float64(j))*last)/math.Sqrt(float64(j+1))
	}
	return h
}

// Rounded, quantised and noisy functions are told what they are.
func TestGrain(t *testing.T) {
	sech2 := func(x float64) float64 { c := math.Cosh(x); return 1 / (c * c) }
	single := func(f func(float64) float64) func(float64) float64 {
		return func(x float64) float64 { return float64(float32(f(float64(float32(x))))) }
	}
	fewBits := func(x float64) float64 { // bfloat16
		return float64(math.Float32frombits(math.Float32bits(float32(math.Tanh(x))) &^ 0xffff))
	}
	inside := func(x float64) float64 { // float32 arithmetic that is not the last
		v := float32(x*1e6) / 1e6
		return math.Tanh(x) + (float64(v) - x)
	}
	for name, c := range map[string]struct {
		value, deriv func(float64) float64
		want         []string
	}{
		"values":     {single(math.Tanh), sech2, []string{"φ changes in steps", "as float32 values do", "Compute it in float64"}},
		"both":       {single(math.Tanh), single(sech2), []string{"φ changes in steps", "float32"}},
		"derivative": {math.Tanh, single(sech2), []string{"φ′ changes in steps", "float32"}},
		"argument":   {func(x float64) float64 { return math.Tanh(float64(float32(x))) }, sech2, []string{"changes in steps", "float32"}},
		"bfloat16":   {fewBits, sech2, []string{"changes in steps", "rounded to about 8 bits"}},
		"quantised": {func(x float64) float64 { return math.Round(16*math.Tanh(x)) / 16 }, sech2,
			[]string{"jumps by 0.062, as quantised", "Normalise the function before it is quantised"}},
		"quantised, flat": {func(x float64) float64 { return math.Round(16*math.Tanh(x)) / 16 }, func(float64) float64 { return 0 },
			[]string{"as quantised values do"}},
		"inside": {inside, sech2, []string{"φ carries noise", "scatter", "Compute it in float64"}},
	} {
		_, err := gpnorm.FromFunc(name, c.value, c.deriv)
		for _, want := range c.want {
			require.ErrorContains(t, err, want, name)
		}
		if name == "inside" { // a quadrature of noise takes a second
			continue
		}
		_, err = gpnorm.Normalize(gpnorm.Activation{Name: name, Value: pointwise(c.value), Deriv: pointwise(c.deriv)})
		require.ErrorContains(t, err, c.want[0], name)
		if name != "derivative" {
			_, err = gpnorm.FromValues(name, c.value)
			require.ErrorContains(t, err, c.want[0], name)
		}
	}
	_, err := gpnorm.FromFunc("wrong", math.Tanh, math.Tanh)
	require.ErrorContains(t, err, "does not belong", "smooth functions are not told of grain")
	_, err = gpnorm.FromFunc("kinked", math.Abs, func(float64) float64 { return 1 }, 0)
	require.ErrorContains(t, err, "does not belong")
}
