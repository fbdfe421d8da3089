package gpnorm_test

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

func format(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func TestLookup(t *testing.T) {
	for _, name := range gpnorm.Names() {
		a, err := gpnorm.Lookup(name)
		require.NoError(t, err)
		again, err := gpnorm.Lookup(a.Name)
		require.NoError(t, err, "the name looks itself up")
		require.Equal(t, a.Name, again.Name)
		require.True(t, slices.IsSorted(a.Kinks))
	}
	require.True(t, slices.IsSorted(gpnorm.Names()))
	a, err := gpnorm.Lookup("  LeakyReLU( 0.2 ) ")
	require.NoError(t, err)
	require.Equal(t, "leakyrelu(0.2)", a.Name)
	require.Equal(t, -0.2, value(a, -1))
	require.Equal(t, 0.2, deriv(a, -1))
	require.Equal(t, 3.0, value(a, 3))
	a, err = gpnorm.Lookup("leakyrelu")
	require.NoError(t, err)
	require.Equal(t, "leakyrelu(0.01)", a.Name)
}

func TestLookupErrors(t *testing.T) {
	for spec, want := range map[string]string{
		"tahn":       `did you mean "tanh"`,
		"relu7":      `did you mean "relu6"`,
		"soft plus":  `did you mean "softplus"`,
		"leaky-relu": `did you mean "leakyrelu"`,
		"xyzzy": "known: celu, elu, erf, gelu, hardswish, hardtanh, identity, leakyrelu, mish, " +
			"quickgelu, relu, relu6, selu, sigmoid, silu, sin, softplus, softsign, squareplus, tanh",
		"":                 "known: celu",
		"tanh(2)":          "takes no parameter",
		"leakyrelu(x)":     `slope "x", want a finite number`,
		"leakyrelu(NaN)":   "finite",
		"leakyrelu(inf)":   "finite",
		"leakyrelu(1e999)": "finite",
		"leakyrelu(0.2":    "in parentheses",
		"leakyrelu(0.2)x":  "in parentheses",
	} {
		_, err := gpnorm.Lookup(spec)
		require.ErrorContains(t, err, want, spec)
		require.ErrorContains(t, err, strconv.Quote(spec), "the input is named")
	}
	_, err := gpnorm.Lookup("xyzzy")
	require.NotContains(t, err.Error(), "did you mean", "nothing is near")
}

// What a caller does to a built-in does not reach the next caller.
func TestLookupSharesNoState(t *testing.T) {
	a, err := gpnorm.Lookup("relu")
	require.NoError(t, err)
	a.Kinks[0] = 5
	b, err := gpnorm.Lookup("relu")
	require.NoError(t, err)
	require.Equal(t, []float64{0}, b.Kinks)
}

func TestAffine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawBuiltin(t)
		scale := rapid.Float64Range(-5, 5).Draw(t, "scale")
		shift := rapid.Float64Range(-5, 5).Draw(t, "shift")
		x := rapid.Float64Range(-9, 9).Draw(t, "x")
		b := a.Affine(scale, shift)
		require.InDelta(t, scale*value(a, x)+shift, value(b, x), 1e-13)
		require.InDelta(t, scale*deriv(a, x), deriv(b, x), 1e-13)
		require.Equal(t, math.Abs(scale)*a.Lipschitz, b.Lipschitz)
		if scale != 0 {
			require.Equal(t, math.Abs(scale)*a.DerivLipschitz, b.DerivLipschitz)
		}
		require.Equal(t, a.Kinks, b.Kinks)
	})
	relu, err := gpnorm.Lookup("relu")
	require.NoError(t, err)
	require.Equal(t, "1.5*relu-0.5", relu.Affine(1.5, -0.5).Name)
	require.Equal(t, "relu", relu.Affine(1, 0).Name)
	require.Equal(t, "2*(1.5*relu+0.5)", relu.Affine(1.5, 0.5).Affine(2, 0).Name)
	require.Zero(t, relu.Affine(0, 1).DerivLipschitz, "a constant function")
	require.Nil(t, gpnorm.Activation{Name: "f"}.Affine(2, 1).Value)
}
