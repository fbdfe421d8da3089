package theorem

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// The map is enclosed at points that are not on the grid, against an
// independent evaluation: E F lies between the Monte Carlo-free bounds of the
// exact moments.
func TestLengthMapEncloses(t *testing.T) {
	m, err := newLengthMap(gpGELU, 400, 0.7, 1.3)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.Float64Range(math.Sqrt(0.7), math.Sqrt(1.3)).Draw(t, "r")
		exact, err := SphereMoments(gpGELU, 400, r*r)
		require.NoError(t, err)
		low, high := m.image(r, r)
		require.LessOrEqual(t, math.Sqrt(exact.Forward.Mean), high)
		require.GreaterOrEqual(t, forwardSquare(gpGELU, exact).meanRoot(), low)
		require.Less(t, high-low, 2*m.step*m.lipschitz+2e-2)
	})
}

// walk returns the largest |‖x⁽ˡ⁾‖²/n − 1| over depth layers.
func walk(r *rand.Rand, a gpnorm.Activation, s *layerSample, depth int) float64 {
	worst, q := 0.0, 1.0
	for range depth {
		s.q = q
		s.draw(r, a)
		q = meanSquare(s.val)
		worst = max(worst, math.Abs(q-1))
	}
	return worst
}

// The measured frequency is not above the bound, at widths where the bound
// says something. 4 tests at 1e-9.
func TestForwardDepthBoundHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for _, c := range []struct {
		act          gpnorm.Activation
		n, depth     int
		eps, atLeast float64
	}{
		{gpTanh, 4000, 10, 0.3, 0.5}, {gpGELU, 2000, 10, 0.8, 1}, {gpELU, 2000, 3, 0.6, 1}, {gpReLU, 2000, 2, 0.4, 0.9},
	} {
		b, err := ForwardDepthBound(c.act, c.n, c.depth, c.eps)
		require.NoError(t, err)
		t.Log(c.act.Name, b)
		require.LessOrEqual(t, b.Probability, c.atLeast)
		const trials = 40
		s, events := newLayerSample(c.n, 1), 0
		for range trials {
			if walk(r, c.act, s, c.depth) >= c.eps {
				events++
			}
		}
		requireRateAtMost(t, b.Probability, events, trials, c.act.Name)
	}
}

// For κ < 1 the intervals stay bounded: ten times the depth costs ten times
// the probability and no more. For κ > 1 no width of this size helps.
func TestForwardDepthBoundAndStability(t *testing.T) {
	at := func(a gpnorm.Activation, depth int) float64 {
		b, err := ForwardDepthBound(a, 200_000, depth, 0.1)
		require.NoError(t, err)
		require.Equal(t, Proven, b.Status)
		return b.Probability
	}
	p100, p1000 := at(gpTanh, 100), at(gpTanh, 1000)
	require.Less(t, p1000, 1e-6)
	require.InEpsilon(t, 10, p1000/p100, 0.05)
	require.Equal(t, 1.0, at(gpGELU2, 100))
	require.Less(t, at(gpGELU2, 2), 1e-6)
}

// Intervals know nothing of the identity but its Lipschitz constant: depth
// layers deviate by depth·t, and the exponent is that of a deviation of a quarter
// of the window in each of 4 layers, with r somewhere in the window. The
// martingale knows that the identity keeps every norm.
func TestForwardDepthBoundOfIdentity(t *testing.T) {
	const n, depth, eps = 2_000_000, 4, 0.1
	m, err := newLengthMap(linear, n, 1-eps, 1+eps)
	require.NoError(t, err)
	step := (math.Sqrt(1+eps) - 1) / depth
	exponent := -math.Log(m.escape(depth) / 2)
	require.Less(t, exponent, float64(n)*step*step/2)
	require.Greater(t, exponent, 0.95*float64(n)*step*step/(2*(1+eps))-math.Log(depth))
	b, err := ForwardDepthBound(linear, n, depth, eps)
	require.NoError(t, err)
	require.Equal(t, Martingale, b.Method)
	require.Less(t, b.Probability, math.Exp(-2*exponent))
}

func TestForwardDepthBoundWithoutLipschitz(t *testing.T) {
	a := gpTanh
	a.Lipschitz = math.NaN()
	b, err := ForwardDepthBound(a, 1000, 10, 0.1)
	require.NoError(t, err)
	require.Equal(t, NoBound(), b)
}

func BenchmarkForwardDepthBound(b *testing.B) {
	for b.Loop() {
		if _, err := ForwardDepthBound(gpTanh, 65536, 50, 0.1); err != nil {
			b.Fatal(err)
		}
	}
}
