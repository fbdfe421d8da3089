package gpnorm

import "math"

// Unbounded built-ins.

const one = 0x3ff0000000000000 // the bits of 1.0

// reluPair has no branch: the sign of a Gaussian argument is a coin that no
// predictor guesses.
func reluPair(x float64) (v, d float64) {
	b := math.Float64bits(x)
	negative := uint64(int64(b) >> 63)
	return max(x, 0), math.Float64frombits(one &^ negative)
}

func leakyPair(x float64, slopeBits uint64) (v, d float64) {
	negative := uint64(int64(math.Float64bits(x)) >> 63)
	d = math.Float64frombits(one&^negative | slopeBits&negative)
	return d * x, d
}

// eluPair needs no branch: max(x, 0) + exp(min(x, 0)) − 1 is exact for x > 0,
// where the exponential is 1.
func eluPair(x float64) (v, d float64) {
	d, em1 := exponential(min(x, 0))
	return max(x, 0) + em1, d
}

// The constants of SELU: the fixed point of mean 0 and variance 1 (Klambauer,
// Unterthiner, Mayr, Hochreiter 2017, arXiv 1706.02515), for its formula and
// for float64.
const (
	seluScale, seluAlpha = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"

	seluRight = 1.0507009873554804934193349852946             // slope for x > 0
	seluSlope = seluRight * 1.6732632423543772848170429916717 // … and at 0 from below, the largest
)

func seluPair(x float64) (v, d float64) {
	if x > 0 {
		return seluRight * x, seluRight
	}
	d, em1 := exponential(x)
	return seluSlope * em1, seluSlope * d
}

// geluPair is x·Φ(x) with the exact normal distribution function Φ.
func geluPair(x float64) (v, d float64) {
	c, density := normalWithDensity(x)
	return x * c, c + x*density
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

// mishPair is x·w with w = tanh(log(1 + exp x)): with e = exp(−|x|), w is
// (1+2e)/(1+2e+2e²) for x ≥ 0 and e(2+e)/(2+2e+e²) below.
func mishPair(x float64) (v, d float64) {
	e, _ := exponential(-math.Abs(x))
	if x >= 0 {
		r := 1 / (1 + 2*e*(1+e))
		w := (1 + 2*e) * r
		return x * w, w + x*(4*(1+e)*(e*r)*(e*r))
	}
	r := 1 / (2 + e*(2+e))
	w := e * (2 + e) * r
	return x * w, w + x*(4*(1+e)*e*(r*r))
}
