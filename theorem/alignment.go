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
	b, log := t, 0.0 // b of the lowest, then of the next
	for range a.layers - 1 {
		rest := 1 - 2*b*a.noise
		if !(rest > 0) {
			return math.Inf(1)
		}
		log -= math.Log(rest) / 2
		b = t + b*a.mixing*a.mixing/rest
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
