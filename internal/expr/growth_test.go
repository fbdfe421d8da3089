package expr_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Logarithms of exponentials are finite far out, and the same near 0.
func TestLogarithmsDoNotOverflow(t *testing.T) {
	for text, want := range map[string]func(x float64) (near, far float64){
		"log(2*cosh(x))":        func(x float64) (float64, float64) { return math.Log(2 * math.Cosh(x)), math.Abs(x) },
		"log(cosh(3*x)/2)":      func(x float64) (float64, float64) { return math.Log(math.Cosh(3*x) / 2), 3*math.Abs(x) - 2*math.Ln2 },
		"log(1 + 2*exp(x))":     func(x float64) (float64, float64) { return math.Log(1 + 2*math.Exp(x)), max(0, x+math.Ln2) },
		"log(exp(x)*2 + 3)":     func(x float64) (float64, float64) { return math.Log(3 + 2*math.Exp(x)), max(math.Log(3), x+math.Ln2) },
		"log(exp(-x)+exp(x))":   func(x float64) (float64, float64) { return math.Log(2 * math.Cosh(x)), math.Abs(x) },
		"log(3*exp(-x))":        func(x float64) (float64, float64) { return math.Log(3) - x, math.Log(3) - x },
		"log((1 + exp(x))/2)":   func(x float64) (float64, float64) { return math.Log((1 + math.Exp(x)) / 2), max(0, x) - math.Ln2 },
		"log1p(exp(x)*0.5)":     func(x float64) (float64, float64) { return math.Log(1 + math.Exp(x)/2), max(0, x-math.Ln2) },
		"log(2*(1 + 2*exp(x)))": func(x float64) (float64, float64) { return math.Log(2 + 4*math.Exp(x)), max(math.Ln2, x+2*math.Ln2) },
	} {
		p := parse(t, text)
		for _, x := range []float64{-1.5, 0, 0.3, 2} {
			near, _ := want(x)
			got, _ := p.Value(x)
			require.InDelta(t, near, got, 1e-14, "%s at %v", text, x)
		}
		for _, x := range []float64{-5000, 5000} {
			_, far := want(x)
			got, slope := p.Value(x)
			require.InEpsilon(t, 1+math.Abs(far), 1+math.Abs(got), 1e-12, "%s at %v", text, x)
			require.False(t, math.IsNaN(slope) || math.IsInf(slope, 0), "%s at %v", text, x)
		}
	}
}
