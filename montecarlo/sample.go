package montecarlo

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
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

// Merge takes the observations of another sample.
func (s *Sample) Merge(o *Sample) {
	s.Moments.Merge(o.Moments)
	s.values = append(s.values, o.values...)
	s.sorted = false
}

// Quantile is the empirical p-quantile, linearly interpolated; NaN for an
// empty sample.
func (s *Sample) Quantile(p float64) float64 {
	if len(s.values) == 0 {
		return math.NaN()
	}
	if !s.sorted {
		slices.Sort(s.values)
		s.sorted = true
	}
	return stat.Quantile(p, stat.LinInterp, s.values, nil)
}

// Outside counts the observations with |x − centre| ≥ ε.
func (s *Sample) Outside(centre, epsilon float64) int {
	k := 0
	for _, v := range s.values {
		if math.Abs(v-centre) >= epsilon {
			k++
		}
	}
	return k
}
