package quadrature

import "sync"

// Order is the number of abscissae of a panel. An integrand is given a multiple of
// them, panel after panel.
const Order = order

// Half is half the width of the panel whose abscissae x are.
func Half(x []float64) float64 {
	t := &legendre().x
	return (x[order-1] - x[0]) / (t[order-1] - t[0])
}

// Primitive sets dst[j] to the integral, from the first abscissa of a panel to
// abscissa j, of the polynomial through the values y at its Order abscissae. half
// is half the width of the panel.
func Primitive(dst, y []float64, half float64) {
	m := primitives()
	for j := range dst[:order] {
		sum := 0.0
		for k, v := range y[:order] {
			sum += m[j][k] * v
		}
		dst[j] = half * sum
	}
}

// primitives holds ∫ℓ_k from t_0 to t_j for the Lagrange polynomials ℓ_k of the
// nodes t, by the rule itself, which is exact for them.
var primitives = sync.OnceValue(func() *[order][order]float64 {
	r := legendre()
	var m [order][order]float64
	var s [order]float64
	for j := range order {
		r.nodes(s[:], r.x[0], r.x[j])
		for i, t := range s {
			for k := range order {
				m[j][k] += (r.x[j] - r.x[0]) / 2 * r.w[i] * r.lagrange(k, t)
			}
		}
	}
	return &m
})

// lagrange is the polynomial that is 1 at node k and 0 at the others.
func (r *rule) lagrange(k int, t float64) float64 {
	v := 1.0
	for i, u := range r.x {
		if i != k {
			v *= (t - u) / (r.x[k] - u)
		}
	}
	return v
}
