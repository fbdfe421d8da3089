package theorem

import "math"

// alignments describe the squares a_l, a bound on each of which follows from
// the next one up: √a_{l−1} = |m√a_l + ξ| with |m| ≤ mixing and ξ centred and
// sub-Gaussian with proxy noise; the first is the square of such a ξ with
// proxy start, or given.
type alignments struct {
	layers               int
	mixing, noise, start float64
	given                float64 // NaN unless the first is known
}

// threshold is a bound on Σa_l that fails with probability at most
// exp(−level).
//
// For a sub-Gaussian ξ, E exp(B(x + ξ)²) ≤ (1 − 2Bv)^{−1/2}exp(Bx²/(1 − 2Bv)): write
// the square as a Gaussian mean of exponentials of ξ. From the bottom up, the
// coefficient B of a_{l−1} becomes t + Bm²/(1 − 2Bv) of a_l.
func (a alignments) threshold(level float64) float64 {
	best := math.Inf(1)
	largest := 1 / (2 * max(a.noise, a.start, 1e-300))
	for f := 0.9; f > 1e-9; f *= 0.6 {
		if x := a.at(f*largest, level); x < best {
			best = x
		} else if !math.IsInf(x, 1) {
			break
		}
	}
	return best
}

func (a alignments) at(t, level float64) float64 {
	b, log, ok := a.lift(t)
	if !ok {
		return math.Inf(1)
	}
	if !math.IsNaN(a.given) {
		return (log + b*a.given + level) / t
	}
	rest := 1 - 2*b*a.start
	if !(rest > 0) {
		return math.Inf(1)
	}
	return (log - math.Log(rest)/2 + level) / t
}

// lift carries the coefficient t of every a_l up to that of the first, and adds up
// the logarithms of what the noise contributes.
func (a alignments) lift(t float64) (b, log float64, ok bool) {
	if a.noise == 0 { // every layer passes on the same part of x·y
		return t * geometric(a.mixing*a.mixing, a.layers), 0, true
	}
	b = t
	product := 1.0 // of the factors whose logarithms are still to be taken
	for l := range a.layers - 1 {
		rest := 1 - 2*b*a.noise
		if !(rest > 0) {
			return 0, 0, false
		}
		next := t + b*a.mixing*a.mixing/rest
		if next == b { // and so it is in every layer to come
			log -= float64(a.layers-1-l) * math.Log(rest) / 2
			break
		}
		if product *= rest; product < 1e-100 {
			log -= math.Log(product) / 2
			product = 1
		}
		b = next
	}
	return b, log - math.Log(product)/2, true
}
