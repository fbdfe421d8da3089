package expr_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
)

// FuzzParse holds Parse to its promise: for any text, a program that can be
// run, written and read back, or a one-line *Error; in bounded work, and no panic.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"x*tanh(log(1+exp(x)))", "-x^2^-x", "x > 0 ?.5: y", "0 < x <= 1 and not (x == 2 || x != 3) ? x : clamp(x, -1, 1e-3)",
		"elu(x, -1) + selu(x)*max(x, 1, alpha)", "1e999999999", "x//2", "'", "((((((", "x.", "1..2", "x not in x", "\xff?.", "x | abs()",
		"1/3*x^(1/3)",
		"a ? b : c ? d :: e", "{x: 1}", "let x = 1; x", "#", "if x", "−x²", "x\r\n+1",
		"np.where((x > 0) & ~(x < 1), |x|, 0)", "lambda t: t if t > 0 else nn.ELU(alpha=0.5)(t)", "x.clamp(min=0).tanh()", "½·x⁻²√x",
		`\frac{x}{1+\left|x\right|} \tanh x^{2}`, "\\\n", "1 + sinc(sinc(x))", "jax.nn.gelu(jax.nn.gelu(x))", "f(x) = x.^2",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := exprtest.Grammar().Parse(text, map[string]string{"alpha": "0.2"})
		if err != nil {
			var e *expr.Error
			require.True(t, errors.As(err, &e))
			require.NotContains(t, err.Error(), "\n")
			require.LessOrEqual(t, e.Column, len([]rune(text))+1)
			return
		}
		p.Value(0.7)
		p.Candidates()
		again, err := exprtest.Grammar().Parse(p.String(), nil)
		require.NoError(t, err)
		require.True(t, p.Equal(again), "%q: %s and %s differ", text, p, again)
		require.LessOrEqual(t, len(p.Code()), expr.MaxCode) // which bounds the time of all that is done with it
		require.False(t, strings.Contains(p.String(), "\n"))
	})
}
