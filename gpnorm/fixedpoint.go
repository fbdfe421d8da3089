package gpnorm

import "math"

// A Stability says what iterating a map does to points near a fixed point.
type Stability int

// Attracting points draw their neighbours in, at a geometric rate when the
// slope is below 1 in magnitude, by a power law when it is 1. Repelling points
// lose them, on one side at least. Neutral ones leave them where they are.
const (
	Attracting Stability = iota
	Repelling
	Neutral
)

// String returns the word.
func (s Stability) String() string { return [...]string{"attracting", "repelling", "neutral"}[s] }

// A FixedPoint is a number that a map returns unchanged.
type FixedPoint struct {
	At, Slope float64
	Stability Stability
}

// stability judges a fixed point by its slope; when that is 1, by the drift of
// the map, f(x) − x, a little below and above.
func stability(slope, below, above float64) Stability {
	switch m := math.Abs(slope); {
	case m < 1-SlopeTolerance:
		return Attracting
	case m > 1+SlopeTolerance:
		return Repelling
	case below == 0 && above == 0:
		return Neutral
	case below >= 0 && above <= 0:
		return Attracting
	}
	return Repelling
}

// crossing bisects for a zero of f between lo and hi, where its signs differ.
func crossing(f func(float64) (float64, error), lo, hi float64) (float64, error) {
	low, err := f(lo)
	for err == nil {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi || hi-lo <= 0x1p-50*math.Abs(mid) {
			return mid, nil
		}
		var v float64
		if v, err = f(mid); err != nil {
			break
		}
		if (v > 0) == (low > 0) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return 0, err
}
