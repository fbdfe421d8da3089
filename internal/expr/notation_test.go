package expr_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr/exprtest"
)

// TestOtherNotations: what people write elsewhere is the program of what they mean.
func TestOtherNotations(t *testing.T) {
	for text, ours := range map[string]string{
		"np.tanh(x)": "tanh(x)", "torch.sigmoid(x)": "sigmoid(x)", "jax.nn.silu(x)": "silu(x)", "math.Tanh(x)": "tanh(x)",
		"std::tanh(x)":                "tanh(x)",
		"torch.nn.functional.gelu(x)": "gelu(x)", "np . tanh (x)": "", "nn.ELU(alpha=0.5)(x)": "elu(x, 0.5)",
		"Sin(x) + ReLU(x)":      "sin(x) + relu(x)",
		"1 + nn.Sigmoid()(2*x)": "1 + sigmoid(2*x)", "F.elu(x, alpha=0.5)": "elu(x, 0.5)", "F.elu(x, 0.5, inplace=True)": "",
		"lambda x: x*np.tanh(x)": "x*tanh(x)", "lambda t: t*math.exp(-t**2)": "x*exp(-x^2)", "f = lambda z: z": "x", "x -> x^2": "x^2",
		"x => Math.max(0, x)": "max(0, x)", "f(t) = t*tanh(t)": "x*tanh(x)", "y = tanh(x);": "tanh(x)",
		"def f(x): return x*sigmoid(x)": "silu(x)",
		"@(x) x.^2 .* exp(-x)":          "x^2*exp(-x)", "'tanh(x)'": "tanh(x)", "$x^2$": "",
		"np.where(x>0, x, 0)": "where(x > 0, x, 0)", "torch.where(0 < x, x, torch.zeros_like(x))": "0 < x ? x : 0",
		"jnp.where(x >= 0, jnp.where(x > 1, 1., x), 0.)": "x >= 0 ? (x > 1 ? 1 : x) : 0",
		"x if x > 0 else 0.1*x":                          "x > 0 ? x : 0.1*x",
		"1 + (x if x > 0 else 0 if x > -1 else 2)":       "1 + (x > 0 ? x : (x > -1 ? 0 : 2))",
		"np.where((x > 0) & (x < 1), x, 0)":              "x > 0 and x < 1 ? x : 0",
		"np.where((x < 0) | ~(x < 1), x, 0)":             "x < 0 or not (x < 1) ? x : 0",
		"np.clip(x, -1, 1)":                              "clamp(x, -1, 1)", "np.clip(x, 0, None)": "max(x, 0)",
		"np.clip(x, a_min=-1, a_max=2)": "clamp(x, -1, 2)",
		"torch.clamp(x, min=0)":         "max(x, 0)", "torch.clamp(x, max=1)": "min(x, 1)", "x.clamp(min=0)": "max(x, 0)",
		"torch.clamp(x, 0)": "max(x, 0)",
		"x.tanh()":          "tanh(x)", "x * (1 + x).sigmoid().exp()": "x*exp(sigmoid(1 + x))",
		"tf.clip_by_value(x, -1, 1)": "clamp(x, -1, 1)",
		"np.maximum(x, 0)":           "max(x, 0)", "torch.max(x, torch.tensor(0.))": "max(x, 0)", "np.pi*x + math.e": "pi*x + e",
		"π*x": "pi*x", "Φ(x)": "Phi(x)",
		"|x|": "abs(x)", "||x| - 1|": "abs(abs(x) - 1)", "x/(1+|x|)": "x/(1 + abs(x))", "|x|*|x - 1|": "abs(x)*abs(x - 1)",
		"|max(x, |x|)|":            "abs(max(x, abs(x)))",
		"x < 0 || x > 1 ? |x| : 0": "x < 0 or x > 1 ? abs(x) : 0",
		"x²":                       "x^2", "x⁻² + x³": "x^(-2) + x^3", "x¹⁰": "x^10", "−x·x × 2 ÷ 3": "-x*x*2/3",
		"x ≥ 0 ? x : −x":            "x >= 0 ? x : -x",
		"½*√x + √(x + 1)":           "0.5*sqrt(x) + sqrt(x+1)",
		"arctan(x) + np.arcsinh(x)": "atan(x) + asinh(x)", "np.sinc(x)": "sinxoverx(pi*x)",
		"torch.square(x) + np.power(x, 3)": "x^2 + x^3", "np.log2(x)": "log(x)/log(2)",
		"scipy.stats.norm.cdf(x)": "Phi(x)", "scipy.special.expit(x)": "sigmoid(x)", "F.logsigmoid(x)": "-softplus(-x)",
		"np.logaddexp(x, 0)": "log(exp(x) + exp(0))",
		`\tanh(x)`:           "tanh(x)", `\tanh\left(x\right)`: "tanh(x)", `\tanh x`: "tanh(x)", `\frac{x}{1+|x|}`: "x/(1 + abs(x))",
		`\frac12 x\tanh(x)`:       "1/2*x*tanh(x)",
		`x \cdot \sigma(1.702 x)`: "x*sigmoid(1.702*x)", `e^{-x^{2}/2}`: "exp(-x^2/2)", `\max\{0, x\}`: "max(0, x)",
		`\operatorname{erf}(x)`: "erf(x)", `2 \pi x`: "2*pi*x",
		`\sqrt{x^2 + 1}`: "sqrt(x^2 + 1)", `\left| x \right|`: "abs(x)", `\frac{1}{1 + \exp(-\frac{x}{2})}`: "1/(1 + exp(-(x/2)))",
		`$\arctan(x)$`: "atan(x)",
	} {
		if ours == "" { // a test that nothing breaks, whatever it means
			_, _ = exprtest.Grammar().Parse(text, nil)
			continue
		}
		p, err := exprtest.Grammar().Parse(text, nil)
		require.NoError(t, err, text)
		want := parse(t, ours)
		require.Equal(t, want.String(), p.String(), text)
		words, err := exprtest.Grammar().Words(text, nil)
		require.NoError(t, err, text)
		again, err := exprtest.Grammar().Words(words, nil)
		require.NoError(t, err, text)
		require.Equal(t, strings.TrimSpace(words), again, text)
	}
}

// TestParametersKeepTheirNames: a name that has a value means that value.
func TestParametersKeepTheirNames(t *testing.T) {
	for text, want := range map[string]string{
		"np*x": "2*x", "π*x": "2*x", "lambda*x": "2*x",
		"F*tanh(x)": "2*tanh(x)", "beta*softplus(x)": "2*softplus(x)",
	} {
		p, err := exprtest.Grammar().Parse(text, map[string]string{"np": "2", "π": "2", "lambda": "2", "F": "2", "beta": "2"})
		require.NoError(t, err, text)
		require.Equal(t, want, p.String())
	}
}

// TestApply: a function without its argument is that of x.
func TestApply(t *testing.T) {
	for text, want := range map[string]string{
		"F.gelu": "gelu(x)", "nn.ReLU()": "relu(x)", "tf.nn.relu": "relu(x)", "nn.ELU(0.5)": "elu(x, 0.5)",
		"nn.ELU(alpha=0.5)": "elu(x, 0.5)",
		"elu(alpha=0.5)":    "elu(x, 0.5)", "torch.nn.SELU": "selu(x)", "Swish": "silu(x)", "arctan": "atan(x)",
		"f = nn.Tanh()": "tanh(x)", "np.sinc": "sinxoverx(pi*x)",
	} {
		ours, ok, err := exprtest.Grammar().Apply(text, nil)
		require.NoError(t, err, text)
		require.True(t, ok, text)
		require.Equal(t, want, ours, text)
	}
	for _, text := range []string{
		"", "x", "np.pi", "tanh(x)", "np.tanh(x)", "sin(0.5)", "x.tanh()", "foo", "foo.tanh", "1",
		"lambda x: F.gelu(x)", "pi", "(", "tanh(", "not",
	} {
		_, ok, _ := exprtest.Grammar().Apply(text, nil)
		require.False(t, ok, text)
	}
	_, ok, err := exprtest.Grammar().Apply("sinc", nil)
	require.True(t, ok)
	require.ErrorContains(t, err, "write sinxoverx(x) for sin(x)/x, or sinxoverx(pi*x) for")
}

// TestOurOwnWordsAreKept: a text in the words of the grammar is not touched, to the
// last blank.
func TestOurOwnWordsAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := exprtest.Wild().Draw(t, "text")
		words, err := exprtest.Grammar().Words(text, nil)
		require.NoError(t, err)
		require.Equal(t, text, words)
	})
}

// TestDressedTexts: a drawn expression dressed as Python is the same function.
func TestDressedTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := exprtest.Kinked().Draw(t, "text")
		want, err := exprtest.Grammar().Parse(text, nil)
		if err != nil {
			t.Skip() // beyond a limit
		}
		library := rapid.SampledFrom([]string{"np.", "torch.", "jnp.", "tf.math.", "torch.special."}).Draw(t, "library")
		dressed := text
		for _, f := range []string{"tanh", "sin", "sigmoid", "softplus", "relu", "elu", "clamp", "exp", "sqrt", "log"} {
			dressed = strings.ReplaceAll(dressed, " "+f+"(", " "+library+f+"(")
			dressed = strings.ReplaceAll(dressed, "("+f+"(", "("+library+f+"(")
		}
		dressed = strings.ReplaceAll(dressed, "abs(x)", "|x|")
		dressed = strings.ReplaceAll(dressed, ")^2", ")²")
		dressed = rapid.SampledFrom([]string{"lambda x: ", "f(x) = ", "x -> ", "return ", ""}).Draw(t, "before") + dressed
		p, err := exprtest.Grammar().Parse(dressed, nil)
		require.NoError(t, err, dressed)
		require.True(t, p.Equal(want), "%s is %s, want %s", dressed, p, want)
	})
}

// TestReadingTakesNoTime: texts that nest what is read in several ways.
func TestReadingTakesNoTime(t *testing.T) {
	for _, unit := range [][2]string{
		{"foo(1)(", ", 2)"}, {"np.tanh(", ")"}, {"sinc(", ")"}, {"nn.ELU(0.5)(", ")"}, {"(x if x > 0 else ", ")"}, {"np.clip(", ", 0, x)"},
		{"|", "|"}, {`\frac{1}{`, "}"}, {"(", ").tanh()"}, {"np.heaviside(1, ", ")"}, {"√(", ")"}, {"np.square(", ")"}, {"lambda x: ", ""},
	} {
		n := 500 / (len(unit[0]) + len(unit[1]))
		start := time.Now()
		_, _ = exprtest.Grammar().Parse(strings.Repeat(unit[0], n)+"x"+strings.Repeat(unit[1], n), nil)
		require.Less(t, time.Since(start), 20*time.Second, "%q", unit)
	}
}
