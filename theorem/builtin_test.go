package theorem

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// Every built-in, as given and normalised, has moments at every width and
// shell, with variances that are non-negative and errors far below them.
func TestEveryBuiltinHasMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := builtin(rapid.SampledFrom(gpnorm.Names()).Draw(t, "name"))
		if rapid.Bool().Draw(t, "normalised") {
			n, err := gpnorm.Normalize(a)
			require.NoError(t, err)
			a = n.Activation
		}
		n := rapid.OneOf(rapid.IntRange(4, 80), rapid.IntRange(80, 10_000_000)).Draw(t, "n")
		q := rapid.Float64Range(0.05, 20).Draw(t, "q")
		m, err := SphereMoments(a, n, q)
		require.NoError(t, err)
		for _, x := range []Moments{m.Forward, m.Backward} {
			scale := x.Variance + x.Mean*x.Mean
			require.GreaterOrEqual(t, x.Variance, -1e-12*scale)
			require.GreaterOrEqual(t, x.AverageVariance, 0.0)
			require.LessOrEqual(t, x.AverageVariance, x.Variance+1e-12*scale)
			require.LessOrEqual(t, x.MeanError, 1e-11*x.Mean)
			require.LessOrEqual(t, x.VarianceError, 1e-9*scale)
		}
	})
}
