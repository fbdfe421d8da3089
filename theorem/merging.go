package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/words"
)

// A Merging is how wide networks of a normalised function bring all inputs together: after
// l layers two of them have 1 − ρ ≈ Scale/lᵖ, whatever their correlation was (asymptotic, in
// the width first and then in l).
//
// With C(1) = C′(1) = 1 a distance d = 1 − ρ becomes d − A·dˢ in one layer. Where φ′ has
// no jumps, A = E φ″²/2 and s = 2, so p = 1 and the scale is β = 2/E φ″². Jumps of φ′ by
// J at points k give A = (2/3)ΣJ²γ(k)/√π and s = 3/2, γ the normal density, so p = 2
// and the scale is 9π/(ΣJ²γ(k))²: 9π²/2 for ReLU.
type Merging struct {
	Scale float64
	Power int // p, 1 or 2
}

// Distance is 1 − ρ after so many layers.
func (m Merging) Distance(layers float64) float64 {
	return m.Scale / math.Pow(layers, float64(m.Power))
}

// Layers is after how many layers 1 − ρ is below a distance.
func (m Merging) Layers(distance float64) float64 {
	return math.Ceil(math.Pow(m.Scale/distance, 1/float64(m.Power)))
}

// String is the law as a formula.
func (m Merging) String() string {
	if m.Power == 1 {
		return fmt.Sprintf("1 − ρ ≈ %s/l", words.Number(m.Scale, 4))
	}
	return fmt.Sprintf("1 − ρ ≈ %s/l²", words.Number(m.Scale, 4))
}

// smallDistance is where the drop of a distance is compared with a power of it.
const smallDistance = 1e-8

// MergingOf is the law of a normalised function, which p describes. It fails for a
// function that is not normalised, and for ±x, which keeps all angles.
func MergingOf(a gpnorm.Activation, p gpnorm.Profile) (Merging, error) {
	if !p.Normalized(NormalizedTolerance) {
		return Merging{}, fmt.Errorf("%s is not normalised: E φ² = %.6g, E φ′² = %.6g; the law is that of normalised functions", a.Name,
			p.SecondMoment.Value, p.DerivSecondMoment.Value)
	}
	// ½E(φ′(u) − φ′(v))² = 1 − C′ is d·E φ″², or √d·ΣJ²γ(k)/√π plus terms of order d.
	spread := func(d float64) (float64, error) {
		e, err := gpnorm.ExpectPairs(a, d, 1, func(out [][]float64, p *gpnorm.Pairs) {
			for i, s := range p.SlopeU {
				out[0][i] = (s - p.SlopeV[i]) * (s - p.SlopeV[i]) / 2
			}
		})
		if err != nil {
			return 0, err
		}
		return e[0], nil
	}
	near, err := spread(smallDistance)
	if err != nil {
		return Merging{}, err
	}
	far, err := spread(4 * smallDistance)
	if err != nil {
		return Merging{}, err
	}
	switch {
	case near <= 1e-10*smallDistance:
		return Merging{}, fmt.Errorf("%s is ±x, which keeps all angles", a.Name)
	case far > 3*near:
		curvature := (4*near - far/4) / (3 * smallDistance) // E φ″², the term of order d² taken away
		return Merging{2 / curvature, 1}, nil
	}
	jumps := math.Sqrt(math.Pi) * (2*near - far/2) / math.Sqrt(smallDistance)
	return Merging{9 * math.Pi / (jumps * jumps), 2}, nil
}
