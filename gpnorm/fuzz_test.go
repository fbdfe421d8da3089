package gpnorm_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
)

// FuzzParse: for any text there is a one-line error with a column inside the
// text, or a function that can be described or is refused in one line; never a
// panic, and never a profile that is not finite.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"x*tanh(log(1+exp(x)))", "x > 0 ? x : alpha*(exp(x)-1)", "x^-1", "exp(x^2)", "sign(x)", "log(x)", "tan(x)", "x^x", "sin(1/x)",
		"1e300*x", "1e-300*x", "3", "x-x", "abs(x)^0.6", "clamp(x, -1, 1)", "mish", "relu6", "x +* 2", "((x", "", "\xff", "gelu(x)\n+1",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 60 {
			return // the time to normalise grows with the program; its size has its own limits
		}
		params := map[string]string{"alpha": "0.2"}
		e, err := gpnorm.Parse(text, params)
		if err != nil {
			var syntax *gpnorm.SyntaxError
			require.True(t, errors.As(err, &syntax))
			require.LessOrEqual(t, syntax.Column, len([]rune(text))+1)
			require.NotContains(t, err.Error(), "\n")
			return
		}
		a := e.Activation()
		x := []float64{-1e300, -40, -1, -1e-300, 0, 0.5, 7, 1e10, math.Inf(1), math.NaN()}
		v, d := make([]float64, len(x)), make([]float64, len(x))
		a.Value(v, x)
		a.ValueDeriv(v, d, x)
		p, err := gpnorm.Describe(a)
		if err != nil {
			require.False(t, strings.Contains(err.Error(), "\n"), err)
			return
		}
		for _, m := range []float64{p.Mean.Value, p.SecondMoment.Value, p.DerivMean.Value, p.DerivSecondMoment.Value, p.Slope,
			p.ForwardVariance, p.BackwardVariance} {
			require.False(t, math.IsNaN(m) || math.IsInf(m, 0), "%q: %+v", text, p)
		}
		require.GreaterOrEqual(t, p.SecondMoment.Value, 0.0)
	})
}
