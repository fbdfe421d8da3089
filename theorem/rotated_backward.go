package theorem

import "math"

// rotatedAuxiliaries is the number of events of probability exp(−level) in a rotatedWay.
const rotatedAuxiliaries = 16

// A rotatedWay is what holds in every block of a network, except with probability
// rotatedAuxiliaries·exp(−level), of a tangent T ↦ αT + βVDWT: see docs/theory.md. The
// squared norm that T has when it starts from a random direction has the law of the
// error's.
type rotatedWay struct {
	*rotatedChain
	n, level  float64
	k         int     // the window
	qLo, qHi  float64 // of the lengths
	deviation float64 // |q − 1|

	spread         float64 // |e − 1|, e = ‖D‖_F²/n
	fMax           float64 // of ‖φ(h)‖²/n
	along          float64 // |(1/n)Σhφφ′|
	gUp, gDown     float64 // (g − e)₊ and (e − g)₊, g = ‖Dĥ‖²
	inner          float64 // |φ·Dw|/√n, w the random part of WT̂
	swing          float64 // |F − E F|, F = ‖DWT̂‖², over w
	least          float64 // −T̂·VDWT̂/‖DWT̂‖
	tilt2          float64 // ξ² = (x̂·T̂)²
	across         float64 // β²Σξ²
	second, fourth float64 // k₂ and k′ of −log(1+x) ≤ −x + k·x²
}

// beyondLine is (−log(1−d) − d)/d²: −log(1+x) ≤ −x + beyondLine(d)·x² for x ≥ −d.
func beyondLine(d float64) float64 {
	if d < 1e-3 {
		return 0.5 + d/3 + d*d/2 // more than d²/4 + …
	}
	return (-math.Log1p(-d) - d) / (d * d)
}

// way finds the bounds at a level; ok is false where there are none.
func (c *rotatedChain) way(n, level float64) (w rotatedWay, ok bool) {
	w = rotatedWay{rotatedChain: c, n: n, level: level}
	if w.k, ok = c.window(n, level); !ok {
		return w, false
	}
	w.forwardPass()
	if share := c.k2 * c.bb / c.aa; share < 1 { // largest 2αβ√F/(α² + β²F), F ≤ K²
		w.least *= 2 * math.Sqrt(share) / (1 + share)
	}
	if !(w.least < 0.999) {
		return w, false
	}
	w.second, w.fourth = beyondLine(w.least), beyondLine(c.bb)
	for around := 0.05; around <= 3; {
		reached := w.reach(around)
		if reached <= around {
			return w, true
		}
		if math.IsInf(reached, 1) || math.IsNaN(reached) {
			return w, false
		}
		around = 1.02 * reached
	}
	return w, false
}

// forwardPass bounds what concerns the forward pass and one step of the tangent.
func (w *rotatedWay) forwardPass() {
	c, n := w.rotatedChain, w.n
	w.qLo, w.qHi = windows[w.k].lo, windows[w.k].hi
	w.deviation = max(w.qHi-1, 1-w.qLo)
	each := w.level + math.Log(float64(c.depth))
	at := func(s *average, positive bool) float64 { return s.threshold(c.shells, n, positive, w.k, each) }
	worst := func(s *average) float64 { return max(at(s, true), at(s, false)) }
	w.spread = worst(&c.spread) + math.Abs(c.s)*w.deviation
	root := math.Abs(valueAt(c.act, 0)) + math.Sqrt(c.k2*w.qHi)
	w.fMax = min(root*root, 1+math.Abs(c.kappa)*w.deviation+at(c.length, true))
	mixing := worst(&c.mixing) + math.Abs(c.mixingTheta)*w.deviation
	w.along = min(math.Sqrt(w.qHi*w.fMax*c.k2), math.Abs(c.kappa)*w.fMax+mixing)
	// qg = (1/n)Σh²φ′², and hφ′ = κφ + p.
	leak := worst(&c.leak) + math.Abs(c.leakTheta)*w.deviation
	fMin := max(0, 1-math.Abs(c.kappa)*w.deviation-at(c.length, false))
	kk := c.kappa * c.kappa
	most := min(c.k2, (c.leakMean+leak+2*math.Abs(c.kappa)*mixing+kk*w.fMax)/w.qLo)
	fewest := max(0, (c.leakMean-leak-2*math.Abs(c.kappa)*mixing+kk*fMin)/w.qHi)
	w.gUp, w.gDown = max(0, most-max(0, 1-w.spread)), max(0, min(c.k2, 1+w.spread)-fewest)
	two := each + math.Ln2
	w.inner = math.Sqrt(c.k2*w.fMax) * min(1, math.Sqrt(2*two/(n-1)))
	w.swing = min(c.k2, c.k2*math.Sqrt(2*two/(n-2)))
	w.least = min(1, math.Sqrt(2*each/n))
}

// reach assumes |log Θ| ≤ around for the squared norms Θ of the tangents so far, and
// returns the |log Θ| that follows.
func (w *rotatedWay) reach(around float64) float64 {
	w.tilt2 = 1
	grown := math.Exp(around)
	for range 3 { // each assumes the last, and concludes less
		w.tilt2 = min(w.tilt2, w.tilts(grown))
	}
	ends := math.Abs(w.s) * w.largest * w.deviation // of the correctors, where the sum is broken off
	up := overScale(w.rate(0.1), func(x float64) float64 {
		_, mu := w.turned(x)
		return (w.above(x)+w.level)/x + mu/(x*w.bb)*ends
	})
	down := overScale(w.rate(0.1), func(x float64) float64 { return (w.below(x) + w.level) / x })
	return max(up, down+ends)
}

// turned is Λ = 2α²β²λ²/(n−1), and μ = λβ² + Λ.
func (w *rotatedWay) turned(lambda float64) (turned, mu float64) {
	turned = 2 * w.aa * w.bb * lambda * lambda / (w.n - 1)
	return turned, lambda*w.bb + turned
}

// rate is the λ at which the exponent for a deviation of t is smallest, about: below stops
// before n/2.
func (w *rotatedWay) rate(t float64) float64 { return w.n * min(w.guess(t, float64(w.depth)), 0.125) }

// tilts bounds every ξ² while ξ² ≤ tilt2, and β²Σξ² in across. Ξ = x·T/√n obeys
// Ξ⁺ = mΞ + √Θ(β²·φ·Dw/√n + αβ(√q·x̂·VDWT̂ + √f·T̂·Vφ̂)), |m| ≤ α² + β²|(1/n)Σhφφ′|/q.
func (w *rotatedWay) tilts(grown float64) float64 {
	c, n := w.rotatedChain, w.n
	drift := max(w.gUp, w.gDown)
	most := min(c.k2, 1+w.swing+w.spread+drift*(w.tilt2+1/(n-1)))
	tilt := math.Sqrt(w.tilt2)
	common := min(2*math.Sqrt(w.qHi*most*w.fMax), 2*tilt*(w.along*tilt+math.Sqrt(w.qHi)*w.inner))
	noise := grown * (c.aa*c.bb*(w.qHi*most+w.fMax+common) + c.bb*c.bb*c.k2*w.fMax) / (n - 1)
	mixing := c.aa + c.bb*w.along/w.qLo
	last, total := proxies(mixing*mixing, 1/n, noise, c.depth)
	w.across = min(1, squareQuantile(w.level)*total*grown/(w.qLo*float64(c.depth))) * c.bb * float64(c.depth)
	return min(1, squareQuantile(w.level+math.Log(float64(c.depth)))*last*grown/w.qLo)
}

// proxies follow v ↦ m²v + noise over the layers: the largest one and the sum. The steps
// v ↦ Av + B, sum ↦ sum + Cv + D are composed by doubling.
func proxies(m2, start, noise float64, layers int) (largest, sum float64) {
	v := start
	for a, b, c, d := m2, noise, 1.0, 0.0; layers > 0; layers /= 2 {
		if layers%2 == 1 {
			v, sum = a*v+b, sum+c*v+d
		}
		a, b, c, d = a*a, a*b+b, c+c*a, 2*d+c*b
	}
	return max(start, v), sum // v is monotone, and one step further than it has to be
}

// squareQuantile is a y with √y·exp((1−y)/2) ≤ exp(−level): what the square of a centred
// sub-Gaussian variable of proxy v exceeds v times with probability at most exp(−level),
// for levels from 1.
func squareQuantile(level float64) float64 {
	y := 2*level + 1
	for range 100 {
		y = 2*level + 1 + math.Log(y)
	}
	return y * (1 + 1e-9)
}

// common bounds 2|ξ·φ·DWT̂|√q/√n by coefficients of ξ² and 1.
func (w *rotatedWay) common() (squared, constant float64) {
	root := math.Sqrt(w.qHi)
	return 2*w.along + root, root * w.inner * w.inner
}

// averages bounds the sum over the blocks of the exponents of ±μ times the averages
// with weight σ_l·tilted, tilted between s and s + more.
func (w *rotatedWay) averages(mu float64, more float64) float64 {
	c := w.rotatedChain
	at := func(x float64) float64 { return c.gainAt(w.n, mu/w.n, x, w.k) }
	if c.largest == 0 || c.s == 0 {
		return float64(c.depth) * at(0)
	}
	ends := max(at(c.s*c.largest), at((c.s+more)*c.largest))
	full := c.sum / c.largest
	return (float64(c.depth)-full)*at(0) + full*ends
}

// above bounds log E exp(λ·Σlog Z) outside the exceptional events.
func (w *rotatedWay) above(lambda float64) float64 {
	c, n, blocks := w.rotatedChain, w.n, float64(w.depth)
	turned, mu := w.turned(lambda)
	corrector := mu / (lambda * c.bb) * math.Abs(c.s) // C_l = corrector·σ_l in size
	squared, constant := w.common()
	total := turned * (blocks + corrector*corrector*c.squares*c.shellSupremum(w.k))
	total += turned * corrector * (c.sum*constant + c.largest*squared*w.across/c.bb)
	total += mu * (w.gUp*w.across/c.bb + blocks*w.gDown/(n-1))
	total += blocks * mu * mu * c.k2 * c.k2 / (2 * (n - 2))
	return total + w.averages(mu, turned*corrector*corrector*c.largest*w.qHi/mu)
}

// below bounds log E exp(−λ·Σlog Z) outside the exceptional events.
func (w *rotatedWay) below(lambda float64) float64 {
	c, n, blocks := w.rotatedChain, w.n, float64(w.depth)
	widest := 1.0
	if share := c.k2 * c.bb / c.aa; share < 1 {
		widest = 4 * share / ((1 + share) * (1 + share))
	}
	rest := 1 - 2*lambda*w.second*widest/(n-1)
	if !(rest > 0) || c.bb > 0.5 {
		return math.Inf(1)
	}
	turned, _ := w.turned(lambda)
	curved := 2 * c.aa * c.bb * (lambda*lambda + 2*w.second*lambda) / ((n - 1) * rest)
	mu := lambda*c.bb - (1-2*c.bb)*curved
	if !(mu > 0) {
		return math.Inf(1)
	}
	corrector := mu / (lambda * c.bb) * math.Abs(c.s)
	squared, constant := w.common()
	total := blocks*curved + turned*corrector*corrector*c.squares*c.shellSupremum(w.k)
	largestCommon := turned * corrector * c.largest * 2 * math.Sqrt(w.qHi*w.fMax*c.k2) / c.aa
	common := turned * corrector * (1 + w.second*largestCommon/lambda) / (c.aa * rest)
	total += common * (c.sum*constant + c.largest*squared*w.across/c.bb)
	total += mu * (w.gDown*w.across/c.bb + blocks*w.gUp/(n-1))
	total += blocks * mu * mu * c.k2 * c.k2 / (2 * (n - 2))
	drift := max(w.gUp, w.gDown)
	off := min(w.swing+w.spread+drift/(n-1), max(1, c.k2-1))
	total += 2 * lambda * w.fourth * c.bb * (c.bb*blocks*off*off + drift*drift*w.tilt2*w.across)
	return total + w.averages(-mu, -turned*corrector*corrector*c.largest*w.qHi/mu)
}

// outsideBackward bounds P(Θ ∉ (lo, hi)) for the squared norm Θ over all blocks.
func (c *rotatedChain) outsideBackward(width int, lo, hi float64) float64 {
	if width < narrowest || !(c.slope > 0) || c.bb > 0.5 {
		return 1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	best := 1.0
	for _, level := range levels {
		if rotatedAuxiliaries*math.Exp(-level) >= best {
			continue
		}
		w, ok := c.way(float64(width), level)
		if !ok {
			break
		}
		t := math.Log(hi)
		p := math.Exp(overScale(w.rate(t), func(x float64) float64 { return w.above(x) - x*t }))
		if lo > 0 {
			t := -math.Log(lo)
			p += math.Exp(overScale(w.rate(t), func(x float64) float64 { return w.below(x) - x*t }))
		}
		best = min(best, rotatedAuxiliaries*math.Exp(-level)+p)
	}
	return best
}
