package vector

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// What φ and φ′ are at ±0, ±∞ and NaN, on every path.
func TestSpecialValues(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	x := []float64{0, zero, inf, -inf, nan, 0, zero, inf}
	limits := map[string][2][]float64{ // at 0, −0, ∞ and −∞
		"identity":  {{0, zero, inf, -inf}, {1, 1, 1, 1}},
		"relu":      {{0, zero, inf, 0}, {1, 1, 1, 0}},
		"leakyrelu": {{0, zero, inf, -inf}, {1, 0.5, 1, 0.5}},
		"elu":       {{0, zero, inf, -0.5}, {1, 0.5, 1, 0}},
		"selu":      {{0, zero, inf, -seluScale * seluAlpha}, {seluScale, seluScale * seluAlpha, seluScale, 0}},
		"gelu":      {{0, zero, inf, zero}, {0.5, 0.5, 1, zero}},
		"silu":      {{0, zero, inf, zero}, {0.5, 0.5, 1, zero}},
		"mish":      {{0, zero, inf, zero}, {0.6, 0.6, 1, zero}},
		"softplus":  {{math.Ln2, math.Ln2, inf, 0}, {0.5, 0.5, 1, 0}},
		"sigmoid":   {{0.5, 0.5, 1, 0}, {0.25, 0.25, 0, 0}},
		"tanh":      {{0, zero, 1, -1}, {1, 1, 0, 0}},
		"erf":       {{0, zero, 1, -1}, {2 / math.SqrtPi, 2 / math.SqrtPi, 0, 0}},
		"sin":       {{0, zero, nan, nan}, {1, 1, nan, nan}},
	}
	functions := map[string]struct {
		f    func(dst, x []float64)
		want []float64
	}{
		"exp":      {Exp, []float64{1, 1, inf, 0}},
		"expm1":    {Expm1, []float64{0, zero, inf, -1}},
		"log":      {Log, []float64{-inf, -inf, inf, nan}},
		"log1p":    {Log1p, []float64{0, zero, inf, nan}},
		"sqrt":     {Sqrt, []float64{0, zero, inf, nan}},
		"tanh":     {Tanh, limits["tanh"][0]},
		"sigmoid":  {Sigmoid, limits["sigmoid"][0]},
		"softplus": {Softplus, limits["softplus"][0]},
		"erf":      {Erf, limits["erf"][0]},
		"sin":      {Sin, limits["sin"][0]},
		"cos":      {Cos, limits["sin"][1]},
		"Φ":        {NormalCDF, []float64{0.5, 0.5, 1, 0}},
		"density":  {NormalDensity, []float64{1 / math.Sqrt(2*math.Pi), 1 / math.Sqrt(2*math.Pi), 0, 0}},
	}
	same := func(name string, want, got []float64) {
		want = append(want, nan, want[0], want[1], want[2])
		for i := range want {
			require.InDelta(t, want[i], got[i], 3e-16, "%s at %v", name, x[i])
			if want[i] == 0 {
				require.Equal(t, math.Signbit(want[i]), math.Signbit(got[i]), "the sign of %s at %v", name, x[i])
			}
		}
	}
	require.Len(t, limits, len(activations))
	for _, p := range available() {
		onPath(p, func() {
			for name, want := range limits {
				a, ok := Lookup[float64](name, []float64{0.5}[:activations[name].parameters]...)
				require.True(t, ok)
				v, d := make([]float64, len(x)), make([]float64, len(x))
				a.Both(v, d, x)
				same(name, want[0], v)
				same(name+"′", want[1], d)
			}
			for name, known := range functions {
				got := make([]float64, len(x))
				known.f(got, x)
				same(name, known.want, got)
			}
		})
	}
}

// What is the identity far out is so to the end of the numbers.
func TestLargestNumbers(t *testing.T) {
	for _, p := range available() {
		onPath(p, func() {
			for _, name := range []string{"identity", "relu", "gelu", "silu", "mish", "softplus"} {
				a, _ := Lookup[float64](name)
				x := []float64{800, 1e30, 1e300, math.MaxFloat64, math.MaxFloat64, 1e290, 1e289, 1e288}
				v, d := make([]float64, len(x)), make([]float64, len(x))
				a.Both(v, d, x)
				for i := range x {
					require.Equal(t, x[i], v[i], name)
					require.Equal(t, 1., d[i], name)
				}
			}
		})
	}
}
