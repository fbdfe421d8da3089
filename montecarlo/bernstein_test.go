package montecarlo_test

import (
	"math"
	"testing"

	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestBernsteinSequenceRejectsBadInput(t *testing.T) {
	for _, c := range []struct{ lo, hi, alpha float64 }{
		{1, 1, 0.1}, {1, 0, 0.1}, {math.NaN(), 1, 0.1}, {0, math.Inf(1), 0.1}, {0, 1, 0}, {0, 1, 1}, {0, 1, math.NaN()},
	} {
		_, err := montecarlo.NewBernsteinSequence(c.lo, c.hi, c.alpha)
		require.Error(t, err, "%+v", c)
	}
	s, err := montecarlo.NewBernsteinSequence(0, 1, 0.1)
	require.NoError(t, err)
	before := *s
	for _, x := range []float64{-0.1, 1.1, math.NaN()} {
		require.ErrorContains(t, s.Add(x), "want a value in [0, 1]")
	}
	require.Equal(t, before, *s)
	lo, hi := s.Interval()
	require.Equal(t, [2]float64{0, 1}, [2]float64{lo, hi})
}

// bernsteinFromScratch is the intersection of the intervals after 1, 2, …
// observations, each from all of them.
func bernsteinFromScratch(ys []float64, alpha float64) (lo, hi float64) {
	lo, hi = 0, 1
	estimates := func(past []float64) (mean, variance float64) {
		mean, variance = 0.5, 0.25
		for i := range past {
			mean = 0.5
			for _, y := range past[:i+1] {
				mean += y
			}
			mean /= float64(i + 2)
			variance += (past[i] - mean) * (past[i] - mean)
		}
		return mean, variance / float64(len(past)+1)
	}
	for n := 1; n <= len(ys); n++ {
		weights, weighted, cost := 0.0, 0.0, 0.0
		for i := 1; i <= n; i++ {
			mean, variance := estimates(ys[:i-1])
			l := min(0.75, math.Sqrt(2*math.Log(2/alpha)/(variance*float64(i)*math.Log(1+float64(i)))))
			weights += l
			weighted += l * ys[i-1]
			cost += 4 * math.Pow(ys[i-1]-mean, 2) * (-math.Log(1-l) - l) / 4
		}
		radius := (math.Log(2/alpha) + cost) / weights
		lo, hi = max(lo, weighted/weights-radius), min(hi, weighted/weights+radius)
	}
	return lo, max(lo, hi)
}

func TestBernsteinSequenceMatchesRecomputation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alpha := math.Exp(rapid.Float64Range(-12, -1).Draw(t, "log alpha"))
		ys := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 25).Draw(t, "values")
		scale := rapid.Float64Range(0.01, 100).Draw(t, "scale")
		shift := rapid.Float64Range(-10, 10).Draw(t, "shift")
		s, err := montecarlo.NewBernsteinSequence(shift, shift+scale, alpha)
		require.NoError(t, err)
		mirrored, err := montecarlo.NewBernsteinSequence(-1, 0, alpha)
		require.NoError(t, err)
		was := [2]float64{math.Inf(-1), math.Inf(1)}
		for _, y := range ys {
			require.NoError(t, s.Add(min(shift+scale*y, shift+scale)))
			require.NoError(t, mirrored.Add(-y))
			lo, hi := s.Interval()
			require.True(t, was[0] <= lo && lo <= hi && hi <= was[1], "the interval only shrinks")
			was = [2]float64{lo, hi}
		}
		lo, hi := bernsteinFromScratch(ys, alpha)
		require.InDelta(t, shift+scale*lo, was[0], 1e-8*scale)
		require.InDelta(t, shift+scale*hi, was[1], 1e-8*scale)
		mLo, mHi := mirrored.Interval()
		require.InDelta(t, lo, -mHi, 1e-9)
		require.InDelta(t, hi, -mLo, 1e-9)
	})
}

// With hardly any variance the width falls like 1/n and not like 1/√n.
func TestBernsteinSequenceUsesSmallVariance(t *testing.T) {
	s, err := montecarlo.NewBernsteinSequence(0, 1, 1e-9)
	require.NoError(t, err)
	for i := range 10_000 {
		require.NoError(t, s.Add(0.3+1e-4*float64(i%2)))
	}
	lo, hi := s.Interval()
	require.True(t, lo < 0.30005 && 0.30005 < hi)
	require.Less(t, hi-lo, 0.01, "Hoeffding's is wider than 0.06")
}
