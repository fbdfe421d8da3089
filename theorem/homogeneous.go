package theorem

import (
	"math"

	"bsnn/gpnorm"
)

// homogeneous says whether φ(rt) = rφ(t) for r > 0, as of ReLU: no kink but at 0, and
// two slopes. It is looked at in some points.
func homogeneous(a gpnorm.Activation) bool {
	for _, k := range a.Breaks() {
		if k != 0 {
			return false
		}
	}
	up, down := valueAt(a, 1), -valueAt(a, -1)
	for x := 1e-3; x < 40; x *= 1.37 {
		if !(math.Abs(valueAt(a, x)-up*x) <= 1e-12*x*math.Abs(up) && math.Abs(valueAt(a, -x)+down*x) <= 1e-12*x*math.Abs(down)) {
			return false
		}
	}
	return valueAt(a, 0) == 0
}

// multiplied bounds P(q_l ∉ (lo, hi) for some l ≤ layers+1) for independent equally
// distributed q_{l+1}/q_l of mean 1 and the variance, q₁ = 1: with Var q_{L+1} =
// (1 + v)ᴸ − 1, by Doob's inequality for the submartingale (q_l − 1)².
func multiplied(variance float64, layers int, lo, hi float64) tail {
	near := min(hi-1, 1-lo)
	p := math.Expm1(float64(layers)*math.Log1p(variance)) / (near * near)
	if !(p < 1) {
		return certain
	}
	return tail{p, Chebyshev}
}
