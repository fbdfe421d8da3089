package montecarlo

import (
	"math"
	"slices"
)

// A Sample keeps its observations, for quantiles and rates. The zero value
// is empty.
type Sample struct {
	Moments
	values []float64
	sorted bool
}

// NewSample is a sample of the given values, taken in order.
func NewSample(values []float64) *Sample {
	s := &Sample{values: make([]float64, 0, len(values))}
	for _, v := range values {
		s.Add(v)
	}
	return s
}

// Add takes one observation.
func (s *Sample) Add(x float64) {
	s.Moments.Add(x)
	s.values = append(s.values, x)
	s.sorted = false
}

// Quantile is the empirical p-quantile for 0 ≤ p ≤ 1, linearly interpolated
// between order statistics (type 7 of Hyndman, Fan 1996,
// doi:10.1080/00031305.1996.10473566: the median of an odd
// sample is its middle); NaN for an empty sample.
func (s *Sample) Quantile(p float64) float64 {
	if len(s.values) == 0 {
		return math.NaN()
	}
	if !s.sorted {
		slices.Sort(s.values)
		s.sorted = true
	}
	at := p * float64(len(s.values)-1)
	below := int(at)
	if below >= len(s.values)-1 {
		return s.values[len(s.values)-1]
	}
	lo, hi := s.values[below], s.values[below+1]
	if lo == hi { // also for infinities
		return lo
	}
	return lo + (at-float64(below))*(hi-lo)
}
