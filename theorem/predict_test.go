package theorem_test

import (
	"context"
	"math"
	"testing"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

func predict(t *testing.T, s network.Stack) theorem.Prediction {
	t.Helper()
	a, err := s.Architecture()
	require.NoError(t, err)
	p, err := theorem.Predict(context.Background(), a, theorem.Question{})
	require.NoError(t, err)
	return p
}

func runs(text string) (int, []network.Run) {
	input, r, err := network.ParseLayers(text)
	if err != nil {
		panic(err)
	}
	return input, r
}

func stack(layers, activation string) network.Stack {
	input, r := runs(layers)
	return network.Stack{Input: input, Runs: r, Activation: network.Activation{Spec: activation}}
}

// A normalised plain network with Haar weights keeps norms, and its law is that of
// the theorems on plain networks.
func TestPredictPlain(t *testing.T) {
	p := predict(t, stack("400x101", "tanh"))
	require.InDelta(t, 1, p.BackwardFactor, 1e-9)
	a := network.Activation{Spec: "tanh"}
	j, err := a.Judge()
	require.NoError(t, err)
	profile := j.Roots[j.Chosen].Profile
	law, err := theorem.BackwardDepthLaw(profile, 400, 100)
	require.NoError(t, err)
	require.InDelta(t, law.LogSD, p.BackwardLog.SD, 1e-9*law.LogSD)
	require.InDelta(t, law.LogMean, p.BackwardLog.Mean, 1e-9)
	require.Equal(t, 100., p.Layers)
	fourth := (profile.BackwardVariance + 3 + profile.DerivSlope*profile.DerivSlope/2) / 3
	require.InDelta(t, 1+99*(fourth-1), p.JacobianSecondMoment, 1e-6)
}

// The published laws of normalisation and shortcuts.
func TestPredictRemedies(t *testing.T) {
	s := stack("400x101", "relu")
	layer := network.Layer
	s.Norm = &layer
	require.InDelta(t, 1.4669, math.Pow(predict(t, s).BackwardFactor, 1./99), 1e-4) // π/(π−1)
	batch := network.Batch
	s.Norm = &batch
	p := predict(t, s)
	require.InDelta(t, math.Pi/(math.Pi-1), math.Pow(p.BackwardFactor, 1./99), 1e-6)
	require.True(t, math.IsNaN(p.BackwardLog.SD))

	// RMS normalisation: (V_b + V_f − 2C)/n for each of the 99 layers, without memory.
	s = stack("400x101", "tanh")
	rms := network.RMS
	s.Norm = &rms
	p = predict(t, s)
	require.InDelta(t, 1, p.BackwardFactor, 1e-9)
	require.InDelta(t, 2.515, 400*p.BackwardLog.SD*p.BackwardLog.SD/99, 1e-3)

	s = stack("400x52", "tanh")
	s.Shortcut, s.Branch = "plain", 1./50
	p = predict(t, s)
	require.InDelta(t, 5.84, p.ForwardFactor, 0.1)
	s.Shortcut = "rotated"
	forty := stack("400x42", "tanh")
	forty.Shortcut = "rotated"
	require.InDelta(t, 2.965, predict(t, forty).JacobianSecondMoment, 1e-3)
	p = predict(t, s)
	require.InDelta(t, 1, p.ForwardFactor, 1e-9)
	require.InDelta(t, 3.74, 400*p.BackwardLog.SD*p.BackwardLog.SD, 0.4)
}

// Repetitions that are not composed one by one come to the same.
func TestPredictManyRepetitions(t *testing.T) {
	for _, name := range []string{"tanh", "relu"} {
		a, err := gpnorm.Lookup(name)
		require.NoError(t, err)
		n, err := gpnorm.Normalize(a)
		require.NoError(t, err)
		c, err := gpnorm.Correlation(n.Activation, 1)
		require.NoError(t, err)
		for _, distance := range []float64{0.01, 1e-5} {
			layers, err := c.LayersUntil(0, distance)
			require.NoError(t, err)
			input, r := runs("100x500000")
			arch, err := network.Stack{Input: input, Runs: r, Activation: network.Activation{Spec: name}}.Architecture()
			require.NoError(t, err)
			p, err := theorem.Predict(context.Background(), arch, theorem.Question{MergeDistance: distance})
			require.NoError(t, err)
			require.InEpsilon(t, layers.Count, p.MergeDepth, 0.005, "%s until %v", name, distance)
			require.Equal(t, 499_999., p.Layers)
			require.InDelta(t, 1, p.BackwardFactor, 1e-6)
		}
	}
}

// What cannot be predicted is an error.
func TestPredictMistakes(t *testing.T) {
	relu := network.Activation{Spec: "relu"}
	for _, a := range []network.Architecture{
		{},
		{Input: 4, Blocks: []network.Block{relu}},
		{Input: 4, Blocks: []network.Block{network.Linear{To: 4}, network.Activation{Spec: "exp(x^4)"}}},
		{Input: 4, Blocks: []network.Block{network.Linear{To: 4, Gain: 1e300}, network.Activation{Spec: "x^3", AsIs: true}}},
	} {
		_, err := theorem.Predict(context.Background(), a, theorem.Question{})
		require.Error(t, err)
	}
	ok := network.Architecture{Input: 4, Blocks: []network.Block{network.Linear{To: 4}}}
	for _, q := range []theorem.Question{{Correlation: 1.1}, {Correlation: math.NaN()}, {MergeDistance: -1}, {MergeDistance: 2}} {
		_, err := theorem.Predict(context.Background(), ok, q)
		require.Error(t, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	layer := []network.Block{network.Linear{To: 4}, relu}
	deep := network.Architecture{Input: 4, Blocks: []network.Block{network.Repeat{Times: 1000, Blocks: layer}}}
	_, err := theorem.Predict(ctx, deep, theorem.Question{})
	require.ErrorIs(t, err, context.Canceled)
}

// Two hundred blocks: at one length, and where every block has a length of its own.
func BenchmarkPredict(b *testing.B) {
	for _, shortcut := range []string{"rotated", "plain"} {
		b.Run(shortcut, func(b *testing.B) {
			input, r := runs("400x202")
			a, err := network.Stack{Input: input, Runs: r, Activation: network.Activation{Spec: "tanh"}, Shortcut: shortcut}.Architecture()
			require.NoError(b, err)
			for b.Loop() {
				_, err := theorem.Predict(context.Background(), a, theorem.Question{})
				require.NoError(b, err)
			}
		})
	}
}
