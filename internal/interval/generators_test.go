package interval

import (
	"math"

	"pgregory.net/rapid"
)

// anyFloat draws finite numbers: small whole numbers, moderate ones, any bit
// pattern, and the extremes.
func anyFloat() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.Map(rapid.IntRange(-20, 20), func(n int) float64 { return float64(n) }),
		rapid.Float64Range(-10, 10),
		rapid.Map(rapid.Uint64(), func(b uint64) float64 {
			x := math.Float64frombits(b)
			if x-x != 0 {
				return 0.1
			}
			return x
		}),
		rapid.SampledFrom([]float64{0, tiny, -tiny, 3 * tiny, 0x1p-1022, 0x1p-969, -0x1p-960, 0x1p-500, 0x1p500,
			math.MaxFloat64, -math.MaxFloat64, 1, -1, 1 - unit, 1 + 2*unit, math.MaxFloat64 / 2}),
	)
}

// anyInterval draws points and bounded and unbounded intervals.
func anyInterval() *rapid.Generator[Interval] {
	return rapid.Custom(func(t *rapid.T) Interval {
		a := anyFloat().Draw(t, "a")
		switch rapid.IntRange(0, 9).Draw(t, "shape") {
		case 0, 1:
			return Point(a)
		case 2:
			return Interval{a, math.Inf(1)}
		case 3:
			return Interval{math.Inf(-1), a}
		case 4:
			return Interval{a, stepUp(a, 3)}.Intersect(Interval{-math.MaxFloat64, math.MaxFloat64})
		}
		b := anyFloat().Draw(t, "b")
		return Interval{min(a, b), max(a, b)}
	})
}

// within draws intervals inside [lo, hi], narrow and wide, and points.
func within(lo, hi float64) *rapid.Generator[Interval] {
	return rapid.Custom(func(t *rapid.T) Interval {
		f := rapid.Float64Range(lo, hi)
		a := f.Draw(t, "a")
		switch rapid.IntRange(0, 3).Draw(t, "shape") {
		case 0:
			return Point(a)
		case 1:
			return Interval{a, min(hi, a+math.Exp2(-30*rapid.Float64Range(0, 1).Draw(t, "w"))*(hi-a)/4)}
		}
		b := f.Draw(t, "b")
		return Interval{min(a, b), max(a, b)}
	})
}

// membersOf draws finite members of x, its ends among them.
func membersOf(t *rapid.T, x Interval) []float64 {
	lo, hi := max(x.Lo, -math.MaxFloat64), min(x.Hi, math.MaxFloat64)
	v := []float64{lo, hi, x.Mid()}
	for range 4 {
		f := rapid.Float64Range(0, 1).Draw(t, "f")
		v = append(v, min(hi, max(lo, lo*(1-f)+hi*f)))
	}
	for _, c := range []float64{0, tiny, -tiny, 1, anyFloat().Draw(t, "c")} {
		if x.Contains(c) {
			v = append(v, c)
		}
	}
	return v
}

// partOf draws a subset of x.
func partOf(t *rapid.T, x Interval) Interval {
	v := membersOf(t, x)
	a := rapid.SampledFrom(v).Draw(t, "sub a")
	b := rapid.SampledFrom(v).Draw(t, "sub b")
	return Interval{min(a, b), max(a, b)}
}
