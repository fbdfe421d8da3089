package theorem

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A window of squared norms holds the same norms as the tolerance, also where no
// norm is too small.
func TestNormWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tolerance := rapid.Float64Range(1e-3, 3).Draw(t, "tolerance")
		norm := rapid.Float64Range(0, 5).Draw(t, "norm")
		lo, hi := NormWindow(tolerance)
		s := norm * norm
		if off := math.Abs(math.Abs(norm-1) - tolerance); off > 1e-9 { // beside the ends
			require.Equal(t, math.Abs(norm-1) < tolerance, lo < s && s < hi)
		}
	})
	lo, _ := NormWindow(1)
	require.Zero(t, lo, "a norm of 0 is off by 1")
	lo, hi := NormWindow(2)
	require.Less(t, lo, 0.0)
	require.Equal(t, 9.0, hi)
}

// A bound on a window that is symmetric about 1 is the one of the deviation.
func TestStatementBoundsTakeWindows(t *testing.T) {
	const n, depth = 20_000, 5
	direct := []func(eps float64) (Bound, error){
		func(eps float64) (Bound, error) { return ForwardBound(gpTanh, n, 1, eps) },
		func(eps float64) (Bound, error) { return BackwardBoundUniform(gpTanh, n, 1, eps) },
		func(eps float64) (Bound, error) { return ForwardOutputBound(gpTanh, n, depth, eps) },
		func(eps float64) (Bound, error) { return BackwardDepthBound(gpTanh, n, depth, eps) },
	}
	for i, s := range Statements() {
		eps := 0.04
		if s.Deep {
			eps = 0.4
		}
		want, err := direct[i](eps)
		require.NoError(t, err)
		got, err := s.Bound(gpTanh, n, depth, 1-eps, 1+eps)
		require.NoError(t, err)
		require.Equal(t, want, got, s.ID)
		ends := 0.0
		for _, w := range [][2]float64{{-1, 1 + eps}, {1 - eps, 1e9}} {
			one, err := s.Bound(gpTanh, n, depth, w[0], w[1])
			require.NoError(t, err)
			require.Positive(t, one.Probability, "%s: each end counts", s.ID)
			require.LessOrEqual(t, one.Probability, want.Probability*(1+1e-9), "%s: one end is less than both", s.ID)
			ends += one.Probability
		}
		require.LessOrEqual(t, want.Probability, ends*(1+1e-9), s.ID)
	}
}
