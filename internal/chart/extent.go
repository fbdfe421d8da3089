package chart

import "math"

// An Extent is the range of the finite numbers that were added. The zero value
// is empty.
type Extent struct {
	lo, hi   float64
	positive float64 // the least number above zero
	any      bool
}

// Add takes in numbers; NaN and the infinities are left out.
func (e *Extent) Add(values ...float64) {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		if !e.any {
			e.lo, e.hi, e.any = v, v, true
		}
		e.lo, e.hi = min(e.lo, v), max(e.hi, v)
		if v > 0 && (e.positive == 0 || v < e.positive) {
			e.positive = v
		}
	}
}

// Linear is the scale that shows all numbers, with some room: a share of
// their range on both sides.
func (e Extent) Linear(room float64) Scale {
	if !e.any {
		return Linear(-1, 1)
	}
	s := Linear(e.lo, e.hi)
	length := s.Hi - s.Lo
	return Linear(s.Lo-room*length, s.Hi+room*length)
}

// Log is the logarithmic scale that shows all positive numbers, between round
// ends; it spans a factor of more than two.
func (e Extent) Log() Scale {
	if e.positive == 0 {
		return Logarithmic(0.1, 10)
	}
	lo, hi := RoundDown(e.positive*0.99), RoundUp(e.hi*1.01)
	if hi <= lo*2 {
		lo, hi = lo/2, hi*2
	}
	return Logarithmic(lo, hi)
}

// Positive is the range of the positive numbers, false if there is none.
func (e Extent) Positive() (lo, hi float64, any bool) { return e.positive, e.hi, e.positive > 0 }
