package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
)

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		text    string
		column  int
		message string // contained in the message
	}{
		{"", 1, "empty"},
		{" \n", 1, "empty"},
		{"x +", 4, "ends where an operand is expected"},
		{"(x", 3, "1 of its parentheses open"},
		{"sin((x)", 8, "1 of its parentheses open"},
		{"x)", 2, `")" is out of place`},
		{"()", 2, `")" is out of place`},
		{"x * / 2", 5, `"/" is out of place`},
		{"max(, x)", 5, `"," is out of place`},
		{"max(x, 1,)", 10, "an argument is missing"},
		{"x, 1", 2, `"," is out of place`},
		{"x ? 1", 6, "ends where"},
		{"x > 0 ? 1 2", 11, "operator is missing"},
		{"2x", 1, `"2x" is not a number`},
		{"1 + 2.5sin(x)", 5, `"2.5sin" is not a number`},
		{"1..2", 2, `".."`},
		{"1e", 1, "not a decimal number"},
		{"0x10 + x", 1, "not a decimal number"},
		{"x + 1_000", 5, "not a decimal number"},
		{"1e309*x", 1, "too large"},
		{"x + 1e-400", 5, "too small"},
		{"x + 1e-999999999999", 5, "too small"},
		{"x^1048577", 2, "exponent is too large"},
		{"pow(x, -1e30)", 1, "exponent is too large"},
		{"2 x", 3, `operator is missing between "2" and "x"`},
		{"2(x)", 2, `operator is missing between "2" and "("`},
		{"(x)(x)", 4, `operator is missing between ")" and "("`},
		{"x sin(x)", 3, `operator is missing`},
		{"x(1)", 1, "x is not a function: write x*(...)"},
		{"pi (x)", 1, "pi is not a function"},
		{"tahn(x)", 1, "did you mean tanh?"},
		{"where(x, 1, 2)", 7, "a number stands where a comparison"},
		{"where(x > 0, 1)", 1, "where takes 3 arguments: write where(cond, v, w)"},
		{"phi(x)", 1, "did you mean Phi?"},
		{"softmax(x)", 1, "known functions: abs acos acosh asin asinh atan atanh clamp clip cos"},
		{"sum(x)", 1, `unknown function "sum"`},
		{"map(x, #)", 1, `unknown function "map"`},
		{"sin", 1, "sin is a function: write sin(v)"},
		{"1 + clamp*x", 5, "write clamp(v, lo, hi)"},
		{"X + 1", 1, "did you mean x?"},
		{"x + alpha", 5, `unknown variable "alpha": known variables: x pi e`},
		{"expx", 1, "did you mean exp(...)?"},
		{"true ? x : 1", 1, `unknown variable "true"`},
		{"sin()", 1, "sin takes 1 argument"},
		{"sin(x, 1)", 1, "sin takes 1 argument: write sin(v), not 2 of them"},
		{"1+max(x)", 3, "max takes at least 2 arguments"},
		{"clamp(x, 1)", 1, "clamp takes 3 arguments"},
		{"elu(x, 1, 2)", 1, "elu takes 1 or 2 arguments"},
		{"x > 0", 3, "a comparison stands where a number"},
		{"3 + (x > 0)", 8, "a comparison stands where a number"},
		{"x == 1 == 2 ? 1 : 2", 3, "a comparison stands where a number"},
		{"x ? 1 : 2", 1, "a number stands where a comparison"},
		{"not x < 0 ? 1 : 2", 5, "a number stands where a comparison"},
		{"x < 0 and x ? 1 : 2", 11, "a number stands where a comparison"},
		{"x < 0 ?: 2", 3, "a comparison stands where a number"},
		{"(x > 0 ? x > 1 : x < 2) ? 1 : 2", 12, "a comparison stands where a number"},
		{"x // 2", 3, `"//" is not an operator`},
		{"x /* 2 */", 3, `"/*" is not an operator`},
		{"x = 1", 3, "write =="},
		{"x % 2", 3, `"%"`},
		{"x & 1", 3, "write and"},
		{"x | abs()", 3, `"|"`},
		{"x ?? 1", 3, `"??"`},
		{"x*=2", 2, `"*="`},
		{"x; 1", 2, `";"`},
		{"let y = 1; y", 1, `"let"`},
		{"if x > 0 { 1 } else { 2 }", 1, "write cond ? a : b"},
		{"x in x", 3, `"in"`},
		{"x not in x", 7, `"in"`},
		{"x matches x", 3, `"matches"`},
		{"[x]", 1, `"[" is not part of an expression: write (`},
		{"x[1]", 2, `"["`},
		{"{x}", 1, `"{"`},
		{"x.y", 2, `"."`},
		{"x?.y", 3, `"."`},
		{"'x' + 1", 1, "quotes"},
		{"x + \"1\"", 5, "quotes"},
		{"`x`", 1, "quotes"},
		{"b'x'", 1, "quotes"},
		{"'x", 2, ""},
		{"#", 1, `"#"`},
		{"::x", 1, `"::"`},
		{"sin(x)\n + cos(y)", 15, `unknown variable "y"`},
		{"x > 0 ?.5 : y", 13, `unknown variable "y"`},
		{"|x", 1, "the bar is not closed"},
		{"1 + 2*sinc(2*x)", 7, "sinc has 2 meanings: write 1 + 2*sinxoverx(2*x) for sin(x)/x, or 1 + 2*sinxoverx(pi*(2*x)) for"},
		{"2*np.tanh", 3, "np.tanh is a function: write tanh(x)"},
		{"lambda x: x*np.tanh(np.exp(x)", 30, "1 of its parentheses open"},
		{"x*np.tanh(np.exp(x", 19, "2 of its parentheses open"},
		{"2*np.foo(x)", 6, "foo is not known here"},
		{"1 + foo.tanh(x)", 5, "foo.tanh is not known here: write tanh(x)"},
		{"elu(x, beta=2)", 8, `elu takes no argument "beta" here: write elu(v, alpha)`},
		{"x + torch.round(x)", 11, "round changes in steps"},
		{"1 + nn.ELU(0.5)", 8, "ELU(0.5) is a function: write elu(x, 0.5)"},
		{"lambda x, y: x", 1, "write lambda x:"},
		{`x + \foo{x}`, 5, `\foo is not known here`},
		{`\tanh 2x`, 1, "parentheses"},
		{`x + \frac{x}`, 5, "two parts in braces"},
		{"1 + np.tanh(np.exp(y))", 20, `unknown variable "y"`},
		{"x² + |y|", 7, `unknown variable "y"`},
		{"\x00", 1, "not part"},
		{"\xff", 1, "not part"},
	} {
		p, err := exprtest.Grammar().Parse(c.text, nil)
		require.Nil(t, p, "%q", c.text)
		var e *expr.Error
		require.ErrorAs(t, err, &e, "%q", c.text)
		require.Equal(t, c.column, e.Column, "%q: %v", c.text, err)
		require.Contains(t, e.Message, c.message, "%q", c.text)
		require.NotContains(t, err.Error(), "\n")
		require.True(t, strings.HasPrefix(err.Error(), fmt.Sprintf("column %d: ", c.column)))
	}
}

func TestParameters(t *testing.T) {
	p, err := exprtest.Grammar().Parse("alpha*x + β_2", map[string]string{"alpha": "0.2", "β_2": "-1e-3", "unused": "1"})
	require.NoError(t, err)
	require.Equal(t, "0.2*x - 0.001", p.String())
	for name, c := range map[string]struct{ value, message string }{
		"alpha": {"1/3", `parameter "alpha": "1/3" is not a decimal number`},
		"beta":  {"--1", `parameter "beta": "--1" is not a decimal number`},
		"gamma": {"1e999", "too large"},
		"x":     {"1", "the name is taken"},
		"e":     {"1", "the name is taken"},
		"sin":   {"1", "the name of a function"},
		"and":   {"1", "a reserved word"},
		"2a":    {"1", "a name consists of"},
		"a b":   {"1", "a name consists of"},
		"":      {"1", "the name is empty"},
		"long":  {strings.Repeat("1", 5000), "5000 characters"},
	} {
		_, err := exprtest.Grammar().Parse("x", map[string]string{name: c.value})
		require.ErrorContains(t, err, c.message)
	}
	_, err = exprtest.Grammar().Parse("alhpa*x", map[string]string{"alpha": "0.2"})
	require.ErrorContains(t, err, "did you mean alpha?")
	_, err = exprtest.Grammar().Parse("alpha(x)", map[string]string{"alpha": "0.2"})
	require.ErrorContains(t, err, "alpha is not a function")
}

// Each limit is met by a text just below it and named by one just above.
func TestLimits(t *testing.T) {
	nest := func(open, inner, close string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(close, n)
	}
	requireRoundTrip(t, strings.Repeat("x+", expr.MaxCode-2)+"x")
	requireRoundTrip(t, nest("(", "x", ")", expr.MaxNesting))
	requireRoundTrip(t, nest("gelu(", "x", ")", expr.MaxNesting-1))
	requireRoundTrip(t, nest("elu(selu(mish(silu(leakyrelu(", "x", ", 0.3)))))", 35))
	requireRoundTrip(t, strings.Repeat("-", 4000)+"x")
	requireRoundTrip(t, strings.Repeat("x^", 100)+"x")
	requireRoundTrip(t, strings.Repeat("x > 1 ? x : ", 300)+"x")
	requireRoundTrip(t, nest("(0 < ", "x", " < 1 ? x : 2)", 200)) // each level holds its operand twice

	many := &strings.Builder{}
	for i := range 330 {
		fmt.Fprintf(many, "sin(%d*x)+", i+2)
	}
	for text, message := range map[string]string{
		strings.Repeat("x", expr.MaxLength+1):    "4097 characters, at most 4096",
		strings.Repeat("x+", expr.MaxCode) + "x": "operations, at most 1000",
		nest("(", "x", ")", expr.MaxNesting+1):   "nested more than 250 deep",
		strings.Repeat("x^-", 300) + "x":         "nested more than 250 deep when it is written out",
		nest("elu(", "x", ", -1)", 60):           "4096 characters when it is written out",
		many.String() + "x":                      "operations, at most 1000",
	} {
		_, err := exprtest.Grammar().Parse(text, nil)
		require.ErrorContains(t, err, message)
	}
}
