package properties_test

import (
	"context"
	"math"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

// tower has layers of one width.
func tower(t *testing.T, width, depth int, s network.Stack) network.Architecture {
	t.Helper()
	if s.Activation.Spec == "" {
		s.Activation.Spec = "tanh"
	}
	a, err := s.Tower(width, depth)
	require.NoError(t, err)
	return a
}

// What keeps norms, what does not, and that theory describes both. All verdicts together
// are wrong with probability 1e-6; that a true one is not found is less probable still.
func TestArchitectures(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	seed := replay.Seed(t)
	layer, rms := network.Layer, network.RMS
	relu := network.Activation{Spec: "relu"}
	gaussian, torch := network.Linear{Weights: network.Gaussian}, network.Linear{Weights: network.TorchDefault, Bias: true}
	for name, c := range map[string]struct {
		a    network.Architecture
		kept montecarlo.Outcome
	}{
		"rotated shortcuts":    {tower(t, 120, 25, network.Stack{Shortcut: "rotated"}), montecarlo.Confirmed},
		"identity shortcuts":   {tower(t, 150, 6, network.Stack{Shortcut: "identity"}), montecarlo.Refuted},
		"plain shortcuts":      {tower(t, 120, 25, network.Stack{Shortcut: "plain"}), montecarlo.Refuted},
		"layer normalisation":  {tower(t, 150, 12, network.Stack{Activation: relu, Norm: &layer}), montecarlo.Refuted},
		"rms normalisation":    {tower(t, 200, 4, network.Stack{Norm: &rms}), montecarlo.Confirmed},
		"gaussian rectifiers":  {tower(t, 300, 3, network.Stack{Activation: relu, Linear: gaussian}), montecarlo.Confirmed},
		"PyTorch's beginnings": {tower(t, 60, 5, network.Stack{Linear: torch}), montecarlo.Refuted},
	} {
		v := properties.ArchitectureVerification{
			Architecture: c.a, Tolerance: 0.45, Limit: 0.15, Budget: properties.Budget{Seed: seed, Trials: 4000, Alpha: 1e-7},
		}
		r, err := v.Run(t.Context())
		require.NoError(t, err, name)
		require.Equal(t, c.kept, r.Outcome, name)
		require.Equal(t, montecarlo.Confirmed, r.Theory, "%s: %+v", name, r)
	}
}

// Predictions of other networks are refuted: what a mistake in the theory, or in what
// draws networks, would look like. Each is found with all but a chance of 1e-9.
func TestOtherArchitecturesAreToldApart(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	seed := replay.Seed(t)
	stack := func(l network.Linear) network.Architecture { return tower(t, 300, 6, network.Stack{Linear: l}) }
	shortcut := func(branch float64, kind string) network.Architecture {
		return tower(t, 100, 8, network.Stack{Shortcut: kind, Branch: branch})
	}
	rectifiers := func(shortcut string, norm *network.Norm) network.Stack {
		return network.Stack{Activation: network.Activation{Spec: "relu"}, Shortcut: shortcut, Norm: norm}
	}
	square := func(w network.Weights) network.Architecture {
		return network.Architecture{Input: 50, Blocks: []network.Block{network.Linear{To: 50, Weights: w}, network.Linear{To: 50, Weights: w}}}
	}
	through := func(width int) network.Architecture {
		return network.Architecture{Input: 200, Blocks: []network.Block{network.Linear{To: width}, network.Linear{To: 200}}}
	}
	for name, c := range map[string]struct{ drawn, predicted network.Architecture }{
		"gain forgotten":      {stack(network.Linear{Gain: 0.9}), stack(network.Linear{})},
		"gain squared twice":  {stack(network.Linear{Gain: 0.9}), stack(network.Linear{Gain: 0.81})},
		"bias forgotten":      {stack(network.Linear{Bias: true, BiasSD: 0.4}), stack(network.Linear{})},
		"bias for its square": {stack(network.Linear{Bias: true, BiasSD: 0.6}), stack(network.Linear{Bias: true, BiasSD: 0.36})},
		"variance of PyTorch": {stack(network.Linear{Weights: network.TorchDefault}), stack(network.Linear{Weights: network.Uniform})},
		"α and β exchanged":   {shortcut(0.9, "rotated"), shortcut(0.1, "rotated")},
		"spread too large":    {shortcut(0.02, "rotated"), shortcut(0.9, "rotated")},
		"rotation left out":   {shortcut(0.4, "plain"), shortcut(0.4, "rotated")},
		"shortcut left out":   {tower(t, 100, 8, rectifiers("", nil)), tower(t, 100, 8, rectifiers("rotated", nil))},
		"Beta law left out":   {through(20), through(200)},
		"Gaussian for Haar":   {square(network.Gaussian), square(network.Haar)},
		"mean not removed":    {tower(t, 100, 8, rectifiers("", pointer(network.Layer))), tower(t, 100, 8, rectifiers("", pointer(network.RMS)))},
	} {
		p, err := theorem.Predict(context.Background(), c.predicted, theorem.Question{})
		require.NoError(t, err)
		v := properties.ArchitectureVerification{
			Architecture: c.drawn, Tolerance: 0.5, Limit: 0.1, Budget: properties.Budget{Seed: seed, Trials: 600, Alpha: 1e-7}, Prediction: &p,
		}
		r, err := v.Run(t.Context())
		require.NoError(t, err, name)
		require.Equal(t, montecarlo.Refuted, r.Theory, name)
	}
}

func pointer[T any](v T) *T { return &v }

// The same bits for any number of workers, and what an exploding network is.
func TestArchitectureSamples(t *testing.T) {
	seed := replay.Seed(t)
	p, err := tower(t, 30, 3, network.Stack{Shortcut: "rotated"}).Prepare()
	require.NoError(t, err)
	e := properties.ArchitectureEnsemble{Prepared: p, Inputs: 3, Correlation: -0.4}
	x := montecarlo.NewExperiment(seed, e.Address())
	one, err := e.Sample(t.Context(), montecarlo.Plan{Trials: 20, Workers: 1}, x)
	require.NoError(t, err)
	many, err := e.Sample(t.Context(), montecarlo.Plan{Trials: 20, Workers: 5}, x)
	require.NoError(t, err)
	require.Equal(t, one, many)
	trace, err := e.Trace(x.Trial(0))
	require.NoError(t, err)
	require.InDelta(t, -0.4, trace.Input.Correlation, 1e-12)
	require.InDelta(t, 1, trace.Input.Signal, 1e-12)

	cube := network.Activation{Spec: "x^3", AsIs: true}
	p, err = tower(t, 10, 30, network.Stack{Activation: cube, Linear: network.Linear{Gain: 9}}).Prepare()
	require.NoError(t, err)
	all, err := properties.ArchitectureEnsemble{Prepared: p}.Sample(t.Context(), montecarlo.Plan{Trials: 3}, x)
	require.NoError(t, err)
	require.Equal(t, math.Inf(1), all[0].Forward)
	require.True(t, math.IsNaN(all[0].Backward))

	for _, bad := range []properties.ArchitectureEnsemble{
		{}, {Prepared: p, Inputs: -1}, {Prepared: p, Correlation: 0.5}, {Prepared: p, Inputs: 2, Correlation: 1.5},
	} {
		_, err := bad.Sample(t.Context(), montecarlo.Plan{Trials: 1}, x)
		require.Error(t, err)
	}
}

// The tolerance is on norms; factors are of squared ones.
func TestKeptNormsAreNorms(t *testing.T) {
	for _, c := range properties.KeptNorms(0.3, 0.1) {
		for factor, violated := range map[float64]bool{
			1.68: false, 1.7: true, 0.5: false, 0.48: true, math.Inf(1): true, math.NaN(): true, 0: true,
		} {
			require.Equal(t, violated, c.Violates(factor), "%v", factor)
		}
	}
}

// Of several inputs at once theory claims no law that is one of a single input: their mean
// varies less.
func TestSeveralInputsAreNotJudgedAsOne(t *testing.T) {
	gaussian, relu := network.Linear{To: 40, Weights: network.Gaussian}, network.Activation{Spec: "relu"}
	v := properties.ArchitectureVerification{
		Architecture: network.Architecture{Input: 40, Blocks: []network.Block{gaussian, relu, gaussian, network.Linear{To: 40}}},
		Inputs:       30, Tolerance: 0.3, Limit: 0.1,
		Budget: properties.Budget{Seed: replay.Seed(t), Trials: 60, Alpha: 1e-9},
	}
	r, err := v.Run(context.Background())
	require.NoError(t, err)
	require.NotEqual(t, montecarlo.Refuted, r.Theory)
	require.True(t, math.IsNaN(r.Kept[0].PredictedLog.SD))
}
