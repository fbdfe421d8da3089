package gpnorm_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/num/dual"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

func requireSameConstants(t *testing.T, want, got gpnorm.Activation, tol float64) {
	t.Helper()
	w, err := gpnorm.Normalize(want)
	require.NoError(t, err)
	g, err := gpnorm.Normalize(got)
	require.NoError(t, err)
	require.InDelta(t, w.A, g.A, tol)
	require.InDelta(t, w.B, g.B, tol)
	require.InDelta(t, w.Roots[w.Chosen].Slope, g.Roots[g.Chosen].Slope, tol)
	require.InDelta(t, w.Roots[w.Chosen].BackwardVariance, g.Roots[g.Chosen].BackwardVariance, 10*tol)
}

func reluOf(x float64) float64 { return math.Max(0, x) }

func TestFunctions(t *testing.T) {
	tanh, err := gpnorm.FromFunc("tanh", math.Tanh, func(x float64) float64 { return 1 - math.Pow(math.Tanh(x), 2) })
	require.NoError(t, err)
	require.True(t, math.IsNaN(tanh.Lipschitz))
	requireSameConstants(t, normalized(t, "tanh").Raw, tanh, 1e-12)

	swish, err := gpnorm.FromDual("swish", func(x dual.Number) dual.Number {
		return dual.Mul(x, dual.Inv(dual.Add(dual.Number{Real: 1}, dual.Exp(dual.Scale(-1, x)))))
	})
	require.NoError(t, err)
	requireSameConstants(t, normalized(t, "silu").Raw, swish, 1e-12)
	val, der := []float64{0.3}, []float64{0}
	swish.Both(val, der, val)
	require.Equal(t, []float64{value(swish, 0.3), deriv(swish, 0.3)}, []float64{val[0], der[0]})

	gelu, err := gpnorm.FromValues("gelu", func(x float64) float64 { return x / 2 * math.Erfc(-x/math.Sqrt2) })
	require.NoError(t, err)
	requireSameConstants(t, normalized(t, "gelu").Raw, gelu, 1e-10)

	relu, err := gpnorm.FromValues("relu", reluOf, 0)
	require.NoError(t, err)
	require.Equal(t, []float64{0}, relu.Kinks)
	requireSameConstants(t, normalized(t, "relu").Raw, relu, 1e-10)

	// A known derivative needs no kinks.
	relu, err = gpnorm.FromFunc("relu", reluOf, func(x float64) float64 {
		if x > 0 {
			return 1
		}
		return 0
	})
	require.NoError(t, err)
	requireSameConstants(t, normalized(t, "relu").Raw, relu, 1e-10)
}

func TestFunctionErrors(t *testing.T) {
	_, err := gpnorm.FromFunc("f", math.Tanh, nil)
	require.ErrorContains(t, err, "nil")
	_, err = gpnorm.FromDual("f", nil)
	require.ErrorContains(t, err, "nil")
	_, err = gpnorm.FromValues("f", nil)
	require.ErrorContains(t, err, "nil")
	_, err = gpnorm.FromFunc("f", math.Tanh, math.Tanh)
	require.ErrorContains(t, err, "does not belong")
	_, err = gpnorm.FromFunc("f", math.Tanh, math.Tanh, math.NaN())
	require.ErrorContains(t, err, "kink at NaN")
	_, err = gpnorm.FromValues("f", reluOf, math.Inf(1))
	require.ErrorContains(t, err, "kink at +Inf")
	for name, c := range map[string]struct {
		f    func(float64) float64
		want string
	}{
		"undeclared kink": {reluOf, "worst near x = 0"},
		"kink at 1":       {func(x float64) float64 { return math.Abs(x - 1) }, "worst near x = 1"},
		"kink, smooth":    {func(x float64) float64 { return x * math.Abs(x-0.5) * (x - 0.5) }, "cannot be trusted"},
		"jump":            {func(x float64) float64 { return x + math.Floor(x) }, "cannot be trusted"},
		"noise":           {func(x float64) float64 { return x + 1e-7*math.Sin(1e9*x) }, "carries noise"},
		"too fast":        {func(x float64) float64 { return math.Sin(1e4 * x) }, "cannot be trusted"},
		"logarithm":       {math.Log, "not finite at x = -"},
		"constant":        {func(float64) float64 { return 2 }, "constant"},
	} {
		_, err := gpnorm.FromValues(name, c.f)
		require.ErrorContains(t, err, c.want, name)
		require.ErrorContains(t, err, name)
	}
}

// The numerical derivative next to a declared kink.
func TestNumericalDerivative(t *testing.T) {
	kinks := []float64{-1.3, 0, 0.01}
	var list []gpnorm.Activation
	for _, kink := range kinks {
		a, err := gpnorm.FromValues("f", func(x float64) float64 { return math.Sin(1.7*x) + math.Abs(x-kink) }, kink)
		require.NoError(t, err)
		list = append(list, a)
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(kinks)-1).Draw(t, "i")
		gap := math.Pow(10, rapid.Float64Range(-5, 0.5).Draw(t, "log10 gap"))
		x := kinks[i] + gap
		// Differences over the gap lose eps·|f|/gap, and their extrapolation some hundred
		// times that.
		require.InDelta(t, 1.7*math.Cos(1.7*x)+1, deriv(list[i], x), 1e-11+2e-13/gap)
	})
}
