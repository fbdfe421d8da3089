package properties

import (
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

// Claims about what is exact at a width hold for networks of that width, and not for those of
// another; an outcome is wrong with a probability of 1e-7 each.
func TestExactClaims(t *testing.T) {
	seed := replay.Seed(t)
	of := func(n int) network.Architecture {
		return network.Architecture{Input: 24, Blocks: []network.Block{
			network.Linear{To: n}, network.Normalization{Kind: network.RMS}, network.Linear{To: n, Weights: network.Gaussian},
			network.Normalization{Kind: network.Layer}, network.Linear{To: n}, network.Activation{Spec: "relu"},
		}}
	}
	laws, err := theorem.ExactSignals(of(12))
	require.NoError(t, err)
	refuted := func(a network.Architecture) (count int) {
		p, err := a.Prepare()
		require.NoError(t, err)
		x := montecarlo.NewExperiment(seed, "exact")
		factors, err := ArchitectureEnsemble{Prepared: p}.Sample(t.Context(), montecarlo.Plan{Trials: 600}, x)
		require.NoError(t, err)
		for _, c := range Exactly(laws) {
			test, err := c.begin(1e-7, 600)
			require.NoError(t, err)
			for _, f := range factors {
				test.add(c.Value(f))
			}
			if test.outcome() == montecarlo.Refuted {
				count++
			}
		}
		return count
	}
	require.Zero(t, refuted(of(12)))
	require.GreaterOrEqual(t, refuted(of(4)), 2, "of the map that narrows and of normal entries")
}
