package chart

import "math"

// RoundUp is the least of 1, 2 and 5 times a power of ten that is not below
// the positive number v.
func RoundUp(v float64) float64 {
	base := power(v)
	for _, factor := range []float64{1, 2, 5} {
		if factor*base >= v*(1-1e-9) {
			return factor * base
		}
	}
	return 10 * base
}

// RoundDown is the largest of 1, 2 and 5 times a power of ten that is not
// above the positive number v.
func RoundDown(v float64) float64 {
	base := power(v)
	for _, factor := range []float64{10, 5, 2} {
		if factor*base <= v*(1+1e-9) {
			return factor * base
		}
	}
	return base
}

// power is the largest power of ten that is not above v.
func power(v float64) float64 {
	return math.Pow(10, math.Floor(math.Log10(min(max(v, 1e-300), largest))))
}
