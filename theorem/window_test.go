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
		for _, w := range [][2]float64{{1 - eps, 1 + eps/2}, {1 - eps/2, 1 + eps}} {
			narrower, err := s.Bound(gpTanh, n, depth, w[0], w[1])
			require.NoError(t, err)
			require.Greater(t, narrower.Probability, 2*want.Probability, "%s: %v", s.ID, w)
		}
	}
}

// By the variance alone, the chance to leave a window is that of Cantelli's two
// points where the other end is far, and that of Chebyshev's three where both are
// equally near: no bound can be smaller.
func TestChebyshevOfWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(0.5, 2).Draw(t, "mean")
		near := rapid.Float64Range(0.05, 0.5).Draw(t, "near")
		v := rapid.Float64Range(0.01, 0.9).Draw(t, "v") * near * near
		s := square{mean: mean, variance: v, lipschitz: math.NaN(), ceiling: math.NaN()}
		two := v / (v + near*near)
		require.InEpsilon(t, two, s.outside(mean-near, mean+1e3).p, 1e-9)
		require.InEpsilon(t, two, s.outside(mean-1e3, mean+near).p, 1e-9)
		require.InEpsilon(t, v/(near*near), s.outside(mean-near, mean+near).p, 1e-9)
		far := near * rapid.Float64Range(1, 3).Draw(t, "far over near")
		p := s.outside(mean-near, mean+far).p
		require.GreaterOrEqual(t, p, two*(1-1e-9))
		require.LessOrEqual(t, p, v/(near*near)*(1+1e-9))
	})
}
