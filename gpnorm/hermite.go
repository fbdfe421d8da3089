package gpnorm

import (
	"fmt"
	"math"
)

const maxHermite = 1000

// Hermite computes the coefficients α_k = E[φ(g)·h_k(g)], k = 0…order ≤ 1000, in
// the orthonormal probabilists' Hermite polynomials h_k = He_k/√(k!). Then
// E φ² = Σα_k², E φ′² = Σk·α_k², and the correlation map of a layer is
// C(ρ) = Σα_k²ρᵏ.
func Hermite(a Activation, order int) ([]float64, error) {
	if err := a.check(); err != nil {
		return nil, fmt.Errorf("Hermite: %w", err)
	}
	if order < 0 || order > maxHermite {
		return nil, fmt.Errorf("Hermite: order %d, want 0 to %d", order, maxHermite)
	}
	what := make([]string, order+1)
	for k := range what {
		what[k] = fmt.Sprintf("φ·h_%d", k)
	}
	r, err := problem{
		what:  what,
		kinks: a.Breaks(),
		f: func(out [][]float64, x []float64) ([]float64, error) {
			a.Value(out[0], x)
			if err := finiteAt("φ", out[0], x); err != nil {
				return nil, err
			}
			raise(out, x)
			return nil, nil
		},
	}.expectations()
	if err != nil {
		return nil, fmt.Errorf("Hermite coefficients of %s: %w", a.Name, err)
	}
	return r.Value, nil
}

// raise fills out[k] with out[0]·h_k by the three-term recurrence
// √(k+1)·h_{k+1} = x·h_k − √k·h_{k−1}.
func raise(out [][]float64, x []float64) {
	for k := 1; k < len(out); k++ {
		up := 1 / math.Sqrt(float64(k))
		for i, t := range x {
			v := t * out[k-1][i]
			if k > 1 {
				v -= math.Sqrt(float64(k-1)) * out[k-2][i]
			}
			out[k][i] = v * up
		}
	}
}
