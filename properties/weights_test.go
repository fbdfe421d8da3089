package properties_test

import (
	"math"
	"testing"

	"bsnn/gpnorm"
	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

// Networks have the spread that the limit laws of their weights say, lazy and with
// explicit matrices: the log of both statistics, by 1,000 networks of each kind. A
// variance is off by 4.5 % (one standard error); 30 % are 6 of them, and what small
// widths add is within 10 %. The law of Haar weights in the place of that of
// independent entries would be 40 % off, in the second place more.
func TestSpreadOfIndependentWeights(t *testing.T) {
	const trials = 1000
	x := montecarlo.NewExperiment(replay.Seed(t), "spread of weights")
	for _, c := range []struct {
		name         string
		weights      network.Weights
		sampler      properties.Sampler
		width, depth int
	}{
		{"relu", network.Gaussian, properties.Lazy, 100, 6}, {"tanh", network.Gaussian, properties.Lazy, 100, 6},
		{"relu", network.Gaussian, properties.Dense, 32, 3}, {"relu", network.Uniform, properties.Lazy, 32, 3},
		{"tanh", network.KerasDefault, properties.Lazy, 32, 3}, {"relu", network.Haar, properties.Lazy, 100, 6},
	} {
		act := normalize(t, c.name).Activation
		p, err := gpnorm.Describe(act)
		require.NoError(t, err)
		e := properties.Ensemble{Activation: act, Width: c.width, Depth: c.depth, Weights: c.weights, Sampler: c.sampler}
		norms, err := e.Sample(t.Context(), montecarlo.Plan{Trials: trials}, x)
		require.NoError(t, err)
		for _, s := range []theorem.Statement{theorem.Definition1Forward(), theorem.Definition1Backward()} {
			log := montecarlo.NewSample(nil)
			for _, n := range norms {
				log.Add(math.Log(properties.Statistic(s, n, c.width)))
			}
			law, err := s.PredictionFor(p, c.weights, c.width, c.depth)
			require.NoError(t, err)
			sd := law.SD
			if law.LogNormal {
				sd = law.LogSD
			}
			require.InEpsilon(t, sd*sd, log.SD()*log.SD(), 0.4, "%s, %s at width %d: %s", c.name, c.weights, c.width, s.ID)
		}
	}
}

// A verification names the assumption on the weights, and says which width the limit
// law asks for.
func TestVerificationOfOtherWeights(t *testing.T) {
	v := properties.Verification{
		Activation: normalize(t, "tanh").Activation, Weights: network.TorchDefault, Widths: []int{32},
		Claims: properties.Claims(3, 0.05, 0.25, 0.1),
		Budget: properties.Budget{Seed: 1, Trials: 100, Alpha: 1e-6},
	}
	r, err := v.Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, montecarlo.Refuted, r.Outcome)
	require.Contains(t, r.Assumptions[0].Name, "2: ")
	require.Zero(t, r.Claims[0].LimitLawWidth)
	v.Weights = network.Gaussian
	r, err = v.Run(t.Context())
	require.NoError(t, err)
	require.Contains(t, r.Assumptions[0].Reason, "without the projection")
	normal := r.Claims[0].LimitLawWidth
	v.Weights = network.Haar
	r, err = v.Run(t.Context())
	require.NoError(t, err)
	for _, a := range r.Assumptions {
		require.NotContains(t, a.Name, "2: ")
	}
	require.Greater(t, normal, r.Claims[0].LimitLawWidth)
	require.Equal(t, 0.05, r.Claims[0].Tolerance)
}

func TestWidthAdvice(t *testing.T) {
	for want, c := range map[string]struct {
		outcome       montecarlo.Outcome
		widest, asked int
	}{
		"refuted at width 256: the limit law asks for 2,300 for this tolerance":     {montecarlo.Refuted, 256, 2300},
		"undecided at width 1,024: the limit law asks for 2,300 for this tolerance": {montecarlo.Undecided, 1024, 2300},
		"refuted at width 256: the limit law asks for 100 only":                     {montecarlo.Refuted, 256, 100},
	} {
		require.Equal(t, want, properties.WidthAdvice(c.outcome, c.widest, c.asked))
	}
	require.Empty(t, properties.WidthAdvice(montecarlo.Confirmed, 256, 2300))
	require.Empty(t, properties.WidthAdvice(montecarlo.Refuted, 256, 0))
}
