package gpnorm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
)

// TestOtherLibraries: an activation of another library is the built-in, or the formula,
// that it is here.
func TestOtherLibraries(t *testing.T) {
	for spec, name := range map[string]string{
		"F.gelu": "gelu", "nn.ReLU()": "relu", "nn.ReLU": "relu", "nn.ReLU(inplace=True)": "relu", "tf.nn.relu": "relu",
		"nn.GELU()":                   "gelu",
		"nn.GELU(approximate='none')": "gelu", "torch.nn.functional.mish": "mish", "nn.Hardtanh": "hardtanh",
		"nn.Hardtanh()": "hardtanh",
		"nn.SELU":       "selu", "nn.SiLU": "silu", "Swish": "silu", "nn.SiLU()": "silu", "jax.nn.swish": "silu", "tf.nn.silu": "silu",
		"nn.Hardswish()":    "hardswish",
		"jax.nn.hard_swish": "hardswish", "F.leaky_relu": "leakyrelu(0.01)", "nn.LeakyReLU(0.2)": "leakyrelu(0.2)",
		"LeakyReLU(0.2)":                   "leakyrelu(0.2)",
		"nn.LeakyReLU(negative_slope=0.2)": "leakyrelu(0.2)", "leaky_relu(0.2)": "leakyrelu(0.2)",
		"leakyrelu(alpha=0.2)": "leakyrelu(0.2)",
		"leakyrelu(slope=0.2)": "leakyrelu(0.2)", "tf.nn.leaky_relu": "leakyrelu(0.2)",
		"keras.layers.LeakyReLU(alpha=0.3)": "leakyrelu(0.3)",
		"nn.ELU(alpha=0.5)":                 "elu(0.5)", "elu(alpha=0.5)": "elu(0.5)", "elu(0.5)": "elu(0.5)", "nn.ELU()": "elu",
		"nn.CELU(2)":        "celu(2)",
		"jax.nn.squareplus": "squareplus", "nn.Softplus()": "softplus", "nn.Softplus(beta=2)": "softplus(2*x)/2",
		"nn.Softsign()": "softsign",
		"torch.sigmoid": "sigmoid", "nn.Identity()": "identity", "expit": "sigmoid", "logistic": "sigmoid",
		"nn.LogSigmoid()":             "-softplus(-x)",
		"nn.GELU(approximate='tanh')": "0.5*x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))", "nn.Tanhshrink()": "x - tanh(x)",
		"jax.nn.gelu": "0.5*x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))", "np.arctan": "atan(x)", "nn.ReLU6()": "relu6",
		"np.sinc":    "sinxoverx(pi*x)",
		"np.tanh(x)": "tanh(x)", "lambda x: x*tanh(x)": "x*tanh(x)", "F.leaky_relu(x, 0.2)": "leakyrelu(x, 0.2)",
		"F.softplus(x, beta=2)": "softplus(2*x)/2",
		"tf.nn.leaky_relu(x)":   "leakyrelu(x, 0.2)", "F.hardsigmoid(x)": "clip(x/6 + 0.5, 0, 1)",
		"nn.Threshold(0.1, 0)": "(x > 0.1 ? x : 0)",
		"F.softshrink(x)":      "x - clamp(x, -0.5, 0.5)", "tf.nn.swish(x, beta=2)": "x*sigmoid(2*x)",
	} {
		a, err := gpnorm.Resolve(spec, nil)
		require.NoError(t, err, spec)
		require.Equal(t, name, a.Name, spec)
		f, err := gpnorm.Formula(spec, nil)
		require.NoError(t, err, spec)
		ours, err := gpnorm.Formula(gpnorm.Canonical(spec), nil)
		require.NoError(t, err, spec)
		require.Equal(t, ours.String(), f.String(), spec)
	}
	a, err := gpnorm.Lookup("nn.LeakyReLU(0.2)")
	require.NoError(t, err)
	require.Equal(t, "leakyrelu(0.2)", a.Name)
	require.Equal(t, "ReLU", gpnorm.Title("nn.ReLU()"))
	require.Equal(t, "leaky ReLU (0.2)", gpnorm.Title("nn.LeakyReLU(negative_slope=0.2)"))
}

// TestSeveralMeanings: what has several meanings, or none, says the line to type.
func TestSeveralMeanings(t *testing.T) {
	for spec, want := range map[string]string{
		"sinc":                           "column 1: sinc has 2 meanings: write sinxoverx(x) for sin(x)/x, or sinxoverx(pi*x) for",
		"0.5*sinc(2*x) + x":              "column 5: sinc has 2 meanings: write 0.5*sinxoverx(2*x) + x for",
		"nn.gelu(x)":                     "column 4: gelu has 2 meanings: write gelu(x) for",
		"keras.layers.LeakyReLU()":       "LeakyReLU has 3 meanings: write leakyrelu(x, 0.3) for the layer",
		"keras.activations.hard_sigmoid": "hard_sigmoid has 2 meanings: write clip(x/6 + 0.5, 0, 1) for that of Keras 3",
		"nn.PReLU()":                     "column 4: PReLU learns its slope: write leakyrelu(0.25)",
		"F.softmax":                      "is no function of one number",
		"nn.Softmax(dim=1)":              "is no function of one number",
		"nn.Softplus(2, threshold=5)":    "has no threshold", "F.foo": "foo is not known here",
		"nn.Softplus(threshold=5)": "has no threshold",
		"x*nn.Sigmoid()":           "column 6: Sigmoid() is a function: write sigmoid(x)",
	} {
		_, err := gpnorm.Resolve(spec, nil)
		require.ErrorContains(t, err, want, spec)
	}
}

// TestSetParameters: a parameter is set by its name, by that of other libraries, and by
// alpha where it is the only one.
func TestSetParameters(t *testing.T) {
	for _, c := range []struct{ spec, parameter, name string }{
		{"leakyrelu", "alpha", "leakyrelu(0.5)"}, {"leakyrelu", "slope", "leakyrelu(0.5)"},
		{"leakyrelu", "negative_slope", "leakyrelu(0.5)"},
		{"elu", "alpha", "elu(0.5)"}, {"elu(x)", "alpha", "elu(0.5)"}, {"celu", "alpha", "celu(0.5)"},
		{"squareplus", "b", "squareplus(0.5)"},
		{"squareplus", "alpha", "squareplus(0.5)"}, {"nn.LeakyReLU", "negative_slope", "leakyrelu(0.5)"},
		{"F.elu", "alpha", "elu(0.5)"},
		{"alpha*tanh(x)", "alpha", "0.5*tanh(x)"},
	} {
		a, err := gpnorm.Resolve(c.spec, map[string]string{c.parameter: "0.5"})
		require.NoError(t, err, c.spec)
		require.Equal(t, c.name, a.Name)
	}
	for _, d := range gpnorm.Definitions() {
		if len(d.Parameters) > 0 {
			a, err := gpnorm.Resolve(d.Name, map[string]string{"alpha": "0.5"})
			require.NoError(t, err, d.Name)
			require.Equal(t, d.Name+"(0.5)", a.Name)
		}
	}
	for spec, want := range map[string]string{
		"elu": "has no parameter gamma, want alpha", "tanh": "takes no parameters, but gamma is set",
		"x*tanh(x)": "does not have the parameter gamma",
		"np.tanh":   "takes no parameters",
	} {
		_, err := gpnorm.Resolve(spec, map[string]string{"gamma": "0.5"})
		require.ErrorContains(t, err, want, spec)
	}
	_, err := gpnorm.Resolve("elu", map[string]string{"alpha": "1/3"})
	require.ErrorContains(t, err, "want a finite number as in alpha=1")
}
