package theorem_test

import (
	"math"
	"testing"

	"bsnn/network"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

// What is known at these widths is known behind the blocks where lengths have not begun to
// vary, or do not vary any more.
func TestExactSignals(t *testing.T) {
	relu := network.Activation{Spec: "relu", AsIs: true}
	rms := network.Normalization{Kind: network.RMS}
	laws, err := theorem.ExactSignals(network.Architecture{Input: 40, Blocks: []network.Block{
		network.Linear{To: 60, Gain: 2}, relu, network.Linear{To: 30}, rms, network.Linear{To: 20}, rms,
		network.Linear{To: 50, Weights: network.Gaussian, Gain: 3}, rms,
		network.Balanced(0.2, network.Linear{To: 50}, network.Activation{Spec: "tanh"}), network.Linear{To: 50},
	}})
	require.NoError(t, err)
	var known []bool
	for _, l := range laws {
		known = append(known, l.Known())
	}
	require.Equal(t, []bool{true, true, false, true, true, true, true, true, true, false}, known)
	require.Equal(t, [2]float64{4, 0}, [2]float64{laws[0].Mean, laws[0].SD})

	// On the sphere h² is Beta distributed: ReLU halves it, and E h⁴ = 3q²n/(n+2).
	const n, q = 60., 4.
	each := 3*q*q*n/(n+2)/2 - q*q/4
	both := n*q*q/(n+2)/4 - q*q/4
	require.InEpsilon(t, q/2, laws[1].Mean, 1e-9)
	require.InEpsilon(t, math.Sqrt((each+(n-1)*both)/n), laws[1].SD, 1e-6)

	// A part Beta(10, 5) of the length is left by 30 → 20.
	require.InEpsilon(t, 1.5*math.Sqrt(10*5/(15.*15*16)), laws[4].SD, 1e-12)
	require.InEpsilon(t, 9*math.Sqrt(2./50), laws[6].SD, 1e-12)
}
