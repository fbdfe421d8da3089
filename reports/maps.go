package reports

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// Maps say what layers of infinite width do to lengths and correlations, for
// the normalised function.
type Maps struct {
	Hermite                []Number     `json:"hermite"` // α_0, α_1, …, orthonormal
	LengthFixedPoints      []FixedPoint `json:"length_fixed_points"`
	EveryLengthFixed       bool         `json:"every_length_fixed"`
	LengthRange            Range        `json:"length_range"` // where fixed points were sought
	CorrelationFixedPoints []FixedPoint `json:"correlation_fixed_points"`
	EveryCorrelationFixed  bool         `json:"every_correlation_fixed"`
	LayersUntil            LayersUntil  `json:"layers_until"`
}

// A FixedPoint of a map, with its slope there.
type FixedPoint struct {
	At        Number `json:"at"`
	Slope     Number `json:"slope"`
	Stability string `json:"stability"`
}

// LayersUntil says after how many layers two inputs of a correlation are
// closer than a distance 1 − ρ.
type LayersUntil struct {
	Correlation Number `json:"correlation"`
	Distance    Number `json:"distance"`
	Layers      Number `json:"layers"` // null if it never happens
	Limit       Number `json:"limit"`  // what the correlation tends to
}

const hermiteOrder = 7 // highest order that a card shows

// NewMaps computes the maps of a normalised function: the number of layers is
// for two inputs of the given correlation to come within the distance. It takes
// seconds for functions with several kinks or high frequencies, and fails with a
// *gpnorm.CostError where it would take minutes.
func NewMaps(n gpnorm.Normalized, correlation, distance float64) (*Maps, error) {
	if loss := n.A * math.Sqrt(n.RawProfile.SecondMoment.Value); loss > 1e6 {
		return nil, fmt.Errorf("rounding drowns them: a·f + b loses about %.0f digits", math.Log10(loss))
	}
	c, err := gpnorm.Correlation(n.Activation, 1)
	if err != nil {
		return nil, err
	}
	return newMaps(n, c, correlation, distance)
}

func newMaps(n gpnorm.Normalized, correlations *gpnorm.CorrelationMap, correlation, distance float64) (*Maps, error) {
	m := &Maps{}
	alpha, err := gpnorm.Hermite(n.Activation, hermiteOrder)
	if err != nil {
		return nil, err
	}
	for _, a := range alpha {
		m.Hermite = append(m.Hermite, Number(a))
	}
	const lo, hi = 1.0 / 64, 64
	lengths, err := gpnorm.LengthFixedPoints(n.Activation, lo, hi)
	if err != nil {
		return nil, err
	}
	m.LengthRange = Range{lo, hi}
	m.LengthFixedPoints, m.EveryLengthFixed = fixedPoints(lengths.Points), lengths.Every
	points, every, err := correlations.FixedPoints()
	if err != nil {
		return nil, err
	}
	m.CorrelationFixedPoints, m.EveryCorrelationFixed = fixedPoints(points), every
	layers, err := correlations.LayersUntil(correlation, distance)
	if err != nil {
		return nil, err
	}
	m.LayersUntil = LayersUntil{Number(correlation), Number(distance), Number(layers.Count), Number(layers.Limit)}
	if layers.Never {
		m.LayersUntil.Layers = Number(math.Inf(1))
	}
	return m, nil
}

func fixedPoints(points []gpnorm.FixedPoint) []FixedPoint {
	out := []FixedPoint{}
	for _, p := range points {
		out = append(out, FixedPoint{Number(p.At), Number(p.Slope), p.Stability.String()})
	}
	return out
}
