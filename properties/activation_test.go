package properties_test

import (
	"fmt"

	"bsnn/gpnorm"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawActivation draws a GP-normalised function: a built-in one, or a random
// mixture of two with random slopes.
func drawActivation(t *rapid.T) gpnorm.Normalized {
	builtin := func(label string) gpnorm.Activation {
		a, err := gpnorm.Lookup(rapid.SampledFrom(gpnorm.Names()).Draw(t, label))
		require.NoError(t, err)
		return a
	}
	f := builtin("activation")
	if rapid.Bool().Draw(t, "mixed") {
		f = mixture(f, builtin("second"), rapid.Float64Range(0.1, 2).Draw(t, "weight"), rapid.Float64Range(0.3, 2).Draw(t, "slope"))
	}
	n, err := gpnorm.Normalize(f)
	require.NoError(t, err)
	return n
}

// mixture is f(x) + weight·g(slope·x).
func mixture(f, g gpnorm.Activation, weight, slope float64) gpnorm.Activation {
	scaled := func(x []float64) []float64 {
		out := make([]float64, len(x))
		for i, v := range x {
			out[i] = slope * v
		}
		return out
	}
	combine := func(of func(gpnorm.Activation) gpnorm.Func, factor float64) gpnorm.Func {
		return func(dst, x []float64) {
			second := scaled(x)
			of(g)(second, second)
			of(f)(dst, x)
			for i := range dst {
				dst[i] += factor * second[i]
			}
		}
	}
	out := gpnorm.Activation{
		Name:           fmt.Sprintf("%s(x)+%g*%s(%g*x)", f.Name, weight, g.Name, slope),
		Value:          combine(func(a gpnorm.Activation) gpnorm.Func { return a.Value }, weight),
		Deriv:          combine(func(a gpnorm.Activation) gpnorm.Func { return a.Deriv }, weight*slope),
		Lipschitz:      f.Lipschitz + weight*slope*g.Lipschitz,
		DerivLipschitz: f.DerivLipschitz + weight*slope*slope*g.DerivLipschitz,
	}
	out.Kinks = mergeKinks(f.Kinks, g.Kinks, slope)
	return out
}

// mergeKinks: every built-in kink is at 0, which scaling leaves in place.
func mergeKinks(f, g []float64, slope float64) []float64 {
	seen := map[float64]bool{}
	var out []float64
	for _, k := range f {
		seen[k] = true
		out = append(out, k)
	}
	for _, k := range g {
		if k /= slope; !seen[k] {
			out = append(out, k)
		}
	}
	if len(out) > 1 && out[0] > out[1] {
		out[0], out[1] = out[1], out[0]
	}
	return out
}
