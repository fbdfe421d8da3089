package theorem_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os/exec"
	"testing"

	"bsnn/internal/peers"
	"bsnn/network"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

// A row is one network: squared norms at the input and behind every block.
type row struct{ Signal, Gradient []float64 }

// So many networks are drawn, and their mean may be off by so many standard errors:
// by chance in one of 10⁹ comparisons of normal numbers (Student's law with 39 degrees
// of freedom), and there are some hundreds.
const (
	networksDrawn  = 40
	standardErrors = 8
)

// torch runs networks in PyTorch.
func torch(t *testing.T, python string, tasks []map[string]any) [][]row {
	t.Helper()
	seed := rand.Uint32()
	t.Logf("seed %d", seed)
	job, err := json.Marshal(map[string]any{"seed": seed, "tasks": tasks})
	require.NoError(t, err)
	c := exec.Command(python, "testdata/torch_networks.py")
	c.Stdin = bytes.NewReader(job)
	var problems bytes.Buffer
	c.Stderr = &problems
	out, err := c.Output()
	require.NoError(t, err, problems.String())
	var rows [][]row
	require.NoError(t, json.Unmarshal(out, &rows))
	return rows
}

func describe(t *testing.T, blocks []network.Block) (out []map[string]any) {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			out = append(out, map[string]any{"linear": map[string]any{
				"to": b.To, "weights": b.Weights.String(), "gain": b.Scale(), "bias": b.Bias}})
		case network.Activation:
			m := map[string]any{"activation": b.Spec, "a": 1, "b": 0}
			if !b.AsIs {
				j, err := b.Judge()
				require.NoError(t, err)
				m["a"], m["b"] = j.A, j.B
			}
			out = append(out, m)
		case network.Normalization:
			out = append(out, map[string]any{"norm": b.Kind.String()})
		case network.Repeat:
			out = append(out, map[string]any{"repeat": b.Times, "blocks": describe(t, b.Blocks)})
		case network.Shortcut:
			out = append(out, map[string]any{"alpha": b.Alpha, "beta": b.Beta, "plain": b.Plain, "blocks": describe(t, b.Blocks)})
		}
	}
	return out
}

// unroll writes repetitions out, so that every block has a prediction.
func unroll(blocks []network.Block) (out []network.Block) {
	for _, b := range blocks {
		if r, is := b.(network.Repeat); is {
			for range r.Times {
				out = append(out, unroll(r.Blocks)...)
			}
			continue
		}
		out = append(out, b)
	}
	return out
}

// logFactors are the logarithms of the factors from the input to behind each block,
// and from the output to before each.
func logFactors(blocks []theorem.BlockPrediction) (signals, gradients []float64) {
	signals, gradients = make([]float64, len(blocks)), make([]float64, len(blocks)+1)
	sum := 0.
	for i, b := range blocks {
		sum += math.Log(b.Signal)
		signals[i] = sum
	}
	for i := len(blocks) - 1; i >= 0; i-- {
		gradients[i] = gradients[i+1] + math.Log(blocks[i].Gradient)
	}
	return signals, gradients[:len(blocks)]
}

// requireMean holds the mean of logarithms of factors against the logarithm of their
// predicted mean, which exceeds theirs by half a variance. Predictions are limits for wide
// layers: each may be off by about 1/n.
func requireMean(t *testing.T, predicted float64, seen []float64, layers float64, format string, args ...any) {
	t.Helper()
	mean, sd := stat.MeanStdDev(seen, nil)
	slack := standardErrors*sd/math.Sqrt(networksDrawn) + 0.02*layers
	require.InDeltaf(t, predicted, mean+sd*sd/2, slack, format, args...)
}

// What is predicted, from the input to behind every block and back from the output, is
// what real networks of another program do, in the mean of 40 of them.
func TestPredictionsOfPyTorch(t *testing.T) {
	if testing.Short() {
		t.Skip("runs PyTorch")
	}
	python, ok := peers.Python("torch")
	if !ok {
		t.Skip("PyTorch is not installed: predictions are not compared with its networks")
	}
	gelu, relu := network.Activation{Spec: "gelu", AsIs: true}, network.Activation{Spec: "relu", AsIs: true}
	tanh := network.Activation{Spec: "tanh"}
	layer, batch := network.Layer, network.Batch
	torchDefault := network.Linear{Weights: network.TorchDefault, Bias: true}
	kaiming := network.Linear{Weights: network.Gaussian, Gain: math.Sqrt2}
	cases := []struct {
		name, layers string
		batch        int
		stack        network.Stack
	}{
		{"default", "784,256x19,10", 1, network.Stack{Activation: gelu, Linear: torchDefault}},
		{"keras", "100,200x9,50", 1, network.Stack{Activation: relu, Linear: network.Linear{Weights: network.KerasDefault}}},
		{"kaiming", "784,256x19,10", 1, network.Stack{Activation: relu, Linear: kaiming}},
		{"bottleneck", "512,64,512,64,512", 1, network.Stack{Activation: gelu, Linear: torchDefault}},
		{"bottleneck haar", "512,64,512,64,512", 1, network.Stack{Activation: tanh}},
		{"residual layer norm", "128x22", 1, network.Stack{Activation: relu, Linear: kaiming, Shortcut: "identity", Norm: &layer}},
		{"layer norm", "128x22", 1, network.Stack{Activation: relu, Linear: kaiming, Norm: &layer}},
		{"batch norm", "128x22", 1024, network.Stack{Activation: relu, Linear: kaiming, Norm: &batch}},
		{"rotated", "128x12", 1, network.Stack{Activation: tanh, Shortcut: "rotated"}},
		{"plain", "128x12", 1, network.Stack{Activation: tanh, Shortcut: "plain"}},
	}
	predictions := make([]theorem.Prediction, len(cases))
	var tasks []map[string]any
	for i, c := range cases {
		c.stack.Input, c.stack.Runs = runs(c.layers)
		a, err := c.stack.Architecture()
		require.NoError(t, err)
		a.Blocks = unroll(a.Blocks)
		predictions[i], err = theorem.Predict(context.Background(), a, theorem.Question{})
		require.NoError(t, err)
		tasks = append(tasks, map[string]any{"inits": networksDrawn, "batch": c.batch, "input": a.Input, "blocks": describe(t, a.Blocks)})
	}
	for i, networks := range torch(t, python, tasks) {
		c, p := cases[i], predictions[i]
		signals, gradients := logFactors(p.Blocks)
		for l := range signals {
			var forward, backward []float64
			for _, r := range networks {
				last := len(r.Signal) - 1
				forward = append(forward, math.Log(r.Signal[l+1]))
				backward = append(backward, math.Log(r.Gradient[l]/r.Gradient[last]))
			}
			// Predictions are limits for large batches too: with 1,024 inputs, 20 layers of
			// normalisation are some 0.1 off, as 5 layers may be.
			done := p.Layers * float64(l+1) / float64(len(signals))
			requireMean(t, signals[l], forward, done, "%s: signal behind block %d", c.name, l+1)
			requireMean(t, gradients[l], backward, p.Layers-done+1, "%s: gradient before block %d", c.name, l+1)
		}
	}
}
