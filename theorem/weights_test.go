package theorem

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
	"bsnn/network"
)

// ReLU in closed form: E φ⁴ − 1 = 5 and 3·E φ′⁴ − 3 = 3 without the projection,
// 3 and 3 with it; over depth 5L/n against 3L/n in both directions.
func TestLawsOfReLUBehindNormalWeights(t *testing.T) {
	p, err := gpnorm.Describe(gpReLU)
	require.NoError(t, err)
	const n, depth = 400, 50
	variance := func(s Statement, w network.Weights) float64 {
		l, err := s.PredictionFor(p, w, n, depth)
		require.NoError(t, err)
		if l.LogNormal {
			return n * l.LogSD * l.LogSD
		}
		return n * l.SD * l.SD
	}
	for _, c := range []struct {
		s            Statement
		haar, normal float64
	}{
		{Theorem1(), 3, 5}, {Theorem2(), 3, 3}, {Definition1Forward(), 3 * depth, 5 * depth},
		{Definition1Backward(), 3 * (depth - 1), 5 * (depth - 1)},
	} {
		require.InEpsilon(t, c.haar, variance(c.s, network.Haar), 1e-6, c.s.ID)
		for _, w := range []network.Weights{network.Gaussian, network.Uniform, network.KerasDefault} {
			require.InEpsilon(t, c.normal, variance(c.s, w), 1e-6, "%s, %s", c.s.ID, w)
		}
	}
	m, err := NormalMoments(gpReLU, n)
	require.NoError(t, err)
	require.InEpsilon(t, 5./n, m.Forward.SD*m.Forward.SD, 1e-9)
	require.InEpsilon(t, 3./(n+2), m.Backward.SD*m.Backward.SD, 1e-9)
	require.InEpsilon(t, 1, m.Forward.Mean, 1e-9)
	_, err = NormalMoments(gpReLU, 0)
	require.ErrorContains(t, err, "width 0")
}

// The prediction for architectures composes the blocks of a plain network one by one,
// the linear maps by themselves, and comes to the same spread.
func TestLawsOfNormalWeightsAreThoseOfTheArchitecture(t *testing.T) {
	for _, name := range []string{"tanh", "elu", "relu"} {
		const n, depth = 2000, 12
		a, err := gpnorm.Lookup(name)
		require.NoError(t, err)
		normalized, err := gpnorm.Normalize(a)
		require.NoError(t, err)
		for _, w := range []network.Weights{network.Haar, network.Gaussian} {
			block := network.Repeat{Times: depth, Blocks: []network.Block{network.Linear{To: n, Weights: w}, network.Activation{Spec: name}}}
			whole, err := Predict(t.Context(), network.Architecture{Input: n, Blocks: []network.Block{block}}, Question{})
			require.NoError(t, err)
			p := normalized.Roots[normalized.Chosen].Profile
			forward, err := Definition1Forward().PredictionFor(p, w, n, depth)
			require.NoError(t, err)
			sd := forward.SD
			if forward.LogNormal {
				sd = forward.LogSD
			}
			require.InEpsilon(t, whole.ForwardLog.SD, sd, 1e-6, "%s, %s", name, w)
			backward, err := Definition1Backward().PredictionFor(p, w, n, depth)
			require.NoError(t, err)
			require.InEpsilon(t, whole.BackwardLog.SD, backward.LogSD, 1e-6, "%s, %s", name, w)
		}
	}
}

// Weights of another variance keep no norm: nothing is predicted, and the assumption
// says why.
func TestHaarLawIsAnAssumption(t *testing.T) {
	require.True(t, HaarLaw(network.Haar).Holds)
	for w, says := range map[network.Weights]string{
		network.Gaussian: "without the projection", network.Uniform: "terms of order 1/n", network.KerasDefault: "terms of order 1/n",
		network.TorchDefault: "of variance 0.333/n",
	} {
		a := HaarLaw(w)
		require.False(t, a.Holds)
		require.Contains(t, a.Name, "2: ")
		require.Contains(t, a.Reason, says)
	}
	p, err := gpnorm.Describe(gpTanh)
	require.NoError(t, err)
	for _, s := range Statements() {
		l, err := s.PredictionFor(p, network.TorchDefault, 100, 5)
		require.NoError(t, err)
		require.False(t, l.Known())
		n, err := s.WidthByLimitLaw(p, network.TorchDefault, 5, 0.1, 0.1)
		require.NoError(t, err)
		require.Zero(t, n)
	}
}

// The width that a law asks for is the first that keeps the tolerance on norms.
func TestWidthOfAStatement(t *testing.T) {
	p, err := gpnorm.Describe(gpTanh)
	require.NoError(t, err)
	raw, err := gpnorm.Describe(rawTanh)
	require.NoError(t, err)
	for _, s := range Statements() {
		for _, w := range []network.Weights{network.Haar, network.Gaussian} {
			n, err := s.WidthByLimitLaw(p, w, 20, 0.1, 0.05)
			require.NoError(t, err)
			for at, enough := range map[int]bool{n: true, n - 1: false} {
				l, err := s.PredictionFor(p, w, at, 20)
				require.NoError(t, err)
				require.Equal(t, enough, l.Beyond(0.81, 1.21) <= 0.05, "%s at width %d", s.ID, at)
			}
		}
		n, err := s.WidthByLimitLaw(raw, network.Haar, 20, 0.1, 0.05)
		require.NoError(t, err)
		require.Zero(t, n, "norms that are not kept are not kept by any width")
		_, err = s.WidthByLimitLaw(p, network.Haar, 20, 0, 0.05)
		require.ErrorContains(t, err, "tolerance 0")
		_, err = s.WidthByLimitLaw(p, network.Haar, 20, 0.1, math.NaN())
		require.ErrorContains(t, err, "confidence NaN")
	}
}
