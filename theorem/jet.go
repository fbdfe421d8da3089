package theorem

import "math"

// A jet is E X(rg), g standard normal, on one shell, with its first two
// derivatives in η = log r, and E X(rg)².
//
// ∂_η moves from X to the normal density: E X(rg) has the derivatives E Xp₂,
// E Xp₄, E Xp₆ with p₂ = g² − 1, p₄ = g⁴ − 4g² + 1 and p₆ = g⁶ − 9g⁴ + 13g² − 1,
// each of mean 0. No smoothness of X is used.
type jet struct{ f0, f1, f2, square float64 }

// thirdDerivative is √E p₆(g)², rounded up: √E X(rg)² times it bounds the third
// derivative, by the inequality of Cauchy and Schwarz.
const thirdDerivative = 40.2

// supremum bounds E X over the cell of the given length in η below the shell, on
// which the third derivative is at most third: a parabola and a remainder.
func (x jet) supremum(step, third float64) float64 {
	top := max(x.f0, x.f0-x.f1*step+x.f2*step*step/2)
	if at := x.f1 / x.f2; x.f2 < 0 && at > 0 && at < step { // the vertex
		top = max(top, x.f0-x.f1*x.f1/(2*x.f2))
	}
	return top + step*step*step/6*third
}

// plus is the jet of X + times·Y; its square is not kept.
func (x jet) plus(y jet, times float64) jet {
	return jet{f0: x.f0 + times*y.f0, f1: x.f1 + times*y.f1, f2: x.f2 + times*y.f2, square: math.NaN()}
}

// jets of the function with the values x at the nodes, on every shell.
func (sh *shells) jets(x []float64) []jet {
	out := make([]jet, len(sh.scale))
	for i, r := range sh.scale {
		out[i] = sh.jet(x, sh.weight[i], r)
	}
	return out
}

// jet of the function with the values x at the nodes, whose weights on the
// shell r are given.
func (sh *shells) jet(x, weight []float64, r float64) (t jet) {
	inverse := 1 / (r * r)
	for j, w := range weight {
		c := w * x[j]
		g := sh.h[j] * sh.h[j] * inverse
		t.f0 += c
		t.f1 += c * (g - 1)
		t.f2 += c * (g*g - 4*g + 1)
		t.square += c * x[j]
	}
	return t
}
