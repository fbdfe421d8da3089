package theorem

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"

	"bsnn/gpnorm"
)

// Aligned errors in wide networks have the factor that is predicted: the mean of 60
// networks is within 7 standard errors and 3 % of the limit.
func TestAlignedFactor(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	const n, depth, networks = 400, 4, 60
	for _, a := range []gpnorm.Activation{gpTanh, gpReLU, gpGELU} {
		p, err := gpnorm.Describe(a)
		require.NoError(t, err)
		for _, alignment := range []float64{1, 0.5} {
			var plain, turned []float64
			for range networks {
				plain = append(plain, alignedError(r, a, 1, alignment, n, depth))
				turned = append(turned, alignedError(r, a, 0.3, alignment, n, depth))
			}
			// A plain network of one layer more has as many factors.
			want, err := AlignedFactor(p, depth+1, alignment)
			require.NoError(t, err)
			requireNear(t, want, plain, a.Name+" plain")
			want, err = Rotated{0.3}.AlignedFactor(p, depth, alignment)
			require.NoError(t, err)
			requireNear(t, want, turned, a.Name+" rotated")
		}
	}
}

func requireNear(t *testing.T, want float64, sample []float64, what string) {
	t.Helper()
	mean := floats.Sum(sample) / float64(len(sample))
	slack := 7*deviation(sample)/math.Sqrt(float64(len(sample))) + 0.03*want
	require.InDelta(t, want, mean, slack, what)
}

// alignedError is the squared norm that an error of length 1 has in front of the network.
func alignedError(r *rand.Rand, a gpnorm.Activation, branch, alignment float64, n, depth int) float64 {
	return drawRotatedWith(r, a, branch, 1, n, depth, func(output []float64) []float64 { return aligned(r, output, alignment) }).ratio
}

// The cost by hand: ReLU has χ = 2 and κ = 1, so that the squared norm grows by ρ² in every
// layer; with β² = c/L it is bounded by 1 + 2cρ².
func TestAlignedFactorOfReLU(t *testing.T) {
	p, err := gpnorm.Describe(gpReLU)
	require.NoError(t, err)
	got, err := AlignedFactor(p, 101, 0.5)
	require.NoError(t, err)
	require.InDelta(t, 1+0.25*100, got, 1e-6)
	got, err = Rotated{1e-4}.AlignedFactor(p, 10_000, 1)
	require.NoError(t, err)
	require.InDelta(t, 3, got, 1e-3)
	_, err = AlignedFactor(p, 10, 1.5)
	require.ErrorContains(t, err, "alignment")
}
