package emit

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
	"bsnn/internal/peers"
)

// inSingle holds functions that break when they are written down and differentiated in
// single precision.
var inSingle = []string{
	"softplus(x)", "x*sigmoid(x)", "mish(x)", "x*tanh(exp(x))", "x > 0 ? x : 0.5*expm1(x/0.5)", "exp(-exp(-x))", "exp(-exp(x))",
	"1 - exp(-exp(x))",
	"x*exp(x)/(1 + exp(x))", "exp(x)/(1 + exp(x))^2", "gelu(x)", "selu(x)", "elu(x)", "log(1 + exp(x)) - log(1 + exp(-x))",
	"log(cosh(x))",
	"where(x > 20, x, log(1 + exp(x)))", "x < 0 ? exp(x) : 1 + x", "x*erf(softplus(x))", "sinh(x)/cosh(x)", "x*exp(-exp(-x))",
}

// TestGradientsInSinglePrecision: by PyTorch's automatic differentiation in float32 φ′ is a
// number for all |x| ≤ 10⁴ at which it is one, below the largest of single precision, and so
// is φ; and both agree. Expressions that are drawn are only looked at where nothing on the
// way is beyond single precision, since they have powers that overflow; and compared to
// 1e-4, some thousand roundings, of their largest intermediate value, for |x| ≤ 10.
func TestGradientsInSinglePrecision(t *testing.T) {
	if testing.Short() {
		t.Skip("loads PyTorch")
	}
	python, ok := peers.Python("torch")
	if !ok {
		t.Skip("torch is not installed: gradients in single precision are not seen")
	}
	points := []float64{0}
	for _, x := range []float64{
		1e-30, 1e-6, 1e-3, 0.13, 0.57, 1.37, 3.1, 5.3, 8.7, 10, 13.1, 16.7, 21, 40, 44.5,
		60, 88, 89, 104, 150, 300, 710, 1e3, 1e4,
	} {
		points = append(points, x, -x)
	}
	random := drawn(t, 60, exprtest.Kinked())
	largestSingle := math.MaxFloat32 / 2
	compared := 0
	for k, samples := range runPython(t, python, "pytorch", "real_pytorch_single", slices.Concat(inSingle, thin, random), points) {
		text := slices.Concat(inSingle, thin, random)[k]
		known := k < len(inSingle)+len(thin)
		p := meant(t, text)
		a, b := constants(text)
		for i, x := range points {
			value, deriv := p.Value(float64(float32(x)))
			if !(math.Abs(value) < largestSingle && math.Abs(deriv) < largestSingle) {
				continue
			}
			scale := 1.0
			if !known {
				overflow := false
				if scale, overflow = largest(p, x); overflow || scale > largestSingle {
					continue
				}
			}
			compared++
			got := samples[i]
			require.False(t, math.IsNaN(got.deriv) || math.IsInf(got.deriv, 0),
				"the gradient of %s at %v is %v, want %v", text, x, got.deriv, a*deriv)
			if !known && math.Abs(x) > 10 || nearKink(p, x, 1e6) {
				continue
			}
			requireNear(t, a*value+b, got.value, scale, "%s at %v", text, x)
			if !known || deriv != 0 { // where float64 has underflowed, the code need not
				requireNear(t, a*deriv, got.deriv, scale, "derivative of %s at %v", text, x)
			}
		}
	}
	require.Greater(t, compared, len(points)*len(inSingle))
}

func requireNear(t *testing.T, want, got, scale float64, format string, args ...any) {
	t.Helper()
	if !(math.Abs(want-got) <= 1e-4*max(1, scale, math.Abs(want))) {
		require.Fail(t, "differs", append([]any{"want %v, got %v: " + format, want, got}, args...)...)
	}
}

// TestLogPhi: the series of log Φ agrees with the function to 14 digits, where it begins
// and far out.
func TestLogPhi(t *testing.T) {
	g := newGraph()
	root := g.logPhi(g.put(node{op: expr.Var, a: -1, b: -1, c: -1}))
	for x := -12.001; x > -36; x -= 0.173 {
		require.InEpsilon(t, math.Log(0.5*math.Erfc(-x/math.Sqrt2)), g.evaluate(root, x), 2e-14, "%v", x)
	}
}
