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

// For plain networks the widths are those of the limit law that is derived for them
// alone.
func TestWidthOfPlainNetworks(t *testing.T) {
	for _, name := range []string{"tanh", "relu", "elu"} {
		j, err := gpnorm.Judge(name, nil)
		require.NoError(t, err)
		p, err := gpnorm.Describe(j.Activation)
		require.NoError(t, err)
		s := network.Stack{Activation: network.Activation{Spec: name}}
		for _, depth := range []int{10, 60} {
			want, err := theorem.WidthByLimitLaw(p, depth, 0.05, 0.9)
			require.NoError(t, err)
			got, err := theorem.WidthOf(context.Background(), func(n int) (network.Architecture, error) { return s.Tower(n, depth) }, 0.05, 0.9)
			require.NoError(t, err)
			// Means of logarithms are treated to first order by one of them.
			require.InEpsilon(t, want.Forward, got.Forward, 0.1, "%s, depth %d, forward", name, depth)
			require.InEpsilon(t, want.Backward, got.Backward, 0.1, "%s, depth %d, backward", name, depth)
		}
	}
}

// The tolerance kept at the width that keeps a tolerance is that tolerance; with rotated
// shortcuts of β² = 1/L the width does not grow with depth.
func TestWidthOfShortcuts(t *testing.T) {
	s := network.Stack{Activation: network.Activation{Spec: "tanh"}, Shortcut: "rotated"}
	for _, depth := range []int{200, 2000} {
		of := func(n int) (network.Architecture, error) { return s.Tower(n, depth) }
		w, err := theorem.WidthOf(context.Background(), of, 0.05, 0.9)
		require.NoError(t, err)
		require.InDelta(t, 1100, w.Both(), 100)
		a, err := of(w.Backward)
		require.NoError(t, err)
		p, err := theorem.Predict(context.Background(), a, theorem.Question{})
		require.NoError(t, err)
		kept, err := p.Tolerances(0.9)
		require.NoError(t, err)
		require.InEpsilon(t, 0.05, kept.Backward, 0.01)
	}
	s.Shortcut = "plain"
	w, err := theorem.WidthOf(context.Background(), func(n int) (network.Architecture, error) { return s.Tower(n, 50) }, 0.3, 0.9)
	require.NoError(t, err)
	require.Zero(t, w.Forward)
	a, err := s.Tower(400, 50)
	require.NoError(t, err)
	p, err := theorem.Predict(context.Background(), a, theorem.Question{})
	require.NoError(t, err)
	kept, err := p.Tolerances(0.9)
	require.NoError(t, err)
	require.True(t, math.IsNaN(kept.Forward))
	_, _, err = p.Scales(1.5, 0.9)
	require.Error(t, err)
	_, _, err = p.Scales(0.5, 1)
	require.Error(t, err)
	_, err = p.Tolerances(0)
	require.Error(t, err)
}
