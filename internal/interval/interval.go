package interval

import (
	"fmt"
	"math"
)

// An Interval is the set of real numbers x with Lo ≤ x ≤ Hi. An infinite
// endpoint means that the set is unbounded on that side; ±∞ itself is never
// a member. The empty set has two NaN endpoints, and every operation on it
// returns it. The zero value is the single number 0.
type Interval struct{ Lo, Hi float64 }

// Point is the interval that holds x alone. A NaN gives the empty set, and
// an infinity the unbounded interval beyond the largest float64.
func Point(x float64) Interval { return New(x, x) }

// New is the interval from lo to hi: the empty set when lo > hi or either is
// NaN.
func New(lo, hi float64) Interval {
	if !(lo <= hi) {
		return Empty()
	}
	return Interval{min(lo, math.MaxFloat64), max(hi, -math.MaxFloat64)}
}

// Entire is the whole real line: nothing is known.
func Entire() Interval { return Interval{math.Inf(-1), math.Inf(1)} }

// Empty is the empty set: the result of a function none of whose arguments
// lies in its domain.
func Empty() Interval { return Interval{math.NaN(), math.NaN()} }

// IsEmpty reports whether x is the empty set.
func (x Interval) IsEmpty() bool { return x.Lo != x.Lo }

// IsPoint reports whether x holds exactly one number.
func (x Interval) IsPoint() bool { return x.Lo == x.Hi }

// IsBounded reports whether x is non-empty with two finite endpoints.
func (x Interval) IsBounded() bool { return x.Lo-x.Lo == 0 && x.Hi-x.Hi == 0 }

// Contains reports whether v is a member.
func (x Interval) Contains(v float64) bool {
	return x.Lo <= v && v <= x.Hi && !math.IsInf(v, 0)
}

// ContainsInterval reports whether y is a subset of x.
func (x Interval) ContainsInterval(y Interval) bool {
	return y.IsEmpty() || x.Lo <= y.Lo && y.Hi <= x.Hi
}

// Width is an upper bound of Hi − Lo: 0 for a point, NaN for the empty set.
func (x Interval) Width() float64 { return addUp(x.Hi, -x.Lo) }

// Mid is a float64 inside x near its middle: 0 for the whole line, the
// largest finite number on the side where x is unbounded, NaN for the empty
// set.
func (x Interval) Mid() float64 {
	switch {
	case x.Lo == -x.Hi:
		return 0
	case math.IsInf(x.Lo, 0):
		return -math.MaxFloat64
	case math.IsInf(x.Hi, 0):
		return math.MaxFloat64
	}
	if m := (x.Lo + x.Hi) / 2; m >= x.Lo && m <= x.Hi {
		return m
	}
	return x.Lo/2 + x.Hi/2
}

// Magnitude is the largest |v| over the members v.
func (x Interval) Magnitude() float64 { return max(-x.Lo, x.Hi) }

// Mignitude is the smallest |v| over the members v.
func (x Interval) Mignitude() float64 {
	if x.IsEmpty() {
		return x.Lo
	}
	return max(x.Lo, -x.Hi, 0)
}

// Hull is the smallest interval that contains both x and y.
func (x Interval) Hull(y Interval) Interval {
	if x.IsEmpty() {
		return y
	}
	if y.IsEmpty() {
		return x
	}
	return Interval{min(x.Lo, y.Lo), max(x.Hi, y.Hi)}
}

// Intersect is the set of the numbers in both x and y.
func (x Interval) Intersect(y Interval) Interval {
	return New(max(x.Lo, y.Lo), min(x.Hi, y.Hi))
}

// String prints the endpoints with the digits that identify them.
func (x Interval) String() string {
	if x.IsEmpty() {
		return "[empty]"
	}
	return fmt.Sprintf("[%v, %v]", x.Lo, x.Hi)
}
