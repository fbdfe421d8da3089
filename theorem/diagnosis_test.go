package theorem_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/network"
	"bsnn/theorem"
)

// What a layer multiplies squared gradients by, in the mean, is what all layers do to them together: also where
// the length settles far from where it starts, as that of tanh with PyTorch's recommended gain of 5/3, with which
// the first layer shrinks gradients and the others let them grow.
func TestCauseIsThatOfAllLayers(t *testing.T) {
	for _, s := range []struct {
		activation string
		gain       float64
		layers     int
	}{{"tanh", 5. / 3, 50}, {"softsign", 3, 20}, {"erf", 1.2, 10}, {"hardtanh", 2, 400}} {
		a, err := network.Stack{
			Input: 64, Runs: []network.Run{{Width: 64, Times: s.layers}}, Activation: network.Activation{Spec: s.activation, AsIs: true},
			Linear: network.Linear{Weights: network.Gaussian, Gain: s.gain},
		}.Architecture()
		require.NoError(t, err)
		p, err := theorem.Predict(context.Background(), a, theorem.Question{})
		require.NoError(t, err)
		i := slices.IndexFunc(p.Causes, func(c theorem.Cause) bool { return c.Kind == "weights" })
		require.GreaterOrEqual(t, i, 0, "no word about a factor of %v", p.BackwardFactor)
		require.InDelta(t, math.Log(p.BackwardFactor), float64(s.layers-1)*math.Log(p.Causes[i].Factor), 1e-9, p.Causes[i].Text)
	}
}

// With ReLU and PyTorch's default a layer maps q to q/6 + v, v the variance of the biases: behind many of them q is
// 6v/5, and five sixths of the squared signal are bias, which the first layers do not show.
func TestShareOfTheBiasIsTheLargest(t *testing.T) {
	a := network.Architecture{Input: 64, Blocks: []network.Block{
		network.Repeat{Times: 60, Blocks: []network.Block{
			network.Linear{To: 64, Weights: network.TorchDefault, Bias: true}, network.Activation{Spec: "relu", AsIs: true},
		}},
		network.Linear{To: 64},
	}}
	p, err := theorem.Predict(context.Background(), a, theorem.Question{})
	require.NoError(t, err)
	i := slices.IndexFunc(p.Causes, func(c theorem.Cause) bool { return c.Kind == "bias" })
	require.GreaterOrEqual(t, i, 0)
	require.InDelta(t, 5./6, p.Causes[i].Factor, 1e-12)
}
