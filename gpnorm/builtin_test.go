package gpnorm_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// drawBuiltin draws a built-in, the leaky ReLU with any slope.
func drawBuiltin(t *rapid.T) gpnorm.Activation {
	spec := rapid.SampledFrom(gpnorm.Names()).Draw(t, "name")
	if spec == "leakyrelu" {
		slope := rapid.Float64Range(-2, 2).Draw(t, "slope")
		if math.Abs(slope) < 1e-300 {
			slope = 0 // expressions have no numbers next to the subnormal ones
		}
		spec = "leakyrelu(" + format(slope) + ")"
	}
	a, err := gpnorm.Lookup(spec)
	require.NoError(t, err)
	return a
}

func value(a gpnorm.Activation, x float64) float64 {
	y := []float64{x}
	a.Value(y, y)
	return y[0]
}

func deriv(a gpnorm.Activation, x float64) float64 {
	y := []float64{x}
	a.Deriv(y, y)
	return y[0]
}

// definition gives every built-in in the plainest form, which is accurate for
// moderate x.
var definition = map[string]func(float64) float64{
	"identity": func(x float64) float64 { return x },
	"tanh":     math.Tanh,
	"erf":      math.Erf,
	"sin":      math.Sin,
	"sigmoid":  func(x float64) float64 { return 1 / (1 + math.Exp(-x)) },
	"softplus": func(x float64) float64 { return math.Log1p(math.Exp(x)) },
	"relu":     func(x float64) float64 { return math.Max(0, x) },
	"elu":      func(x float64) float64 { return math.Max(x, math.Expm1(math.Min(x, 0))) },
	"selu": func(x float64) float64 {
		return 1.0507009873554805 * (math.Max(0, x) + 1.6732632423543772*math.Expm1(math.Min(x, 0)))
	},
	"gelu":      func(x float64) float64 { return x / 2 * math.Erfc(-x/math.Sqrt2) },
	"silu":      func(x float64) float64 { return x / (1 + math.Exp(-x)) },
	"mish":      func(x float64) float64 { return x * math.Tanh(math.Log1p(math.Exp(x))) },
	"leakyrelu": func(x float64) float64 { return math.Max(x, 0.01*x) },

	"quickgelu":  func(x float64) float64 { return x / (1 + math.Exp(-1.702*x)) },
	"softsign":   func(x float64) float64 { return x / (1 + math.Abs(x)) },
	"hardswish":  func(x float64) float64 { return x * math.Min(math.Max(x+3, 0), 6) / 6 },
	"relu6":      func(x float64) float64 { return math.Min(math.Max(0, x), 6) },
	"hardtanh":   func(x float64) float64 { return math.Max(-1, math.Min(x, 1)) },
	"celu":       func(x float64) float64 { return math.Max(x, math.Expm1(math.Min(x, 0))) },
	"squareplus": squareplus,
}

// squareplus is (x + √(x² + 4))/2 in 200 bits: below 0 its terms cancel, at -300 all but
// 36 of the 53 bits that float64 has.
func squareplus(x float64) float64 {
	at := new(big.Float).SetPrec(200).SetFloat64(x)
	root := new(big.Float).Mul(at, at)
	root.Sqrt(root.Add(root, big.NewFloat(4)))
	y, _ := root.Quo(root.Add(root, at), big.NewFloat(2)).Float64()
	return y
}

func TestValuesMatchDefinitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(gpnorm.Names()).Draw(t, "name")
		exponent := rapid.Float64Range(-12, 2.5).Draw(t, "log10 |x|")
		x := math.Copysign(math.Pow(10, exponent), rapid.Float64Range(-1, 1).Draw(t, "sign"))
		a, err := gpnorm.Lookup(name)
		require.NoError(t, err)
		want := definition[name](x)
		// Relative: 10 units in the last place, two for each unit of |x| that an
		// exponential amplifies, and x² for what the definition of gelu makes of the
		// rounding of x/√2. Absolute: half a unit of the subnormal numbers, which both
		// definitions and values may multiply by x.
		tol := (10 + 2*math.Abs(x)) * 0x1p-52 * math.Abs(want)
		if name == "gelu" {
			tol += x * x * 0x1p-52 * math.Abs(want)
		}
		require.InDelta(t, want, value(a, x), tol+(1+math.Abs(x))*math.SmallestNonzeroFloat64, "%s(%v)", name, x)
	})
}

// The four-point central difference with step h is off by at most
// h⁴·sup|φ⁽⁵⁾|/30 (sup ≤ 150 for the built-ins) and 1.5·ε·sup|φ|/h by rounding. It is
// no approximation across a kink, nor at 0, where φ″ of softsign jumps.
func TestDerivativesAgainstDifferences(t *testing.T) {
	const h = 1e-3
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-12, 12).Draw(t, "x")
		slope := rapid.Float64Range(-2, 2).Draw(t, "slope")
		for _, spec := range append(gpnorm.Names(), "leakyrelu("+format(slope)+")") {
			a, err := gpnorm.Lookup(spec)
			require.NoError(t, err)
			if slices.ContainsFunc(append(a.Kinks, 0), func(kink float64) bool { return math.Abs(x-kink) < 3*h }) {
				continue
			}
			d := (8*(value(a, x+h)-value(a, x-h)) - (value(a, x+2*h) - value(a, x-2*h))) / (12 * h)
			require.InDelta(t, d, deriv(a, x), 5e-12+1e-12*(1+2*math.Abs(x)), "%s′(%v)", spec, x)
		}
	})
}

func TestBothIsValueAndDeriv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawBuiltin(t)
		if rapid.Bool().Draw(t, "affine") {
			a = a.Affine(rapid.Float64Range(-3, 3).Draw(t, "scale"), rapid.Float64Range(-3, 3).Draw(t, "shift"))
		}
		x := rapid.SliceOfN(rapid.Float64Range(-50, 50), 0, 40).Draw(t, "x")
		n := len(x)
		v, d := make([]float64, n), make([]float64, n)
		a.Value(v, x)
		a.Deriv(d, x)
		gotV, gotD := make([]float64, n), make([]float64, n)
		a.Both(gotV, gotD, x)
		require.Equal(t, v, gotV)
		require.Equal(t, d, gotD)
		// In place, as the contract of Activation permits.
		a.Both(x, gotD, x)
		require.Equal(t, v, x)
		require.Equal(t, d, gotD)
	})
}

// No overflow and no NaN anywhere in the range, for φ nor for φ′.
func TestExtremeArguments(t *testing.T) {
	for _, name := range gpnorm.Names() {
		a, err := gpnorm.Lookup(name)
		require.NoError(t, err)
		for _, m := range []float64{0, 5e-324, 1e-300, 1e-8, 30, 37.5, 708, 711, 745, 1e4, 1e154, 1e200, 1e300} {
			for _, x := range []float64{m, -m} {
				v, d := value(a, x), deriv(a, x)
				require.False(t, math.IsNaN(v) || math.IsInf(v, 0), "%s(%v) = %v", name, x, v)
				require.LessOrEqual(t, math.Abs(d), a.Lipschitz*(1+1e-15), "%s′(%v)", name, x)
			}
		}
	}
}

// TestNaNStays: a NaN of either sign is not lost.
func TestNaNStays(t *testing.T) {
	for _, d := range gpnorm.Definitions() {
		a, err := gpnorm.Lookup(d.Name)
		require.NoError(t, err)
		x := []float64{math.NaN(), math.Copysign(math.NaN(), -1)}
		val, der := make([]float64, 2), make([]float64, 2)
		a.ValueDeriv(val, der, x)
		a.Value(x, x)
		for i := range x {
			require.True(t, math.IsNaN(x[i]) && math.IsNaN(val[i]), d.Name)
		}
	}
}

// Tails that a careless formula flushes to 0 or to 1.
func TestTailsKeepRelativePrecision(t *testing.T) {
	for _, c := range []struct {
		name        string
		x           float64
		value, diff float64
	}{
		{"tanh", 30, 1, 4 * math.Exp(-60)},
		{"tanh", 4, math.Tanh(4), math.Pow(math.Cosh(4), -2)},
		{"tanh", 1e-9, 1e-9, 1},
		{"sigmoid", -40, math.Exp(-40), math.Exp(-40)},
		{"sigmoid", 40, 1, math.Exp(-40)},
		{"softplus", -40, math.Exp(-40), math.Exp(-40)},
		{"softplus", 50, 50, 1},
		{"silu", -40, -40 * math.Exp(-40), -39 * math.Exp(-40)},
		{"elu", -1e-12, -1e-12, 1},
		{"elu", -40, -1, math.Exp(-40)},
	} {
		a, err := gpnorm.Lookup(c.name)
		require.NoError(t, err)
		require.InEpsilon(t, c.value, value(a, c.x), 1e-11, "%s(%v)", c.name, c.x)
		require.InEpsilon(t, c.diff, deriv(a, c.x), 1e-11, "%s′(%v)", c.name, c.x)
	}
}

func TestLipschitzConstantsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-5, 5).Draw(t, "x")
		y := x + math.Pow(10, rapid.Float64Range(-6, 1).Draw(t, "log10 distance"))
		slope := rapid.Float64Range(-2, 2).Draw(t, "slope")
		for _, spec := range append(gpnorm.Names(), "leakyrelu("+format(slope)+")") {
			a, err := gpnorm.Lookup(spec)
			require.NoError(t, err)
			within := func(what string, fx, fy, constant float64) {
				if math.IsInf(constant, 1) {
					return
				}
				rounding := 32 * 0x1p-52 * (math.Abs(fx) + math.Abs(fy) + math.Abs(x)*constant)
				require.LessOrEqual(t, math.Abs(fy-fx), constant*(y-x)+rounding, "%s%s at %v, %v", spec, what, x, y)
			}
			within("", value(a, x), value(a, y), a.Lipschitz)
			within("′", deriv(a, x), deriv(a, y), a.DerivLipschitz)
		}
	})
}

// The constants are the best possible: some pair of a fine grid comes close.
func TestLipschitzConstantsAreAttained(t *testing.T) {
	const h = 1e-4
	for _, spec := range append(gpnorm.Names(), "leakyrelu(-3)", "leakyrelu(1)") {
		a, err := gpnorm.Lookup(spec)
		require.NoError(t, err)
		var steep, steepDeriv float64
		v, d := value(a, -12), deriv(a, -12)
		for x := -12 + h; x < 12; x += h {
			v2, d2 := value(a, x), deriv(a, x)
			steep = math.Max(steep, math.Abs(v2-v)/h)
			steepDeriv = math.Max(steepDeriv, math.Abs(d2-d)/h)
			v, d = v2, d2
		}
		// On a grid of step h the largest quotient of a smooth function misses the
		// supremum by O(h²); for ELU, whose φ″ jumps at its maximum, by O(h), and for
		// softsign, whose φ″ does so at 0, by 3h.
		if spec == "squareplus" { // φ′ tends to 1 as 1/x²
			steep += 1.0 / (12 * 12)
		}
		require.InDelta(t, a.Lipschitz, steep, 2e-4, spec)
		if math.IsInf(a.DerivLipschitz, 1) {
			require.Greater(t, steepDeriv, 0.4/h, "%s: φ′ jumps", spec)
		} else {
			require.InDelta(t, a.DerivLipschitz, steepDeriv, 3.1e-4, spec)
		}
	}
}
