package expr_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
)

// values.json was computed with mpmath in 60-digit arithmetic from formulas
// written separately in Python, so it checks the grammar too: precedence,
// associativity and the meaning of every function.
func TestKnownValues(t *testing.T) {
	raw, err := os.ReadFile("testdata/values.json")
	require.NoError(t, err)
	var rows []struct{ Expression, X, Value, Derivative string }
	require.NoError(t, json.Unmarshal(raw, &rows))
	require.NotEmpty(t, rows)
	worst := 0.0
	for _, row := range rows {
		p := parse(t, row.Expression)
		value, deriv := p.Value(number(t, row.X))
		for name, pair := range map[string][2]float64{
			"value":      {value, number(t, row.Value)},
			"derivative": {deriv, number(t, row.Derivative)},
		} {
			got, want := pair[0], pair[1]
			// A dozen roundings amplified by the conditioning of at most six-fold powers.
			require.InDelta(t, want, got, 64*0x1p-53*max(math.Abs(want), 1e-300), "%s of %s at %s", name, row.Expression, row.X)
			worst = max(worst, math.Abs(got-want)/math.Abs(want))
		}
	}
	t.Logf("largest relative error: %.2g", worst)
}

// parse compiles a text, with c standing for the number given, if any.
func parse(t require.TestingT, source string, c ...string) *expr.Program {
	params := map[string]string{}
	if len(c) > 0 {
		params["c"] = c[0]
	}
	p, err := exprtest.Grammar().Parse(source, params)
	require.NoError(t, err, "%q", source)
	return p
}

func number(t require.TestingT, s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return v
}

// Where a function saturates or an operand stands still, 0·∞ must not turn
// the derivative into NaN.
func TestDerivativeAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		text         string
		x            float64
		value, deriv float64
	}{
		{"sqrt(relu(x))", -1, 0, 0},
		{"sqrt(x^4)", 0, 0, 0},
		{"(x^2)^(1/3)*0 + relu(x)^0.7", -2, 0, 0},
		{"relu(x)^(x+2)", -1, 0, 0},
		{"tanh(exp(x))", 800, 1, 0},
		{"atan(exp(x))", 800, math.Pi / 2, 0},
		{"1/(2 + exp(x))", 800, 0, 0},
		{"x*sigmoid(1.702*x)", 800, 800, 1},
		{"log(1 + exp(x))", 800, 800, 1},
		{"log1p(exp(x))", 800, 800, 1},
		{"log(exp(x))", 800, 800, 1},
		{"exp(x)/(1 + exp(x))", 800, 1, 0},
		{"pi", 3, math.Pi, 0},
		{"x == 1.5 ? 2 : 3", 1.5, 2, 0},
		{"x != 1.5 ? 2 : 3", 1.5, 3, 0},
		{"x^0", 0, 1, 0},
		{"x > 0 and log(x) > 0 ? 1 : 2", -1, 2, 0},
		{"x <= 0 or log(x) > 0 ? 1 : 2", -1, 1, 0},
	} {
		value, deriv := parse(t, c.text).Value(c.x)
		require.Equal(t, c.value, value, "%s at %v", c.text, c.x)
		require.Equal(t, c.deriv, deriv, "derivative of %s at %v", c.text, c.x)
	}
}

// Outside the domain both the value and the derivative are NaN.
func TestUndefined(t *testing.T) {
	for _, text := range []string{
		"log(x)", "log1p(2*x)", "sqrt(x)", "x^(1/3)", "x^0.2", "x^x", "x^pi", "x^3.00000000000000000000001",
		"log(x) > 0 ? 1 : 2", "max(log(x), 1)", "min(1, log(x))", "sign(log(x))", "not (log(x) > 0 and x < 0) ? 1 : 2",
	} {
		value, deriv := parse(t, text).Value(-1)
		require.True(t, math.IsNaN(value) && math.IsNaN(deriv), "%s at -1: %v, %v", text, value, deriv)
	}
}
