package actplot

import (
	"math"

	"bsnn/gpnorm"
)

// Maps are the two maps of the normalised function φ. A point at which a map
// returns an error is left out of the picture.
type Maps struct {
	Length      func(q float64) (float64, error)   // Q(q) = E φ(√q·g)², q ≥ 0
	Correlation func(rho float64) (float64, error) // C(ρ) = E φ(u)φ(v) for standard normal u, v of correlation ρ
}

// hermiteOrder is the order at which SeriesMaps cuts off the Hermite series.
const hermiteOrder = 200

// SeriesMaps computes Q by quadrature and C from the Hermite series C(ρ) =
// Σα_k²ρᵏ. What the series lacks of C(1) = E φ² = 1 is added to the last term,
// so that C(1) is exact and the error elsewhere is at most that remainder: far
// below a pixel, about 1e-4 for functions with kinks.
func SeriesMaps(n gpnorm.Normalized) (Maps, error) {
	alpha, err := gpnorm.Hermite(n.Activation, hermiteOrder)
	if err != nil {
		return Maps{}, err
	}
	squares, rest := make([]float64, len(alpha)), 1.0
	for k, a := range alpha {
		squares[k] = a * a
		rest -= a * a
	}
	squares[hermiteOrder] += math.Max(rest, 0)
	return Maps{
		Length: func(q float64) (float64, error) { return gpnorm.LengthMap(n.Activation, q) },
		Correlation: func(rho float64) (float64, error) {
			sum := 0.0
			for k := hermiteOrder; k >= 0; k-- {
				sum = sum*rho + squares[k]
			}
			return sum, nil
		},
	}, nil
}
