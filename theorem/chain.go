package theorem

import (
	"math"
	"sync"

	"bsnn/gpnorm"
)

// A chain is what the bounds for whole networks need of an activation: its
// expectations over shells and the averages of one layer. It serves
// every width and depth. Its outside methods may be called from several
// goroutines; the others share its tables.
//
// The statistics of a layer with input length q = r² are
// e = ‖D‖_F²/n = (1/n)Σφ′(hᵢ)² and q⁺ = ‖φ(h)‖²/n, with means G(q) and Q(q) near
// 1 + s(q−1) and 1 + κ(q−1). For weights d and c and θ = d·s + c·κ,
//
//	d(e − 1) + c(q⁺ − 1) − θ(q − 1) = (1/n)Σψ(hᵢ),
//	ψ(h) = d(φ′(h)² − 1) + c(φ(h)² − 1) − θ(h² − 1),
//
// exactly, since (1/n)Σhᵢ² = q. Its mean is O((q−1)²), and θ is also what makes
// the exponential moment of the lemma smallest. With c_{l−1} = d·s + κc_l these
// combinations telescope over layers.
type chain struct {
	mu sync.Mutex // of the tables

	act      gpnorm.Activation
	k2       float64 // Lip(φ)²
	kappa, s float64
	shells   *shells
	fine     []fineFunction // φ², φ′², and if the alignment needs them φp and p²

	forward  ladder  // d = 0, c from 0 to 1
	backward ladder  // d = 1, c from 0 to the limit of c_l; knotless where there is none
	steady   average // d = 1 and c = θ, which sums to Σ(e−1) up to the ends
	spread   average // d = 1, c = 0
	mixing   average // φ(hφ′ − κφ) − θ_m(h² − 1)
	leak     average // (hφ′ − κφ)² − E − θ_p(h² − 1)

	mixingTheta, leakTheta, leakMean float64

	rotated []*rotatedChain // that share its averages, most recent first
}

// hasSpread says whether the way back has a martingale at all: the gain of D
// must not follow a random walk of the length.
func (c *chain) hasSpread() bool { return c.backward.knots != nil }

func newChain(a gpnorm.Activation, sh *shells) (*chain, error) {
	p, err := gpnorm.Describe(a)
	if err != nil {
		return nil, err
	}
	c := &chain{act: a, k2: a.Lipschitz * a.Lipschitz, kappa: p.Slope, s: p.DerivSlope / 2, shells: sh}
	// Any s and κ give valid bounds; these spare the telescoping sums a residue.
	if math.Abs(c.s) <= flat {
		c.s = 0
	}
	if p.Trend() == gpnorm.Summing {
		c.kappa = 1
	}
	c.addFunctions()
	c.forward = c.newLadder(0, min(0, c.kappa), 1)
	switch {
	case c.s == 0:
		c.backward = c.newLadder(1, 0, 0)
	case math.Abs(c.kappa) < 1-gpnorm.SlopeTolerance:
		limit := c.s / (1 - c.kappa)
		c.backward = c.newLadder(1, min(0, c.s, limit), max(0, c.s, limit))
	}
	if c.hasSpread() {
		c.steady = c.corrected(1, c.steadyWeight())
	}
	c.spread = c.corrected(1, 0)
	c.addMixing()
	return c, nil
}

// steadyWeight is the c with c = s + κc.
func (c *chain) steadyWeight() float64 {
	if c.s == 0 {
		return 0
	}
	return c.s / (1 - c.kappa)
}

// corrected is the statistic ψ of the weights d ≥ 0 and w.
func (c *chain) corrected(d, w float64) average {
	theta := d*c.s + w*c.kappa
	psi := make([]float64, len(c.shells.h))
	for j, h := range c.shells.h {
		f, g := c.shells.value[j], c.shells.deriv[j]
		psi[j] = d*(g*g-1) + w*(f*f-1) - theta*(h*h-1)
	}
	square := c.squareGrowth()
	below := growth{d, 0}.plus(growth{-theta, max(0, theta)}, 1)
	above := growth{d * (c.k2 - 1), 0}.plus(growth{theta, max(0, -theta)}, 1)
	fromSquare := growth{square.constant - 1, square.square} // of φ² − 1, which is at least −1
	if w >= 0 {
		below, above = below.plus(growth{1, 0}, w), above.plus(fromSquare, w)
	} else {
		below, above = below.plus(fromSquare, -w), above.plus(growth{1, 0}, -w)
	}
	mean := combination{constant: theta - d - w, square: -theta, times: []float64{w, d}}.over(c.fine)
	return average{psi: psi, mean: mean, below: below, above: above, zero: d == 0 && w == 0}
}

// addFunctions evaluates the functions that averages are made of on the fine
// shells.
func (c *chain) addFunctions() {
	sh := c.shells
	square := func(x []float64) []float64 {
		out := make([]float64, len(x))
		for j, v := range x {
			out[j] = v * v
		}
		return out
	}
	functions := [][]float64{square(sh.value), square(sh.deriv)}
	p, zero := c.leakage()
	c.mixing.zero, c.leak.zero = zero, zero
	if !zero {
		phiP := make([]float64, len(p))
		for j := range p {
			phiP[j] = sh.value[j] * p[j]
		}
		functions = append(functions, phiP, square(p))
	}
	c.fine = sh.fine(functions...)
}

// leakage is p(h) = hφ′ − κφ at the nodes, and whether it vanishes.
func (c *chain) leakage() (p []float64, zero bool) {
	sh := c.shells
	p, zero = make([]float64, len(sh.h)), true
	for j, h := range sh.h {
		p[j] = h*sh.deriv[j] - c.kappa*sh.value[j]
		zero = zero && math.Abs(p[j]) <= 1e-12*(1+math.Abs(h))
	}
	return p, zero
}

// squareGrowth bounds φ(h)² ≤ (|φ(0)| + K|h|)² ≤ 5φ(0)² + (5/4)K²h².
func (c *chain) squareGrowth() growth {
	at := valueAt(c.act, 0)
	return growth{5 * at * at, 1.25 * c.k2}
}

// addMixing prepares what the alignment of the error needs: p(h) = hφ′ − κφ,
// as φ·p and p². Both vanish for functions with hφ′ = φ, as ReLU.
func (c *chain) addMixing() {
	p, zero := c.leakage()
	if zero {
		return
	}
	sh := c.shells
	mixing, leak := make([]float64, len(p)), make([]float64, len(p))
	for j, v := range p {
		mixing[j], leak[j] = sh.value[j]*v, v*v
	}
	middle := sh.weight[widestWindow]
	prepare := func(psi []float64, grow growth) (mean, theta float64, s average) {
		for j, w := range middle {
			g := sh.h[j] * sh.h[j]
			mean += w * psi[j]
			theta += w * psi[j] * (g - 1) / 2
		}
		for j, h := range sh.h {
			psi[j] -= mean + theta*(h*h-1)
		}
		s = average{psi: psi}
		s.below = grow.plus(growth{mean - theta, max(0, theta)}, 1)
		s.above = grow.plus(growth{theta - mean, max(0, -theta)}, 1)
		return mean, theta, s
	}
	square := c.squareGrowth()
	// |φp| ≤ |φ|K|h| + |κ|φ² ≤ (½ + |κ|)φ² + ½K²h²
	phiP := growth{0, c.k2 / 2}.plus(square, 0.5+math.Abs(c.kappa))
	// p² ≤ 2K²h² + 2κ²φ²
	pp := growth{0, 2 * c.k2}.plus(square, 2*c.kappa*c.kappa)
	var mean float64
	mean, c.mixingTheta, c.mixing = prepare(mixing, phiP)
	// E φp = κ(1 − E φ²) at r = 1, which is 0 for a normalised φ: keep it in ψ.
	for j := range c.mixing.psi {
		c.mixing.psi[j] += mean
	}
	c.mixing.mean = combination{constant: c.mixingTheta, square: -c.mixingTheta, times: []float64{0, 0, 1, 0}}.over(c.fine)
	c.mixing.below.constant -= mean
	c.mixing.above.constant += mean
	c.leakMean, c.leakTheta, c.leak = prepare(leak, pp)
	c.leak.mean = combination{constant: c.leakTheta - c.leakMean, square: -c.leakTheta, times: []float64{0, 0, 0, 1}}.over(c.fine)
	c.leak.below.constant = math.Min(c.leak.below.constant, c.leakMean-c.leakTheta) // p² ≥ 0
	c.leak.below.square = max(0, c.leakTheta)
}

// A ladder holds the statistics of a family at a few values of c. As
// functions of c their exponents are bounded by convex functions, hence by
// interpolation between the knots.
type ladder struct {
	knots   []*average
	lo, hi  float64
	weights map[int][]float64 // by depth
}

const rungs = 8

func (c *chain) newLadder(d, lo, hi float64) ladder {
	l := ladder{lo: lo, hi: hi, weights: map[int][]float64{}}
	n := rungs
	if lo == hi {
		n = 0
	}
	for i := range n + 1 {
		w := lo
		if n > 0 {
			w += (hi - lo) * float64(i) / float64(n)
		}
		s := c.corrected(d, w)
		l.knots = append(l.knots, &s)
	}
	return l
}

// sum returns how often each knot counts in the sum over layers whose c
// starts at first at the top and is mapped by next from layer to layer down.
func (l ladder) sum(layers int, first float64, next func(float64) float64) []float64 {
	if w, ok := l.weights[layers]; ok {
		return w
	}
	out := make([]float64, len(l.knots))
	c := first
	for range layers {
		if len(out) == 1 {
			out[0]++
			continue
		}
		x := (c - l.lo) / (l.hi - l.lo) * float64(len(out)-1)
		i := min(max(int(x), 0), len(out)-2)
		f := min(max(x-float64(i), 0), 1)
		out[i] += 1 - f
		out[i+1] += f
		c = next(c)
	}
	l.weights[layers] = out
	return out
}

// exponent bounds the exponent of a sum over layers.
func (l ladder) exponent(sh *shells, n float64, positive bool, i, k int, weights []float64) float64 {
	total := 0.0
	for j, w := range weights {
		if w > 0 {
			total += w * l.knots[j].exponent(sh, n, positive, i, k)
		}
	}
	return total
}

// forwardSum are the weights for c_l = κ^{L−l}, forward.
func (c *chain) forwardSum(layers int) []float64 {
	return c.forward.sum(layers, 1, func(w float64) float64 { return c.kappa * w })
}

// backwardSum are the weights for c_{L−1} = 0, c_{l−1} = s + κc_l.
func (c *chain) backwardSum(layers int) []float64 {
	return c.backward.sum(layers, 0, func(w float64) float64 { return c.s + c.kappa*w })
}

// window returns the smallest window that the lengths r₁ … r_{layers+1} leave
// with probability at most exp(−level); ok is false if none does.
//
// Up to the first exit every layer is in the window, and
// q_{l+1} − 1 = Σ_{j≤l}(c_j(q_{j+1} − 1) − κc_j(q_j − 1)) with c_j = κ^{l−j}. The
// exits after the layers are added up; for κ = 1 the sums of one martingale
// are bounded together, by Ville's inequality.
func (c *chain) window(n float64, layers int, level float64) (k int, ok bool) {
	weights := c.forwardSum(layers)
	level += math.Ln2 // two sides
	level += math.Log(c.exits(layers))
	for k := 1; k <= widestWindow; k++ {
		up, down := c.ends(n, k, level, weights)
		if 1+up <= windows[k].hi && 1-down >= windows[k].lo {
			return k, true
		}
	}
	return 0, false
}

// exits is the number of events that add up to an exit within the layers.
func (c *chain) exits(layers int) float64 {
	if c.kappa == 1 {
		return 1
	}
	return float64(layers)
}

// ends returns what q_{L+1} − 1 exceeds on either side with probability at
// most exp(−level), while the lengths before stay in window k.
func (c *chain) ends(n float64, k int, level float64, weights []float64) (up, down float64) {
	up = smallestThreshold(n, level, func(i int) float64 { return c.forward.exponent(c.shells, n, true, i, k, weights) })
	down = smallestThreshold(n, level, func(i int) float64 { return c.forward.exponent(c.shells, n, false, i, k, weights) })
	return up, down
}
