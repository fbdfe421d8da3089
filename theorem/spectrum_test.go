package theorem_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// jacobian is that of one network of n inputs and outputs at a random input on the shell.
func jacobian(t *testing.T, a network.Architecture, trial montecarlo.Trial) *mat.Dense {
	n := a.Input
	d, err := a.Draw(trial.Layer)
	require.NoError(t, err)
	s, x := trial.Layer(0), make([]float64, n)
	floats.Scale(math.Sqrt(float64(n)/s.Normals(x)), x)
	trace, err := d.Forward(mat.NewDense(n, 1, x))
	require.NoError(t, err)
	unit := mat.NewDense(n, n, nil)
	for i := range n {
		unit.Set(i, i, 1)
	}
	j, err := trace.Probe(unit)
	require.NoError(t, err)
	return j
}

// The law of the squared singular values is that of networks with matrices; its moments are those that
// are composed block by block.
func TestSpectrumOfDrawnNetworks(t *testing.T) {
	if testing.Short() {
		t.Skip("decomposes matrices")
	}
	// Networks differ in scale, by half of its size at this depth, and slopes of single neurons are seen in
	// short ones: over so many networks five standard deviations are within the tolerance.
	const n, networks = 80, 24
	seed := replay.Seed(t)
	for _, c := range []struct {
		spec    string
		weights network.Weights
		depth   int
	}{{"tanh", network.Haar, 12}, {"tanh", network.Gaussian, 5}, {"relu", network.Haar, 3}, {"gelu", network.Haar, 1}} {
		a, err := network.Stack{Activation: network.Activation{Spec: c.spec}, Linear: network.Linear{Weights: c.weights}}.Tower(n, c.depth)
		require.NoError(t, err)
		s, err := theorem.PredictSpectrum(t.Context(), a)
		require.NoError(t, err)
		x := montecarlo.NewExperiment(seed, fmt.Sprint(c))
		var all []float64
		for i := range networks {
			var svd mat.SVD
			require.True(t, svd.Factorize(jacobian(t, a, x.Trial(i)), mat.SVDNone))
			for _, v := range svd.Values(nil) {
				all = append(all, v*v)
			}
		}
		slices.Sort(all)
		for _, p := range []float64{0.1, 0.3, 0.5, 0.8, 0.95} {
			want, got := s.Quantile(p), all[int(p*float64(len(all)))]
			if want == 0 { // of ReLU, of which about half the slopes are
				if p < 0.5 {
					require.Less(t, got, 1e-20, "%v", c)
				}
				continue
			}
			require.InDelta(t, math.Log(want), math.Log(got), 0.5+0.12*math.Abs(math.Log(want)), "%v, %g", c, p)
		}
	}
}

// Moments from the quantiles are those of the composition: 1, and 1 + L(E φ′⁴ − 1) for Haar weights or
// 1 + L·E φ′⁴ for normal ones. tanh at depth 20 has 12.67, with a median of 9e-5.
func TestSpectrumMoments(t *testing.T) {
	for _, w := range []network.Weights{network.Haar, network.Gaussian} {
		const depth = 20
		a, err := network.Stack{Activation: network.Activation{Spec: "tanh"}, Linear: network.Linear{Weights: w}}.Tower(400, depth)
		require.NoError(t, err)
		s, err := theorem.PredictSpectrum(t.Context(), a)
		require.NoError(t, err)
		first, second := momentsOf(s)
		require.InDelta(t, 1, s.First, 1e-9)
		require.InDelta(t, s.First, first, 0.02, w)
		require.InEpsilon(t, s.Second, second, 0.03, w)
		require.Greater(t, s.FiniteSecond, s.Second)
		require.InEpsilon(t, s.Second, s.FiniteSecond, 0.3)
		if w == network.Haar {
			require.InDelta(t, 12.67, s.Second, 0.005)
			require.InEpsilon(t, 9e-5, s.Quantile(0.5), 0.1)
		} else {
			require.InDelta(t, 12.67+depth, s.Second, 0.005)
		}
	}
	// The law of rotated shortcuts has the moments that follow from freeness alone, and the median that was
	// measured of 40 layers of tanh.
	for _, c := range []struct {
		function string
		layers   int
		branch   float64
	}{{"tanh", 40, 1. / 40}, {"relu", 20, 4. / 20}, {"gelu", 3, 0.5}, {"tanh", 1, 0.3}} {
		layer := network.Balanced(c.branch, network.Linear{To: 400}, network.Activation{Spec: c.function})
		a := network.Architecture{Input: 400, Blocks: []network.Block{network.Repeat{Times: c.layers, Blocks: []network.Block{layer}}}}
		s, err := theorem.PredictSpectrum(t.Context(), a)
		require.NoError(t, err)
		first, second := momentsOf(s)
		require.InDelta(t, 1, first, 0.03, c.function)
		require.InEpsilon(t, s.Second, second, 0.05, c.function)
		if c.layers == 40 {
			require.InDelta(t, 2.965, s.Second, 0.001)
			require.InEpsilon(t, 0.37, s.Quantile(0.5), 0.06)
			require.InEpsilon(t, 0.016, s.Quantile(1e-3), 0.2) // the smallest of 400 is about that
		}
	}
	layer := network.Balanced(0.8, network.Linear{To: 400}, network.Activation{Spec: "tanh"})
	s, err := theorem.PredictSpectrum(t.Context(), network.Architecture{Input: 400, Blocks: []network.Block{layer}})
	require.NoError(t, err)
	require.True(t, math.IsNaN(s.Quantile(0.5)))
}

// momentsOf are the first two, from quantiles.
func momentsOf(s theorem.Spectrum) (first, second float64) {
	const cells = 4000
	for i := range cells {
		v := s.Quantile((float64(i) + 0.5) / cells)
		first, second = first+v/cells, second+v*v/cells
	}
	return first, second
}
