package enclose

import (
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/interval"
)

// formulas writes the functions of the reference file as expressions.
var formulas = map[string]string{
	"tanh": "tanh(x)", "relu": "relu(x)", "leaky0.01": "x > 0 ? x : 0.01*x", "elu": "x > 0 ? x : exp(x) - 1", "selu": "selu(x)",
	"gelu": "x*Phi(x)", "silu": "x/(1 + exp(-x))", "softplus": "log(1 + exp(x))", "sigmoid": "1/(1 + exp(-x))",
	"sin": "sin(x)", "erf": "erf(x)", "identity": "x",
}

// kinked functions have the coarser target.
var kinked = map[string]bool{"relu": true, "leaky0.01": true, "elu": true, "selu": true}

type reference struct {
	Mean   string `json:"mean"`
	Second string `json:"second_moment"`
	Deriv  string `json:"derivative_second_moment"`
	A      string `json:"a"`
	Roots  []struct {
		B        string `json:"b"`
		Slope    string `json:"length_map_slope"`
		Forward  string `json:"forward_variance"`
		Backward string `json:"backward_variance"`
	} `json:"roots"`
}

func references(t testing.TB) map[string]reference {
	t.Helper()
	data, err := os.ReadFile("testdata/activations.json")
	require.NoError(t, err)
	var m map[string]reference
	require.NoError(t, json.Unmarshal(data, &m))
	require.Len(t, m, len(formulas))
	return m
}

// holds reports whether a decimal, known to one unit of its last digit, is
// compatible with an enclosure.
func holds(t testing.TB, x interval.Interval, text string) bool {
	t.Helper()
	r, ok := new(big.Rat).SetString(text)
	require.True(t, ok, text)
	unit := new(big.Rat).SetFrac(big.NewInt(1), big.NewInt(1))
	mantissa, exponent, _ := strings.Cut(text, "e")
	if _, fraction, dot := strings.Cut(mantissa, "."); dot {
		ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(len(fraction))), nil)
		unit.SetFrac(big.NewInt(1), ten)
	}
	if exponent != "" { // the file has tiny numbers in place of 0
		unit.SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(30), nil))
	}
	lo, hi := new(big.Rat).SetFloat64(x.Lo), new(big.Rat).SetFloat64(x.Hi)
	return new(big.Rat).Add(r, unit).Cmp(lo) >= 0 && new(big.Rat).Sub(r, unit).Cmp(hi) <= 0
}

func TestOracle(t *testing.T) {
	for name, ref := range references(t) {
		t.Run(name, func(t *testing.T) {
			c, err := Certify(parse(t, formulas[name]), Options{})
			require.NoError(t, err)
			target := 1e-12
			if kinked[name] {
				target = 1e-10
			}
			check := func(what string, x interval.Interval, text string) {
				require.True(t, holds(t, x, text), "%s: %v does not contain %s", what, x, text)
				require.LessOrEqual(t, relativeWidth(x), target, what)
			}
			check("E f", c.Mean, ref.Mean)
			check("E f²", c.SecondMoment, ref.Second)
			check("E f′²", c.DerivSecondMoment, ref.Deriv)
			check("a", c.A, ref.A)
			require.Len(t, c.Roots, len(ref.Roots))
			for _, want := range ref.Roots {
				found := 0
				for _, r := range c.Roots {
					if holds(t, r.B, want.B) {
						found++
						check("b", r.B, want.B)
						check("κ", r.Slope, want.Slope)
						check("V_f", r.ForwardVariance, want.Forward)
						check("V_b", r.BackwardVariance, want.Backward)
						require.LessOrEqual(t, relativeWidth(r.DerivSlope), target, "c_b")
						if !r.Cross.Contains(0) && r.Cross.Mignitude() > 0.1 {
							require.LessOrEqual(t, relativeWidth(r.Cross), target, "C")
						}
						if !r.DepthVariance.IsEmpty() {
							require.LessOrEqual(t, relativeWidth(r.DepthVariance), target, "V")
						}
					}
				}
				require.Equal(t, 1, found, "enclosures of b that contain %s", want.B)
			}
			require.NoError(t, c.FourthMoment)
		})
	}
}

// Work that halving cannot reduce is not begun: what is left there is rounding.
func TestRoundingIsNotRefined(t *testing.T) {
	for text, most := range map[string]int{"tanh(1e8*x)": 1000, "x/tanh(x)": 400, "acosh(1+x^2)": 700, "abs(x)^pi": 600} {
		c, err := Certify(parse(t, text), Options{momentsOnly: true})
		require.NoError(t, err)
		require.LessOrEqual(t, c.Panels, most, text)
		require.LessOrEqual(t, relativeWidth(c.Roots[0].ForwardVariance), 1e-9, text)
	}
	for text, narrow := range map[string]int{"x/tanh(x)": 0, "abs(x)^1.5": 0, "abs(x)^pi": 0} { // of no help to quadrature
		c, err := Certify(parse(t, text), Options{momentsOnly: true})
		require.NoError(t, err)
		require.Len(t, c.Narrow, narrow, text)
	}
}

// What a certificate of a built-in costs is counted in panels, of some 30 µs each
// (BenchmarkCertify has the time): the limit is 50 ms.
func TestOracleWork(t *testing.T) {
	for name, text := range formulas {
		c, err := Certify(parse(t, text), Options{})
		require.NoError(t, err)
		require.LessOrEqual(t, c.Panels, 300, name)
		require.Empty(t, c.Narrow, "%s has no narrow features", name)
	}
}
