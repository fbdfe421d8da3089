package emit

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
	"bsnn/internal/peers"
)

var pythonPoints = []float64{-30.3, -7.31, -4.57, -2.13, -1.37, -0.71, -0.0123, 0.31, 0.83, 1.19, 1.71, 3.47, 8.09, 22.7, 30.3}

// guarded holds functions whose value and derivative stay finite far out only
// if the branch that is not taken cannot overflow.
var guarded = []string{
	"elu(x)", "selu(x)", "elu(-x, 0.3)", "x < 2 ? exp(x) : exp(2)*(x - 1)", "x^2 < 4 ? exp(x) : x",
	"x > 0 ? (x < 3 ? exp(x) : x) : 0.5^(x^2)",
}

// flat holds functions that are flat where an exponential inside of them
// overflows: the derivative is not 0·∞.
var flat = []string{
	"x*tanh(exp(x))", "max(x, 0) + min(0, 2*(exp(x/2) - 1))", "exp(-exp(-x))", "exp(-exp(x)) + x", "erf(exp(x))*x", "1/(1 + 2*exp(-x))",
	"x/(1 + 2*exp(-x))", "sigmoid(exp(-x))", "atan(exp(x))", "min(1, exp(x))", "max(0, 1 - exp(x))", "tanh(sinh(x))", "1/cosh(x)",
	"Phi(sinh(x)) + tanh(x)", "log(cosh(x))", "(2 + exp(x))^-1", "clamp(exp(x), 0, 1)", "softplus(-exp(x))", "tanh(expm1(-2*x))",
	"log(2*cosh(x))", "log(cosh(x)/3)", "log(1 + 2*exp(x))", "log(0.5*exp(x) + 0.5)", "log((1 + exp(x))/2)", "log(exp(x) + exp(-x))",
	"log(exp(x) + exp(2*x))", "log(2*exp(x))",
}

// quotients holds functions whose code does not overflow, though they do, computed as
// they are written. They are the functions that same holds.
var quotients = []string{
	"x*exp(x)/(1 + exp(x))", "exp(x)*x/(2 + exp(x))", "x*(exp(x) - exp(-x))/(exp(x) + exp(-x))", "-x*(1 - exp(-x))/(1 + exp(-x))",
	"x*sinh(x)/cosh(x)", "x*(exp(x)^2 + 2*exp(x))/(exp(x)^2 + 2*exp(x) + 2)", "x*((1 + exp(x))^2 - 1)/((1 + exp(x))^2 + 1)",
}

var same = map[string]string{
	quotients[0]: "silu(x)", quotients[1]: "x*sigmoid(x - log(2))", quotients[2]: "x*tanh(x)", quotients[3]: "-x*tanh(x/2)",
	quotients[4]: "x*tanh(x)", quotients[5]: "mish(x)", quotients[6]: "mish(x)",
	"log(1 - sigmoid(x))": "-softplus(x)", "log1p(-sigmoid(x))": "-softplus(x)", "log(1 + tanh(x))": "log(2) - softplus(-2*x)",
	"log(1 - tanh(x))": "log(2) - softplus(2*x)", "log(1 - Phi(x))": "log(Phi(-x))", "log(1 + erf(x))": "log(erfc(-x))",
	"sqrt(1 - tanh(x))": "sqrt(2*sigmoid(-2*x))",
}

// meant is the program that the code of a text is held against.
func meant(t *testing.T, text string) *expr.Program {
	if other, ok := same[text]; ok {
		text = other
	}
	return parse(t, text)
}

var farPoints = []float64{-1e5, -1000, -30.3, 30.3, 1000, 1e5}

// smooth holds functions whose kinks at 0 cancel.
var smooth = []string{
	"max(x, 0) + log(1 + exp(-abs(x)))", "max(0, x) + log(1 + exp(-abs(-x)))", "log(1 + exp(-abs(x))) - min(-x, 0)",
	"max(-x, 0) + log(1 + exp(-abs(x)))", "(x > 0 ? x : 0) + log1p(exp(-abs(x)))", "max(x, 0) + min(0, exp(x) - 1)",
	"(x < 0 ? 0 : x) + (x <= 0 ? expm1(x) : 0)", "abs(x) - abs(tanh(x)) + x", "max(x, -x) + log1p(exp(-2*abs(x))) - log(2)",
}

var smoothPoints = []float64{0, -1.37, 0.83}

// thin holds functions of numbers that round to 0, in single precision soon.
var thin = []string{
	"log(sigmoid(x))", "log(1/(1 + exp(-x)))", "log(Phi(x))", "log(erfc(x))", "log(softplus(x))", "log(softplus(x)^2)",
	"log(sigmoid(x)*exp(-x^2))",
	"log(sigmoid(x)/(1 + x^2))", "exp(log(sigmoid(x)))", "sqrt(softplus(x))", "x*sqrt(softplus(x))", "softplus(x)^1.5",
	"sqrt(sigmoid(x))",
	"sqrt(exp(-x^2))", "Phi(x)^0.3", "sqrt(erfc(x))", "sigmoid(x)^x", "sigmoid(x)/softplus(x)", "x*sigmoid(x)/softplus(x)",
	"exp(-x^2/2)/Phi(x)",
	"log(1 - sigmoid(x))", "log1p(-sigmoid(x))", "log(1 + tanh(x))", "log(1 - tanh(x))", "log(1 - Phi(x))", "log(1 + erf(x))",
	"sqrt(1 - tanh(x))",
}

// pointsOf are those at which the code of a function is right: what is no number far
// out need not be one in code.
func pointsOf(text string) []float64 {
	switch {
	case slices.Contains(smooth, text):
		return smoothPoints
	case slices.Contains(table, text):
		return pythonPoints
	case slices.Contains(thin, text): // farther out float64 has no logarithm of it either
		return pythonPoints[1 : len(pythonPoints)-1]
	}
	return farPoints
}

// TestPythonAgrees runs the code of both Python libraries on a stand-in for
// them, and on the libraries themselves where they are installed.
func TestPythonAgrees(t *testing.T) {
	if testing.Short() {
		t.Skip("starts compilers and interpreters")
	}
	findPython(t)
	for _, c := range []struct{ language, backend, module string }{
		{"pytorch", "shim", ""}, {"jax", "shim", ""}, {"pytorch", "real_pytorch", "torch"}, {"jax", "real_jax", "jax"},
	} {
		t.Run(c.language+" on "+c.backend, func(t *testing.T) {
			python, ok := peers.Python(c.module)
			if !ok {
				t.Skipf("%s is not installed: its code ran on the stand-in alone", c.module)
			}
			// One process for all, which may have to load a library.
			points := slices.Concat(pythonPoints, farPoints, smoothPoints, []float64{math.NaN()})
			all := slices.Concat(table, guarded, flat, quotients, smooth, thin)
			for k, samples := range runPython(t, python, c.language, c.backend, all, points) {
				text := all[k]
				p := meant(t, text)
				a, b := constants(text)
				for i, x := range points {
					switch {
					case math.IsNaN(x):
						require.True(t, math.IsNaN(samples[i].value), "%s is %v at NaN", text, samples[i].value)
					case slices.Contains(pointsOf(text), x):
						value, deriv := p.Value(x)
						require.False(t, math.IsNaN(value+deriv), "%s at %v", text, x)
						requireClose(t, a*value+b, samples[i].value, math.Abs(testB), "%s at %v", text, x)
						// The libraries compute some derivatives as 1 − tanh².
						requireClose(t, a*deriv, samples[i].deriv, 1, "derivative of %s at %v", text, x)
					}
				}
			}
		})
	}
}

// TestPythonCompiles: whatever the grammar admits is Python.
func TestPythonCompiles(t *testing.T) {
	if testing.Short() {
		t.Skip("starts compilers and interpreters")
	}
	python := findPython(t)
	dir := t.TempDir()
	args := []string{"-m", "py_compile"}
	for i, text := range append(drawn(t, 150, exprtest.Wild()), table...) {
		for _, language := range []string{"pytorch", "jax"} {
			file := filepath.Join(dir, language+strconv.Itoa(i)+".py")
			require.NoError(t, os.WriteFile(file, []byte(emitted(t, language, text)), 0o644))
			args = append(args, file)
		}
	}
	out, err := exec.Command(python, args...).CombinedOutput()
	require.NoError(t, err, string(out))
}

// TestConstants: every language shows a and b to the last digit, whatever
// they are.
func TestConstants(t *testing.T) {
	for _, language := range Languages() {
		for _, c := range [][2]float64{{testA, testB}, {0.1, -0.1}, {1. / 3, 1e-9 / 3}, {math.Nextafter(1, 2), 0}, {12345.678901234567, 2}} {
			var b bytes.Buffer
			require.NoError(t, Write(&b, language, Function{Program: parse(t, "tanh(x)"), A: c[0], B: c[1]}))
			patterns := []string{`(?m)^    a = (.*)$`, `(?m)^    b = (.*)$`}
			if language == "go" {
				patterns = []string{`const a, b = (.*), `, `const a, b = .*, (.*)`}
			}
			for k, pattern := range patterns {
				m := regexp.MustCompile(pattern).FindStringSubmatch(b.String())
				require.NotNil(t, m, b.String())
				v, err := strconv.ParseFloat(m[1], 64)
				require.NoError(t, err)
				require.Equal(t, math.Float64bits(c[k]), math.Float64bits(v), "%s: %s", language, m[1])
				require.Equal(t, strconv.FormatFloat(c[k], 'g', 17, 64), m[1])
			}
		}
	}
}

func findPython(t *testing.T) string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err == nil {
		err = exec.Command(python, "--version").Run()
	}
	if err != nil {
		t.Skip("no python3: the Python code is not run")
	}
	return python
}

func emitted(t *testing.T, language, text string) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Write(&b, language, function(t, text, "phi")), text)
	return b.String()
}

func runPython(t *testing.T, python, language, backend string, texts []string, points []float64) [][]sample {
	t.Helper()
	cases := struct {
		Code   []string `json:"code"`
		Points []string `json:"points"` // JSON has no NaN
	}{}
	for _, x := range points {
		cases.Points = append(cases.Points, strconv.FormatFloat(x, 'g', -1, 64))
	}
	for _, text := range texts {
		cases.Code = append(cases.Code, emitted(t, language, text))
	}
	data, err := json.Marshal(cases)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "cases.json")
	require.NoError(t, os.WriteFile(file, data, 0o644))
	cmd := exec.Command(python, "-B", filepath.Join("testdata", "run.py"), backend, file)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	var hex [][][2]string
	require.NoError(t, json.Unmarshal(out, &hex))
	require.Len(t, hex, len(texts))
	results := make([][]sample, len(hex))
	for k := range hex {
		for _, h := range hex[k] {
			results[k] = append(results[k], sample{number(t, h[0]), number(t, h[1])})
		}
	}
	return results
}

func number(t *testing.T, hex string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(hex, 64)
	require.NoError(t, err)
	return v
}
