package expr_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/expr"
)

func define(t *testing.T, g *expr.Grammar, d expr.Definition) *expr.Grammar {
	t.Helper()
	larger, err := g.Define(d)
	require.NoError(t, err)
	return larger
}

// A call of a definition is its formula, with the argument and the numbers put
// in, and is written by its name again.
func TestDefinition(t *testing.T) {
	small := define(t, expr.Calculus(), expr.Definition{
		Name: "bent", Formula: "x + height*sqrt(x^2 + c^2)", OtherNames: []string{"Bow"},
		Parameters: []expr.Parameter{{Name: "height", Default: "0.5"}, {Name: "c", Default: "1"}},
	})
	g := define(t, small, expr.Definition{Name: "twice", Formula: "bent(bent(x), 2)"})
	for text, want := range map[string]struct{ same, written string }{
		"bent(x)":          {"x + 0.5*sqrt(x^2 + 1)", "bent(x)"},
		"bent(sin(x), 2)":  {"sin(x) + 2*sqrt(sin(x)^2 + 1)", ""},
		"bent(x, 2, 3)":    {"x + 2*sqrt(x^2 + 9)", ""},
		"bent(2*x + 1)":    {"(2*x + 1) + 0.5*sqrt((2*x + 1)^2 + 1)", "bent(2*x + 1)"},
		"twice(x)":         {"bent(bent(x), 2)", ""},
		"tanh(twice(x))^2": {"tanh(bent(bent(x), 2))^2", ""},
	} {
		p, err := g.Parse(text, nil)
		require.NoError(t, err)
		same, err := g.Parse(want.same, nil)
		require.NoError(t, err)
		require.True(t, p.Equal(same), "%s is %s", text, p)
		if want.written != "" {
			require.Equal(t, want.written, p.String())
		}
		again, err := g.Parse(p.String(), nil)
		require.NoError(t, err)
		require.True(t, p.Equal(again), "%s became %s", text, p)
	}
	require.Contains(t, g.Functions(), "twice")
	require.NotContains(t, small.Functions(), "twice", "a grammar does not change")
	require.NotContains(t, expr.Calculus().Functions(), "bent")

	bow, err := g.Parse("bow(x, 2)", nil)
	require.NoError(t, err)
	require.Equal(t, "x + 2*sqrt(x^2 + 1)", bow.String())
	_, err = g.Parse("bent + x", nil)
	require.ErrorContains(t, err, "write bent(v, height = 0.5, c = 1)")
	_, err = g.Parse("bent(x, 1, 2, 3)", nil)
	require.ErrorContains(t, err, "bent takes 1 to 3 arguments")
}

// Columns are those of the text that was written, not of the definition.
func TestDefinitionColumns(t *testing.T) {
	g := define(t, expr.Calculus(), expr.Definition{
		Name: "power_of", Formula: "tanh(x)^p", Parameters: []expr.Parameter{{Name: "p", Default: "2"}},
	})
	_, err := g.Parse("1 + power_of(x, 1e9)", nil)
	require.ErrorContains(t, err, "column 5: the integer exponent is too large")
	p, err := g.Parse("1 + power_of(x)", nil)
	require.NoError(t, err)
	for _, in := range p.Code() {
		if in.Op == expr.Tanh {
			require.Equal(t, 5, in.Column)
		}
	}
}

func TestDefinitionErrors(t *testing.T) {
	number := func(name, text string) expr.Parameter { return expr.Parameter{Name: name, Default: text} }
	for _, c := range []struct {
		d    expr.Definition
		want string
	}{
		{expr.Definition{Name: "tanh", Formula: "x"}, `cannot be called "tanh": the name of a function`},
		{expr.Definition{Name: "x", Formula: "x"}, `cannot be called "x": the name is taken`},
		{expr.Definition{Name: "a b", Formula: "x"}, "a name consists of letters"},
		{expr.Definition{Name: "not", Formula: "x"}, "a reserved word"},
		{expr.Definition{Name: "", Formula: "x"}, "the name is empty"},
		{expr.Definition{Name: "f", Formula: ""}, "column 1: the expression is empty"},
		{expr.Definition{Name: "f", Formula: "x + "}, "column 5"},
		{expr.Definition{Name: "f", Formula: "x*f(x)"}, `column 3: unknown function "f"`},
		{expr.Definition{Name: "f", Formula: "x*c"}, `unknown variable "c"`},
		{expr.Definition{Name: "f", Formula: "x > 0"}, "a comparison stands where a number is expected"},
		{expr.Definition{Name: "f", Formula: "x*c", Parameters: []expr.Parameter{number("c", "one")}}, "is not a decimal number"},
		{expr.Definition{Name: "f", Formula: "x*x", Parameters: []expr.Parameter{number("x", "1")}}, "the name is taken"},
		{expr.Definition{Name: "f", Formula: "x*c", Parameters: []expr.Parameter{number("c", "1"), number("c", "2")}},
			"two parameters of one name"},
	} {
		_, err := expr.Calculus().Define(c.d)
		require.ErrorContains(t, err, c.want)
		require.ErrorAs(t, err, new(*expr.Error))
	}
}
