package chart

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// anyNumber favours what goes wrong.
var anyNumber = rapid.OneOf(rapid.Float64(), rapid.Float64Range(-10, 10),
	rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1), 1e-300, 1e300,
		math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64}))

// anyScale is a scale of either kind between any two numbers.
func anyScale(t *rapid.T) Scale {
	lo, hi := anyNumber.Draw(t, "lo"), anyNumber.Draw(t, "hi")
	if rapid.Bool().Draw(t, "close") {
		hi = lo * (1 + rapid.Float64Range(-1e-3, 1e-3).Draw(t, "closeness"))
	}
	if rapid.Bool().Draw(t, "log") {
		return Logarithmic(lo, hi)
	}
	return Linear(lo, hi)
}

// Whatever the ends, a scale runs upwards between two finite numbers, and
// values and places are translated into one another.
func TestScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScale(t)
		require.Less(t, s.Lo, s.Hi)
		require.False(t, math.IsInf(s.Hi-s.Lo, 0))
		require.Equal(t, 0.0, s.At(s.Lo))
		require.Equal(t, 1.0, s.At(s.Hi))
		f := rapid.Float64Range(0, 1).Draw(t, "place")
		require.InDelta(t, f, s.At(s.Value(f)), 1e-6)
		v, w := anyNumber.Draw(t, "value"), anyNumber.Draw(t, "other")
		if v <= w {
			require.LessOrEqual(t, s.At(v), s.At(w))
		}
		if !math.IsNaN(v) {
			at := s.At(v)
			require.Equal(t, min(max(at, 0), 1), s.At(s.Clamp(v)))
			require.Equal(t, s.At(v) < 0, s.Below(v))
		}
	})
}

func TestScaleOfNumbersThatAreNone(t *testing.T) {
	require.True(t, math.IsNaN(Linear(0, 1).At(math.NaN())))
	require.Equal(t, -farthest, Logarithmic(1, 10).At(0))
	require.Equal(t, farthest, Linear(0, 1).At(math.Inf(1)))
	require.Equal(t, Scale{Lo: -1, Hi: 1}, Linear(math.NaN(), 3))
	require.Equal(t, Scale{Lo: 3.5, Hi: 10.5}, Linear(7, 7))
}

func TestExtent(t *testing.T) {
	var e Extent
	require.Equal(t, Linear(-1, 1), e.Linear(0))
	require.Equal(t, Logarithmic(0.1, 10), e.Log())
	e.Add(math.NaN(), math.Inf(1), -2, 0, 0.3, 40)
	require.Equal(t, Scale{Lo: -2, Hi: 40}, e.Linear(0))
	require.Equal(t, Scale{Lo: -6.2, Hi: 44.2}, e.Linear(0.1))
	require.Equal(t, Scale{Lo: 0.2, Hi: 50, Log: true}, e.Log())
	lo, hi, any := e.Positive()
	require.Equal(t, [2]float64{0.3, 40}, [2]float64{lo, hi})
	require.True(t, any)
}

func TestRounding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(1e-290, 1e290).Draw(t, "v")
		up, down := RoundUp(v), RoundDown(v)
		require.True(t, down <= v*(1+1e-9) && v <= up*(1+1e-9), "%v: %v, %v", v, down, up)
		require.LessOrEqual(t, up, 2.6*down)
		for _, r := range []float64{up, down} {
			require.InEpsilon(t, r, RoundUp(r), 1e-9)
			require.InEpsilon(t, r, RoundDown(r), 1e-9)
		}
	})
	require.Equal(t, []float64{2, 5, 10, 0.1}, []float64{RoundUp(1.1), RoundUp(2.1), RoundUp(5.1), RoundUp(0.1)})
	require.Equal(t, []float64{1, 2, 5, 0.5}, []float64{RoundDown(1.9), RoundDown(4.9), RoundDown(9.9), RoundDown(0.51)})
}
