package theorem

import "math"

// levels are the −log of the failure probabilities that are tried for what
// must hold in all layers; the best is taken.
var levels = func() (out []float64) {
	for level := 2.0; level <= 40; level *= 1.15 {
		out = append(out, level)
	}
	return append(out, 60, 100, 200, 400)
}()

// outsideForward bounds P(q_{L+1} ∉ (lo, hi)) for q₁ = 1, or, if every is set,
// P(q_l ∉ (lo, hi) for some l ≤ L+1).
func (c *chain) outsideForward(width, depth int, lo, hi float64, every bool) float64 {
	if width < narrowest || c.kappa > 1 {
		return 1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n, best, times := float64(width), 1.0, 1.0
	if every {
		times = c.exits(depth)
	}
	weights := c.forwardSum(depth)
	for _, level := range levels {
		if math.Exp(-level) >= best {
			continue
		}
		k, ok := c.window(n, depth, level)
		if !ok {
			break // a smaller failure needs a larger window
		}
		side := func(positive bool, x float64) float64 {
			return math.Exp(overRates(func(i int) float64 {
				return c.forward.exponent(c.shells, n, positive, i, k, weights) - n*rate(i)*x
			}))
		}
		best = min(best, math.Exp(-level)+times*(side(true, hi-1)+side(false, 1-lo)))
	}
	return best
}
