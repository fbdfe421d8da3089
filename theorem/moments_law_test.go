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

// All moments at once against simulation, at random small widths and shells.
// Eight z-tests per case, 25 cases: false-alarm probability at most 2e-7.
func TestMomentsAgreeWithSimulation(t *testing.T) {
	seed := replay.Seed(t)
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		if checks++; checks > 25 {
			return
		}
		a := anyActivation.Draw(t, "activation")
		n := rapid.IntRange(4, 24).Draw(t, "n")
		q := rapid.Float64Range(0.4, 2).Draw(t, "q")
		m, err := SphereMoments(a, n, q)
		require.NoError(t, err)
		r := rand.New(rand.NewPCG(seed, uint64(checks)))

		const trials = 10_000
		fixed := make([]float64, n)
		for i := range fixed {
			fixed[i] = r.ExpFloat64()
		}
		dir, err := ErrorShapeOf(fixed)
		require.NoError(t, err)
		s, y := newLayerSample(n, q), make([]float64, n)
		var forward, spread, uniform []float64
		var forward2, spread2, cross, uniform2, fixed2 []float64
		for range trials {
			s.draw(r, a)
			onSphere(r, y, 1)
			f, d := meanSquare(s.val)-m.Forward.Mean, meanSquare(s.d)-m.Backward.Mean
			u, x := s.through(y)-m.Backward.Mean, s.through(fixed)-m.Backward.Mean
			forward, spread, uniform = append(forward, f), append(spread, d), append(uniform, u)
			forward2, spread2 = append(forward2, f*f), append(spread2, d*d)
			cross, uniform2, fixed2 = append(cross, float64(n)*f*d), append(uniform2, u*u), append(fixed2, x*x)
		}
		requireMean(t, 0, forward, "E‖φ‖²/n")
		requireMean(t, 0, spread, "E‖D‖²/n")
		requireMean(t, 0, uniform, "E‖Dy‖²")
		requireMean(t, m.Forward.AverageVariance, forward2, "Var‖φ‖²/n")
		requireMean(t, m.Backward.AverageVariance, spread2, "Var‖D‖²/n")
		requireMean(t, m.Cross, cross, "n·Cov(‖φ‖²/n, ‖D‖²/n)")
		requireMean(t, m.UniformBackwardVariance(), uniform2, "Var‖Dy‖², uniform y")
		requireMean(t, m.FixedBackwardVariance(dir.Participation), fixed2, "Var‖Dy‖², fixed y")
	})
}

// As n → ∞ the variances tend to those of the limit laws with an error of
// order 1/n: 200 times the width leaves less than 1/150 of it. The limits are
// independent 20-digit values.
func TestMomentsTendToLimits(t *testing.T) {
	for _, c := range []struct {
		act               gpnorm.Activation
		forward, backward float64
	}{
		{gpTanh, 0.65839636911681822, 1.4556417213247112},
		{gpELU, 1.3691783986129115, 0.97741421974633335},
		{gpGELU, 0.86075552625289118, 3.2288843635535223},
		{gpReLU2, 0.56829159258389349, 3},
	} {
		errors := func(n int) (f, b float64) {
			m, err := SphereMoments(c.act, n, 1)
			require.NoError(t, err)
			return float64(n)*m.Forward.AverageVariance - c.forward, float64(n)*m.UniformBackwardVariance() - c.backward
		}
		f0, b0 := errors(50_000)
		f1, b1 := errors(10_000_000)
		require.LessOrEqual(t, math.Abs(f1), math.Abs(f0)/150+1e-11, c.act.Name)
		require.LessOrEqual(t, math.Abs(b1), math.Abs(b0)/150+1e-11, c.act.Name)
	}
}
