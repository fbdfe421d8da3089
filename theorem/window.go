package theorem

import (
	"fmt"
	"math"
)

// NormWindow returns the squared norms between which a norm is within a
// tolerance of 1: for s ≥ 0, |√s − 1| < tolerance if and only if lo < s < hi. They
// are (1 − tolerance)² and (1 + tolerance)²; a tolerance above 1 has a lo below 0,
// which nothing reaches.
func NormWindow(tolerance float64) (lo, hi float64) {
	short := 1 - tolerance
	return short * math.Abs(short), (1 + tolerance) * (1 + tolerance)
}

// checkWindow refuses a window that does not hold 1, where the mass is.
func checkWindow(lo, hi float64) error {
	if !(lo <= 1 && 1 <= hi) {
		return fmt.Errorf("squared norms from %v to %v, want a range that holds 1", lo, hi)
	}
	return nil
}
