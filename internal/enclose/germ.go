package enclose

import (
	"math"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// A germ bounds a program beside a place c where it may be singular: at x = c ± t for
// 0 < t ≤ h. With y = 1/t this is a tail, y ≥ 1/h, and the rules of tails hold, as a power
// |x − c|^p is the rate −p·log y and exp(−1/|x − c|) is exp(−y). Nodes that are
// analytic up to c are bounded by Taylor's formula about c, whose first coefficients
// vanish exactly at a root.
type germ struct {
	*tailMachine
	at    site
	end   float64  // of the piece, c to end or end to c
	cell  *machine // over the piece
	point *machine // at c
	exact *anchor
	x     bound
}

const germOrder = 4 // of the series

// newGerm runs a program between a place and end. Terms are those of t, so that both
// germs of a place can be compared.
func newGerm(p *expr.Program, at site, end float64, t *terms) *germ {
	x := interval.Interval{Lo: at.at.Lo, Hi: end}
	sign := 1.0
	if end < at.at.Lo {
		x, sign = interval.Interval{Lo: end, Hi: at.at.Hi}, -1
	}
	code := p.Code()
	n := len(code)
	g := &germ{at: at, end: end, cell: newMachine(p, germOrder), point: newMachine(p, germOrder)}
	g.cell.centre, g.cell.scale, g.point.centre, g.point.scale = x, 1, at.at, 1
	g.cell.forced = make([]side, n)
	g.point.forced = g.cell.forced
	ranges := newMachine(p, 1)
	ranges.runTo(at.at, 1, n)
	g.exact = newAnchor(t, code, at, ranges.value)
	g.exact.near = g
	f := &tailMachine{tail: newTail(1 / x.Width()), sign: sign, code: code, jets: make([]jet, n), truth: make([]truth, n),
		sides: make([]side, n), state: make([]tailState, n), near: g}
	f.r = math.Nextafter(f.r, 0)
	f.logR = interval.Log(interval.Point(f.r))
	g.tailMachine = f
	for i := range code {
		f.inherit(i)
		if branches(code[i].Op) {
			g.cell.forced[i] = g.sideBy(i)
		}
		if code[i].Op == expr.Var {
			f.jets[i] = jet{f.number(x), f.num(1), f.num(0)}
		} else {
			f.step(i)
		}
		if f.sides[i] != open {
			g.cell.forced[i] = f.sides[i]
		}
		g.cell.advance(i, 1)
		g.point.advance(i, 1)
		g.exact.pin(g.point, i)
		g.seed(i)
		if code[i].Op == expr.Var {
			g.x = f.jets[i].v
		}
	}
	return g
}

// leadingTerm is the first Taylor coefficient about c, of the derivative of order q on, that
// is not exactly 0, as it is over the piece, with its index.
func leadingTerm(point, cell []interval.Interval, q int) (c interval.Interval, j int) {
	for j = q; j < len(point)-1 && point[j] == (interval.Interval{}); j++ {
	}
	return cell[j], j
}

func coefficients(s *interval.Series) []interval.Interval {
	c := make([]interval.Interval, germOrder+1)
	for k := range c {
		c[k] = s.Coefficient(k)
	}
	return c
}

// analytic reports whether node i has a series at c and over the piece.
func (g *germ) analytic(i int32) bool {
	return i >= 0 && !g.code[i].Op.Condition() && g.cell.regs[i].Status().Analytic() && g.point.regs[i].Status().Analytic()
}

// sideBy finds the side of a branching instruction from the series of the difference.
func (g *germ) sideBy(i int) side {
	in := &g.code[i]
	if in.Op == expr.Tri || !g.analytic(in.A) || in.Op.Arity() == 2 && !g.analytic(in.B) {
		return open
	}
	point, cell := coefficients(g.point.regs[in.A]), coefficients(g.cell.regs[in.A])
	if in.Op.Arity() == 2 {
		a, b := coefficients(g.point.regs[in.B]), coefficients(g.cell.regs[in.B])
		for k := range point {
			point[k], cell[k] = point[k].Sub(a[k]), cell[k].Sub(b[k])
		}
		if g.exact.same(in.A, in.B) {
			point[0] = interval.Interval{}
		}
	}
	c, j := leadingTerm(point, cell, 0)
	c = c.Scale(power(g.sign, j))
	switch {
	case c.Lo > 0:
		return above
	case c.Hi < 0:
		return below
	}
	return open
}

func power(sign float64, n int) float64 {
	if n%2 == 0 {
		return 1
	}
	return sign
}

// seed narrows the jet of node i by Taylor's formula.
func (g *germ) seed(i int) {
	if g.code[i].Op.Condition() || !g.cell.varies[i] {
		return
	}
	if g.cell.regs[i].Status().Defined() {
		g.state[i].lost, g.state[i].proven = 0, false
	}
	if !g.analytic(int32(i)) {
		return
	}
	g.state[i].jump = false
	j := &g.jets[i]
	point, cell := coefficients(g.point.regs[i]), coefficients(g.cell.regs[i])
	for q, v := range []*bound{&j.v, &j.d, &j.dd} {
		*v = g.both(*v, g.taylor(point, cell, q))
	}
}

// taylor bounds derivative q of a node.
func (g *germ) taylor(point, cell []interval.Interval, q int) bound {
	c, j := leadingTerm(point, cell, q)
	for k := j; k > j-q; k-- {
		c = c.Scale(float64(k))
	}
	n := j - q
	if n == 0 {
		return g.number(c)
	}
	return g.monomial(c.Scale(power(g.sign, n)), n)
}

// monomial is c·tⁿ, n > 0.
func (g *germ) monomial(c interval.Interval, n int) bound {
	if !c.IsBounded() {
		return g.nothing()
	}
	if c.Lo == 0 && c.Hi == 0 {
		return g.num(0)
	}
	k := -float64(n)
	b := bound{lo: noQuadDown, hi: noQuadUp, up: rate{k: k, c: logUp(c.Magnitude())}, low: noRateDown}
	if m := c.Mignitude(); m > 0 {
		b.low = rate{k: k, c: logDown(m)}
	}
	switch {
	case c.Lo >= 0:
		b.lo = flat(0)
	case c.Hi <= 0:
		b.hi = flat(0)
	}
	return g.tidy(b)
}

// both is a bound from two of the same function.
func (t tail) both(v, w bound) bound {
	if t.isZero(v) || t.isZero(w) {
		return t.num0()
	}
	v.hi = tighterUp(v.hi, w.hi)
	v.lo = tighterUp(v.lo.neg(), w.lo.neg()).neg()
	if better(w.up, v.up) {
		v.up = w.up
	}
	if better(v.low, w.low) {
		v.low = w.low
	}
	return t.tidy(v)
}

func (t tail) num0() bound { return t.number(interval.Interval{}) }

// minusOne is u − 1 for the node u with the value v: exactly, where u is 1 at c.
func (f *tailMachine) minusOne(u int32, v bound) bound {
	b := f.sub(v, f.num(1))
	if f.near == nil {
		return b
	}
	g := f.near
	if w, ok := onePlus(f.code, u); ok {
		b = f.both(b, f.jets[w].v)
	}
	if !g.analytic(u) {
		return b
	}
	point, cell := coefficients(g.point.regs[u]), coefficients(g.cell.regs[u])
	one := interval.Point(1)
	point[0], cell[0] = point[0].Sub(one), cell[0].Sub(one)
	return f.both(b, g.taylor(point, cell, 0))
}

// lengths are a lower and an upper bound of the length of the piece.
func (g *germ) lengths() (least, most float64) {
	c, e := g.at.at, interval.Point(g.end)
	if g.sign > 0 {
		return max(0, e.Sub(interval.Point(c.Hi)).Lo), e.Sub(interval.Point(c.Lo)).Hi
	}
	return max(0, interval.Point(c.Lo).Sub(e).Lo), interval.Point(c.Hi).Sub(e).Hi
}

// measure encloses ∫ v dμ over the piece for the normal law μ.
func (g *germ) measure(v bound) interval.Interval {
	if g.isZero(v) {
		return interval.Interval{}
	}
	density := interval.Density(g.cell.centre)
	least, most := g.lengths()
	up := mulUp(g.above(v.up, most), density.Hi)
	if math.IsNaN(up) {
		up = math.Inf(1)
	}
	low := mulDown(g.below(v.low, least), density.Lo)
	switch g.signOf(v) {
	case 1:
		return interval.Interval{Lo: low, Hi: up}
	case -1:
		return interval.Interval{Lo: -up, Hi: -low}
	}
	return interval.Interval{Lo: -up, Hi: up}
}

// above bounds ∫ e^{l(1/t)} dt over 0 < t ≤ h from above: exactly for powers, else by
// the largest value.
func (g *germ) above(l rate, h float64) float64 {
	if l.zero() {
		return 0
	}
	if !l.known() || leading(l.a, l.b) > 0 || l.a > 0 || l.b > 0 {
		return math.Inf(1)
	}
	best := mulUp(h, expUp(g.peak(l)))
	if l.k < 1 {
		l.c = addUp(l.c, g.most(quad{l.a, l.b, 0}))
		best = min(best, g.powerIntegral(l, h).Hi)
	}
	return best
}

// below is a lower bound of the same.
func (g *germ) below(l rate, h float64) float64 {
	if !l.known() || h == 0 {
		return 0
	}
	best := max(0, mulDown(h, expDown(g.trough(l))))
	if l.k < 1 && l.a >= 0 && l.b >= 0 {
		l.c = addDown(l.c, g.least(quad{l.a, l.b, 0}))
		best = max(best, g.powerIntegral(l, h).Lo)
	}
	return best
}

// powerIntegral is ∫ eᶜt^{−k} dt = eᶜh^{1−k}/(1 − k).
func (g *germ) powerIntegral(l rate, h float64) interval.Interval {
	rest := interval.Point(1).Sub(interval.Point(l.k))
	e := interval.Point(l.c).Add(rest.Mul(interval.Log(interval.Point(h))))
	return interval.Exp(e).Div(rest)
}

// integrals encloses all integrals over the piece.
func (g *germ) integrals(rough sketch) vector {
	j := g.scaled(rough.scale)
	x := g.jetOfX()
	u, d := g.sub(j.v, g.num(rough.mean)), j.d
	r := g.sub(u, g.scale(x, interval.Point(rough.slope)))
	e := g.sub(d, g.num(rough.slope))
	var v vector
	for k := range base {
		p := powers[k]
		a, b := u, d
		if p.residual {
			a, b = r, e
		}
		product := g.num(1)
		for _, factor := range []struct {
			v bound
			n int
		}{{x, p.x}, {a, p.u}, {b, p.d}} {
			if factor.n > 0 {
				product = g.mul(product, g.whole(factor.v, factor.n))
			}
		}
		if k == iHDD {
			product = g.mul(g.sub(g.mul2(x), g.num(1)), g.mul2(d))
		}
		v[k] = g.measure(product)
	}
	g.tailVariances(&v, u, d, rough.guess)
	for k := range v {
		if square(k) {
			v[k].Lo = max(v[k].Lo, 0)
		}
	}
	return v
}
