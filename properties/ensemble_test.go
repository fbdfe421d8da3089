package properties_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"bsnn/internal/replay"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat"
)

func TestResultsDoNotDependOnWorkers(t *testing.T) {
	run := func(workers int) properties.VerificationResult {
		r, err := properties.Verification{
			Activation: normalize(t, "elu").Activation, Widths: []int{16, 50}, Claims: properties.Claims(5, 0.1, 0.5, 0.1),
			Budget: properties.Budget{Seed: 11, Trials: 200, Alpha: 1e-3, Workers: workers},
		}.Run(t.Context())
		require.NoError(t, err)
		return r
	}
	one := run(1)
	require.Equal(t, one, run(2))
	require.Equal(t, one, run(7))
}

// The lazy network, explicit matrices and reflectors have one law. The
// Kolmogorov–Smirnov distance of two samples of size m exceeds d with
// probability at most 2·e·exp(−m·d²) (Wei, Dudley 2012,
// doi:10.1016/j.spl.2011.11.012): 5e-8 for each of the
// six comparisons that must agree. Narrow networks make the law far from a
// point mass, so that Haar and Gaussian weights differ by far more than that.
func TestSamplersShareOneLaw(t *testing.T) {
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	const m = 10_000
	limit := math.Sqrt(math.Log(2*math.E/5e-8) / m)
	seed := replay.Seed(t)
	sample := func(w network.Weights, s properties.Sampler, name string) [][]float64 {
		e := properties.Ensemble{Activation: normalize(t, "gelu").Activation, Width: 8, Depth: 4, Weights: w, Sampler: s}
		norms, err := e.Sample(t.Context(), montecarlo.Plan{Trials: m}, montecarlo.NewExperiment(seed, name))
		require.NoError(t, err)
		out := make([][]float64, 2)
		for _, n := range norms {
			out[0] = append(out[0], properties.Statistic(theorem.Definition1Forward(), n, 8))
			out[1] = append(out[1], properties.Statistic(theorem.Definition1Backward(), n, 8))
		}
		slices.Sort(out[0])
		slices.Sort(out[1])
		return out
	}
	distance := func(a, b [][]float64, i int) float64 { return stat.KolmogorovSmirnov(a[i], nil, b[i], nil) }
	lazy := sample(network.Haar, properties.Lazy, "lazy")
	gaussianLazy := sample(network.Gaussian, properties.Lazy, "gaussian lazy")
	for i := range 2 {
		require.Less(t, distance(lazy, sample(network.Haar, properties.Dense, "dense"), i), limit)
		require.Less(t, distance(lazy, sample(network.Haar, properties.Reflectors, "reflectors"), i), limit)
		require.Less(t, distance(gaussianLazy, sample(network.Gaussian, properties.Dense, "gaussian dense"), i), limit)
		require.Greater(t, distance(lazy, gaussianLazy, i), limit, "Haar and Gaussian weights are told apart")
	}
}

func TestEnsembleRejects(t *testing.T) {
	act := normalize(t, "tanh").Activation
	for _, e := range []properties.Ensemble{
		{Activation: act, Width: 0, Depth: 1},
		{Activation: act, Width: 8, Depth: 0},
		{Activation: act, Width: 0, Depth: 1, Sampler: properties.Dense},
		{Width: 8, Depth: 1},
		{Width: 8, Depth: 1, Sampler: properties.Dense},
		{Activation: act, Width: 8, Depth: 1, Input: func(int, montecarlo.Stream, []float64) error { return context.DeadlineExceeded }},
		{Activation: act, Width: 8, Depth: 1, Gradient: func(_ int, _ montecarlo.Stream, dst []float64) error {
			dst[0] = math.NaN()
			return nil
		}},
	} {
		_, err := e.Sample(t.Context(), montecarlo.Plan{Trials: 2}, montecarlo.NewExperiment(1, ""))
		require.Error(t, err)
	}
}

func TestTestRejects(t *testing.T) {
	e := properties.Ensemble{Activation: normalize(t, "tanh").Activation, Width: 8, Depth: 1}
	good := properties.Claim{Statement: theorem.Theorem1(), Depth: 1, Tolerance: 0.1, Limit: 0.1}
	for name, c := range map[string]properties.Claim{
		"tolerance 0":   {Statement: good.Statement, Depth: 1, Tolerance: 0, Limit: 0.1},
		"tolerance NaN": {Statement: good.Statement, Depth: 1, Tolerance: math.NaN(), Limit: 0.1},
		"limit 0":       {Statement: good.Statement, Depth: 1, Tolerance: 0.1, Limit: 0},
		"limit 1":       {Statement: good.Statement, Depth: 1, Tolerance: 0.1, Limit: 1},
		"other depth":   {Statement: good.Statement, Depth: 3, Tolerance: 0.1, Limit: 0.1},
	} {
		_, err := properties.Test(t.Context(), e, []properties.Claim{c}, properties.Budget{Trials: 10, Alpha: 0.1})
		require.Error(t, err, name)
	}
	for name, b := range map[string]properties.Budget{"alpha 0": {Trials: 10}, "no trials": {Alpha: 0.1}} {
		_, err := properties.Test(t.Context(), e, []properties.Claim{good}, b)
		require.Error(t, err, name)
	}
	_, err := properties.Test(t.Context(), e, nil, properties.Budget{Trials: 10, Alpha: 0.1})
	require.Error(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = properties.Test(ctx, e, []properties.Claim{good}, properties.Budget{Trials: 10, Alpha: 0.1})
	require.ErrorIs(t, err, context.Canceled)
}

// The tolerance is on norms, the value is of squared norms. One that is not a
// number violates every claim.
func TestViolated(t *testing.T) {
	c := properties.Claim{Tolerance: 0.5}
	for _, v := range []float64{math.NaN(), math.Inf(1), 2.26, 0.24, 0} {
		require.True(t, c.Violated(v), "%v", v)
	}
	for _, v := range []float64{1, 2.24, 1.5, 0.5, 0.26} {
		require.False(t, c.Violated(v), "%v", v)
	}
}

func TestAnswer(t *testing.T) {
	const c, r, u = montecarlo.Confirmed, montecarlo.Refuted, montecarlo.Undecided
	for _, x := range []struct {
		outcomes []montecarlo.Outcome
		want     montecarlo.Outcome
		at       int
	}{
		{nil, u, -1},
		{[]montecarlo.Outcome{u, u}, u, -1},
		{[]montecarlo.Outcome{r, c, u}, c, 1},
		{[]montecarlo.Outcome{r, r, u}, u, -1},
		{[]montecarlo.Outcome{c, c, r}, r, 2},
	} {
		got, at := properties.OutcomeOverWidths(x.outcomes)
		require.Equal(t, x.want, got, "%v", x.outcomes)
		require.Equal(t, x.at, at, "%v", x.outcomes)
	}
}
