package expr_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr/exprtest"
)

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.SampledFrom([]*rapid.Generator[string]{exprtest.Smooth(), exprtest.Kinked(), exprtest.Wild()}).Draw(t, "class")
		requireRoundTrip(t, source.Draw(t, "text"))
	})
}

func requireRoundTrip(t require.TestingT, text string) {
	p := parse(t, text)
	again, err := exprtest.Grammar().Parse(p.String(), nil)
	require.NoError(t, err, "%s became %s", text, p)
	require.Equal(t, p.String(), again.String(), text)
	require.True(t, p.Equal(again), "%s and %s differ", text, p)
}

// What is written is the canonical form: sharing, folding and rewriting show.
func TestCanonicalForm(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"-x^2", "-x^2"},
		{"(-x)^2", "(-x)^2"},
		{"2^-x", "2^(-x)"},
		{"2**-x**2", "2^(-x^2)"},
		{"2^-x*3", "2^(-x)*3"},
		{"x^2^3", "x^8"},
		{"(x^2)^3", "(x^2)^3"},
		{"2^x^2", "2^x^2"},
		{"x-(1-x)", "x - (1 - x)"},
		{"x-1-x", "x - 1 - x"},
		{"x/(2/x)", "x/(2/x)"},
		{"x/2*x", "x/2*x"},
		{"x + -3 - -2 + (-x)", "x - 3 + 2 - x"},
		{"exp(x) + -1 + (-1 + exp(2*x))", "expm1(x) + expm1(2*x)"},
		{"-x*3", "-x*3"},
		{"-(x*3)", "x*(-3)"},
		{"x > 0 ? 1 : x < -1 ? 2 : 3", "0 < x ? 1 : x < -1 ? 2 : 3"},
		{"(x > 0 ? x < 1 ? 1 : 2 : 3)", "0 < x ? (x < 1 ? 1 : 2) : 3"},
		{"x < 1 or x > 2 and x < 3 ? 1 : 2", "x < 1 or 2 < x < 3 ? 1 : 2"},
		{"(x < 1 or x > 2) and x < 3 ? 1 : 2", "(x < 1 or 2 < x) and x < 3 ? 1 : 2"},
		{"1 > x > 0 ? 1 : 2", "1 > x > 0 ? 1 : 2"},
		{"1 > x < 3 ? 1 : 2", "1 > x < 3 ? 1 : 2"},
		{"not (x < 1) ? 1 : 2", "1 <= x ? 1 : 2"},
		{"!(x == 1) ? 1 : 2", "x != 1 ? 1 : 2"},
		{"!(0 < x < 1) ? 1 : 2", "not (0 < x < 1) ? 1 : 2"},
		{"!!(0 < x and x != 1) ? 1 : 2", "0 < x and x != 1 ? 1 : 2"},
		{"3 > 2 ? x : log(x)", "x"},
		{"pi > e and 0.1 + 0.2 == 0.3 ? x : 1", "x"},
		{"0.1 + 0.2 - 0.3 + x", "x"},
		{"x*(1/3 + 1/6)", "x*0.5"},
		{"x*(1/3)", "x*(1/3)"},
		{"x^(2/6)", "x^(1/3)"},
		{"x^(1/3-5/6)", "x^(-0.5)"},
		{"1e-30*x + 12345678901234567890", "1e-30*x + 1.234567890123456789e19"},
		{"0*x", "0*x"},
		{"x - x", "x - x"},
		{"x/0", "x/0"},
		{"0^-1", "0^(-1)"},
		{"sqrt(4)", "sqrt(4)"},
		{"x*x*x", "x^3"},
		{"x*x^-1", "x*x^(-1)"},
		{"log(1 + exp(2*x)) + log1p(exp(x)) + log(exp(x) + 1)", "softplus(2*x) + softplus(x) + softplus(x)"},
		{"log(exp(x)) + log1p(expm1(x))", "x + x"},
		{"1/(1+exp(-x)) + 1/(exp(-1.702*x)+1) + 1/(1+exp(x))", "sigmoid(x) + sigmoid(1.702*x) + sigmoid(-x)"},
		{"exp(x)/(1+exp(x))", "sigmoid(x)"},
		{"exp(x)/(1+exp(2*x))", "exp(x)/(1 + exp(2*x))"},
		{"2/(1+exp(-x))", "2/(1 + exp(-x))"},
		{"exp(x) - 1 + log(1 - x)", "expm1(x) + log1p(-x)"},
		{"sqrt(x^2) + sqrt(x*x) + abs(-x)", "abs(x) + abs(x) + abs(x)"},
		{"e^x", "exp(x)"},
		{"Phi(x)*x + x/(1+exp(-x))", "gelu(x) + x/(1 + exp(-x))"},
		{"relu(x) + clamp(x, -1, 1)", "max(x, 0) + min(max(x, -1), 1)"},
		{"elu(x) + elu(x, 0.5) + leakyrelu(x)", "elu(x) + elu(x, 0.5) + leakyrelu(x, 0.01)"},
		{"elu(x, -1)", "0 < x ? x : -expm1(x)"},
		{"x > 0 ?.5:-.25", "0 < x ? 0.5 : -0.25"},
	} {
		require.Equal(t, c.want, parse(t, c.text).String(), c.text)
		requireRoundTrip(t, c.text)
	}
}

// Equal sub-expressions, also with exchanged operands, appear once; unequal
// ones do not share.
func TestSharing(t *testing.T) {
	for text, want := range map[string]int{
		"sin(x)*cos(x) + cos(x)*sin(x)":            5, // x sin cos mul add
		"(x - 1)*(1 - x)":                          5, // x 1 sub sub mul
		"x^2/(1 + x^2)":                            5, // x x² 1 add div
		"x^(1/3) + x^(1/3) + x^(2/3)":              5, // x pow add pow add
		"x^3 + x^4":                                4,
		"x/2 + 2/x":                                5,
		"x < 1 ? 1 : x <= 1 ? 1 : 2":               7, // x 1 less lesseq 2 select select
		"(x < 1 ? 2 : 3)*(x > 1 ? 2 : 3)":          9, // x 1 less 2 3 select less select mul
		"max(x, 1) + min(x, 1) + max(1, x)":        6,
		"0.1*x + 0.1000000000000000055511151231*x": 6, // two numbers with one float64
		"x + 1/(1 + exp(-x))":                      3, // what a rewriting leaves unused is gone
		"gelu(x) + Phi(x) + x*Phi(x) + Phi(x)*x":   6,
		"pi*x + 3.14159265358979311599796346854*x": 6,
	} {
		require.Len(t, parse(t, text).Code(), want, text)
	}
}

func TestEqual(t *testing.T) {
	require.True(t, parse(t, " x+1").Equal(parse(t, "x + 1.0")))
	for _, other := range []string{"1 + x", "x + 2", "x - 1", "x + 1 + x", "x + x", "x^2"} {
		require.False(t, parse(t, "x + 1").Equal(parse(t, other)), other)
	}
	require.False(t, parse(t, "x^2").Equal(parse(t, "x^3")))
	require.False(t, parse(t, "x^0.3").Equal(parse(t, "x^0.4")))
}
