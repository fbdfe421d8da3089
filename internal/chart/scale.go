package chart

import "math"

// A Scale maps values to places on an axis: 0 at Lo and 1 at Hi. An axis may
// run from large to small.
type Scale struct {
	Lo, Hi float64
	Log    bool // logarithmic; both ends are positive
}

// farthest is how many lengths of the axis a value may lie beyond its ends;
// those that are farther off are put there.
const farthest = 1e4

// Numbers are not told apart beyond largest, so that the difference of any two
// of them is finite, nor where they differ by less than smallest.
const (
	largest  = 1e300
	smallest = 1e-280
)

// Linear is the scale between two numbers. Where there is nothing between them, or
// less than labels can tell apart, it is wider.
func Linear(lo, hi float64) Scale {
	lo, hi = min(max(lo, -largest), largest), min(max(hi, -largest), largest)
	if math.IsNaN(lo) || math.IsNaN(hi) {
		return Scale{Lo: -1, Hi: 1}
	}
	lo, hi = min(lo, hi), max(lo, hi)
	if size := max(-lo, hi); !(hi-lo > 1e-4*size && hi-lo > smallest) {
		middle, room := lo/2+hi/2, max(1, size/2)
		lo, hi = middle-room, middle+room
	}
	return Scale{Lo: lo, Hi: hi}
}

// Logarithmic is the scale between two positive numbers. Where there is nothing
// between them it is wider.
func Logarithmic(lo, hi float64) Scale {
	lo, hi = min(max(lo, smallest), largest), min(max(hi, smallest), largest)
	if math.IsNaN(lo) || math.IsNaN(hi) {
		return Scale{Lo: 0.1, Hi: 10, Log: true}
	}
	lo, hi = min(lo, hi), max(lo, hi)
	if !(hi > lo*(1+1e-4)) {
		lo, hi = lo/2, lo*2
	}
	return Scale{Lo: lo, Hi: hi, Log: true}
}

// At is the place of a value: NaN for NaN, and for values at or below zero on a
// logarithmic scale far below it.
func (s Scale) At(v float64) float64 {
	var f float64
	switch {
	case !s.Log:
		f = (v - s.Lo) / (s.Hi - s.Lo)
	case v <= 0:
		f = -farthest
	default:
		f = (math.Log(v) - math.Log(s.Lo)) / (math.Log(s.Hi) - math.Log(s.Lo))
	}
	return min(max(f, -farthest), farthest)
}

// Value is the value at a place.
func (s Scale) Value(at float64) float64 {
	if s.Log {
		return math.Exp((1-at)*math.Log(s.Lo) + at*math.Log(s.Hi))
	}
	return (1-at)*s.Lo + at*s.Hi
}

// Below says that a value lies beyond the first end, Above beyond the last;
// neither is true of NaN.
func (s Scale) Below(v float64) bool { return s.At(v) < 0 }

// Above says that a value lies beyond the last end.
func (s Scale) Above(v float64) bool { return s.At(v) > 1 }

// Clamp puts a value that lies beyond an end onto it.
func (s Scale) Clamp(v float64) float64 {
	switch {
	case s.Below(v):
		return s.Lo
	case s.Above(v):
		return s.Hi
	}
	return v
}
