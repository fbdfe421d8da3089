package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// BackwardDepthBound bounds P(|‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖² − 1| ≥ eps) for L = depth layers of
// independent Haar distributed weights, ‖x⁽¹⁾‖² = n, and y⁽ᴸ⁾ uniform on a sphere,
// independent of the weights. Proven, up to the error of quadrature, for
// normalised Lipschitz φ with κ < 1, or κ = 1 and c_b = 0, at widths from 200; φ′ need
// not be Lipschitz. Otherwise the bound is 1, or NoBound without a Lipschitz φ.
//
// The log of the ratio is a sum over layers. Given the forward pass and the
// layers above, each term is a function of a uniformly random direction,
// sub-Gaussian with a proxy of size 4(Lip² − 1)/n, about a conditional mean near
// log e_l, e_l = ‖D⁽ˡ⁾‖_F²/n; and Σ(e_l − 1) is, up to second order, a martingale of the
// forward pass once multiples of the squared lengths that telescope are
// added. So variances add up, and the width for a given eps grows like L,
// not like L² as when the layers' failures are added up. See docs/theory.md.
func BackwardDepthBound(a gpnorm.Activation, width, depth int, eps float64) (Bound, error) {
	if err := checkEps(eps); err != nil {
		return Bound{}, err
	}
	return backwardDepthOutside(a, width, depth, 1-eps, 1+eps, approach{uniform: true})
}

// BackwardDepthBoundAligned is BackwardDepthBound for an arbitrary loss: any
// error d⁽ᴸ⁾ whose alignment |h⁽ᴸ⁾·d⁽ᴸ⁾|/(‖h⁽ᴸ⁾‖‖d⁽ᴸ⁾‖) is at most the given one and that
// depends on the weights through the forward pass only. With alignment 1 the bound is
// informative for large eps at most: such errors are changed by a factor
// that does not tend to 1. Proven.
func BackwardDepthBoundAligned(a gpnorm.Activation, width, depth int, alignment, eps float64) (Bound, error) {
	if !(alignment >= 0 && alignment <= 1) {
		return Bound{}, fmt.Errorf("alignment %v, want a number in [0, 1]", alignment)
	}
	if err := checkEps(eps); err != nil {
		return Bound{}, err
	}
	return backwardDepthOutside(a, width, depth, 1-eps, 1+eps, approach{alignment: alignment})
}

func backwardDepthOutside(a gpnorm.Activation, width, depth int, lo, hi float64, from approach) (Bound, error) {
	if depth < 1 {
		return Bound{}, fmt.Errorf("depth %d, want at least 1", depth)
	}
	if err := checkLayer(a, width, 1); err != nil {
		return Bound{}, err
	}
	if depth == 1 {
		return Bound{0, Range, Proven}, nil // the ratio is 1
	}
	if !known(a.Lipschitz) {
		return NoBound(), nil
	}
	best := certain
	if depth == 2 { // one factor, of a layer with q = 1
		alignment := from.alignment
		if from.uniform {
			alignment = 1
		}
		b, err := insideOutside(a, width, 1, alignment, lo, hi)
		if err != nil {
			return Bound{}, err
		}
		best = tail{b.Probability, b.Method}
	}
	if width >= narrowest {
		c, err := chainFor(a)
		if err != nil {
			return Bound{}, err
		}
		best = best.or(tail{c.outsideBackward(width, depth, lo, hi, from), Martingale})
	}
	return best.bound(), nil
}

// An approach says how the error d⁽ᴸ⁾ comes to the last layer: uniform y⁽ᴸ⁾
// independent of the weights, or any d⁽ᴸ⁾ with |ĥ⁽ᴸ⁾·d̂⁽ᴸ⁾| ≤ alignment.
type approach struct {
	uniform   bool
	alignment float64
}

// outsideBackward bounds P(‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖² ∉ (lo, hi)) for q₁ = 1.
func (c *chain) outsideBackward(width, depth int, lo, hi float64, from approach) float64 {
	if depth == 1 {
		return 0
	}
	if width < narrowest || c.kappa > 1 || !c.hasSpread() {
		return 1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	best := 1.0
	for _, level := range levels {
		if auxiliaries*math.Exp(-level) >= best {
			continue
		}
		b, ok := c.wayBack(float64(width), depth, level, from)
		if !ok {
			break // as in outsideForward
		}
		below := 0.0 // no factor vanishes outside the exceptional events
		if lo > 0 {
			below = b.beyond(c, -math.Log(lo), false)
		}
		best = min(best, auxiliaries*math.Exp(-level)+b.beyond(c, math.Log(hi), true)+below)
	}
	return best
}

// auxiliaries is the number of events of probability exp(−level) in a wayBack.
const auxiliaries = 12

// A wayBack is what holds in every layer of a network, except with
// probability auxiliaries·exp(−level), and bounds the sum of log ‖d⁽ˡ⁾‖²/‖y⁽ˡ⁾‖².
type wayBack struct {
	n              float64
	factors        int     // L − 1
	window         int     // of the lengths r
	variance       float64 // sub-Gaussian proxy of one factor
	biasUp         float64 // of the sum of conditional means over Σ(e_l − 1)
	biasDown       float64
	weights        []float64
	spread, across float64 // largest |e_l − 1|; bound on Σρ_l²
}

// wayBack finds the bounds at a level. The product Y_l = ‖y⁽ˡ⁾‖²/‖y⁽ᴸ⁾‖² must
// stay within e^±range for the alignment to be controlled and the alignment
// must be small for Y to be controlled; both are proven downwards from the
// last layer, with the first violation, once a range reproduces itself.
func (c *chain) wayBack(n float64, depth int, level float64, from approach) (wayBack, bool) {
	layers := depth
	if !from.uniform {
		layers = depth - 1
	}
	b := wayBack{n: n, factors: depth - 1, weights: c.backwardSum(depth - 1)}
	var ok bool
	if b.window, ok = c.window(n, depth, level); !ok {
		return b, false
	}
	w := c.within(n, depth, level, b.window)
	if !(w.spread < 0.9) {
		return b, false
	}
	b.spread = w.spread
	for around := 0.1; around <= 3; {
		reached, ok := b.around(c, w, layers, level, around, from)
		if !ok {
			return b, false
		}
		if reached <= around {
			return b, true
		}
		around = 1.02 * reached
	}
	return b, false
}

// within are the bounds that concern the forward pass alone.
type within struct {
	qLo, qHi, deviation float64
	spread              float64 // |e_l − 1| of every layer
	mixing              float64 // |m_l|, the factor by which an alignment is passed on
	leak                float64 // ‖p_l‖²/n, the variance of what joins it
	drift               float64 // |Σ_{j>l}(e_j − 1)| for every l
}

func (c *chain) within(n float64, depth int, level float64, k int) within {
	w := within{qLo: windows[k].lo, qHi: windows[k].hi}
	w.deviation = max(w.qHi-1, 1-w.qLo)
	each := level + math.Log(float64(depth))
	worst := func(s *average) float64 {
		return max(s.threshold(c.shells, n, true, k, each), s.threshold(c.shells, n, false, k, each))
	}
	w.spread = worst(&c.spread) + math.Abs(c.s)*w.deviation
	w.mixing = math.Abs(c.kappa) + (worst(&c.mixing)+math.Abs(c.mixingTheta)*w.deviation)/w.qLo
	w.leak = c.leakMean + c.leak.threshold(c.shells, n, true, k, each) + math.Abs(c.leakTheta)*w.deviation
	along := func(positive bool) float64 {
		return smallestThreshold(n, level, func(i int) float64 {
			return float64(depth) * c.steady.exponent(c.shells, n, positive, i, k)
		})
	}
	w.drift = along(true) + along(false) + 2*math.Abs(c.steadyWeight())*w.deviation
	return w
}

// around assumes |log Y_l| ≤ r for the layers above and returns the |log Y_l|
// that follows for the next one.
func (b *wayBack) around(c *chain, w within, layers int, level, r float64, from approach) (float64, bool) {
	yLo, yHi := math.Exp(-r), math.Exp(r)
	b.across = alignmentsWithin(w, b.n, layers, yHi, from).threshold(level) / (w.qLo * yLo)
	share := c.k2 * (b.across + 1/(b.n-1)) / (1 - w.spread)
	smallest := (1 - w.spread) * (1 - share)
	root := math.Sqrt(smallest-c.k2/(b.n-2)) - math.Sqrt(2*c.k2*(level+math.Log(float64(layers)))/(b.n-2))
	if !(root > 0) {
		return 0, false
	}
	b.variance = logProxy(c.k2, root*root, b.n-2)
	total := float64(layers)
	b.biasUp = c.k2*(b.across+total/(b.n-1)) + math.Exp(-level)
	b.biasDown = c.k2*(b.across+total/(b.n-1))/((1-w.spread)*(1-share)) + total*w.spread*w.spread/(2*(1-w.spread))
	swing := math.Sqrt(2*total*b.variance*level) + total*b.variance/2
	return w.drift + swing + max(b.biasUp, b.biasDown), true
}

// alignmentsWithin describes a_l = (x⁽ˡ⁺¹⁾·y⁽ˡ⁾)²/(n‖y⁽ᴸ⁾‖²), while
// ‖y⁽ˡ⁾‖²/‖y⁽ᴸ⁾‖² is at most yHi: what joins x·y in a layer is linear in a
// uniformly random direction across x, of n−2 dimensions.
func alignmentsWithin(w within, n float64, layers int, yHi float64, from approach) alignments {
	a := alignments{layers: layers, mixing: w.mixing, noise: yHi * w.leak / (n - 2), start: w.qHi / (n - 1), given: math.NaN()}
	if !from.uniform {
		a.given = w.qHi * from.alignment * from.alignment
	}
	return a
}

// logProxy is the sub-Gaussian proxy of log max(Z, floor), Z = ‖Dŷ‖² ≤ k2 with ŷ
// uniform on a unit sphere of the dimension: its squared gradient is at most
// 4(k2/Z − 1) where Z ≥ floor.
func logProxy(k2, floor, dimension float64) float64 {
	return 4 * max(0, k2/floor-1) / dimension
}

// beyond bounds P(±log ‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖² ≥ t) outside the exceptional events.
func (b *wayBack) beyond(c *chain, t float64, above bool) float64 {
	bias, shift, first := b.biasUp, -1.0, 0
	if !above {
		bias, shift = b.biasDown, 1
	}
	for above && b.n*rate(first) < 1 { // λ ≥ 1; ends, as n is at least narrowest
		first++
	}
	return math.Exp(min(0, overRatesFrom(first, func(i int) float64 {
		x := b.n * rate(i)
		return -x*(t-bias) + x*(x+shift)/2*float64(b.factors)*b.variance +
			c.backward.exponent(c.shells, b.n, above, i, b.window, b.weights)
	})))
}
