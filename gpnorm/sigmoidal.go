package gpnorm

import "math"

// Bounded built-ins, and the identity.

func identityPair(x float64) (v, d float64) { return x, 1 }

// tanhPair uses sech² = 1 − tanh², except in the tails, where it cancels and
// 4e/(1+e)² with e = exp(−2|x|) does not. Gaussian arguments rarely get there.
func tanhPair(x float64) (v, d float64) {
	v = math.Tanh(x)
	if s := math.Abs(x); s > 3 {
		e := math.Exp(-2 * s)
		r := 1 / (1 + e)
		return v, 4 * e * r * r
	}
	return v, 1 - v*v
}

func erfPair(x float64) (v, d float64) {
	return math.Erf(x), 2 / math.SqrtPi * math.Exp(-x*x)
}

func sinPair(x float64) (v, d float64) { return math.Sincos(x) }

func sigmoidPair(x float64) (v, d float64) {
	v, e, r := logistic(x)
	return v, e * r * r
}

// logistic returns σ(x) = 1/(1 + exp(−x)) with e = exp(−|x|) and r = 1/(1+e), for
// which σ′ = e·r² keeps its relative precision in both tails. The choice
// between σ = r and σ = e·r by the sign of x is made without a branch.
func logistic(x float64) (v, e, r float64) {
	e = math.Exp(-math.Abs(x))
	r = 1 / (1 + e)
	negative := uint64(int64(math.Float64bits(x)) >> 63)
	return math.Float64frombits(one&^negative|math.Float64bits(e)&negative) * r, e, r
}
