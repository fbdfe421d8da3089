package gpnorm_test

import (
	goformat "go/format"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
	"bsnn/internal/expr/exprtest"
)

// bent is the bent identity with a parameter; nothing else in the project knows
// of it.
var bent = gpnorm.Definition{
	Name: "bent", Title: "bent identity", OtherNames: []string{"bow"},
	Formula:    "x + height*(sqrt(x^2 + 1) - 1)",
	Parameters: []gpnorm.Parameter{{Name: "height", Default: "0.5"}},
}

// One declaration, of a formula alone, makes an activation that every part of
// the package knows.
func TestAnActivationIsAddedInOnePlace(t *testing.T) {
	gpnorm.RegisterForTest(t, bent)
	require.Contains(t, gpnorm.Names(), "bent")
	require.Contains(t, gpnorm.Functions(), "bent")
	require.Equal(t, "bent identity", gpnorm.Title("Bent"))
	require.Equal(t, "bent identity (0.25)", gpnorm.Title("bent(0.25)"))
	definitions := gpnorm.Definitions()
	require.Equal(t, bent, definitions[len(definitions)-1])

	a, err := gpnorm.Lookup("bent")
	require.NoError(t, err)
	require.Equal(t, "bent", a.Name)
	require.InDelta(t, 2+0.5*(math.Sqrt(5)-1), value(a, 2), 1e-15)
	require.InDelta(t, 1+1/math.Sqrt(5), deriv(a, 2), 1e-15)
	require.InDelta(t, 1.5, a.Lipschitz, 1e-6, "proven")
	require.InDelta(t, 0.5, a.DerivLipschitz, 1e-6, "proven")
	a, err = gpnorm.Lookup("bent(0.25)")
	require.NoError(t, err)
	require.Equal(t, "bent(0.25)", a.Name)
	require.InDelta(t, 1.25, a.Lipschitz, 1e-6)
	a, err = gpnorm.Lookup("bow")
	require.NoError(t, err)
	require.Equal(t, "bent", a.Name, "by its other name")
	other, err := gpnorm.Parse("2*bow(x)", nil)
	require.NoError(t, err)
	require.InDelta(t, 2*(2+0.5*(math.Sqrt(5)-1)), value(other.Activation(), 2), 1e-15)

	e, err := gpnorm.Parse("2*bent(x, 0.25) - bent(-x)", nil)
	require.NoError(t, err)
	require.InDelta(t, 2*(2+0.25*(math.Sqrt(5)-1))-(-2+0.5*(math.Sqrt(5)-1)), value(e.Activation(), 2), 1e-15)

	j, err := gpnorm.Judge("bent", nil)
	require.NoError(t, err)
	require.Equal(t, "bent(x, 0.5)", j.Expression.String(), "it is written by its name")
	require.Positive(t, j.Certificate.A.Lo)
	require.LessOrEqual(t, j.Certificate.A.Lo, j.A)
	require.GreaterOrEqual(t, j.Certificate.A.Hi, j.A)
	for _, language := range gpnorm.Languages() {
		var code strings.Builder
		require.NoError(t, j.WriteCode(&code, language, "bent"))
		require.Contains(t, strings.ToLower(code.String()), "sqrt(")
		if language == "go" {
			_, err := goformat.Source([]byte(code.String()))
			require.NoError(t, err)
		}
	}
}

func TestRegisterErrors(t *testing.T) {
	compiled := func(slope float64) func(...float64) gpnorm.Activation {
		return func(...float64) gpnorm.Activation {
			line := func(dst, x []float64) {
				for i, v := range x {
					dst[i] = slope * v
				}
			}
			return gpnorm.Activation{Value: line, Deriv: func(dst, x []float64) {
				for i := range x {
					dst[i] = slope
				}
			}}
		}
	}
	for _, c := range []struct {
		d    gpnorm.Definition
		want string
	}{
		{gpnorm.Definition{Name: "gelu", Formula: "x"}, "registered already"},
		{gpnorm.Definition{Name: "Bent", Formula: "x"}, "lower-case"},
		{gpnorm.Definition{Name: "bent it", Formula: "x"}, "lower-case"},
		{gpnorm.Definition{Name: "pi", Formula: "x"}, "the name is taken"},
		{gpnorm.Definition{Name: "atan", Formula: "x"}, "atan(x) is a function of every expression, and not x"},
		{gpnorm.Definition{Name: "bent", Formula: "x + height"}, `unknown variable "height"`},
		{gpnorm.Definition{Name: "bent", Formula: "x + h", Parameters: []gpnorm.Parameter{{Name: "h", Default: "one"}}},
			"is not a decimal number"},
		{gpnorm.Definition{Name: "bent", Formula: "3*x", Compiled: compiled(2)}, "at x = -5.515 by Compiled, and -16.5"},
		{gpnorm.Definition{Name: "bent", Formula: "3*x", Compiled: func(...float64) gpnorm.Activation { return gpnorm.Activation{} }},
			"has no Value"},
	} {
		err := gpnorm.Register(c.d)
		require.ErrorContains(t, err, c.want)
		require.ErrorContains(t, err, "Register")
	}
	require.NotContains(t, gpnorm.Names(), "bent")

	gpnorm.RegisterForTest(t, gpnorm.Definition{Name: "bent", Formula: "3*x", Compiled: compiled(3)})
	a, err := gpnorm.Lookup("bent")
	require.NoError(t, err)
	require.Equal(t, "bent", a.Name)
	require.Equal(t, 6.0, value(a, 2))
	require.Equal(t, "bent", gpnorm.Title("bent"))

	// A function of every expression may become a built-in.
	gpnorm.RegisterForTest(t, gpnorm.Definition{Name: "atan", Title: "arctan", Formula: "atan(x)"})
	a, err = gpnorm.Lookup("atan")
	require.NoError(t, err)
	require.InDelta(t, 1, a.Lipschitz, 1e-6)
}

// The functions that tests of other packages define are those of this one.
func TestExpressionsOfTestsMeanTheSame(t *testing.T) {
	shared := slices.DeleteFunc(exprtest.Grammar().Functions(), func(name string) bool { return !slices.Contains(gpnorm.Names(), name) })
	require.NotEmpty(t, shared)
	for _, name := range shared {
		p, err := exprtest.Grammar().Parse(name+"(x)", nil)
		require.NoError(t, err)
		e, err := gpnorm.Parse(name+"(x)", nil)
		require.NoError(t, err)
		a := e.Activation()
		for _, x := range []float64{-3, -0.5, 0.25, 2} {
			v, d := p.Value(x)
			require.Equal(t, v, value(a, x), name)
			require.Equal(t, d, deriv(a, x), name)
		}
	}
}
