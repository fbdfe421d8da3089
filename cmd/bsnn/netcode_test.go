package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/internal/peers"
	"bsnn/internal/replay"
	"bsnn/network/netcode"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

// networksWritten have every kind of block, every law of weights and biases, and
// every way to stand in each other.
var networksWritten = []struct {
	name, file  string
	flags       string
	input       int
	batch       int
	linearMaps  float64
	hasShortcut bool
}{
	{name: "default", flags: "--layers 70,50x4,90 --activation gelu --as-is --weights torch-default --bias", input: 70, linearMaps: 5},
	{name: "default mended", flags: "--layers 60,40x13,50 --activation gelu --as-is --weights torch-default --bias --mend", input: 60,
		linearMaps: 14, hasShortcut: true},
	{name: "haar", flags: "--layers 50,90,40,60 --activation tanh", input: 50, linearMaps: 3},
	{name: "keras", flags: "--layers 300,60x2,20 --activation relu --weights keras-default --gain 1.2 --bias", input: 300,
		linearMaps: 3},
	{name: "uniform rms", flags: "--layers 60x5 --activation tanh --weights uniform --gain 0.9 --norm rms", input: 60, linearMaps: 4},
	{name: "gaussian layer", flags: "--layers 60x5 --activation relu --as-is --weights gaussian --gain 1.41421356 --norm layer", input: 60,
		linearMaps: 4},
	{name: "batch", flags: "--layers 40x4 --activation relu --norm batch", input: 40, batch: 150, linearMaps: 3},
	{name: "plain", flags: "--layers 50x6 --activation tanh --shortcut plain", input: 50, linearMaps: 5, hasShortcut: true},
	{name: "identity", flags: "--layers 50x5 --activation gelu --shortcut identity", input: 50, linearMaps: 4, hasShortcut: true},
	{name: "biases", input: 50, linearMaps: 4, file: `
input: 50
blocks:
  - repeat: 3
    blocks: [ {linear: {to: 60, weights: gaussian, bias: 1.0}}, {activation: relu, as_is: true} ]
  - linear: {to: 50, weights: uniform, bias: 0.5}
`},
	{name: "shortcuts", input: 40, linearMaps: 6, hasShortcut: true, file: `
input: 40
blocks:
  - repeat: 3
    blocks:
      - shortcut: {alpha: 0.9, beta: 0.3}
        blocks: [{linear: {to: 40, gain: 2}}]
      - shortcut: {alpha: 0.9, beta: 0.3, plain: true}
        blocks: [{linear: {to: 40, gain: 2}}]
`},
	{name: "columns", input: 40, batch: 100, linearMaps: 2, file: `
input: 40
blocks: [{linear: {to: 40}}, {linear: {to: 30}}, {activation: relu}, {norm: batch}]
`},
	{name: "file", input: 70, linearMaps: 14, hasShortcut: true, file: `
input: 70
blocks:
  - repeat: 3
    blocks: [ {linear: {to: 90, bias: 0.4, weights: gaussian}}, {activation: "x*sigmoid(c*x)", parameters: {c: 1.702}} ]
  - repeat: 2
    blocks:
      - norm: rms
      - repeat: 2
        blocks:
          - shortcut: {alpha: 0.8, beta: -0.7}
            blocks:
              - linear: {to: 50, bias: true}
              - {activation: "x*sigmoid(c*x)", parameters: {c: 0.5}, as_is: true}
              - linear: {to: 90, weights: torch-default, gain: 1.7, bias: 0.2}
      - {activation: relu, as_is: true}
  - repeat: 1
    blocks: [ {linear: {to: 60, weights: uniform, bias: 0.3}}, {activation: "x > 0 ? x : x/4", as_is: true} ]
  - linear: {to: 75}
`},
}

const (
	networksDrawn = 60
	// A mean may be off by so many standard errors: by chance once in 10⁹ (Student's law
	// with 59 degrees of freedom), in 78 comparisons.
	standardErrors = 7.3
)

// written is the code of every network, and what is predicted of it.
func written(t *testing.T, language string) (code []string, forward, backward []float64) {
	t.Helper()
	for _, n := range networksWritten {
		args := strings.Fields(n.flags)
		file := filepath.Join(t.TempDir(), "net.yaml")
		if n.file != "" {
			require.NoError(t, os.WriteFile(file, []byte(n.file), 0o600))
			args = []string{file}
		}
		exit, text, stderr := command(t, append([]string{"predict", "--emit", language}, args...)...)
		require.Equal(t, exitDone, exit, stderr)
		code = append(code, text)
		if i := strings.Index(n.flags, " --mend"); i >= 0 {
			_, mended, _ := command(t, append([]string{"predict"}, args...)...)
			require.NoError(t, os.WriteFile(file, []byte(mended), 0o600))
			args = []string{file}
		}
		_, answer, _ := command(t, append([]string{"predict", "--json"}, args...)...)
		var p struct {
			Forward  float64 `json:"forward_factor"`
			Backward float64 `json:"backward_factor"`
		}
		require.NoError(t, json.Unmarshal([]byte(answer), &p))
		forward, backward = append(forward, p.Forward), append(backward, p.Backward)
		require.Contains(t, text, "bsnn predict")
		require.Regexp(t, `forward +× `, text)
	}
	return code, forward, backward
}

// requireFactors holds the factors of 60 networks against their predicted mean.
// Predictions are limits for wide layers: each may be off by about 1/n.
func requireFactors(t *testing.T, drawn [][][2]float64, forward, backward []float64) {
	t.Helper()
	for i, n := range networksWritten {
		for direction, predicted := range []float64{forward[i], backward[i]} {
			var logs []float64
			for _, f := range drawn[i] {
				logs = append(logs, math.Log(f[direction]))
			}
			require.Len(t, logs, networksDrawn)
			mean, sd := stat.MeanStdDev(logs, nil)
			slack := standardErrors*sd/math.Sqrt(networksDrawn) + 0.02*n.linearMaps
			require.InDelta(t, math.Log(predicted), mean+sd*sd/2, slack, "%s, direction %d", n.name, direction)
		}
	}
}

// factorsOf runs a program that draws networks and prints their factors.
func factorsOf(t *testing.T, c *exec.Cmd) (drawn [][][2]float64) {
	t.Helper()
	var problems bytes.Buffer
	c.Stderr = &problems
	out, err := c.Output()
	require.NoError(t, err, problems.String())
	require.NoError(t, json.Unmarshal(out, &drawn))
	return drawn
}

// The networks that are written start as predicted, in PyTorch and in JAX, for which
// PyTorch stands in.
func TestWrittenPythonStartsAsPredicted(t *testing.T) {
	if testing.Short() {
		t.Skip("runs PyTorch")
	}
	python, ok := peers.Python("torch")
	if !ok {
		t.Skip("PyTorch is not installed: networks that are written are not run")
	}
	seed := replay.Seed(t)
	var tasks []map[string]any
	var forward, backward []float64
	for _, language := range []string{"pytorch", "jax"} {
		var code []string
		code, forward, backward = written(t, language)
		for i, n := range networksWritten {
			tasks = append(tasks, map[string]any{
				"code": code[i], "language": language, "input": n.input, "batch": max(n.batch, 1), "draws": networksDrawn,
				"columns": n.name == "columns"})
		}
	}
	job, err := json.Marshal(map[string]any{"seed": seed >> 1, "tasks": tasks})
	require.NoError(t, err)
	c := exec.Command(python, "-B", filepath.Join("testdata", "netcode", "run.py"))
	c.Stdin = bytes.NewReader(job)
	drawn := factorsOf(t, c)
	requireFactors(t, drawn[:len(networksWritten)], forward, backward)
	requireFactors(t, drawn[len(networksWritten):], forward, backward)
}

// Go code compiles, and its networks start as predicted and have the gradients of finite
// differences.
func TestWrittenGoStartsAsPredicted(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a compiler")
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go tool on PATH: the Go code is not compiled")
	}
	code, forward, backward := written(t, "go")
	factors, err := os.ReadFile(filepath.Join("testdata", "netcode", "factors.go.txt"))
	require.NoError(t, err)
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	var imports, calls strings.Builder
	for i, n := range networksWritten {
		kinds := "case *Linear:\nreturn true, false\n"
		if n.hasShortcut {
			kinds += "case shortcut:\nreturn true, true\n"
		}
		write(fmt.Sprintf("n%d/network.go", i), code[i])
		write(fmt.Sprintf("n%d/factors.go", i), string(factors)+
			fmt.Sprintf("\nfunc drawsWeights(b Block) (drawn, inBranch bool) {\nswitch b.(type) {\n%s}\nreturn false, false\n}\n", kinds))
		fmt.Fprintf(&imports, "n%d \"pasted/n%d\"\n", i, i)
		fmt.Fprintf(&calls, "n%d.Factors(r, %d, %d, %d),\n", i, networksDrawn, max(n.batch, 1), n.input)
	}
	write("go.mod", "module pasted\n\ngo 1.22\n")
	write("main.go", fmt.Sprintf("package main\n\nimport (\n\"encoding/json\"\n\"math/rand/v2\"\n\"os\"\n%s)\n\nfunc main() {\n"+
		"r := rand.New(rand.NewPCG(%d, 0))\n_ = json.NewEncoder(os.Stdout).Encode([][][2]float64{\n%s})\n}\n",
		imports.String(), replay.Seed(t), calls.String()))
	c := exec.Command(tool, "run", ".")
	c.Dir, c.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	drawn := factorsOf(t, c)
	requireFactors(t, drawn, forward, backward)
}

// What people type cannot leave the comment in which it stands.
func TestWrittenNotesStayComments(t *testing.T) {
	for _, language := range netcode.Languages() {
		exit, text, stderr := command(t, "predict", "--layers", "3,4", "--activation", "x\n+\"\"\"'*/tanh(x)*0", "--emit", language)
		if exit == exitDone {
			t.Fatal("no such expression", text)
		}
		require.NotEmpty(t, stderr)
		file := filepath.Join(t.TempDir(), "a\nimport os #\"\"\".yaml")
		require.NoError(t, os.WriteFile(file, []byte("input: 3\nblocks: [{linear: {to: 2}}]"), 0o600))
		exit, text, stderr = command(t, "predict", file, "--emit", language)
		require.Equal(t, exitDone, exit, stderr)
		require.NotRegexp(t, `(?m)^import os`, text)
		require.Regexp(t, `(?m)^(#|//).*import os`, text)
	}
}
