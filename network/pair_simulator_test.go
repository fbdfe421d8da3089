package network_test

import (
	"fmt"
	"math"
	"testing"

	"bsnn/gpnorm"
	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// pairOf are two vectors of length √n at an angle.
func pairOf(s *montecarlo.Stream, n int, correlation float64) [2][]float64 {
	v := [2][]float64{make([]float64, n), make([]float64, n)}
	for i := range v {
		s.Normals(v[i])
	}
	for i := range v[1] {
		v[1][i] = correlation*v[0][i] + math.Sqrt(1-correlation*correlation)*v[1][i]
	}
	return v
}

// The simulator and networks of whole vectors are the same networks: all norms and angles agree up to rounding,
// for both laws of weights, sizes that fill no block, and gradients that are one and the same.
func TestPairSimulatorIsTheNetwork(t *testing.T) {
	seed := replay.Seed(t)
	for k, c := range []struct {
		function     string
		weights      network.Weights
		width, depth int
		x, y         float64
	}{
		{"tanh", network.Haar, 300, 12, 0.5, 1}, {"gelu", network.Gaussian, 257, 9, -0.3, 0.4}, {"relu", network.Haar, 37, 5, 0, 1},
		{"selu", network.Gaussian, 16, 3, 0.9, 1}, {"tanh", network.Haar, 5, 1, 0.2, 0.1},
	} {
		t.Run(fmt.Sprint(c.function, c.weights, c.width), func(t *testing.T) {
			trial := montecarlo.NewExperiment(seed, "pairs").Trial(k)
			from, to := trial.Layer(0), trial.Layer(c.depth+1)
			x, y := pairOf(&from, c.width, c.x), pairOf(&to, c.width, c.y)
			a, err := network.Stack{Activation: network.Activation{Spec: c.function}, Linear: network.Linear{Weights: c.weights}}.Tower(c.width,
				c.depth)
			require.NoError(t, err)
			p, err := a.Prepare()
			require.NoError(t, err)
			d, err := p.DrawLazily(trial.Layer)
			require.NoError(t, err)
			trace, err := d.ForwardObserved(columnsOf(x), network.Observer{Grams: true})
			require.NoError(t, err)
			_, err = trace.Backward(columnsOf(y))
			require.NoError(t, err)

			j, err := gpnorm.Judge(c.function, nil)
			require.NoError(t, err)
			s, err := network.NewPairSimulator(network.Config{Activation: network.Activation{Spec: c.function}.Function(j), Width: c.width,
				Depth: c.depth, Weights: c.weights})
			require.NoError(t, err)
			out := network.NewCouples(c.depth)
			require.NoError(t, s.Run(t.Context(), trial.Layer, x, y, out))
			same := func(want mat.Symmetric, each float64, got network.Couple, where string) {
				first, second := each*want.At(0, 0), each*want.At(1, 1)
				require.InEpsilon(t, first, got.First, 1e-8, where)
				require.InEpsilon(t, second, got.Second, 1e-8, where)
				require.InDelta(t, 1-each*want.At(0, 1)/math.Sqrt(first*second), got.Distance, 1e-8, where)
			}
			for l := range c.depth {
				same(trace.Blocks[2*l].Gram, float64(c.width), out.H[l], fmt.Sprint("h", l+1))
				same(trace.Blocks[2*l+1].Gram, float64(c.width), out.X[l+1], fmt.Sprint("x", l+2))
			}
			same(trace.Input.GradientGram, 1, out.Y, "y")
		})
	}
}

func columnsOf(v [2][]float64) *mat.Dense {
	m := mat.NewDense(len(v[0]), 2, nil)
	m.SetCol(0, v[0])
	m.SetCol(1, v[1])
	return m
}

// Parallel vectors are left to whole vectors, and what does not fit is refused.
func TestPairSimulatorRefuses(t *testing.T) {
	j, err := gpnorm.Judge("tanh", nil)
	require.NoError(t, err)
	c := network.Config{Activation: network.Activation{Spec: "tanh"}.Function(j), Width: 32, Depth: 2}
	s, err := network.NewPairSimulator(c)
	require.NoError(t, err)
	from := montecarlo.NewStream(1, "parallel", 0, 0)
	x := pairOf(&from, 32, 1)
	stream := montecarlo.NewExperiment(1, "parallel").Trial(0).Layer
	require.ErrorIs(t, s.Run(t.Context(), stream, x, x, network.NewCouples(2)), network.ErrDigits)
	x[1] = x[1][1:]
	require.Error(t, s.Run(t.Context(), stream, x, x, network.NewCouples(2)))
	for _, change := range []func(*network.Config){
		func(c *network.Config) { c.Width = 3 }, func(c *network.Config) { c.Depth = 0 }, func(c *network.Config) { c.Weights = network.Uniform },
	} {
		wrong := c
		change(&wrong)
		_, err := network.NewPairSimulator(wrong)
		require.Error(t, err)
	}
}
