package gpnorm

// SlopeTolerance is how near 1 a computed slope of the length map counts as 1.
const SlopeTolerance = 1e-9

// A Trend says what layers do to a deviation of the length from 1, which each
// multiplies by the slope κ of the length map.
type Trend int

// The trends.
const (
	Fading  Trend = iota // κ < 1: deviations decay
	Summing              // κ = 1: they add up like a random walk
	Growing              // κ > 1: they grow in every layer
)

// TrendOf is the trend of a slope κ, which counts as 1 within SlopeTolerance.
func TrendOf(slope float64) Trend {
	switch {
	case slope < 1-SlopeTolerance:
		return Fading
	case slope <= 1+SlopeTolerance:
		return Summing
	}
	return Growing
}

// Trend is that of the slope.
func (p Profile) Trend() Trend { return TrendOf(p.Slope) }

// String returns the word.
func (t Trend) String() string { return [...]string{"fading", "summing", "growing"}[t] }
