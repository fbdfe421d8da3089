package montecarlo

import (
	"fmt"
	"math"
)

// A BernsteinSequence is a confidence sequence for the mean of a quantity
// with values in a known interval, narrow where the variance is small.
//
// It is the empirical-Bernstein sequence with predictable plug-in weights
// (Waudby-Smith, Ramdas 2024, arXiv 2010.09686, theorem 2): with values scaled to [0, 1],
// weights λ_t in [0, 1) and estimates μ̂_t that depend on the past only,
// exp(Σλ_t(x_t − μ) − Σ(x_t − μ̂_{t−1})²(−log(1−λ_t) − λ_t)) is a non-negative
// supermartingale that starts at 1, and so is the one with the sign of
// x_t − μ changed. Proven: the interval holds μ at all times at once with
// probability at least 1 − α, for every law on the support, if each
// observation has expectation μ given the past.
//
// It needs no claim, and its ends are in closed form. A [MeanTest] is sharper
// about its claim, above all when the mean is near an end of the support.
type BernsteinSequence struct {
	min, max, log float64 // log(2/α)

	count          int
	sum, sumSq     float64 // Σx_t, Σ(x_t − μ̂_t)², scaled
	weights        float64 // Σλ_t
	weighted, cost float64 // Σλ_t·x_t, Σ(x_t − μ̂_{t−1})²(−log(1−λ_t) − λ_t)
	lo, hi         float64 // of all times so far, scaled
}

// largestWeight keeps log(1 − λ) moderate; the source suggests ½ or ¾.
const largestWeight = 0.75

// NewBernsteinSequence is a sequence for values in [lo, hi] with error
// probability at most alpha, at least 1e-300 and below 1.
func NewBernsteinSequence(lo, hi, alpha float64) (*BernsteinSequence, error) {
	if !(lo < hi) || math.IsInf(hi-lo, 0) {
		return nil, fmt.Errorf("support [%v, %v]; want two finite numbers, the smaller first", lo, hi)
	}
	if err := checkPlan(alpha, 1); err != nil {
		return nil, err
	}
	return &BernsteinSequence{min: lo, max: hi, log: math.Log(2 / alpha), hi: 1}, nil
}

// Add takes the next observation, in constant time. One outside the support
// is an error and changes nothing.
func (s *BernsteinSequence) Add(x float64) error {
	if !(x >= s.min && x <= s.max) {
		return fmt.Errorf("observation %d is %v; want a value in [%v, %v]", s.count+1, x, s.min, s.max)
	}
	y := (x - s.min) / (s.max - s.min)
	n := float64(s.count)
	mean, variance := (0.5+s.sum)/(n+1), (0.25+s.sumSq)/(n+1)
	weight := math.Min(largestWeight, math.Sqrt(2*s.log/(variance*(n+1)*math.Log(n+2))))
	s.weights += weight
	s.weighted += weight * y
	s.cost += (y - mean) * (y - mean) * (-math.Log1p(-weight) - weight)

	s.count++
	s.sum += y
	after := (0.5 + s.sum) / (n + 2)
	s.sumSq += (y - after) * (y - after)

	centre, radius := s.weighted/s.weights, (s.log+s.cost)/s.weights
	s.lo, s.hi = math.Max(s.lo, centre-radius), math.Min(s.hi, centre+radius)
	return nil
}

// Interval is the intersection of the intervals of all times so far: it holds
// the mean with probability at least 1 − α, at all times at once.
func (s *BernsteinSequence) Interval() (lo, hi float64) {
	width := s.max - s.min
	return s.min + width*s.lo, s.min + width*math.Max(s.lo, s.hi)
}
