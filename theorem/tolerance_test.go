package theorem

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
)

// The inverse question has the answer from which the question leads back, for the
// limit law and for what is proven.
func TestTolerancesInvertWidths(t *testing.T) {
	const confidence = 0.9
	for _, a := range []gpnorm.Activation{gpTanh, gpReLU} {
		p, err := gpnorm.Describe(a)
		require.NoError(t, err)
		for _, c := range []struct{ width, depth int }{{500, 24}, {60_000, 6}, {300, 1}} {
			law, err := ToleranceByLimitLaw(p, c.width, c.depth, confidence)
			require.NoError(t, err)
			f, err := ForwardDepthLaw(p, c.width, c.depth)
			require.NoError(t, err)
			require.InDelta(t, 1-confidence, f.NormOutside(law.Forward), 1e-4)
			back, err := WidthByLimitLaw(p, c.depth, law.Forward, confidence)
			require.NoError(t, err)
			require.InEpsilon(t, c.width, back.Forward, 1e-2)
			if c.depth == 1 {
				require.Zero(t, law.Backward, "‖d⁽¹⁾‖/‖d⁽¹⁾‖ is 1")
			} else {
				b, err := BackwardDepthLaw(p, c.width, c.depth)
				require.NoError(t, err)
				require.InDelta(t, 1-confidence, b.NormOutside(law.Backward), 1e-4)
			}

			proven, err := ToleranceByBound(a, c.width, c.depth, confidence)
			require.NoError(t, err)
			for i, x := range []float64{proven.Forward, proven.Backward} {
				s := []Statement{Definition1Forward(), Definition1Backward()}[i]
				if math.IsNaN(x) {
					x = mostTolerance
					lo, hi := NormWindow(x)
					b, err := s.Bound(a, c.width, c.depth, lo, hi)
					require.NoError(t, err)
					require.Greater(t, b.Probability, 1-confidence, "%s at width %d, depth %d", a.Name, c.width, c.depth)
					continue
				}
				require.GreaterOrEqual(t, x, []float64{law.Forward, law.Backward}[i])
				if x > 0 {
					lo, hi := NormWindow(x)
					b, err := s.Bound(a, c.width, c.depth, lo, hi)
					require.NoError(t, err)
					require.LessOrEqual(t, b.Probability, 1-confidence+1e-12)
				}
			}
			if c.width == 60_000 {
				require.Less(t, proven.Forward, 0.2)
				require.Less(t, proven.Backward, 0.5)
			}
		}
	}
	p, err := gpnorm.Describe(gpTanh)
	require.NoError(t, err)
	none, err := ToleranceByLimitLaw(p, 50, 2000, confidence)
	require.NoError(t, err)
	require.True(t, math.IsNaN(none.Backward), "gradients vanish or explode")
	require.Less(t, none.Forward, 0.5, "signals do not")
	_, err = ToleranceByLimitLaw(p, 50, 2, 1)
	require.ErrorContains(t, err, "confidence 1")
	_, err = ToleranceByBound(gpTanh, 3, 2, 0.9)
	require.Error(t, err)
}
