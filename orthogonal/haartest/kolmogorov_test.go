package haartest

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The tail equals the count of all orderings of two small samples.
func TestPathTailCountsOrderings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := rapid.IntRange(1, 6).Draw(t, "m"), rapid.IntRange(1, 6).Draw(t, "n")
		d := rapid.IntRange(1, m*n+1).Draw(t, "d")
		total, reached := 0, 0
		for set := range 1 << (m + n) {
			i, j, hit := 0, 0, false
			for bit := range m + n {
				if set>>bit&1 == 1 {
					i++
				} else {
					j++
				}
				hit = hit || i <= m && j <= n && abs(i*n-j*m) >= d
			}
			if i == m {
				total++
				if hit {
					reached++
				}
			}
		}
		require.InDelta(t, float64(reached)/float64(total), pathTail(m, n, d), 1e-14)
	})
}

// Known values: complete separation of samples of 3 and 5 has probability 2
// in 56; the tail is below Massart's bound with the constant of one sample.
func TestTwoSampleKnownValues(t *testing.T) {
	d, p := twoSample([]float64{1, 2, 3}, []float64{4, 5, 6, 7, 8})
	require.Equal(t, 1.0, d)
	require.InDelta(t, 2.0/56, p, 1e-15)
	d, p = twoSample([]float64{1, 1, 1}, []float64{1, 1})
	require.Zero(t, d)
	require.Equal(t, 1.0, p)
	// SciPy 1.10: ks_2samp(range(10), [3.5, 7.5, 8.5, 20, 30], method="exact")
	d, p = twoSample([]float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, []float64{3.5, 7.5, 8.5, 20, 30})
	require.InDelta(t, 0.6, d, 1e-15)
	require.InDelta(t, 0.16583416583416583, p, 1e-12)

	tail := pathTail(200, 4000, 200*4000*3/10)
	require.Less(t, tail, 2*math.Exp(-2*0.09*200*4000/4200.0))
	require.Greater(t, tail, 1e-18)
}

// Large samples use a bound that is larger than the exact value.
func TestTwoSampleBoundIsConservative(t *testing.T) {
	rng := rand.New(rand.NewPCG(replay.Seed(t), 0))
	x, y := make([]float64, 300), make([]float64, 700)
	for i := range x {
		x[i] = rng.NormFloat64() + 0.3
	}
	for i := range y {
		y[i] = rng.NormFloat64()
	}
	d, exact := twoSample(x, y)
	c := d / (1/math.Sqrt(300) + 1/math.Sqrt(700))
	require.GreaterOrEqual(t, math.Min(1, 4*math.Exp(-2*c*c)), exact)
	big := make([]float64, maxPaths/700+1)
	copy(big, x)
	d, p := twoSample(big, y)
	require.Greater(t, d, 0.3)
	require.Less(t, p, 1e-6)
}

// The law of an entry: known quantiles in the plane and in space, where an
// entry is the cosine of a uniform angle and uniform.
func TestEntryLaw(t *testing.T) {
	for w := -1.0; w <= 1; w += 0.125 {
		require.InDelta(t, 1-math.Acos(w)/math.Pi, entryLaw(2)(w), 1e-12)
		require.InDelta(t, (1+w)/2, entryLaw(3)(w), 1e-12)
	}
	require.InDelta(t, 0.05, entryTail(3, 1-0.95*0.95), 1e-12, "P(|w| ≥ 0.95)")
}

func TestOneSampleAndCoin(t *testing.T) {
	uniform := func(x float64) float64 { return x }
	d, p := oneSample([]float64{0.9, 0.8, 0.7, 0.6}, uniform)
	require.InDelta(t, 0.6, d, 1e-15)
	require.InDelta(t, 2*math.Exp(-2*4*0.36), p, 1e-15)
	d, p = fairCoin(0, 20)
	require.Equal(t, 0.5, d)
	require.InDelta(t, 0x1p-19, p, 1e-18)
	_, p = fairCoin(10, 20)
	require.Equal(t, 1.0, p)
	_, p = fairCoin(200, 200)
	require.InEpsilon(t, 0x1p-199, p, 1e-9)
}
