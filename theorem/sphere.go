package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// A coordinate is the law of u₁ = √(nq)·sin θ for u uniform on the sphere of
// radius √(nq) in ℝⁿ: θ has density ∝ cosⁿ⁻²θ on [−π/2, π/2]. In θ the law is
// smooth at every n ≥ 2, and its width 1/√n is known in advance.
type coordinate struct {
	n      int
	radius float64
}

// reach is the number of standard deviations 1/√(n−2) of θ beyond which the
// law has no mass in float64: cosⁿ⁻²θ ≤ exp(−(n−2)θ²/2) is below 1e-36 there.
const reach = 13

// angle returns the θ up to which u₁ must be integrated.
func (c coordinate) angle() float64 {
	return min(math.Pi/2, reach/math.Sqrt(float64(c.n-2)))
}

// weight returns cosⁿ⁻²θ given sin θ.
func (c coordinate) weight(sin float64) float64 {
	return math.Exp(float64(c.n-2) / 2 * math.Log1p(-sin*sin))
}

// images returns the positive θ at which |u₁| is the size of a kink.
func (c coordinate) images(kinks []float64) []float64 {
	var list []float64
	for _, k := range kinks {
		if s := math.Abs(k) / c.radius; s < 1 {
			list = append(list, math.Asin(s))
		}
	}
	return list
}

// breaks returns the positive θ where a panel should end: the kinks, and the
// standard deviations between which the law changes scale.
func (c coordinate) breaks(kinks []float64) []float64 {
	sd := 1 / math.Sqrt(float64(c.n-2))
	return append(c.images(kinks), 2*sd, 4.5*sd, 7.5*sd)
}

// mass is ∫cosᵐθ dθ over [0, π/2].
func mass(m int) float64 {
	x := float64(m)
	a, _ := math.Lgamma((x + 1) / 2)
	b, _ := math.Lgamma(x/2 + 1)
	return math.Sqrt(math.Pi) / 2 * math.Exp(a-b)
}

// zonal evaluates the polynomials orthonormal under the law of s = sin θ, the
// Gegenbauer polynomials of index (n−2)/2, by their three-term recurrence
// s·p_k = β_{k+1}p_{k+1} + β_k p_{k−1}.
type zonal struct{ inverse, ratio []float64 }

func newZonal(n, degree int) zonal {
	z := zonal{make([]float64, degree), make([]float64, degree)}
	previous := 0.0
	for k := 1; k <= degree; k++ {
		x, m := float64(k), float64(n)
		beta := math.Sqrt(x * (x + m - 3) / ((2*x + m - 2) * (2*x + m - 4)))
		z.inverse[k-1], z.ratio[k-1] = 1/beta, previous/beta
		previous = beta
	}
	return z
}

// even sets dst[j] = p_{2j+2}(s) for every j the degree allows.
func (z zonal) even(dst []float64, s float64) {
	below, p := 0.0, 1.0
	for k := range z.inverse {
		below, p = p, s*z.inverse[k]*p-z.ratio[k]*below
		if k%2 == 1 {
			dst[k/2] = p
		}
	}
}

// equator returns λ_k = p_k(0)/p_k(1) for even k ≥ 2, times n−1:
// (−1)^{k/2}·3·5⋯(k−1)/((n+1)(n+3)⋯(n+k−3)). By the Funk–Hecke formula the mean of
// p_k over the equator u ⟂ e is λ_k·p_k(e), whence
// Cov(f(u₁), f(u₂)) = Σλ_k·a_k² with a_k = E f p_k.
func equator(n, k int) float64 {
	p := -1.0
	for j := 4; j <= k; j += 2 {
		p *= -float64(j-1) / float64(n+j-3)
	}
	return p
}

func checkLayer(a gpnorm.Activation, n int, q float64) error {
	if a.Value == nil || a.Deriv == nil {
		return fmt.Errorf("activation %q lacks Value or Deriv", a.Name)
	}
	if n < MinWidth {
		return fmt.Errorf("width %d, want at least %d", n, MinWidth)
	}
	if !(q > 0) || math.IsInf(q, 1) {
		return fmt.Errorf("squared length per neuron q = %v, want a positive finite number", q)
	}
	return nil
}
