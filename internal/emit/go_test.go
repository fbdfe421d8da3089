package emit

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
)

const (
	testA = 1.7320508075688772
	testB = -0.31830988618379067
	tol   = 1e-12
)

// function is the one that tests write for a text: every second as it is.
func function(t *testing.T, text, name string) Function {
	return Function{Program: parse(t, text), A: testA, B: testB, Name: name, AsIs: len(text)%2 == 1}
}

// constants are those with which the function of a text is multiplied and shifted.
func constants(text string) (a, b float64) {
	if len(text)%2 == 1 {
		return 1, 0
	}
	return testA, testB
}

// A sample is φ and φ′ at one point.
type sample struct{ value, deriv float64 }

var goPoints = []float64{0, -30, 30, -11.83, -7.31, -4.57, -3.21, -2.13, -1.37, -0.71, -0.23, -0.0123, 0.0717, 0.31, 0.83, 1.19, 1.71,
	2.33, 3.47, 5.03, 8.09, 11.9}

// TestGoAgrees compiles the code of many functions at once and compares it
// with the program: of the table to 1e-12 of each value, of drawn expressions,
// which may cancel, to 1e-12 of the largest intermediate value. Both sides are
// deterministic: only rounding can raise a false alarm, and in 2,000 drawn
// expressions it stayed below 1e-15, a thousandth of what is allowed.
func TestGoAgrees(t *testing.T) {
	if testing.Short() {
		t.Skip("starts compilers and interpreters")
	}
	random := drawn(t, 150, exprtest.Kinked())
	texts := append(append([]string{}, table...), random...)
	results := runGo(t, texts, goPoints)
	compared := 0
	for k, text := range texts {
		p := parse(t, text)
		a, b := constants(text)
		for i, x := range goPoints {
			value, deriv := p.Value(x)
			scale, overflow := 0.0, false
			if k >= len(table) {
				scale, overflow = largest(p, x)
			}
			if overflow {
				continue
			}
			compared++
			requireClose(t, a*value+b, results[k][i].value, max(scale, math.Abs(testB)), "%s at %v", text, x)
			if !nearKink(p, x, scale) {
				requireClose(t, a*deriv, results[k][i].deriv, scale, "derivative of %s at %v", text, x)
			}
		}
	}
	require.Greater(t, compared, len(texts)*len(goPoints)*9/10)
}

func requireClose(t *testing.T, want, got, scale float64, format string, args ...any) {
	t.Helper()
	same := want == got || want != want && got != got || math.Abs(want-got) <= tol*max(math.Abs(want), scale)
	require.True(t, same, "%s: want %v, got %v", fmt.Sprintf(format, args...), want, got)
}

// largest returns the largest magnitude of any value or derivative on the way
// to f and f′ at x.
func largest(p *expr.Program, x float64) (scale float64, overflow bool) {
	g := newGraph()
	g.derive(g.load(p))
	v := make([]float64, len(g.nodes))
	for i := range g.nodes {
		n := &g.nodes[i]
		o := [3]float64{x}
		for k, operand := range n.operands() {
			o[k] = v[operand]
		}
		v[i] = apply(n, o[0], o[1], o[2])
		if math.IsNaN(v[i]) || math.Abs(v[i]) > 1e100 {
			return 0, true
		}
		scale = max(scale, math.Abs(v[i]))
	}
	return scale, false
}

// nearKink reports whether x is so close to a kink that rounding may decide
// on which side it lies.
func nearKink(p *expr.Program, x, scale float64) bool {
	for _, c := range p.Candidates() {
		if v, _ := c.Zero.Value(x); c.Kind != expr.Edge && math.Abs(v) <= 1e-9*max(1, scale) {
			return true
		}
	}
	return false
}

// TestGoFarOut: where an exponential overflows in a function that is flat, and
// where kinks cancel, φ and φ′ are numbers, and those of the program.
func TestGoFarOut(t *testing.T) {
	if testing.Short() {
		t.Skip("starts compilers and interpreters")
	}
	texts := slices.Concat(flat, quotients, smooth)
	points := append([]float64{0, -1.37, 0.83}, farPoints...)
	for k, samples := range runGo(t, texts, points) {
		p := meant(t, texts[k])
		a, b := constants(texts[k])
		for i, x := range points {
			value, deriv := p.Value(x)
			require.False(t, math.IsNaN(value+deriv), "%s at %v", texts[k], x)
			requireClose(t, a*value+b, samples[i].value, 1, "%s at %v", texts[k], x)
			requireClose(t, a*deriv, samples[i].deriv, 1, "derivative of %s at %v", texts[k], x)
		}
	}
	texts = slices.Concat(table, guarded, texts)
	for k, samples := range runGo(t, texts, []float64{math.NaN()}) {
		require.True(t, math.IsNaN(samples[0].value), "%s is %v at NaN", texts[k], samples[0].value)
	}
}

// TestGoCompiles: whatever the grammar admits compiles.
func TestGoCompiles(t *testing.T) {
	if testing.Short() {
		t.Skip("starts compilers and interpreters")
	}
	runGo(t, drawn(t, 300, exprtest.Wild()), []float64{1})
}

// runGo evaluates the Go code of all functions in one program.
func runGo(t *testing.T, texts []string, points []float64) [][]sample {
	t.Helper()
	arguments := make([]string, len(points))
	for i, x := range points {
		arguments[i] = fmt.Sprintf("math.Float64frombits(%#x)", math.Float64bits(x))
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go tool on PATH: the Go code is not compiled")
	}
	var code, list strings.Builder
	code.WriteString("package main\n\nimport (\n\"fmt\"\n\"math\"\n)\n\n")
	for i, text := range texts {
		f := function(t, text, fmt.Sprintf("f%d", i))
		require.NoError(t, Write(&code, "go", f), text)
		code.WriteString("\n")
		fmt.Fprintf(&list, "F%d, F%dDeriv,\n", i, i)
	}
	fmt.Fprintf(&code, "func main() {\nfs := []func(float64) float64{\n%s}\nfor _, f := range fs {\nfor _, x := range []float64{%s} {\n",
		list.String(), strings.Join(arguments, ", "))
	code.WriteString("fmt.Println(math.Float64bits(f(x)))\n}\n}\n}\n")
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(code.String()), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module pasted\n\ngo 1.21\n"), 0o644))
	// The compiler need not optimise: it would take longer than it saves.
	cmd := exec.Command(tool, "run", "-gcflags=-N -l", ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	bits := strings.Fields(string(out))
	require.Len(t, bits, 2*len(texts)*len(points))
	number := func(i int) float64 {
		b, err := strconv.ParseUint(bits[i], 10, 64)
		require.NoError(t, err)
		return math.Float64frombits(b)
	}
	results := make([][]sample, len(texts))
	for k := range texts {
		for i := range points {
			results[k] = append(results[k], sample{number(2*k*len(points) + i), number((2*k+1)*len(points) + i)})
		}
	}
	return results
}
