package emit

import (
	"bytes"
	"fmt"
	"go/format"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/expr/exprtest"
)

func TestErrors(t *testing.T) {
	tanh := parse(t, "tanh(x)")
	for _, c := range []struct {
		language string
		f        Function
		want     string
	}{
		{"rust", Function{Program: tanh, A: 1}, `unknown language "rust", want one of go, pytorch, jax`},
		{"go", Function{Program: tanh, A: math.NaN()}, "not finite"},
		{"jax", Function{Program: tanh, A: 1, B: math.Inf(-1)}, "not finite"},
		{"jax", Function{Program: tanh, A: 1, Name: "lambda"}, `"lambda" cannot name a function`},
		{"pytorch", Function{Program: tanh, A: 1, Name: "torch"}, `"torch" cannot name`},
		{"go", Function{Program: tanh, A: 1, Name: "leakyrelu(0.2)"}, `"leakyrelu(0.2)" cannot name`},
		{"go", Function{Program: tanh, A: 1, Name: "φ"}, "cannot name"},
		{"go", Function{Program: tanh, A: 1, Package: "my package"}, "cannot name a package"},
	} {
		var b bytes.Buffer
		err := Write(&b, c.language, c.f)
		require.ErrorContains(t, err, c.want)
		require.Empty(t, b.String())
	}
}

// TestGoFile: a file imports what it uses and nothing else, and is formatted.
func TestGoFile(t *testing.T) {
	for text, imports := range map[string]bool{"tanh(x)": true, "relu(x)": false, "max(x, pi)": true} {
		var b bytes.Buffer
		require.NoError(t, Write(&b, "go", Function{Program: parse(t, text), A: 2, B: 1, Package: "act"}))
		require.True(t, strings.HasPrefix(b.String(), "package act\n"))
		require.Equal(t, imports, strings.Contains(b.String(), `import "math"`), text)
		formatted, err := format.Source(b.Bytes())
		require.NoError(t, err)
		require.Equal(t, string(formatted), b.String())
	}
}

// TestGuardsOnlyWhereNeeded: a function without branches, or with branches
// that are defined and bounded everywhere, gets no guard.
func TestGuardsOnlyWhereNeeded(t *testing.T) {
	for text, want := range map[string]bool{
		"gelu(x)": false, "log(1 + x^2)": false, "clamp(exp(x), 0, 1)": false, "leakyrelu(x)": false,
		"x > 0 ? sqrt(1 + x^2) : exp(-x^2)": false, "x > 0 ? 1/(1 + abs(x)) : 1 + sin(x)": false, "x > 0 ? exp(x) : exp(x)/2": false,
		"x > 0 ? exp(x) : x": true, "x > 0 ? x/(1 + x) : x": true, "x > 0 ? sqrt(x) : x": true, "x > 0 ? sqrt(1 + x^3) : x": true,
		"x > 0 ? x^1.5 : 0": true, "x > 1 ? x^-1 : x": true,
		"x > 1 and log(x) > 1 ? log(x) : 1": true, "x > 0 ? x : tan(x)": true, "x < 0 ? x : 2^x": true, "x < 0 ? x : x^x": true,
		"x < 0 ? x : log(1 + x)": true,
	} {
		g := newGraph()
		_, guarded := g.guard(g.load(parse(t, text)))
		require.Equal(t, want, guarded, text)
		require.Equal(t, want, strings.Contains(emitted(t, "pytorch", text), "# where()"), text)
	}
}

// TestLimitsFollowThePrecision: Python code has no limit of one precision.
func TestLimitsFollowThePrecision(t *testing.T) {
	for _, text := range flat {
		for _, language := range []string{"pytorch", "jax"} {
			require.NotContains(t, emitted(t, language, text), "700", text)
		}
	}
	require.Contains(t, emitted(t, "pytorch", "1/cosh(x)"), "torch.cosh(torch.clamp(torch.clamp(x, max=top), min=-top))")
}

// TestBranchesAreLazy: Go computes what only one branch needs in that branch.
func TestBranchesAreLazy(t *testing.T) {
	code := emitted(t, "go", "x > 0 ? sin(x)*exp(sin(x)) : tanh(x)")
	require.Contains(t, code, "if x > 0 {\n\t\tw := math.Sin(x)\n\t\ty = w * math.Exp(w)\n\t} else {")
}

func TestLinesAreShort(t *testing.T) {
	text := "x"
	for i := range 12 {
		text += fmt.Sprintf(" + sin(%d.25*x + %d)", i+2, i)
	}
	for _, language := range Languages() {
		for _, line := range strings.Split(emitted(t, language, text), "\n") {
			if !strings.Contains(line, "φ(x) =") {
				require.Less(t, len(line), 160, line)
			}
		}
	}
}

func ExampleWrite() {
	p, _ := exprtest.Grammar().Parse("x > 0 ? x : expm1(x)", nil)
	_ = Write(os.Stdout, "go", Function{Program: p, A: 1.2234, B: 0.0742, Name: "elu", Package: "nn"})
	// Output:
	// package nn
	//
	// import "math"
	//
	// // Elu is a Gaussian–Poincaré normalised activation function, by bsnn:
	// //
	// //	φ(x) = a·f(x) + b, f(x) = elu(x),
	// //	a = 1.2234, b = 0.074200000000000002.
	// //
	// // For standard normal g, E φ(g)² = E φ′(g)² = 1. EluDeriv is its derivative.
	// func Elu(x float64) float64 {
	// 	const a, b = 1.2234, 0.074200000000000002
	//
	// 	y := x
	// 	if x <= 0 {
	// 		y = math.Expm1(x)
	// 	}
	// 	return a*y + b
	// }
	//
	// // EluDeriv is φ′, the derivative of Elu.
	// func EluDeriv(x float64) float64 {
	// 	const a = 1.2234
	//
	// 	y := 1.0
	// 	if x < 0 {
	// 		y = math.Exp(x)
	// 	}
	// 	return a * y
	// }
}
