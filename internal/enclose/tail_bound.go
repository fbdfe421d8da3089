package enclose

import (
	"math"

	"bsnn/internal/interval"
)

// A bound encloses a function v of y ≥ R in several ways at once: between two
// quadratics, and log|v| between two rates. Each may be vacuous.
type bound struct {
	lo, hi  quad
	low, up rate
}

func (t tail) nothing() bound {
	return bound{lo: noQuadDown, hi: noQuadUp, low: noRateDown, up: noRateUp}
}

// tidy lets each form of the bound improve the others.
func (t tail) tidy(v bound) bound {
	if up := t.logOfQuadUp(t.magnitudeUp(v)); better(up, v.up) {
		v.up = up
	}
	switch {
	case t.least(v.lo) > 0:
		if low := t.logOfQuadDown(v.lo); better(v.low, low) {
			v.low = low
		}
	case t.most(v.hi) < 0:
		if low := t.logOfQuadDown(v.hi.neg()); better(v.low, low) {
			v.low = low
		}
	}
	q := t.asQuadUp(v.up)
	v.hi, v.lo = tighterUp(v.hi, q), tighterUp(v.lo.neg(), q).neg()
	if q := t.asQuadDown(v.low); q.known() {
		if t.least(v.lo) >= 0 {
			v.lo = tighterUp(v.lo.neg(), q.neg()).neg()
		} else if t.most(v.hi) <= 0 {
			v.hi = tighterUp(v.hi, q.neg())
		}
	}
	return v
}

// better reports whether l is the lower of two rates where y is large.
func better(l, m rate) bool {
	switch {
	case l.zero():
		return true
	case !l.known():
		return false
	case !m.known():
		return !m.zero()
	}
	return leading(l.a-m.a, l.b-m.b, l.k-m.k, l.c-m.c) < 0
}

// tighterUp is the lower of two upper bounds where y is large.
func tighterUp(p, q quad) quad {
	switch {
	case !q.known():
		return p
	case !p.known():
		return q
	case leading(p.a-q.a, p.b-q.b, p.c-q.c) <= 0:
		return p
	}
	return q
}

// span is the range of values over the tail.
func (t tail) span(v bound) interval.Interval {
	z := interval.Interval{Lo: t.least(v.lo), Hi: t.most(v.hi)}
	if m := expUp(t.peak(v.up)); m < math.Inf(1) {
		z = interval.Interval{Lo: max(z.Lo, -m), Hi: min(z.Hi, m)}
	}
	if !(z.Lo <= z.Hi) {
		return interval.Entire()
	}
	return interval.New(z.Lo, z.Hi)
}

// magnitudeUp is an upper bound of |v|.
func (t tail) magnitudeUp(v bound) quad {
	switch {
	case t.least(v.lo) >= 0:
		return v.hi
	case t.most(v.hi) <= 0:
		return v.lo.neg()
	}
	return v.hi.maxUp(v.lo.neg()).maxUp(flat(0))
}

// magnitudeDown is a lower bound of |v|, at least 0.
func (t tail) magnitudeDown(v bound) quad {
	switch {
	case t.least(v.lo) >= 0:
		return v.lo
	case t.most(v.hi) <= 0:
		return v.hi.neg()
	}
	return flat(0)
}

func (t tail) number(x interval.Interval) bound {
	if x.IsEmpty() {
		return t.nothing()
	}
	v := bound{lo: flat(x.Lo), hi: flat(x.Hi), low: noRateDown, up: noRateUp}
	if x.Lo == 0 && x.Hi == 0 {
		v.up = rate{c: math.Inf(-1)}
		return v
	}
	return t.tidy(v)
}

func (t tail) values(x interval.Interval, low, up rate) bound {
	v := t.number(x)
	if better(up, v.up) {
		v.up = up
	}
	if better(v.low, low) {
		v.low = low
	}
	return t.tidy(v)
}

func (t tail) neg(v bound) bound {
	v.lo, v.hi = v.hi.neg(), v.lo.neg()
	return v
}

func (t tail) isZero(v bound) bool { return v.up.zero() }

func (t tail) add(v, w bound) bound {
	switch {
	case t.isZero(v):
		return w
	case t.isZero(w):
		return v
	}
	z := bound{lo: v.lo.addDown(w.lo), hi: v.hi.addUp(w.hi), up: t.sumUp(v.up, w.up), low: noRateDown}
	same := t.least(v.lo) >= 0 && t.least(w.lo) >= 0 || t.most(v.hi) <= 0 && t.most(w.hi) <= 0
	switch {
	case same && (!w.low.known() || v.low.known() && better(w.low, v.low)):
		z.low = v.low
	case same:
		z.low = w.low
	default:
		z.low = t.differenceDown(v.low, w.up)
		if !z.low.known() {
			z.low = t.differenceDown(w.low, v.up)
		}
	}
	return t.tidy(z)
}

func (t tail) sub(v, w bound) bound { return t.add(v, t.neg(w)) }

func (t tail) scale(v bound, s interval.Interval) bound { return t.mul(v, t.number(s)) }

func (t tail) mul(v, w bound) bound {
	if t.isZero(v) || t.isZero(w) {
		return t.number(interval.Interval{})
	}
	z := bound{up: v.up.addUp(w.up), low: v.low.addDown(w.low)}
	sign := t.signOf(v) * t.signOf(w)
	switch {
	case t.constantFactor(v):
		z.lo, z.hi = t.scaled(w, v)
	case t.constantFactor(w):
		z.lo, z.hi = t.scaled(v, w)
	default:
		m := t.productUp(t.magnitudeUp(v), t.magnitudeUp(w))
		z.lo, z.hi = m.neg(), m
		if sign != 0 {
			l := t.productDown(t.magnitudeDown(v), t.magnitudeDown(w))
			z.lo, z.hi = l, m
			if sign < 0 {
				z.lo, z.hi = m.neg(), l.neg()
			}
		}
	}
	return t.tidy(z)
}

// constantFactor: v lies between two numbers of one sign.
func (t tail) constantFactor(v bound) bool {
	return v.lo.isFlat() && v.hi.isFlat() && v.lo.known() && v.hi.known() && (v.lo.c >= 0 || v.hi.c <= 0) &&
		v.hi.c-v.lo.c <= 1e-9*max(math.Abs(v.lo.c), math.Abs(v.hi.c))
}

// scaled multiplies the quads of v by a constant factor.
func (t tail) scaled(v, s bound) (lo, hi quad) {
	if s.lo.c < 0 {
		lo, hi = t.scaled(v, t.neg(s))
		return hi.neg(), lo.neg()
	}
	x := interval.New(s.lo.c, s.hi.c)
	return v.lo.neg().scaleUp(x).neg(), v.hi.scaleUp(x)
}

// signOf is 1 for v ≥ 0, −1 for v ≤ 0, 0 if not known.
func (t tail) signOf(v bound) int {
	switch {
	case t.least(v.lo) >= 0:
		return 1
	case t.most(v.hi) <= 0:
		return -1
	}
	return 0
}

// strictSign is signOf for v proven not to vanish.
func (t tail) strictSign(v bound) int {
	s := t.signOf(v)
	if s != 0 && (t.least(v.lo) > 0 || t.most(v.hi) < 0 || v.low.known()) {
		return s
	}
	return 0
}

// inv is 1/v for a v whose strictSign is known.
func (t tail) inv(v bound) bound {
	if t.strictSign(v) < 0 {
		return t.neg(t.inv(t.neg(v)))
	}
	z := bound{lo: flat(0), hi: noQuadUp, up: v.low.neg(), low: v.up.neg()}
	if !v.low.known() {
		z.up = noRateUp
	}
	if !v.up.known() {
		z.low = noRateDown
	}
	if l := t.least(v.lo); l > 0 {
		z.hi = flat(divUp(1, l))
	}
	if h := t.most(v.hi); h < math.Inf(1) {
		z.lo = flat(divDown(1, h))
	}
	return t.tidy(z)
}

func (t tail) abs(v bound) bound {
	switch t.signOf(v) {
	case 1:
		return v
	case -1:
		return t.neg(v)
	}
	v.lo, v.hi = flat(0), t.magnitudeUp(v)
	return t.tidy(v)
}

// hull encloses both functions.
func (t tail) hull(v, w bound) bound {
	z := bound{lo: v.lo.minDown(w.lo), hi: v.hi.maxUp(w.hi), low: noRateDown, up: noRateUp}
	if !z.lo.known() {
		z.lo = noQuadDown
	}
	if !z.hi.known() {
		z.hi = noQuadUp
	}
	if (v.up.known() || v.up.zero()) && (w.up.known() || w.up.zero()) {
		z.up = v.up.maxUp(w.up)
	}
	if v.low.known() && w.low.known() {
		z.low = v.low.neg().maxUp(w.low.neg()).neg()
	}
	return t.tidy(z)
}

// exp is eᵛ.
func (t tail) exp(v bound) bound {
	z := bound{lo: flat(0), hi: noQuadUp, up: noRateUp, low: noRateDown}
	if v.hi.known() {
		z.up = v.hi.rate()
		z.hi = flat(expUp(t.most(v.hi)))
	}
	if v.lo.known() {
		z.low = v.lo.rate()
		z.lo = t.expBelow(v.lo)
	}
	if l := t.expOfRoot(v); better(l, z.up) {
		z.up = l
	}
	return t.tidy(z)
}

// expOfRoot bounds log eᵛ for v ≤ −eᶜy^k with 0 < k by the tangent of y^k over log y at
// R: y^k ≥ R^k(1 + k·(log y − log R)).
func (t tail) expOfRoot(v bound) rate {
	l := v.low
	if t.signOf(v) >= 0 || !l.known() || l.a != 0 || l.b != 0 || !(l.k > 0) {
		return noRateUp
	}
	k := interval.Point(l.k)
	m := interval.Exp(interval.Point(l.c).Add(k.Mul(t.logR))) // eᶜR^k
	slope := m.Mul(k)
	return rate{k: -slope.Lo, c: slope.Mul(t.logR).Sub(m).Hi}
}

// log is log v for a v that is proven to be positive.
func (t tail) log(v bound) bound {
	z := bound{lo: noQuadDown, hi: noQuadUp, up: noRateUp, low: noRateDown}
	if v.up.known() {
		z.hi = t.rateAsQuadUp(v.up)
	}
	if v.low.known() {
		z.lo = t.rateAsQuadUp(v.low.neg()).neg()
	}
	if v.up.known() && v.low.known() {
		z.up = t.logAsRate(v.up).maxUp(t.logAsRate(v.low.neg()))
	}
	return t.tidy(z)
}

// logAsRate bounds max(0, k·log y + c) by a power: (log y + s)/y^κ falls beyond R where
// s ≥ 0 and κ·log R ≥ 1.
func (t tail) logAsRate(l rate) rate {
	if l.a != 0 || l.b != 0 || !(t.logR.Lo > 1) {
		return noRateUp
	}
	m := addUp(mulUp(max(l.k, 0), t.logR.Hi), max(l.c, 0))
	if m == 0 {
		return rate{c: math.Inf(-1)}
	}
	k := divUp(1, t.logR.Lo)
	return rate{k: k, c: addUp(logUp(m), -mulDown(k, t.logR.Lo))}
}

// rateAsQuadUp replaces the logarithm of a rate by its tangent at R, or by its
// value there where that is the bound.
func (t tail) rateAsQuadUp(l rate) quad {
	q := quad{l.a, l.b, l.c}
	if l.k <= 0 {
		q.c = addUp(q.c, interval.Point(l.k).Mul(t.logR).Hi)
		return q
	}
	q.b = addUp(q.b, divUp(l.k, t.r))
	q.c = addUp(q.c, addUp(mulUp(l.k, t.logR.Hi), -l.k))
	return q.tidyUp()
}

// power is v^p for v ≥ 0, positive if p < 0, and a number p.
func (t tail) power(v bound, p interval.Interval) bound {
	z := bound{lo: flat(0), hi: noQuadUp, up: noRateUp, low: noRateDown}
	l, u := v.low, v.up
	if p.Hi < 0 {
		p, l, u = p.Neg(), v.up.neg(), v.low.neg()
	}
	if t.isZero(v) {
		return t.number(interval.Interval{})
	}
	if u.known() {
		z.up = u.scaleUp(p)
	}
	if l.known() {
		z.low = l.neg().scaleUp(p).neg()
	}
	return t.tidy(z)
}

// whole is vⁿ for n ≥ 1.
func (t tail) whole(v bound, n int) bound {
	if n == 1 {
		return v
	}
	if n == 2 {
		return t.mul2(v)
	}
	if n%2 == 1 && n < 64 {
		return t.mul(v, t.whole(v, n-1))
	}
	if n < 64 {
		return t.mul2(t.whole(v, n/2))
	}
	z := t.power(t.abs(v), interval.Point(float64(n)))
	if n%2 == 1 {
		if s := t.signOf(v); s < 0 {
			return t.neg(z)
		} else if s == 0 {
			z.lo = z.hi.neg()
		}
	}
	return z
}

func (t tail) mul2(v bound) bound {
	v = t.abs(v)
	return t.mul(v, v)
}
