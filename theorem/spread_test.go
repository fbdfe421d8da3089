package theorem_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

// Logarithms of factors vary from network to network as is predicted where means of entries
// add up or are taken away: variances behind every block and in front of it in 1,000 networks,
// 8 standard errors (of a kurtosis up to 4) and a tenth, for the limit law.
func TestPredictedSpread(t *testing.T) {
	if testing.Short() {
		t.Skip("draws thousands of networks")
	}
	seed := replay.Seed(t)
	const networks, width = 1000, 60
	relu, gelu, elu := network.Activation{Spec: "relu", AsIs: true}, network.Activation{Spec: "gelu"}, network.Activation{Spec: "elu"}
	softplus, haar := network.Activation{Spec: "softplus", AsIs: true}, network.Linear{To: width}
	kaiming := network.Linear{To: width, Weights: network.Gaussian, Gain: math.Sqrt2}
	around := func(alpha, beta float64, blocks ...network.Block) network.Shortcut {
		return network.Shortcut{Blocks: blocks, Alpha: alpha, Beta: beta, Plain: true}
	}
	for name, blocks := range map[string][]network.Block{
		"plain":     {around(0.8, 0.6, haar, gelu), around(0.8, 0.6, haar, gelu), around(0.8, 0.6, haar, gelu)},
		"growing":   {around(0.8, 0.6, haar, elu), around(0.6, 0.8, haar, elu), around(0.8, 0.6, haar, elu)},
		"post-norm": {haar, softplus, network.Normalization{Kind: network.Layer}, around(1, 1, kaiming, relu)},
		"rms":       {around(1, 1, kaiming, relu), network.Normalization{Kind: network.RMS}, around(0.3, 1, haar, softplus)},
	} {
		a := network.Architecture{Input: width, Blocks: append(blocks, haar)}
		p, err := theorem.Predict(context.Background(), a, theorem.Question{})
		require.NoError(t, err)
		prepared, err := a.Prepare()
		require.NoError(t, err)
		s, err := prepared.NormSimulator(network.Store)
		require.NoError(t, err)
		forward, backward := make([][]float64, len(a.Blocks)), make([][]float64, len(a.Blocks))
		r := rand.New(rand.NewPCG(seed, 1))
		for i := range networks {
			x, y := onShell(r, width, 1).RawMatrix().Data, onShell(r, width, 1).RawMatrix().Data
			trace, err := s.Run(montecarlo.NewExperiment(seed, name).Trial(i).Layer, x, y)
			require.NoError(t, err)
			behind := trace.Input.Gradient
			for l, b := range trace.Outermost() {
				forward[l] = append(forward[l], math.Log(b.Signal))
				backward[l] = append(backward[l], math.Log(behind/width))
				behind = b.Gradient
			}
		}
		slack := 0.1 + 8*math.Sqrt(3./networks)
		for l, b := range p.Blocks {
			about := fmt.Sprintf("%s, block %d, %s", name, l+1, b.Name)
			for _, law := range []struct {
				theorem.LogLaw
				seen []float64
			}{{b.SignalLog, forward[l]}, {b.GradientLog, backward[l]}} {
				variance := law.SD * law.SD
				require.InDelta(t, variance, stat.Variance(law.seen, nil), slack*variance+1e-12, about)
				require.InDelta(t, law.Mean, stat.Mean(law.seen, nil), 8*law.SD/math.Sqrt(networks)+3./width, about)
			}
		}
	}
}

// No spread is predicted where functions are applied one after the other to the same entries.
func TestNoSpreadOfEntriesThatWereSeen(t *testing.T) {
	gelu, linear := network.Activation{Spec: "gelu"}, network.Linear{To: 10}
	before := network.Shortcut{Blocks: []network.Block{gelu, linear}, Alpha: 1, Beta: 1, Plain: true}
	for _, blocks := range [][]network.Block{
		{linear, gelu, gelu}, {linear, before, gelu}, {linear, network.Repeat{Times: 2, Blocks: []network.Block{before}}},
		{linear, network.Shortcut{Blocks: []network.Block{linear, gelu}, Alpha: 1, Beta: 1, Plain: true}, gelu},
	} {
		p, err := theorem.Predict(context.Background(), network.Architecture{Input: 10, Blocks: append(blocks, linear)}, theorem.Question{})
		require.NoError(t, err)
		require.True(t, math.IsNaN(p.ForwardLog.SD) && math.IsNaN(p.BackwardLog.SD), "%v", blocks)
	}
	p, err := theorem.Predict(context.Background(), network.Architecture{Input: 10, Blocks: []network.Block{
		linear, before, linear, network.Balanced(0.5, linear, gelu), gelu, linear}}, theorem.Question{})
	require.NoError(t, err)
	require.False(t, math.IsNaN(p.ForwardLog.SD))
}
