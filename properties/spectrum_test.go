package properties_test

import (
	"slices"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

func spectrum(a network.Architecture, seed uint64) properties.SpectrumVerification {
	return properties.SpectrumVerification{Architecture: a, Tolerance: 0.4, Budget: properties.Budget{Seed: seed, Trials: 10_000, Alpha: 1e-7}}
}

// Moments of the Jacobian are those that theory composes; what composes them wrongly is refuted. All verdicts
// together are wrong with probability 1e-6.
func TestSpectrum(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	seed := replay.Seed(t)
	haar, gaussian := tower(t, 60, 5, network.Stack{}), tower(t, 60, 2, network.Stack{Linear: network.Linear{Weights: network.Gaussian}})
	rotated := tower(t, 40, 12, network.Stack{Shortcut: "rotated"})
	for _, a := range []network.Architecture{haar, gaussian, rotated} {
		r, err := spectrum(a, seed).Run(t.Context())
		require.NoError(t, err)
		require.Equal(t, montecarlo.Confirmed, r.Outcome, "%+v", r)
		require.InEpsilon(t, *r.Second.Finite, *r.Second.Estimate, 0.25)
	}
	for name, c := range map[string]struct{ drawn, predicted network.Architecture }{
		"L·E φ′⁴ for Haar weights":     {haar, tower(t, 60, 5, network.Stack{Linear: network.Linear{Weights: network.Gaussian}})},
		"E φ′⁴ − 1 for normal weights": {gaussian, tower(t, 60, 2, network.Stack{})},
		"the shortcut is left out":     {rotated, tower(t, 40, 12, network.Stack{})},
		"half of the layers":           {haar, tower(t, 60, 1, network.Stack{})},
	} {
		p, err := theorem.PredictSpectrum(t.Context(), c.predicted)
		require.NoError(t, err)
		v := spectrum(c.drawn, seed)
		v.Prediction = &p
		r, err := v.Run(t.Context())
		require.NoError(t, err, name)
		require.Equal(t, montecarlo.Refuted, r.Second.Verdict.Outcome, name)
	}
}

// All singular values have the moments that probes find, and probes of one network its.
func TestSingularValues(t *testing.T) {
	seed := replay.Seed(t)
	p, err := tower(t, 30, 3, network.Stack{}).Prepare()
	require.NoError(t, err)
	e := properties.ArchitectureEnsemble{Prepared: p, Explicit: true}
	trial := montecarlo.NewExperiment(seed, "spectrum").Trial(0)
	values, err := e.SingularValues(trial)
	require.NoError(t, err)
	require.Len(t, values, 30)
	require.True(t, slices.IsSortedFunc(values, func(a, b float64) int {
		if a >= b {
			return -1
		}
		return 1
	}))
	first, second := 0., 0.
	for _, s := range values {
		first, second = first+s*s/30, second+s*s*s*s/30
	}
	// 400 probes of one network: their means are off by six standard deviations with probability 1e-8.
	found, err := e.Probe(trial, 400)
	require.NoError(t, err)
	require.InEpsilon(t, first, found.First, 0.3)
	require.InEpsilon(t, second, found.Second, 0.5)
}

// With matrices the quantiles are found as well; the numbers do not depend on the number of workers.
func TestSpectrumQuantiles(t *testing.T) {
	seed := replay.Seed(t)
	v := spectrum(tower(t, 24, 2, network.Stack{}), seed)
	v.Explicit, v.Budget.Trials = true, 20
	v.Budget.Workers = 1
	one, err := v.Run(t.Context())
	require.NoError(t, err)
	v.Budget.Workers = 3
	three, err := v.Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, one, three)
	require.Len(t, one.Quantiles, 5)
	for i, q := range one.Quantiles {
		require.NotNil(t, q.Median)
		require.NotNil(t, q.Predicted)
		if i > 0 {
			require.Greater(t, *q.Median, *one.Quantiles[i-1].Median)
		}
	}
}

func TestSpectraThatCannotBeAsked(t *testing.T) {
	for want, change := range map[string]func(*properties.SpectrumVerification){
		"want 2 to 512": func(v *properties.SpectrumVerification) { v.Probes = -1 },
		"want 2048 or less": func(v *properties.SpectrumVerification) {
			v.Architecture, v.Explicit = tower(t, 2049, 1, network.Stack{}), true
		},
		"tolerance": func(v *properties.SpectrumVerification) { v.Tolerance = 2 },
	} {
		v := spectrum(tower(t, 8, 2, network.Stack{}), 1)
		change(&v)
		_, err := v.Run(t.Context())
		require.ErrorContains(t, err, want)
	}
}
