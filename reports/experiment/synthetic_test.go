package experiment

import (
	"math"
	"path/filepath"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
)

// Averaged gradients fall by the rate of theory, and stay where a function is normalised.
// The logarithm of a ratio has a standard deviation of at most √(V·L/n)/2 = 0.19 by the
// limit law, V = 0.95 for SELU, if all samples fluctuate alike; the bound is 7 of them.
func TestSynthetic(t *testing.T) {
	s := DefaultSynthetic()
	s.Seed, s.Depth, s.Width, s.Samples, s.Activations = replay.Seed(t), 30, 200, 64, []string{"selu"}
	r, err := Synthetic(t.Context(), filepath.Join(t.TempDir(), "synthetic"), s, Options{})
	require.NoError(t, err)
	require.Empty(t, Failed(r.Cells))
	require.Len(t, r.Cells, 2)
	for _, c := range r.Cells {
		x := c.Result
		require.InDelta(t, 0, math.Log(float64(x.EndRatio/x.Theory)), 1.4, c.Key)
		require.InDelta(t, 1, float64(x.Signal[0]), 0.3, "inputs are Gaussian")
		if !x.AsIs {
			require.InDelta(t, 1, float64(x.Theory), 1e-6)
		}
	}
	raw := r.Cells[0].Result
	require.True(t, raw.AsIs)
	require.InEpsilon(t, math.Pow(1.0715749924557993, 29.0/2), float64(raw.Theory), 1e-6)
	require.InDelta(t, 25, float64(raw.Gradient[29]), 12, "√(200·200/64): errors and inputs of norm √200, averaged over 64")
	require.Contains(t, tableOf(t, r), "theory")
}
