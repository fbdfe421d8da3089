package properties_test

import (
	"testing"

	"bsnn/internal/replay"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"

	"github.com/stretchr/testify/require"
)

func lookup(t *testing.T, name string) gpnorm.Activation {
	a, err := gpnorm.Lookup(name)
	require.NoError(t, err)
	return a
}

func normalize(t *testing.T, name string) gpnorm.Normalized {
	n, err := gpnorm.Normalize(lookup(t, name))
	require.NoError(t, err)
	return n
}

func verify(t *testing.T, a gpnorm.Activation, w network.Weights, widths ...int) properties.VerificationResult {
	seed := replay.Seed(t)
	r, err := properties.Verification{
		Activation: a, Weights: w, Widths: widths, Claims: properties.Claims(30, 0.1, 0.5, 0.1),
		Budget: properties.Budget{Seed: seed, Trials: 1000, Alpha: 1e-8},
	}.Run(t.Context())
	require.NoError(t, err)
	for _, c := range r.Claims {
		t.Logf("%s: %s at %+v", c.Name, c.Outcome, c.Widths[len(c.Widths)-1].Verdict)
	}
	return r
}

func outcomes(r properties.VerificationResult) map[string]montecarlo.Outcome {
	out := map[string]montecarlo.Outcome{}
	for _, c := range r.Claims {
		out[c.ID] = c.Outcome
	}
	return out
}

// The paper's activations, normalised, keep their norms through 30 layers of
// width 4,096: all four claims are confirmed. A wrong answer has probability
// at most 1e-8 for each activation. No answer is possible too: the limit laws
// put the rates below 0.01, against a limit of 0.1, which 1,000
// networks separate except with probability below 1e-10.
func TestNormalizedActivationsHold(t *testing.T) {
	names := []string{"tanh", "relu", "leakyrelu", "elu", "selu", "gelu"}
	if testing.Short() {
		names = names[:1]
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, montecarlo.Confirmed, verify(t, normalize(t, name).Activation, network.Haar, 4096).Outcome)
		})
	}
}

// Negative control: raw tanh shrinks its signal in every layer.
func TestRawTanhIsRefuted(t *testing.T) {
	got := outcomes(verify(t, lookup(t, "tanh"), network.Haar, 256, 4096))
	for id, o := range got {
		require.Equal(t, montecarlo.Refuted, o, id)
	}
	require.Len(t, got, 4)
}

// Negative control: GELU with the root of κ > 1 satisfies both theorems layer
// by layer, and depth destroys its norms.
func TestUnstableRootIsRefuted(t *testing.T) {
	n := normalize(t, "gelu")
	other, err := n.WithRoot(1 - n.Chosen)
	require.NoError(t, err)
	require.Equal(t, map[string]montecarlo.Outcome{
		"theorem1": montecarlo.Confirmed, "theorem2": montecarlo.Confirmed,
		"definition1-forward": montecarlo.Refuted, "definition1-backward": montecarlo.Refuted,
	}, outcomes(verify(t, other.Activation, network.Haar, 4096)))
}
