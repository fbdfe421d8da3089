package theorem

import (
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
)

func TestHomogeneous(t *testing.T) {
	for _, a := range []gpnorm.Activation{gpReLU, linear} {
		require.True(t, homogeneous(a), a.Name)
	}
	for _, a := range []gpnorm.Activation{gpReLU2, gpTanh, gpELU, gpSELU, gpGELU} {
		require.False(t, homogeneous(a), a.Name)
	}
}

// Narrow networks of ReLU: bounds below widths of 200, where nothing else is proven, are not
// violated, plain and with rotated shortcuts. Four exact tests at 1e-9.
func TestBoundsOfNarrowNetworks(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	const trials = 400
	for _, c := range []struct {
		n, depth int
		eps      float64
	}{{60, 3, 0.6}, {20, 2, 0.9}} {
		b, err := ForwardDepthBound(gpReLU, c.n, c.depth, c.eps)
		require.NoError(t, err)
		require.Equal(t, Chebyshev, b.Method)
		require.Less(t, b.Probability, 0.7)
		turned, err := Rotated{0.2}.ForwardDepthBound(gpReLU, c.n, c.depth, c.eps)
		require.NoError(t, err)
		require.Less(t, turned.Probability, 0.6)
		s, events, off := newLayerSample(c.n, 1), 0, 0
		for range trials {
			if walk(r, gpReLU, s, c.depth) >= c.eps {
				events++
			}
			if q := drawRotated(r, gpReLU, 0.2, 1, c.n, c.depth).q[c.depth]; q <= 1-c.eps || q >= 1+c.eps {
				off++
			}
		}
		requireRateAtMost(t, b.Probability, events, trials, "plain")
		requireRateAtMost(t, turned.Probability, off, trials, "rotated")
	}
	// The moments that it rests on: v = 3/(n+2).
	m, err := SphereMoments(gpReLU, 20, 1)
	require.NoError(t, err)
	require.InDelta(t, 3.0/22, m.Forward.AverageVariance, 1e-12)
	require.InDelta(t, (1.0+3.0/22)*(1.0+3.0/22)-1, multiplied(m.Forward.AverageVariance, 2, 0, 2).p, 1e-12)
}
