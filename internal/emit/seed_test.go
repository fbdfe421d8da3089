package emit

import (
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
)

// drawn returns expressions drawn with a fresh seed, which it logs; setting
// the environment variable BSNN_SEED to a logged seed replays it.
func drawn(t *testing.T, count int, from *rapid.Generator[string]) []string {
	t.Helper()
	seed := replay.Seed(t)
	var list []string
	for i := range count {
		list = append(list, from.Example(int((seed+uint64(i))>>1)))
	}
	return list
}

func parse(t testing.TB, text string) *expr.Program {
	t.Helper()
	p, err := exprtest.Grammar().Parse(text, nil)
	require.NoError(t, err, text)
	return p
}

// table holds functions with every operation and every form of statement.
var table = []string{
	"x", "tanh(x)", "sigmoid(x)", "softplus(x)", "mish(x)", "gelu(x)", "silu(x)", "elu(x)", "selu(x)", "relu(x)", "leakyrelu(x, 0.2)",
	"atan(x)", "sin(x)", "cos(2*x)", "erf(x)", "erfc(x)", "Phi(-x)", "exp(-x^2)", "exp(-abs(x))", "expm1(x)", "log(1 + x^2)", "log(cosh(x))",
	"sinh(x)/cosh(x)", "x/(1 + abs(x))", "x/sqrt(1 + x^2)", "x^5", "x^4 - x^3 + 1", "(x^2 + 1)^-1", "(x^2 + 2)^-2", "(x^2 + 1)^-3",
	"(1 + x^2)^0.3", "sign(x)*abs(x)^1.3",
	"(-x)^6 - (-x)^5", "(2 + sin(x))^(x/10)", "2^(x/5)", "tan(atan(x)/2)", "log(2 + sin(x))", "pi*x + e*sin(pi*x)", "clamp(x, -1, 2)",
	"min(x, tanh(x))",
	"max(x, -x^2)", "abs(sin(x))", "-(-x + 1)*3", "-x^2/3 - -2*x", "1 - (2 - (3 - x))", "8/(4/(2 + x^2))", "x*-3",
	"x > 0 ? x : expm1(x)", "x < -3 ? 0 : x > 3 ? x : x*(x + 3)/6", "x > 0 ? log(1 + x) : 1 - sqrt(1 - x)", "x > 1 ? sqrt(x) : x^2/4 + 3/4",
	"x > 0 ? (x > 1 ? log(x) + 1 : x) : tanh(x)", "x < 0 ? x/(1 - x) : x/(1 + x)", "-1 < x < 1 ? x^3 : sign(x)*(3*abs(x) - 2)",
	"x > 1 and log(x) > 1 ? log(x) : x/e", "(x < -1 or x > 1) ? 1/x : x", "not (x < 0 or x > 1 and x < 2) ? exp(-x) + 3 : cosh(x/9)",
	"x > 0 ? x^1.5 : 0.5*x", "x > 0 ? 0.1 : 0.7", "x == 0 ? 1 : sin(x)/x", "x != 0 ? sinh(x)/x : 1", "x > 1 ? 2^(1/x) : 1 + x",
	"x > -2 ? tan(atan(x)) : -2",
	"asinh(x)", "acosh(1.5 + x^2/3)", "atanh(tanh(x)/2)", "asin(sin(x)/2)", "acos(tanh(x)/2)", "sinxoverx(x)", "sinxoverx(x/9)", "tri(x)",
	"tri(3*x + 0.3)", "where(x > 1, acosh(x), 0)", "x > 1 ? 0 : x < -1 ? 0 : asin(x)*acos(x)", "ln(2 + x^2)", "clip(x, -1, 2)",
	"tanh(x) > 0.5 ? tanh(x)^2 : 0.25 + 0*exp(x)", "elu(x)*elu(-x, 2) + elu(x)",
}
