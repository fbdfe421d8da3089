package gpnorm

import "math"

// Unbounded built-ins.

const one = 0x3ff0000000000000 // the bits of 1.0

// reluPair has no branch: the sign of a Gaussian argument is a coin that no
// predictor guesses.
func reluPair(x float64) (v, d float64) {
	b := math.Float64bits(x)
	negative := uint64(int64(b) >> 63)
	return math.Float64frombits(b &^ negative), math.Float64frombits(one &^ negative)
}

func leakyPair(x float64, slopeBits uint64) (v, d float64) {
	negative := uint64(int64(math.Float64bits(x)) >> 63)
	d = math.Float64frombits(one&^negative | slopeBits&negative)
	return d * x, d
}

// eluPair takes the function from Expm1 where it is small and from Exp where its
// derivative is.
func eluPair(x float64) (v, d float64) {
	switch {
	case x > 0:
		return x, 1
	case x > -0.5:
		v = math.Expm1(x)
		return v, v + 1
	}
	d = math.Exp(x)
	return d - 1, d
}

// The constants of SELU: the fixed point of mean 0 and variance 1 (Klambauer,
// Unterthiner, Mayr, Hochreiter 2017).
const (
	seluScale = 1.0507009873554804934193349852946
	seluAlpha = 1.6732632423543772848170429916717
)

func seluPair(x float64) (v, d float64) {
	if x > 0 {
		return seluScale * x, seluScale
	}
	v, d = eluPair(x)
	return seluScale * seluAlpha * v, seluScale * seluAlpha * d
}

// geluPair is x·Φ(x) with the exact normal distribution function Φ.
func geluPair(x float64) (v, d float64) {
	c := 0.5 * math.Erfc(-x/math.Sqrt2)
	return x * c, c + x*invSqrt2Pi*math.Exp(-x*x/2)
}

func siluPair(x float64) (v, d float64) {
	s, e, r := logistic(x)
	return x * s, s + x*e*r*r
}

// softplusPair is log(1 + exp x), whose derivative is the logistic function.
func softplusPair(x float64) (v, d float64) {
	d, e, _ := logistic(x)
	return max(x, 0) + log1p(e), d
}

// log1p is log(1+e) for 0 ≤ e ≤ 1 to full relative precision, several times
// faster than math.Log1p: the rounding of u = 1+e cancels in log(u)·e/(u−1)
// (Kahan's observation; Higham, Accuracy and Stability, section 1.14.1).
func log1p(e float64) float64 {
	u := 1 + e
	if u == 1 {
		return e
	}
	return math.Log(u) * (e / (u - 1))
}
