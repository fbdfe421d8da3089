package gpnorm_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// The Gaussian–Poincaré inequality, and the closeness of E f′ and E[gf] that it
// rests on, for any mixture.
func TestGaussianPoincare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawMixture(t, false)
		p, err := gpnorm.Describe(f)
		require.NoError(t, err)
		variance := p.SecondMoment.Value - p.Mean.Value*p.Mean.Value
		slack := 1e-13 * (p.SecondMoment.Value + p.DerivSecondMoment.Value)
		require.LessOrEqual(t, variance, p.DerivSecondMoment.Value+slack, "Var f ≤ E f′²")
		require.GreaterOrEqual(t, variance, p.DerivMean.Value*p.DerivMean.Value-slack, "Var f ≥ (E f′)²")
		require.LessOrEqual(t, p.SecondMoment.Error, 1e-12*p.SecondMoment.Value)
	})
}

// Parseval with a two-sided bound on the truncation: the tail Σ_{k>K} α_k² is at
// least 0 and at most (E f′² − Σ_{k≤K} k·α_k²)/(K+1).
func TestParseval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawMixture(t, false)
		order := rapid.IntRange(0, 60).Draw(t, "order")
		p, err := gpnorm.Describe(f)
		require.NoError(t, err)
		alpha, err := gpnorm.Hermite(f, order)
		require.NoError(t, err)
		require.Len(t, alpha, order+1)
		var mass, energy float64
		for k, a := range alpha {
			mass += a * a
			energy += float64(k) * a * a
		}
		second, dsecond := p.SecondMoment.Value, p.DerivSecondMoment.Value
		slack := 1e-12 * (second + dsecond)
		require.LessOrEqual(t, mass, second+slack)
		require.LessOrEqual(t, energy, dsecond+slack)
		require.LessOrEqual(t, second-mass, (dsecond-energy)/float64(order+1)+slack)
		require.InDelta(t, p.Mean.Value, alpha[0], slack+1e-13)
		if order > 0 {
			require.InDelta(t, p.DerivMean.Value, alpha[1], slack+1e-13, "Stein: α₁ = E f′")
		}
	})
}

// For an entire function the series is complete at order 40: Σα_k² = Σk·α_k² = 1.
func TestParsevalConverges(t *testing.T) {
	n := normalized(t, "sin")
	alpha, err := gpnorm.Hermite(n.Activation, 40)
	require.NoError(t, err)
	var mass, energy, slope float64
	for k, a := range alpha {
		mass += a * a
		energy += float64(k) * a * a
		if k >= 2 { // κ − 1 = E[φφ″] = Σ √((k+1)(k+2))·α_k·α_{k+2}
			slope += math.Sqrt(float64(k*(k-1))) * a * alpha[k-2]
		}
	}
	require.InDelta(t, 1, mass, 1e-13)
	require.InDelta(t, 1, energy, 1e-13)
	require.InDelta(t, n.Roots[n.Chosen].Slope-1, slope, 1e-12)
}

// Closed forms for a power, whose moments are (2k−1)!!. φ = x² − 1 = √2·h₂.
func TestProfileOfASquare(t *testing.T) {
	p, err := gpnorm.Describe(square.Affine(1, -1))
	require.NoError(t, err)
	for _, c := range []struct {
		what      string
		want, got float64
	}{
		{"E φ", 0, p.Mean.Value},
		{"E φ²", 2, p.SecondMoment.Value},
		{"E φ′", 0, p.DerivMean.Value},
		{"E φ′²", 4, p.DerivSecondMoment.Value},
		{"κ = E 2g²(g²−1)", 4, p.Slope},
		{"c_b = E 4g²(g²−1)", 8, p.DerivSlope},
		{"V_f = 60 − 4 − 32", 24, p.ForwardVariance},
		{"V_b = 3·48 − 3·16 − 32", 64, p.BackwardVariance},
		{"C = E 4g²(g²−1)² − 8 − 32", 0, p.Cross},
	} {
		require.InDelta(t, c.want, c.got, 1e-12*100, c.what)
	}
	require.False(t, p.Normalized(1e-6))
}

var square = gpnorm.Activation{
	Name:  "x^2",
	Value: func(dst, x []float64) { each(dst, x, func(v float64) float64 { return v * v }) },
	Deriv: func(dst, x []float64) { each(dst, x, func(v float64) float64 { return 2 * v }) },
}
