package theorem_test

import (
	"context"
	"testing"

	"bsnn/network"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

// Whatever is mended keeps norms, and inputs apart, with the widths it had.
func TestMend(t *testing.T) {
	gelu := network.Activation{Spec: "gelu", AsIs: true}
	layer, batch := network.Layer, network.Batch
	torch := network.Linear{Weights: network.TorchDefault, Bias: true}
	for _, s := range []struct {
		layers string
		network.Stack
	}{
		{"784,256x59,10", network.Stack{Activation: gelu, Linear: torch}},
		{"784,256x5,10", network.Stack{Activation: gelu, Linear: torch}},
		{"256x100", network.Stack{Activation: gelu, Linear: torch, Norm: &layer}},
		{"256x100", network.Stack{Activation: gelu, Linear: torch, Norm: &batch, Shortcut: "identity"}},
		{"64,128,64,32", network.Stack{Activation: gelu, Linear: torch}},
	} {
		s.Input, s.Runs = runs(s.layers)
		a, err := s.Stack.Architecture()
		require.NoError(t, err)
		m := theorem.Mend(a)
		before, err := a.Output()
		require.NoError(t, err)
		after, err := m.Output()
		require.NoError(t, err)
		require.Equal(t, before, after)
		p, err := theorem.Predict(context.Background(), m, theorem.Question{})
		require.NoError(t, err)
		require.InDelta(t, 1, p.ForwardFactor, 1e-6, "%v", m)
		require.InDelta(t, 1, p.BackwardFactor, 1e-6, "%v", m)
		require.Greater(t, p.Separation, 0.1)
		require.Equal(t, m, theorem.Mend(m), "mending twice changes nothing")
	}
}
