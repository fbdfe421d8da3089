package properties_test

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/orthogonal"
	"bsnn/properties"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

func TestStatistics(t *testing.T) {
	n := network.Norms{X: []float64{8, 10, 12}, D: []float64{3, 5}, Y: []float64{2, 7, 11}}
	require.Equal(t, 12.0/4, properties.Statistic(theorem.Theorem1(), n, 4))
	require.Equal(t, 12.0/4, properties.Statistic(theorem.Definition1Forward(), n, 4))
	require.Equal(t, 5.0/11, properties.Statistic(theorem.Theorem2(), n, 4))
	require.Equal(t, 3.0/5, properties.Statistic(theorem.Definition1Backward(), n, 4))
}

// A test sees every network of its address once, in order, up to its budget,
// and each claim its own statistic.
func TestTestUsesTheNetworksAtItsAddress(t *testing.T) {
	e := properties.Ensemble{Activation: normalize(t, "gelu").Activation, Width: 16, Depth: 1}
	claims := properties.Claims(1, 0.3, 0.5, 0.35)
	const trials, seed = 150, 9
	norms, err := e.Sample(t.Context(), montecarlo.Plan{Trials: trials}, montecarlo.NewExperiment(seed, e.Address()))
	require.NoError(t, err)
	got, err := properties.Test(t.Context(), e, claims, properties.Budget{Seed: seed, Trials: trials, Alpha: 1e-300})
	require.NoError(t, err)
	for i, c := range claims {
		want, events := montecarlo.NewSample(nil), 0
		for _, n := range norms {
			v := properties.Statistic(c.Statement, n, e.Width)
			want.Add(v)
			if c.Violated(v) {
				events++
			}
		}
		require.Equal(t, want.Moments, got[i].Sample.Moments, c.Statement.ID)
		require.Equal(t, trials, got[i].Verdict.Trials)
		require.Equal(t, events, got[i].Verdict.Events)
	}
}

func TestVerificationSplitsAlphaAndJoinsOutcomes(t *testing.T) {
	claims := properties.Claims(1, 0.5, 0.5, 0.1)
	claims[0].Tolerance = 1e-9 // refuted; the last claim is confirmed
	v := properties.Verification{Activation: normalize(t, "tanh").Activation, Widths: []int{1024, 2048}, Claims: claims,
		Budget: properties.Budget{Seed: 1, Trials: 400, Alpha: 1e-3}}
	r, err := v.Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, montecarlo.Refuted, r.Outcome)
	require.Equal(t, montecarlo.Confirmed, r.Claims[1].Outcome)
	total := 0.0
	for _, c := range r.Claims {
		for _, w := range c.Widths {
			total += w.Verdict.Alpha
		}
	}
	require.InEpsilon(t, 1e-3, total, 1e-12)
	// Refuted outranks undecided: 9 networks refute, and cannot confirm.
	v.Budget.Trials = 9
	r, err = v.Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, montecarlo.Undecided, r.Claims[1].Outcome)
	require.Equal(t, montecarlo.Refuted, r.Outcome)
}

// Input, weights and sampler reach the networks.
func TestVerificationUsesItsSettings(t *testing.T) {
	base := properties.Verification{Activation: normalize(t, "tanh").Activation, Widths: []int{32},
		Claims: properties.Claims(2, 0.1, 0.5, 0.1),
		Budget: properties.Budget{Seed: 1, Trials: 20, Alpha: 1e-3}}
	mean := func(change func(*properties.Verification)) float64 {
		v := base
		change(&v)
		r, err := v.Run(t.Context())
		require.NoError(t, err)
		return *r.Claims[0].Widths[0].Mean
	}
	seen := map[float64]string{}
	for name, change := range map[string]func(*properties.Verification){
		"plain":    func(*properties.Verification) {},
		"gaussian": func(v *properties.Verification) { v.Weights = network.Gaussian },
		"dense":    func(v *properties.Verification) { v.Sampler = properties.Dense },
		"input": func(v *properties.Verification) {
			v.Input = func(int) (properties.Vector, error) {
				return func(_ int, s montecarlo.Stream, dst []float64) error {
					err := properties.OnShell(0, s, dst)
					for i := range dst {
						dst[i] *= 2
					}
					return err
				}, nil
			}
		},
	} {
		m := mean(change)
		require.NotContains(t, seen, m, name)
		seen[m] = name
	}
}

func TestPredictAsksTheStatement(t *testing.T) {
	n := normalize(t, "tanh")
	p := n.Roots[n.Chosen].Profile
	for _, c := range properties.Claims(10, 0.1, 0.3, 0.1) {
		e := properties.Ensemble{Activation: n.Activation, Width: 4096, Depth: c.Depth}
		got, err := properties.Predict(c, e, p)
		require.NoError(t, err)
		lo, hi := (1-c.Tolerance)*(1-c.Tolerance), (1+c.Tolerance)*(1+c.Tolerance)
		law, err := c.Statement.PredictionFor(p, network.Haar, 4096, c.Depth)
		require.NoError(t, err)
		require.Equal(t, law.Beyond(lo, hi), got.Outside)
		require.Equal(t, law.SD, got.SD)
		bound, err := c.Statement.Bound(n.Activation, 4096, c.Depth, lo, hi)
		require.NoError(t, err)
		if bound.Status == theorem.Proven {
			require.Equal(t, bound.Probability, got.Bound)
		}
		e.Weights = network.Gaussian
		normal, err := properties.Predict(c, e, p)
		require.NoError(t, err)
		require.NotEqual(t, normal.Bound, normal.Bound, "proofs are about Haar weights")
		require.Greater(t, normal.SD, got.SD, "what orthogonality buys")
		e.Weights = network.TorchDefault
		none, err := properties.Predict(c, e, p)
		require.NoError(t, err)
		for _, x := range []float64{none.Mean, none.SD, none.Outside, none.Bound} {
			require.NotEqual(t, x, x, "weights that keep no norm")
		}
	}
}

// Over depth nothing is predicted for a root with κ > 1, at any width; one layer
// has its law.
func TestNothingIsPredictedOverDepthForGrowingDeviations(t *testing.T) {
	n := normalize(t, "gelu")
	other, err := n.WithRoot(1 - n.Chosen)
	require.NoError(t, err)
	p := other.Roots[other.Chosen].Profile
	v := properties.Verification{
		Activation: other.Activation, Widths: []int{16}, Claims: properties.Claims(3, 0.1, 0.3, 0.1),
		Budget: properties.Budget{Trials: 5, Alpha: 0.01},
	}
	result, err := v.Run(t.Context())
	require.NoError(t, err)
	for i, c := range v.Claims {
		got, err := properties.Predict(c, properties.Ensemble{Activation: other.Activation, Width: 1 << 30, Depth: c.Depth}, p)
		require.NoError(t, err)
		for _, x := range []float64{got.Mean, got.SD, got.Q05, got.Q95, got.Outside} {
			require.Equal(t, c.Depth > 1, math.IsNaN(x))
		}
		w := result.Claims[i].Widths[0]
		require.Equal(t, c.Depth > 1, w.PredictedSD == nil, "what verify prints")
		require.Equal(t, c.Depth > 1, w.PredictedOutside == nil)
	}
}

// Every stream of a trial has an address of its own: input at 0, output
// gradient at L+1, weights between.
func TestVectorsHaveTheirOwnStreams(t *testing.T) {
	var mu sync.Mutex
	got := map[string]uint64{}
	record := func(name string) properties.Vector {
		return func(trial int, s montecarlo.Stream, dst []float64) error {
			mu.Lock()
			copied := s
			got[name] = copied.Uint64()
			mu.Unlock()
			return properties.OnShell(trial, s, dst)
		}
	}
	e := properties.Ensemble{Activation: normalize(t, "tanh").Activation, Width: 8, Depth: 3, Input: record("x"), Gradient: record("y")}
	x := montecarlo.NewExperiment(4, "streams")
	_, err := e.Sample(t.Context(), montecarlo.Plan{Trials: 1}, x)
	require.NoError(t, err)
	in, out := x.Trial(0).Layer(0), x.Trial(0).Layer(4)
	require.Equal(t, map[string]uint64{"x": in.Uint64(), "y": out.Uint64()}, got)
}

// The explicit samplers are the network over one operator for each layer.
func TestExplicitSamplersDrawEveryLayer(t *testing.T) {
	act := normalize(t, "gelu").Activation
	x := montecarlo.NewExperiment(4, "explicit")
	for _, c := range []struct {
		sampler properties.Sampler
		draw    func(n int, src rand.Source) (orthogonal.Operator, error)
	}{
		{properties.Dense, func(n int, s rand.Source) (orthogonal.Operator, error) { return orthogonal.NewDense(n, s) }},
		{properties.Reflectors, func(n int, s rand.Source) (orthogonal.Operator, error) { return orthogonal.NewReflectors(n, s) }},
	} {
		e := properties.Ensemble{Activation: act, Width: 8, Depth: 3, Sampler: c.sampler}
		got, err := e.Sample(t.Context(), montecarlo.Plan{Trials: 1}, x)
		require.NoError(t, err)
		require.Equal(t, explicit(t, act, x.Trial(0), c.draw), got[0])
	}
}

func explicit(t *testing.T, act gpnorm.Activation, trial montecarlo.Trial,
	draw func(int, rand.Source) (orthogonal.Operator, error)) network.Norms {
	var layers []orthogonal.Operator
	for l := 1; l <= 3; l++ {
		s := trial.Layer(l)
		w, err := draw(8, &s)
		require.NoError(t, err)
		layers = append(layers, w)
	}
	net, err := network.New(act, layers...)
	require.NoError(t, err)
	x, y := make([]float64, 8), make([]float64, 8)
	require.NoError(t, properties.OnShell(0, trial.Layer(0), x))
	require.NoError(t, properties.OnShell(0, trial.Layer(4), y))
	pass, err := net.Forward(x)
	require.NoError(t, err)
	require.NoError(t, pass.Backward(y))
	return pass.Norms()
}

// A verification that is interrupted before the widest width has not refuted
// what it asked.
func TestInterruptedVerificationIsUndecided(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	v := properties.Verification{
		Activation: lookup(t, "tanh"), Widths: []int{64, 128}, Claims: properties.Claims(1, 0.1, 0.5, 0.1),
		Budget: properties.Budget{Seed: 1, Trials: 200, Alpha: 1e-6},
		Input: func(width int) (properties.Vector, error) {
			if width == 128 {
				cancel()
			}
			return properties.OnShell, nil
		},
	}
	r, err := v.Run(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, montecarlo.Refuted, r.Claims[0].Widths[0].Verdict.Outcome)
	require.Equal(t, montecarlo.Undecided, r.Claims[0].Outcome)
	require.Equal(t, montecarlo.Undecided, r.Outcome)
}

func TestVerificationRejects(t *testing.T) {
	good := properties.Verification{Activation: normalize(t, "tanh").Activation, Widths: []int{8, 16},
		Claims: properties.Claims(1, 0.1, 0.5, 0.1),
		Budget: properties.Budget{Trials: 10, Alpha: 0.1}}
	for name, spoil := range map[string]func(*properties.Verification){
		"no claims":  func(v *properties.Verification) { v.Claims = nil },
		"no widths":  func(v *properties.Verification) { v.Widths = nil },
		"descending": func(v *properties.Verification) { v.Widths = []int{16, 8} },
	} {
		v := good
		spoil(&v)
		_, err := v.Run(t.Context())
		require.Error(t, err, name)
	}
}

// A network that explodes beyond float64 violates the claim; it is no error.
func TestExplosionIsARefutation(t *testing.T) {
	leaky, err := gpnorm.Lookup("leakyrelu(3)")
	require.NoError(t, err)
	for _, sampler := range []properties.Sampler{properties.Lazy, properties.Dense} {
		e := properties.Ensemble{Activation: leaky, Width: 8, Depth: 900, Sampler: sampler}
		results, err := properties.Test(t.Context(), e, []properties.Claim{
			{Statement: theorem.Definition1Forward(), Depth: 900, Tolerance: 0.5, Limit: 0.1},
			{Statement: theorem.Definition1Backward(), Depth: 900, Tolerance: 0.5, Limit: 0.1},
		}, properties.Budget{Seed: 1, Trials: 60, Alpha: 1e-6})
		require.NoError(t, err)
		for _, r := range results {
			require.Equal(t, montecarlo.Refuted, r.Verdict.Outcome)
		}
	}
}

func TestJoin(t *testing.T) {
	const c, r, u = montecarlo.Confirmed, montecarlo.Refuted, montecarlo.Undecided
	require.Equal(t, u, properties.JointOutcome(nil))
	require.Equal(t, c, properties.JointOutcome([]montecarlo.Outcome{c, c}))
	require.Equal(t, u, properties.JointOutcome([]montecarlo.Outcome{c, u, c}))
	require.Equal(t, r, properties.JointOutcome([]montecarlo.Outcome{u, r, c}))
}
