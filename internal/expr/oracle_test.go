package expr_test

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"

	exprlang "github.com/expr-lang/expr"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
)

// naive runs a text on the interpreter of the parser's library, with every
// function written out as its definition: no sharing, folding or rewriting.
func naive(text string, x float64) (float64, error) {
	sigmoid := func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }
	softplus := func(v float64) float64 { return math.Log(1+math.Exp(-math.Abs(v))) + math.Max(v, 0) }
	phi := func(v float64) float64 { return (1 + math.Erf(v/math.Sqrt2)) / 2 }
	elu := func(v, alpha float64) float64 {
		if v > 0 {
			return v
		}
		return alpha * math.Expm1(v)
	}
	optional := func(args []any, otherwise float64) float64 {
		if len(args) > 1 {
			return float(args[1])
		}
		return otherwise
	}
	one := func(f func(float64) float64) func(...any) (any, error) {
		return func(args ...any) (any, error) { return f(float(args[0])), nil }
	}
	env := map[string]any{"x": x, "pi": math.Pi, "e": math.E}
	options := []exprlang.Option{exprlang.Env(env), exprlang.DisableAllBuiltins()}
	for name, f := range map[string]func(...any) (any, error){
		"exp": one(math.Exp), "expm1": one(math.Expm1), "log": one(math.Log), "log1p": one(math.Log1p), "sqrt": one(math.Sqrt),
		"sin": one(math.Sin), "cos": one(math.Cos), "tan": one(math.Tan), "atan": one(math.Atan),
		"sinh": one(math.Sinh), "cosh": one(math.Cosh), "tanh": one(math.Tanh), "erf": one(math.Erf), "erfc": one(math.Erfc),
		"Phi": one(phi), "sigmoid": one(sigmoid), "softplus": one(softplus), "abs": one(math.Abs),
		"asinh": one(math.Asinh), "acosh": one(math.Acosh), "atanh": one(math.Atanh), "asin": one(math.Asin), "acos": one(math.Acos),
		"ln": one(math.Log),
		"sinxoverx": one(func(v float64) float64 {
			if v == 0 {
				return 1
			}
			return math.Sin(v) / v
		}),
		"tri": one(func(v float64) float64 { return 2 / math.Pi * math.Asin(math.Sin(math.Pi/2*math.Mod(v, 4))) }),
		"where": func(args ...any) (any, error) {
			if args[0].(bool) {
				return float(args[1]), nil
			}
			return float(args[2]), nil
		},
		"sign": one(func(v float64) float64 {
			if v == 0 || v != v {
				return v
			}
			return math.Copysign(1, v)
		}),
		"relu": one(func(v float64) float64 { return math.Max(v, 0) }),
		"gelu": one(func(v float64) float64 { return v * phi(v) }),
		"silu": one(func(v float64) float64 { return v * sigmoid(v) }),
		"mish": one(func(v float64) float64 { return v * math.Tanh(softplus(v)) }),
		"selu": one(func(v float64) float64 {
			return 1.0507009873554804934193349852946 * elu(v, 1.6732632423543772848170429916717)
		}),
		"elu": func(args ...any) (any, error) { return elu(float(args[0]), optional(args, 1)), nil },
		"leakyrelu": func(args ...any) (any, error) {
			if v := float(args[0]); v <= 0 {
				return optional(args, 0.01) * v, nil
			}
			return float(args[0]), nil
		},
		"pow": func(args ...any) (any, error) { return math.Pow(float(args[0]), float(args[1])), nil },
		"clamp": func(args ...any) (any, error) {
			return math.Min(math.Max(float(args[0]), float(args[1])), float(args[2])), nil
		},
		"clip": func(args ...any) (any, error) {
			return math.Min(math.Max(float(args[0]), float(args[1])), float(args[2])), nil
		},
		"min": func(args ...any) (any, error) { return reduce(args, math.Min), nil },
		"max": func(args ...any) (any, error) { return reduce(args, math.Max), nil },
	} {
		options = append(options, exprlang.Function(name, f))
	}
	program, err := exprlang.Compile(text, options...)
	if err != nil {
		return 0, err
	}
	v, err := exprlang.Run(program, env)
	if err != nil {
		return 0, err
	}
	return float(v), nil
}

func reduce(args []any, f func(a, b float64) float64) float64 {
	v := float(args[0])
	for _, w := range args[1:] {
		v = f(v, float(w))
	}
	return v
}

func float(v any) float64 {
	switch v := v.(type) {
	case int:
		return float64(v)
	case float64:
		return v
	}
	panic(fmt.Sprintf("%T is not a number", v))
}

// magnitudes returns the largest intermediate value at x, and how close, in
// relation to it, the function is to a place where it may not be smooth.
func magnitudes(p *expr.Program, x float64) (largest, gap float64) {
	largest, gap = 1, math.Inf(1)
	for i, in := range p.Code() {
		if in.Op.Condition() {
			continue
		}
		v, d := p.Part(i).Value(x)
		largest = max(largest, math.Abs(v), math.Abs(d))
	}
	for _, c := range p.Candidates() {
		v, _ := c.Zero.Value(x)
		gap = min(gap, math.Abs(v))
	}
	return largest, gap / largest
}

// Everything between the text and the value (precedence as the library sees
// it, lowering, folding, sharing, rewriting, formulas of composite functions)
// against the plain interpreter. No statistics: a draw that is ill-conditioned
// is skipped, and every other one has to agree.
func TestAgainstInterpreter(t *testing.T) {
	compared, drawn := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		text := exprtest.Wild().Draw(t, "text")
		x := rapid.Float64Range(-4, 4).Draw(t, "x")
		p := parse(t, text)
		want, err := naive(text, x)
		require.NoError(t, err, text)
		got, _ := p.Value(x)
		largest, gap := magnitudes(p, x)
		drawn++
		if math.IsNaN(largest) || largest > 1e4 || gap < 1e-6 || math.IsNaN(gap) || math.Abs(want) > 1e4 || math.IsNaN(want) {
			return
		}
		compared++
		require.InDelta(t, want, got, 1e-7*largest, "%s at %v", text, x)
	})
	t.Logf("%d of %d draws compared", compared, drawn)
	require.Greater(t, compared, drawn/10, "too few draws can be compared")
}

// step is f at a number with a tiny imaginary part.
func step(z complex128, f func(float64) float64, slope float64) complex128 {
	return complex(f(real(z)), imag(z)*slope)
}

// complexValue runs a program over the complex numbers: the straight-line
// code does not care which arithmetic it is given. ok is false for operations
// that have no complex counterpart here.
func complexValue(p *expr.Program, x complex128) (v complex128, ok bool) {
	values := make([]complex128, len(p.Code()))
	functions := map[expr.Op]func(complex128) complex128{
		expr.Neg: func(z complex128) complex128 { return -z },
		expr.Exp: cmplx.Exp, expr.Expm1: func(z complex128) complex128 { return cmplx.Exp(z) - 1 },
		expr.Log: cmplx.Log, expr.Log1p: func(z complex128) complex128 { return cmplx.Log(1 + z) }, expr.Sqrt: cmplx.Sqrt,
		expr.Sin: cmplx.Sin, expr.Cos: cmplx.Cos, expr.Tan: cmplx.Tan,
		// cmplx.Atan and its like lose imaginary parts below the rounding unit.
		expr.Atan: func(z complex128) complex128 { return step(z, math.Atan, 1/(1+real(z)*real(z))) },
		expr.Sinh: cmplx.Sinh, expr.Cosh: cmplx.Cosh, expr.Tanh: cmplx.Tanh,
		expr.Asinh: func(z complex128) complex128 { return step(z, math.Asinh, 1/math.Hypot(1, real(z))) },
		expr.Acosh: func(z complex128) complex128 { return step(z, math.Acosh, 1/math.Sqrt(real(z)*real(z)-1)) },
		expr.Atanh: func(z complex128) complex128 { return step(z, math.Atanh, 1/(1-real(z)*real(z))) },
		expr.Asin:  func(z complex128) complex128 { return step(z, math.Asin, 1/math.Sqrt(1-real(z)*real(z))) },
		expr.Acos:  func(z complex128) complex128 { return step(z, math.Acos, -1/math.Sqrt(1-real(z)*real(z))) },
		expr.Sinc: func(z complex128) complex128 { // cos(z/2)·cos(z/4)·…
			p := complex(1, 0)
			for range 40 {
				z /= 2
				p *= cmplx.Cos(z)
			}
			return p
		},
		expr.Sigmoid: func(z complex128) complex128 {
			if real(z) < -40 { // exp(-z) may overflow
				return cmplx.Exp(z)
			}
			return 1 / (1 + cmplx.Exp(-z))
		},
		expr.Softplus: func(z complex128) complex128 {
			if real(z) > 40 { // exp(z) may overflow
				return z
			}
			return cmplx.Log(1 + cmplx.Exp(z))
		},
	}
	for i, in := range p.Code() {
		var a, b complex128
		switch in.Op.Arity() {
		case 2:
			a, b = values[in.A], values[in.B]
		case 1:
			a = values[in.A]
		}
		switch in.Op {
		case expr.Const:
			values[i] = complex(in.Const.Value, 0)
		case expr.Var:
			values[i] = x
		case expr.Add:
			values[i] = a + b
		case expr.Sub:
			values[i] = a - b
		case expr.Mul:
			values[i] = a * b
		case expr.Div:
			values[i] = a / b
		case expr.PowInt:
			values[i] = 1
			for range max(in.N, -in.N) {
				values[i] *= a
			}
			if in.N < 0 {
				values[i] = 1 / values[i]
			}
		case expr.PowRat:
			values[i] = cmplx.Exp(complex(in.Const.Value, 0) * cmplx.Log(a))
		case expr.Pow:
			values[i] = cmplx.Exp(b * cmplx.Log(a))
		default:
			f := functions[in.Op]
			if f == nil {
				return 0, false
			}
			values[i] = f(a)
		}
	}
	return values[len(values)-1], true
}

// The derivative by a complex step, Im f(x+ih)/h with h = 1e-100 (Squire and
// Trapp 1998, doi:10.1137/S003614459631241X), has no truncation or cancellation error.
func TestDerivativeAgainstComplexStep(t *testing.T) {
	compared, drawn := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.SampledFrom([]*rapid.Generator[string]{exprtest.Smooth(), exprtest.Wild()}).Draw(t, "class")
		text := source.Draw(t, "text")
		x := rapid.Float64Range(-3, 3).Draw(t, "x")
		p := parse(t, text)
		value, deriv := p.Value(x)
		drawn++
		z, ok := complexValue(p, complex(x, 1e-100))
		largest, gap := magnitudes(p, x)
		if !ok || cmplx.IsNaN(z) || math.IsNaN(value) || math.IsNaN(largest) || largest > 1e4 || gap < 1e-4 {
			return
		}
		compared++
		require.InDelta(t, imag(z)/1e-100, deriv, 1e-7*largest, "%s at %v", text, x)
	})
	t.Logf("%d of %d draws compared", compared, drawn)
	require.Greater(t, compared, drawn/20, "too few draws can be compared")
}

// The derivative by Richardson extrapolation of central differences, for the
// functions the complex step cannot do, kinked ones included away from kinks.
func TestDerivativeAgainstDifferences(t *testing.T) {
	compared, drawn := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		text := exprtest.Kinked().Draw(t, "text")
		x := rapid.Float64Range(-3, 3).Draw(t, "x")
		p := parse(t, text)
		_, deriv := p.Value(x)
		const h = 1.0 / 64
		drawn++
		for _, c := range p.Candidates() {
			// No possible kink between the points used, as far as a grid can tell.
			for k := -8; k < 8; k++ {
				a, da := c.Zero.Value(x + h*float64(k)/8)
				b, db := c.Zero.Value(x + h*float64(k+1)/8)
				if !(a*b > 0) || da*db <= 0 {
					return
				}
			}
		}
		want, uncertainty := differences(func(x float64) float64 { v, _ := p.Value(x); return v }, x, h)
		if uncertainty > 1e-6*(1+math.Abs(want)) {
			return
		}
		compared++
		require.InDelta(t, want, deriv, 1e-5*(1+math.Abs(want)), "%s at %v", text, x)
	})
	t.Logf("%d of %d draws compared", compared, drawn)
	require.Greater(t, compared, drawn/10, "too few draws can be compared")
}

// differences extrapolates central differences with steps h, h/2, h/4, h/8
// (Ridders 1982, doi:10.1016/S0141-1195(82)80057-0) and returns the last correction as the uncertainty.
func differences(f func(float64) float64, x, h float64) (deriv, uncertainty float64) {
	var row [4]float64
	for i := range row {
		step := h / float64(int(1)<<i)
		current := [4]float64{(f(x+step) - f(x-step)) / (2 * step)}
		factor := 1.0
		for j := 1; j <= i; j++ {
			factor *= 4
			current[j] = (factor*current[j-1] - row[j-1]) / (factor - 1)
		}
		uncertainty = math.Abs(current[i] - row[max(i-1, 0)])
		row = current
		deriv = current[i]
	}
	return deriv, uncertainty
}
