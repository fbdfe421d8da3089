package gpnorm_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/integrate/quad"

	"bsnn/gpnorm"
)

// orthant is P(u > a, v > b) for standard normal u, v of correlation ρ, by the
// derivative in ρ, which is their density at (a, b) (Plackett 1954,
// doi:10.1093/biomet/41.3-4.351).
func orthant(a, b, rho float64) float64 {
	density := func(t float64) float64 {
		sin, cos := math.Sincos(t)
		return math.Exp(-(a*a-2*sin*a*b+b*b)/(2*cos*cos)) / (2 * math.Pi)
	}
	sum := math.Erfc(a/math.Sqrt2) * math.Erfc(b/math.Sqrt2) / 4
	end := math.Asin(rho)
	const panels = 40
	for i := range panels {
		lo, hi := end*float64(i)/panels, end*float64(i+1)/panels
		sum += math.Copysign(1, hi-lo) * quad.Fixed(density, math.Min(lo, hi), math.Max(lo, hi), 16, nil, 0)
	}
	return sum
}

// φ = relu(x − a) + relu(x − b) has C′(ρ) = Σ P(u > kᵢ, v > kⱼ)/E φ², whatever
// the distance of the kinks; and the series meets the arcs at ±0.9.
func TestCorrelationOfKinks(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	slowUnderRace(t)
	for _, kinks := range [][2]float64{{0.7, 0.7}, {-0.4, 0.5}, {0.3, 0.4}} {
		e, err := gpnorm.Parse("relu(x-a) + relu(x-b)", map[string]string{"a": format(kinks[0]), "b": format(kinks[1])})
		require.NoError(t, err)
		p, err := gpnorm.Describe(e.Activation())
		require.NoError(t, err)
		m := correlation(t, e.Activation(), 1)
		for _, rho := range []float64{-0.9999, -0.97, -0.905, -0.5, 0.2, 0.85, 0.905, 0.95, 0.99, 0.9999, 0.999999} {
			want := 0.
			for _, k := range kinks {
				want += orthant(k, kinks[0], rho) + orthant(k, kinks[1], rho)
			}
			got, err := m.Slope(rho)
			require.NoError(t, err)
			require.InDelta(t, want/p.SecondMoment.Value, got, 1e-10, "kinks %v: C′(%v)", kinks, rho)
		}
		for _, seam := range []float64{-0.9, 0.9} {
			inside, err := m.At(seam)
			require.NoError(t, err)
			outside, err := m.At(seam * (1 + 1e-13))
			require.NoError(t, err)
			require.InDelta(t, inside.Value, outside.Value, 2e-12, "kinks %v at %v", kinks, seam)
		}
	}
}
