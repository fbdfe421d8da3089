package gpnorm_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

func constant(c float64) gpnorm.Func { return pointwise(func(float64) float64 { return c }) }

func TestNormalizeErrors(t *testing.T) {
	for _, c := range []struct {
		name  string
		value gpnorm.Func
		deriv gpnorm.Func
		want  string
	}{
		{"no value", nil, constant(1), "has no Value"},
		{"no derivative", pointwise(math.Tanh), nil, "has no Deriv"},
		{"zero", constant(0), constant(0), "constant"},
		{"three", constant(3), constant(0), "constant"},
		{"nearly constant", pointwise(func(x float64) float64 { return 1 + 1e-17*x }), constant(1e-17), "constant"},
		{"NaN value", pointwise(math.Sqrt), constant(1), "φ is NaN at x = -"},
		{"NaN derivative", pointwise(math.Sin), pointwise(math.Log), "φ′ is NaN at x = -"},
		{"infinite value", pointwise(func(x float64) float64 { return math.Exp(80 * x) }), pointwise(math.Exp), "φ² overflows at x = 5.9"},
		{"fourth moment", pointwise(func(x float64) float64 { return math.Exp(x * x / 5) }),
			pointwise(func(x float64) float64 { return 0.4 * x * math.Exp(x*x/5) }), "E φ⁴ does not converge"},
		{"overflow", pointwise(func(x float64) float64 { return 1e100 * x }), constant(1e100), "φ⁴ overflows"},
		{"sign", pointwise(func(x float64) float64 { return math.Copysign(1, x) }), constant(0), "derivative does not belong"},
		{"jump", pointwise(func(x float64) float64 { return x + math.Floor(x/4) }), constant(1), "derivative does not belong"},
		{"twice", pointwise(math.Tanh), pointwise(func(x float64) float64 { return 2 - 2*math.Pow(math.Tanh(x), 2) }),
			"derivative does not belong"},
		{"even, negated", pointwise(math.Cos), pointwise(math.Sin), "He_1"},
		{"even, doubled", pointwise(math.Cos), pointwise(func(x float64) float64 { return -2 * math.Sin(x) }), "He_1"},
		{"slightly off", pointwise(math.Sin), pointwise(func(x float64) float64 { return (1 + 1e-9) * math.Cos(x) }),
			"derivative does not belong"},
		{"same mean", pointwise(math.Sin), pointwise(func(x float64) float64 { return math.Cos(x) + 0.01*(x*x-1) }), "He_2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := gpnorm.Normalize(gpnorm.Activation{Name: c.name, Value: c.value, Deriv: c.deriv})
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, c.name, "the function is named")
		})
	}
}

// The Stein check accepts every true pair and rejects every derivative scaled
// by a factor off by 1e-6 or more.
func TestSteinCheck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawMixture(t, false)
		_, err := gpnorm.Describe(f)
		require.NoError(t, err)
		off := math.Copysign(math.Pow(10, rapid.Float64Range(-6, -1).Draw(t, "log10 off")), rapid.Float64Range(-1, 1).Draw(t, "sign"))
		f.Deriv = f.Affine(1+off, 0).Deriv
		_, err = gpnorm.Describe(f)
		require.ErrorContains(t, err, "derivative does not belong")
	})
}

// A kink that was not declared is found by bisection. One that hides between
// the outermost node and the end of a panel is missed, and then the Stein check
// refuses the function: no wrong number comes out.
func TestUndeclaredKinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawMixture(t, false)
		want, err := gpnorm.Describe(f)
		require.NoError(t, err)
		f.Kinks = nil
		got, err := gpnorm.Describe(f)
		if err != nil {
			require.ErrorContains(t, err, "missing from Kinks")
			return
		}
		tol := 1e-8 * (want.SecondMoment.Value + want.DerivSecondMoment.Value)
		require.InDelta(t, want.SecondMoment.Value, got.SecondMoment.Value, tol)
		require.InDelta(t, want.DerivSecondMoment.Value, got.DerivSecondMoment.Value, tol)
	})
}

// A function that varies by 1e-5 about its mean is normalised with a warning.
func TestCancellationWarning(t *testing.T) {
	sigmoid, err := gpnorm.Lookup("sigmoid")
	require.NoError(t, err)
	n, err := gpnorm.Normalize(sigmoid.Affine(1e-5, 3))
	require.NoError(t, err)
	require.Len(t, n.Warnings, 1)
	require.Contains(t, n.Warnings[0], "digits")
}
