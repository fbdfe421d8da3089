package theorem

import (
	"math"

	"bsnn/gpnorm"
)

// A rotatedChain is what the bounds for networks of rotated shortcuts need: the averages
// of one layer, which it shares with plain networks, at rates of any size, and the
// correctors C_l ∝ σ_l = β²·Σ_{j<L−l} κ′ʲ that take away what the length behind block l
// does to the gains of all later ones.
type rotatedChain struct {
	*chain
	aa, bb float64 // α², β²
	depth  int
	slope  float64 // κ′

	length *average // φ² − 1 − κ(h² − 1)
	gain   ladder   // φ′² − 1 + w(φ² − 1) − (s + wκ)(h² − 1), for w about 0 … s·largest

	sum, squares, largest float64 // of the σ_l
}

// mostRotated is how many of them an activation keeps, those that were asked for last.
const mostRotated = 8

func newRotatedChain(a gpnorm.Activation, r Rotated, depth int) (*rotatedChain, error) {
	c, err := chainFor(a)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r = r.settled()
	aa, bb := r.parts()
	for _, known := range c.rotated {
		if known.bb == bb && known.depth == depth {
			return known, nil
		}
	}
	out := &rotatedChain{chain: c, aa: aa, bb: bb, depth: depth, slope: r.slope(c.kappa)}
	out.length = c.forward.knots[len(c.forward.knots)-1]
	sigma := 0.0
	for range depth {
		out.sum += sigma
		out.squares += sigma * sigma
		out.largest = max(out.largest, sigma)
		sigma = out.bb + out.slope*sigma
	}
	end := c.s * out.largest
	pad := math.Abs(end) / 2
	out.gain = c.newLadder(1, min(0, end)-pad, max(0, end)+pad)
	c.rotated = append([]*rotatedChain{out}, c.rotated[:min(len(c.rotated), mostRotated-1)]...)
	return out, nil
}

// signed is a rate with a sign: the exponent of exp(n·rate·average).
func (c *rotatedChain) signed(s *average, n, rate float64, k int) float64 {
	return convexly(math.Abs(rate), func(i int) float64 { return s.exponent(c.shells, n, rate > 0, i, k) })
}

// convexly bounds a convex function of a rate with value 0 at 0, of which bounds at
// the rates of the table are known: by chords, of neighbours and from 0.
func convexly(at float64, known func(i int) float64) float64 {
	if at == 0 {
		return 0
	}
	next := 0
	for next < rates && rate(next) < at {
		next++
	}
	best := math.Inf(1)
	for i := next; i < rates; i++ {
		x := at / rate(i) * known(i)
		if !(x <= 4*best) || math.IsInf(x, 1) {
			break
		}
		best = min(best, x)
	}
	if 0 < next && next < rates {
		share := (at - rate(next-1)) / (rate(next) - rate(next-1))
		if x := (1-share)*known(next-1) + share*known(next); x < best { // not where it is no number
			best = x
		}
	}
	return best
}

// gainAt bounds the exponent of n·rate·(1/n)Σψ_w(hᵢ) for the ψ_w of the ladder.
func (c *rotatedChain) gainAt(n, rate, w float64, k int) float64 {
	l := c.gain
	if len(l.knots) == 1 {
		if w != l.lo {
			return math.Inf(1)
		}
		return c.signed(l.knots[0], n, rate, k)
	}
	x := (w - l.lo) / (l.hi - l.lo) * float64(len(l.knots)-1)
	i := min(max(int(x), 0), len(l.knots)-2)
	f := x - float64(i)
	if !(f >= 0 && f <= 1) {
		return math.Inf(1)
	}
	return convexly(math.Abs(rate), func(j int) (total float64) {
		if f < 1 { // or else 0 times what may be infinite
			total = (1 - f) * l.knots[i].exponent(c.shells, n, rate > 0, j, k)
		}
		if f > 0 {
			total += f * l.knots[i+1].exponent(c.shells, n, rate > 0, j, k)
		}
		return total
	})
}

// overScale minimises f over a positive scale, near the first guess: f falls and then
// rises as far as exponents are convex. Any scale gives a valid bound.
// Where f is no number it says nothing.
func overScale(guess float64, f func(x float64) float64) float64 {
	const golden = 0.6180339887498949
	lo, hi := math.Log(guess)-7, math.Log(guess)+4
	at := func(x float64) float64 {
		if y := f(math.Exp(x)); !math.IsNaN(y) {
			return y
		}
		return math.Inf(1)
	}
	a, b := hi-golden*(hi-lo), lo+golden*(hi-lo)
	fa, fb := at(a), at(b)
	best := min(fa, fb)
	for hi-lo > 0.01 {
		if fa <= fb { // also where both say nothing, which happens at large scales
			hi, b, fb = b, a, fa
			a = hi - golden*(hi-lo)
			fa = at(a)
		} else {
			lo, a, fa = a, b, fb
			b = lo + golden*(hi-lo)
			fb = at(b)
		}
		best = min(best, fa, fb)
	}
	return best
}
