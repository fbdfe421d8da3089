package interval

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// From 0 the tails are half the moments of the normal law; the difference of
// two tails is the integral over the panel between them.
func TestGaussianTail(t *testing.T) {
	moment := 1.0
	for k := 0; k <= 10; k += 2 {
		z := GaussianTail(0, k)
		require.True(t, z.Contains(moment/2), "%d: %v", k, z)
		require.LessOrEqual(t, z.Width(), 1e-14*moment)
		moment *= float64(k + 1)
	}
	const n = 20
	m, x, w, point, whole := NewMoments(n), NewSeries(n), NewSeries(n), NewSeries(n), NewSeries(n)
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float64Range(0, 12).Draw(t, "a")
		k := rapid.IntRange(0, 9).Draw(t, "k")
		p, err := NewPanel(a, a+rapid.Float64Range(0.01, 0.2).Draw(t, "w"))
		require.NoError(t, err)
		m.Gaussian(p)
		p.Variable(x, w)
		point.PowInt(x, k)
		whole.PowInt(w, k)
		lo, hi := GaussianTail(p.Lo, k), GaussianTail(p.Hi, k)
		z := m.Integrate(point, whole, n)
		require.False(t, lo.Sub(hi).Intersect(z).IsEmpty(), "%v − %v, %v", lo, hi, z)
		require.LessOrEqual(t, lo.Width(), 1e-13*lo.Hi)
	})
	far := GaussianTail(50, 3)
	require.True(t, far.Lo == 0 && far.Hi > 0 && far.Hi < 1e-300, "%v", far)
}
