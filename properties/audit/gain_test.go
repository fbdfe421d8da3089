package audit

import (
	"math"
	"testing"

	"bsnn/network"

	"github.com/stretchr/testify/require"
)

// For ReLU one gain keeps both norms exactly, a normalised function needs none; for tanh
// the two directions change alike, by less than with either of its own gains.
func TestScale(t *testing.T) {
	s, err := Scale(t.Context(), network.Activation{Spec: "relu", AsIs: true}, 20)
	require.NoError(t, err)
	require.InDelta(t, math.Sqrt2, s.Gain, 1e-4)
	require.InDelta(t, 1, s.Backward, 1e-3)
	s, err = Scale(t.Context(), network.Activation{Spec: "tanh"}, 20)
	require.NoError(t, err)
	require.Equal(t, Scaling{Gain: 1, Forward: 1, Backward: 1}, s)
	s, err = Scale(t.Context(), network.Activation{Spec: "tanh", AsIs: true}, 50)
	require.NoError(t, err)
	require.InDelta(t, 1, s.Forward*s.Backward, 0.01)
	require.Less(t, math.Abs(math.Log(s.Backward)), math.Log(1.1))
	require.Less(t, s.Drift, 2*s.NormalizedDrift)

	// With GELU as it is what the length is off grows in every layer.
	s, err = Scale(t.Context(), network.Activation{Spec: "gelu", AsIs: true}, 30)
	require.NoError(t, err)
	require.Greater(t, s.Drift, 2*s.NormalizedDrift)
}
