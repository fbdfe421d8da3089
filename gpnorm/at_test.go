package gpnorm_test

import (
	"math"
	"testing"

	"bsnn/gpnorm"

	"github.com/stretchr/testify/require"
)

// The separation is 1 − C(1 − d) for the correlation map C, times E φ².
func TestSeparationAgreesWithCorrelation(t *testing.T) {
	for _, name := range []string{"tanh", "gelu", "relu", "selu"} {
		a, err := gpnorm.Lookup(name)
		require.NoError(t, err)
		c, err := gpnorm.Correlation(a, 1)
		require.NoError(t, err)
		p, err := gpnorm.Describe(a)
		require.NoError(t, err)
		for _, d := range []float64{2, 1.5, 1, 0.3, 0.1, 1e-2, 1e-4, 1e-8} {
			got, err := gpnorm.Separation(a, d)
			require.NoError(t, err)
			rho, err := c.At(1 - d)
			require.NoError(t, err)
			want := (1 - rho.Value) * p.SecondMoment.Value
			require.InDelta(t, want, got, 1e-9*want+1e-15, "%s at distance %v", name, d)
		}
	}
	_, err := gpnorm.Separation(gpnorm.Activation{}, 1)
	require.Error(t, err)
	tanh, _ := gpnorm.Lookup("tanh")
	for _, d := range []float64{-1e-9, 2.1, math.NaN()} {
		_, err := gpnorm.Separation(tanh, d)
		require.Error(t, err)
	}
}

// E ReLU(m + σg)² and its derivative's are known.
func TestActivationAt(t *testing.T) {
	relu, err := gpnorm.Lookup("relu")
	require.NoError(t, err)
	const m, sd = 0.4, 1.7
	p, err := gpnorm.Describe(relu.At(m, sd))
	require.NoError(t, err)
	above := math.Erfc(-m/sd/math.Sqrt2) / 2
	density := math.Exp(-m*m/(2*sd*sd)) / math.Sqrt(2*math.Pi)
	require.InDelta(t, (m*m+sd*sd)*above+m*sd*density, p.SecondMoment.Value, 1e-12)
	require.InDelta(t, sd*sd*above, p.DerivSecondMoment.Value, 1e-12)
	require.InDelta(t, m*above+sd*density, p.Mean.Value, 1e-12)
}
