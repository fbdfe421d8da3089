package montecarlo

import "math"

// Moments accumulates count, mean, variance and range of a sample in one
// pass (Welford 1962, doi:10.1080/00401706.1962.10490022). The zero value is an empty sample.
type Moments struct {
	Count    int
	Mean     float64
	sumSq    float64 // Σ(x − mean)²
	Min, Max float64
}

// Add takes one observation.
func (m *Moments) Add(x float64) {
	if m.Count == 0 {
		m.Min, m.Max = x, x
	}
	m.Count++
	d := x - m.Mean
	m.Mean += d / float64(m.Count)
	m.sumSq += d * (x - m.Mean)
	m.Min, m.Max = math.Min(m.Min, x), math.Max(m.Max, x)
}

// Merge takes the observations of another sample (Chan, Golub, LeVeque
// 1983). Up to rounding, merging is associative and commutative; for equal
// bits merge in a fixed order.
func (m *Moments) Merge(o Moments) {
	switch {
	case o.Count == 0:
		return
	case m.Count == 0:
		*m = o
		return
	}
	n := float64(m.Count + o.Count)
	d := o.Mean - m.Mean
	m.sumSq += o.sumSq + d*d*float64(m.Count)*float64(o.Count)/n
	m.Mean += d * float64(o.Count) / n
	m.Count += o.Count
	m.Min, m.Max = math.Min(m.Min, o.Min), math.Max(m.Max, o.Max)
}

// Variance is the unbiased sample variance, NaN for fewer than two
// observations.
func (m Moments) Variance() float64 {
	if m.Count < 2 {
		return math.NaN()
	}
	return m.sumSq / float64(m.Count-1)
}

// SD is the square root of Variance.
func (m Moments) SD() float64 { return math.Sqrt(m.Variance()) }
