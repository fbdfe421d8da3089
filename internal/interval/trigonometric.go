package interval

import "math"

// Sin encloses the sine: the bounds at the endpoints, and ±1 where a turning
// point may lie between them.
func Sin(x Interval) Interval {
	z := Interval{min(sinDown(x.Lo), sinDown(x.Hi)), max(sinUp(x.Lo), sinUp(x.Hi))}
	if x.IsEmpty() || x.IsPoint() || x.isTame(reduced) {
		return z
	}
	return quadrantsOf(x).stretch(z, 1)
}

// Cos encloses the cosine in the same way.
func Cos(x Interval) Interval {
	z := Interval{min(cosDown(x.Lo), cosDown(x.Hi)), max(cosUp(x.Lo), cosUp(x.Hi))}
	if x.IsEmpty() || x.IsPoint() {
		return z
	}
	return quadrantsOf(x).stretch(z, 0)
}

// Tan encloses the tangent: the whole line when a pole may lie inside.
func Tan(x Interval) Interval {
	if x.IsEmpty() {
		return x
	}
	if hasPole(x) {
		return Entire()
	}
	return Interval{tanAt(x.Lo).Lo, tanAt(x.Hi).Hi}
}

func tanAt(x float64) Interval {
	p := Interval{x, x}
	return Sin(p).Div(Cos(p))
}

// hasPole reports whether an odd multiple of π/2 may be a member. No float64
// is one.
func hasPole(x Interval) bool {
	if x.IsPoint() {
		return false
	}
	q := quadrantsOf(x)
	return !q.known || q.passes(1) || q.passes(3)
}

func sinDown(x float64) float64 {
	if x == 0 {
		return 0
	}
	if math.Abs(x) <= reduced {
		s := stepDown(math.Sin(x), stepsSin)
		if x < 0 {
			s = max(s, x)
		}
		return s
	}
	return max(-1, addDown(math.Sin(x), -absTrig))
}

func sinUp(x float64) float64 { return -sinDown(-x) }

func cosDown(x float64) float64 {
	if math.IsInf(x, 0) {
		return math.NaN()
	}
	if math.Abs(x) <= reduced {
		if x == 0 {
			return 1
		}
		return stepDown(math.Cos(x), stepsCos)
	}
	return max(-1, addDown(math.Cos(x), -absTrig))
}

func cosUp(x float64) float64 {
	if math.Abs(x) <= reduced {
		if x == 0 {
			return 1
		}
		return min(1, stepUp(math.Cos(x), stepsCos))
	}
	return min(1, addUp(math.Cos(x), absTrig))
}

// quadrants lists the k for which an interval may meet [kπ/2, (k+1)π/2).
type quadrants struct {
	first, last int64
	known       bool // false: too large to tell
}

// maxReduced bounds the arguments whose quadrant is determined.
const maxReduced = 0x1p50

func quadrantsOf(x Interval) quadrants {
	if !x.isTame(maxReduced) {
		return quadrants{}
	}
	return quadrants{quadrant(x.Lo, -1), quadrant(x.Hi, 1), true}
}

// quadrant is ⌊2x/π⌋, or its neighbour in direction side when 2x/π is so
// near an integer that the two cannot be told apart. The product is formed
// to 2⁻¹⁰⁵|x| ≤ 2⁻⁵⁵.
func quadrant(x, side float64) int64 {
	p := float64(x * twoOverPiHead)
	e := math.FMA(x, twoOverPiHead, -p) + float64(x*twoOverPiTail)
	k := math.Floor(p)
	const doubt = 0x1p-48
	f := (p - k) + e + side*doubt
	return int64(k) + int64(math.Floor(f))
}

// passes reports whether a multiple kπ/2 with k ≡ phase modulo 4 may lie
// beyond the lower end and not beyond the upper.
func (q quadrants) passes(phase int64) bool {
	k := q.first + 1
	return k+((phase-k)%4+4)%4 <= q.last
}

// stretch widens z by the maximum 1, taken at k ≡ top modulo 4, and the
// minimum −1, half a turn away.
func (q quadrants) stretch(z Interval, top int64) Interval {
	if !q.known {
		return Interval{-1, 1}
	}
	if q.passes(top) {
		z.Hi = 1
	}
	if q.passes(top + 2) {
		z.Lo = -1
	}
	return z
}

// isTame reports whether both endpoints are at most limit in magnitude.
func (x Interval) isTame(limit float64) bool {
	return math.Abs(x.Lo) <= limit && math.Abs(x.Hi) <= limit
}
