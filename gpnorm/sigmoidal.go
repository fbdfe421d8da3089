package gpnorm

import "math"

// Bounded built-ins, and the identity.

func identityPair(x float64) (v, d float64) { return x, 1 }

// tanhPair is (1−e)/(1+e) and 4e/(1+e)² with e = exp(−2|x|); both keep their
// relative precision everywhere, since 1−e comes from the exponential uncancelled.
func tanhPair(x float64) (v, d float64) {
	e, em1 := exponential(-2 * math.Abs(x))
	r := 1 / (1 + e)
	return math.Copysign(em1*r, x), 4 * e * (r * r)
}

func erfPair(x float64) (v, d float64) { return erfWithDensity(x) }

func sinPair(x float64) (v, d float64) { return math.Sincos(x) }

func sigmoidPair(x float64) (v, d float64) {
	v, e, r := logistic(x)
	return v, e * r * r
}

// logistic returns σ(x) = 1/(1 + exp(−x)) with e = exp(−|x|) and r = 1/(1+e), for
// which σ′ = e·r² keeps its relative precision in both tails. The choice
// between σ = r and σ = e·r by the sign of x is made without a branch.
func logistic(x float64) (v, e, r float64) {
	e, _ = exponential(-math.Abs(x))
	r = 1 / (1 + e)
	negative := uint64(int64(math.Float64bits(x)) >> 63)
	return math.Float64frombits(one&^negative|math.Float64bits(e)&negative) * r, e, r
}
