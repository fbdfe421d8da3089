package interval

import "math"

// The turning points of sin(x)/x beyond 0 lie between the first two, where it is
// −0.21723362…, and beyond the third, 0.12837455… at most.
const (
	sincFalls, sincRises, sincWaves = 4.4934, 4.4935, 7.725
	sincLeast, sincMost             = -0.2172337, 0.1283746
)

// Sinc encloses sin(x)/x, 1 at 0.
func Sinc(x Interval) Interval {
	if x.IsEmpty() {
		return x
	}
	x = x.Abs()
	z := Empty()
	if x.Lo <= sincFalls {
		z = Interval{sincAt(min(x.Hi, sincFalls)).Lo, sincAt(x.Lo).Hi}
	}
	if x.Lo <= sincRises && x.Hi > sincFalls {
		z = z.Hull(Interval{sincLeast, sincLeast + 1e-6})
	}
	if x.Lo <= sincWaves && x.Hi > sincRises {
		z = z.Hull(Interval{sincAt(max(x.Lo, sincRises)).Lo, sincAt(min(x.Hi, sincWaves)).Hi})
	}
	if x.Hi > sincWaves {
		far := Interval{max(x.Lo, sincWaves), x.Hi}
		z = z.Hull(Sin(far).Div(far).Intersect(Interval{-sincMost, sincMost}))
	}
	return z
}

func sincAt(x float64) Interval {
	if x == 0 {
		return Interval{1, 1}
	}
	p := Interval{x, x}
	z := Sin(p).Div(p)
	below := Interval{1, 1}.Sub(p.Sqr().Div(Interval{6, 6})) // 1 − x²/6
	return Interval{max(z.Lo, below.Lo), min(1, z.Hi)}
}

// Tri encloses the triangle wave of period 4 that is x on [−1, 1] and 2 − x on [1, 3]:
// exactly, as long as the ends are below 2⁵⁰.
func Tri(x Interval) Interval {
	if x.IsEmpty() {
		return x
	}
	if !x.isTame(maxReduced) || x.Hi-x.Lo >= 4 {
		return Interval{-1, 1}
	}
	a, b := TriAt(x.Lo), TriAt(x.Hi)
	z := Interval{min(a, b), max(a, b)}
	if holdsResidue(x, 1) {
		z.Hi = 1
	}
	if holdsResidue(x, -1) {
		z.Lo = -1
	}
	return z
}

// TriAt is the triangle wave at x, exactly: no operation rounds.
func TriAt(x float64) float64 {
	r := math.Remainder(x, 4)
	switch {
	case r > 1:
		return 2 - r
	case r < -1:
		return -2 - r
	}
	return r
}

// holdsResidue reports whether a member is r modulo 4, r = ±1, for a tame x.
func holdsResidue(x Interval, r float64) bool {
	return 4*math.Ceil((x.Lo-r)/4)+r <= x.Hi
}
