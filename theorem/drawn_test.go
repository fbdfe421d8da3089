package theorem_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Factors that are predicted are those of networks with matrices, in the mean of 24
// of them. Their means are some 1/n off in every layer; 7 standard errors beyond
// that are a false alarm once in a million runs.
func TestPredictionsOfDrawnNetworks(t *testing.T) {
	if testing.Short() {
		t.Skip("draws some two hundred networks")
	}
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	gelu, relu, tanh := network.Activation{Spec: "gelu", AsIs: true}, network.Activation{Spec: "relu"}, network.Activation{Spec: "tanh"}
	rms, layer, batch := network.RMS, network.Layer, network.Batch
	for _, c := range []struct {
		layers string
		batch  int
		stack  network.Stack
	}{
		{"90,60x5,120", 1, network.Stack{Activation: gelu, Linear: network.Linear{Weights: network.TorchDefault, Bias: true}}},
		{"60,120,40,80", 1, network.Stack{Activation: tanh}},
		{"60,120,40,80", 1, network.Stack{Activation: relu, Linear: network.Linear{Weights: network.KerasDefault, Gain: 1.2}}},
		{"80x8", 1, network.Stack{Activation: tanh, Linear: network.Linear{Weights: network.Uniform, Gain: 0.9}, Norm: &rms}},
		{"80x8", 1, network.Stack{Activation: relu, Norm: &layer}},
		{"60x6", 200, network.Stack{Activation: relu, Norm: &batch}},
		{"80x10", 1, network.Stack{Activation: tanh, Shortcut: "plain"}},
		{"80x10", 1, network.Stack{Activation: relu, Shortcut: "rotated", Branch: 0.3}},
	} {
		c.stack.Input, c.stack.Runs = runs(c.layers)
		a, err := c.stack.Architecture()
		require.NoError(t, err)
		p, err := theorem.Predict(context.Background(), a, theorem.Question{})
		require.NoError(t, err)
		gradient := 1.
		for _, b := range p.Blocks {
			gradient *= b.Gradient
		}
		var forward, backward []float64
		for trial := range 24 {
			d, err := a.Draw(func(k int) montecarlo.Stream { return montecarlo.NewStream(seed, c.layers, trial, k) })
			require.NoError(t, err)
			trace, err := d.Forward(onShell(r, a.Input, c.batch))
			require.NoError(t, err)
			_, err = trace.Backward(onShell(r, p.Output, c.batch))
			require.NoError(t, err)
			forward = append(forward, math.Log(trace.Blocks[len(trace.Blocks)-1].Signal))
			backward = append(backward, math.Log(trace.Input.Gradient/float64(p.Output*c.batch)))
		}
		within := func(what string, predicted float64, seen []float64) {
			mean, sd := stat.MeanStdDev(seen, nil)
			require.InDelta(t, predicted, mean, 7*sd/math.Sqrt(24)+0.02*p.Layers, "%s of %s %v", what, c.layers, c.stack)
		}
		within("signal", math.Log(p.ForwardFactor), forward)
		within("gradient", math.Log(gradient), backward)
	}
}

// onShell has columns of squared length n.
func onShell(r *rand.Rand, n, columns int) *mat.Dense {
	m := mat.NewDense(n, columns, nil)
	for j := range columns {
		v := make([]float64, n)
		square := 0.
		for i := range v {
			v[i] = r.NormFloat64()
			square += v[i] * v[i]
		}
		for i := range v {
			v[i] *= math.Sqrt(float64(n) / square)
		}
		m.SetCol(j, v)
	}
	return m
}
