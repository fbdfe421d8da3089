package theorem

import "math"

// shellSupremum is the largest q(1 + κ(q−1)) over q in the window: qf is that in the mean.
func (c *rotatedChain) shellSupremum(k int) float64 {
	at := func(q float64) float64 { return q * (1 + c.kappa*(q-1)) }
	w := windows[k]
	best := max(at(w.lo), at(w.hi), 0)
	if c.kappa < 0 {
		if vertex := (1 - c.kappa) / (-2 * c.kappa); vertex > w.lo && vertex < w.hi {
			best = max(best, at(vertex))
		}
	}
	return best
}

// lengths bounds the exponent of ±n·rate·Σ_j w_j ξ_j over the blocks, where
// ξ_j = q_{j+1} − 1 − κ′(q_j − 1), w_j = top·ratioʲ and 0 < ratio ≤ 1, while the lengths
// stay in window k.
//
// In a block ±ξ = ±β²·(1/n)Σψ(hᵢ) ± 2αβ√(qf)·ω with ω a coordinate of a uniform unit
// vector and f = 1 + κ(q−1) + (1/n)Σψ(hᵢ): E exp(2αβ√(qf)nτω) ≤ exp(2α²β²nτ²qf).
func (c *rotatedChain) lengths(n, rate float64, positive bool, k int, top, ratio float64) float64 {
	v := 2 * c.aa * c.bb * rate * rate * top * top
	turned := n * v * c.shellSupremum(k) * geometric(ratio*ratio, c.depth)
	// The average has the rates w_j(±own + w_j·v·q). Its exponent is convex and 0 at 0, so
	// that the sum over j is at most Σw_j times the largest of the bracket's.
	average := 0.0
	own := c.bb * rate * top
	if positive {
		average = c.signed(c.length, n, own+v*windows[k].hi, k)
	} else {
		average = max(c.signed(c.length, n, -own, k), c.signed(c.length, n, -own+v*windows[k].hi, k))
	}
	return turned + average*geometric(ratio, c.depth)
}

// weights are top and ratio of lengths: the q_{L+1} − 1 that is Σ_j κ′^{L−j}ξ_j.
func (c *rotatedChain) weights() (top, ratio float64) {
	if c.slope <= 1 {
		return 1, c.slope
	}
	return math.Pow(c.slope, float64(c.depth-1)), 1 / c.slope
}

// A stretch of the network within which lengths are bounded together.
type stretch struct {
	count float64 // of stretches
	grown float64 // how much smaller the sum is than the deviation it stands for
}

// leastGrown is the smallest grown that is tried: below it no width has a bound, and the
// rates underflow.
const leastGrown = 1e-12

// stretches are ways of dividing the blocks: within one of B blocks that ends at l₁,
// q_{l+1} − 1 = κ′^{l−l₁}·Σ_{j≤l} κ′^{l₁−j}ξ_j, and the sums for all its l are one martingale.
func (c *rotatedChain) stretches() []stretch {
	if c.slope >= 1 {
		return []stretch{{1, 1}}
	}
	var out []stretch
	for parts := 1; ; parts *= 2 {
		length := (c.depth + parts - 1) / parts
		count := (c.depth + length - 1) / length
		s := stretch{float64(count), math.Pow(c.slope, float64(length-1))}
		if s.grown > leastGrown {
			out = append(out, s)
		}
		if s.grown > 0.98 {
			return out
		}
	}
}

// guess is the rate at which exponents of deviations of x are smallest, about, where the
// squares of the weights of the blocks add up to squares.
func (c *rotatedChain) guess(x, squares float64) float64 {
	return x / (squares * (4*c.aa*c.bb + 4*c.bb*c.bb))
}

// beyond bounds P(±Σ_j w_j ξ_j ≥ x) while the lengths stay in window k: see lengths.
func (c *rotatedChain) beyond(n float64, positive bool, x float64, k int) float64 {
	top, ratio := c.weights()
	guess := c.guess(x, top*top*geometric(ratio*ratio, c.depth))
	return math.Exp(overScale(guess, func(t float64) float64 { return c.lengths(n, t, positive, k, top, ratio) - n*t*x }))
}

// leaving bounds the probability that a length leaves (lo, hi) within the blocks: up to the
// first exit all are inside, and so in the window.
func (c *rotatedChain) leaving(n, lo, hi float64) float64 {
	k := 1
	for k < widestWindow && !(windows[k].lo <= lo && hi <= windows[k].hi) {
		k++
	}
	if !(windows[k].lo <= lo && hi <= windows[k].hi) {
		lo, hi = max(lo, windows[k].lo), min(hi, windows[k].hi)
	}
	best := 1.0
	for _, s := range c.stretches() {
		p := s.count * (c.beyond(n, true, (hi-1)*s.grown, k) + c.beyond(n, false, (1-lo)*s.grown, k))
		best = min(best, p)
	}
	return best
}

// window is the smallest one that the lengths leave with probability at most exp(−level).
func (c *rotatedChain) window(n, level float64) (k int, ok bool) {
	enough := func(k int) bool { return c.leaving(n, windows[k].lo, windows[k].hi) <= math.Exp(-level) }
	if !enough(widestWindow) {
		return 0, false
	}
	lo, hi := 0, widestWindow // enough at hi
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; enough(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi, true
}

// outsideForward bounds P(q_{L+1} ∉ (lo, hi)) for q₁ = 1.
func (c *rotatedChain) outsideForward(width int, lo, hi float64) float64 {
	if width < narrowest || !(c.slope > 0) {
		return 1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n := float64(width)
	best := min(1, c.leaving(n, lo, hi))
	for _, level := range levels {
		if math.Exp(-level) >= best {
			continue
		}
		k, ok := c.window(n, level)
		if !ok {
			break
		}
		best = min(best, math.Exp(-level)+c.beyond(n, true, hi-1, k)+c.beyond(n, false, 1-lo, k))
	}
	return best
}
