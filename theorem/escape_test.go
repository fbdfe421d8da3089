package theorem

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/gpnorm"
	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"

	"github.com/stretchr/testify/require"
)

// Between the points of its grid too, second moments grow by as much as the bound says, and not by much more at
// the worst point.
func TestEscapeGrowth(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for i, a := range []gpnorm.Activation{gpGELU2, gpReLU, gpTanh} {
		n, eps := 10+r.IntN(100), 0.1+0.85*r.Float64()
		w, err := spread(a, n, eps)
		require.NoError(t, err)
		least := math.Inf(1)
		for range 60 {
			q := 1 + eps*(2*r.Float64()-1)
			m, err := SphereMoments(a, n, q)
			require.NoError(t, err)
			mean := m.Forward.Mean - 1
			least = math.Min(least, m.Forward.AverageVariance+mean*mean-(q-1)*(q-1))
		}
		require.LessOrEqual(t, w, least)
		if i < 2 && eps < 0.4 {
			require.Greater(t, w, 0.5*least)
		}
	}
	p, err := ForwardEscapeBound(gpTanh, 30, 1_000_000, 0.5) // κ < 1: lengths come back
	require.NoError(t, err)
	require.Zero(t, p)
}

// Networks leave the shell as often as the bound says at least. Where the bound is right,
// the test fails by chance less than once in a million runs.
func TestEscape(t *testing.T) {
	const width, trials, eps = 16, 200, 0.5
	for _, depth := range []int{3, 600} {
		bound, err := ForwardEscapeBound(gpGELU2, width, depth, eps)
		require.NoError(t, err)
		require.Equal(t, depth == 600, bound > 0.5)
		require.GreaterOrEqual(t, leaving(t, gpGELU2, width, depth, trials, eps), bound-0.1, depth)
	}
}

// leaving is the part of the networks that leave the shell.
func leaving(t *testing.T, a gpnorm.Activation, width, depth, trials int, eps float64) float64 {
	s, err := network.NewSimulator(network.Config{Activation: a, Width: width, Depth: depth})
	require.NoError(t, err)
	x := montecarlo.NewExperiment(replay.Seed(t), "escape")
	out, left := network.NewNorms(depth), 0
	for i := range trials {
		from := x.Trial(i).Layer(0)
		v, y := make([]float64, width), make([]float64, width)
		square := from.Normals(v)
		for k := range v {
			v[k] *= math.Sqrt(float64(width) / square)
		}
		y[0] = 1
		gone := s.Run(t.Context(), x.Trial(i).Layer, v, y, out) != nil // beyond float64
		for _, square := range out.X {
			gone = gone || math.Abs(square/float64(width)-1) >= eps
		}
		if gone {
			left++
		}
	}
	return float64(left) / float64(trials)
}
