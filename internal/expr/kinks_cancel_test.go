package expr_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Kinks that cancel leave no trace in the derivative, and those that do not show
// the right side, also at −0.
func TestRightDerivatives(t *testing.T) {
	for text, want := range map[string]float64{
		"max(x, 0) + log(1 + exp(-abs(x)))": 0.5, "max(0, x) + log(1 + exp(-abs(-x)))": 0.5,
		"max(-x, 0) + log(1 + exp(-abs(x)))": -0.5, "(x > 0 ? x : 0) + log1p(exp(-abs(x)))": 0.5,
		"(x <= 0 ? 0 : x) + log1p(exp(-abs(x)))": 0.5, "(not (x > 0) ? 0 : x) + log1p(exp(-abs(x)))": 0.5,
		"(x > 0 and x < 9 ? x : 0) + log1p(exp(-abs(x)))": 0.5, "(x < -9 or x > 0 ? x : 0) + log1p(exp(-abs(x)))": 0.5,
		"max(x, 0) + min(0, exp(x) - 1)": 1, "relu(x)": 1, "relu(-x)": 0, "abs(-3*x)": 3, "min(x, 2*x)": 1, "max(x^2, x^3)": 0,
		"x == 0 ? 1 : sin(x)/x": 0, "leakyrelu(x)": 1,
	} {
		for _, x := range []float64{0, math.Copysign(0, -1)} {
			_, slope := parse(t, text).Value(x)
			require.Equal(t, want, slope, "%s at %v", text, x)
		}
	}
}

// log(cosh(u)) is |u| − log 2 far out, and keeps its name.
func TestLogCosh(t *testing.T) {
	for _, text := range []string{"log(cosh(x))", "log(cosh(-x))", "log(cosh(1000*x))", "-log(cosh(2*x))*x + log(cosh(x)^2)"} {
		p := parse(t, text)
		require.Equal(t, p.String(), parse(t, p.String()).String())
		require.Contains(t, p.String(), "log(cosh(")
	}
	v, d := parse(t, "log(cosh(1000*x))").Value(-3)
	require.InDelta(t, 3000-math.Ln2, v, 1e-9)
	require.Equal(t, -1000.0, d)
	for _, x := range []float64{-3, -1, -1e-3, 0, 0.5, 7} {
		v, d := parse(t, "log(cosh(-x))").Value(x)
		require.InDelta(t, math.Log(math.Cosh(x)), v, 1e-15*max(1, math.Abs(x)))
		require.InDelta(t, math.Tanh(x), d, 1e-15)
	}
}
