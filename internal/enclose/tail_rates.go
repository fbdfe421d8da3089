package enclose

import (
	"math"

	"bsnn/internal/interval"
)

// Everything in this file is about functions of y ≥ R for one fixed R ≥ 1.
// Because y and log y are not negative there, rounding each coefficient of
// a bound in the bound's direction keeps it a bound.

// A quad is a·y² + b·y + c. c = ±∞ stands for no bound; a and b are 0 then.
type quad struct{ a, b, c float64 }

// A rate is a·y² + b·y + k·log y + c, a bound for the logarithm of a
// magnitude. c = ±∞ as in quad; an upper bound of −∞ belongs to zero.
type rate struct{ a, b, k, c float64 }

func addUp(x, y float64) float64 { return interval.Point(x).Add(interval.Point(y)).Hi }
func mulUp(x, y float64) float64 { return interval.Point(x).Mul(interval.Point(y)).Hi }
func divUp(x, y float64) float64 { return interval.Point(x).Div(interval.Point(y)).Hi }
func logUp(x float64) float64    { return bracket(interval.Log, x).Hi }
func expUp(x float64) float64    { return bracket(interval.Exp, x).Hi }
func addDown(x, y float64) float64 {
	return interval.Point(x).Add(interval.Point(y)).Lo
}
func mulDown(x, y float64) float64 { return interval.Point(x).Mul(interval.Point(y)).Lo }
func divDown(x, y float64) float64 { return interval.Point(x).Div(interval.Point(y)).Lo }
func logDown(x float64) float64    { return bracket(interval.Log, x).Lo }
func expDown(x float64) float64    { return bracket(interval.Exp, x).Lo }

// bracket applies a monotone f at a number that may be 0 or infinite.
func bracket(f func(interval.Interval) interval.Interval, x float64) interval.Interval {
	if math.IsInf(x, -1) { // only exp is asked for
		return interval.Interval{}
	}
	if x == 0 {
		if z := f(interval.Point(0)); !z.IsEmpty() {
			return z
		}
		return interval.New(math.Inf(-1), math.Inf(-1)) // log 0
	}
	z := f(interval.Point(x))
	if math.IsInf(x, 1) {
		z.Hi = math.Inf(1)
	}
	return z
}

var (
	noQuadUp   = quad{c: math.Inf(1)}
	noQuadDown = quad{c: math.Inf(-1)}
	noRateUp   = rate{c: math.Inf(1)}
	noRateDown = rate{c: math.Inf(-1)}
)

func flat(c float64) quad   { return quad{c: c} }
func (q quad) known() bool  { return !math.IsInf(q.a, 0) && !math.IsInf(q.b, 0) && !math.IsInf(q.c, 0) }
func (q quad) neg() quad    { return quad{-q.a, -q.b, -q.c} }
func (q quad) isFlat() bool { return q.a == 0 && q.b == 0 }
func (l rate) known() bool {
	return !math.IsInf(l.c, 0) && !math.IsInf(l.a, 0) && !math.IsInf(l.b, 0) && !math.IsInf(l.k, 0)
}
func (l rate) neg() rate           { return rate{-l.a, -l.b, -l.k, -l.c} }
func (q quad) rate() rate          { return rate{a: q.a, b: q.b, c: q.c} }
func (l rate) zero() bool          { return math.IsInf(l.c, -1) }
func (l rate) unbounded() bool     { return l.known() && leading(l.a, l.b, l.k) > 0 }
func (l rate) plus(c float64) rate { l.c = addUp(l.c, c); return l }

// leading is the first number that is not 0.
func leading(v ...float64) float64 {
	for _, x := range v {
		if x != 0 {
			return x
		}
	}
	return 0
}

// tidyUp keeps an upper bound well formed after overflow.
func (q quad) tidyUp() quad {
	if !(q.a < math.Inf(1) && q.b < math.Inf(1) && q.c < math.Inf(1)) || q.a < -math.MaxFloat64 || q.b < -math.MaxFloat64 {
		return noQuadUp
	}
	return q
}

func (q quad) addUp(r quad) quad {
	return quad{addUp(q.a, r.a), addUp(q.b, r.b), addUp(q.c, r.c)}.tidyUp()
}
func (q quad) addDown(r quad) quad { return q.neg().addUp(r.neg()).neg() }

// scaleUp is an upper bound of s·q for every s in a set of non-negative
// numbers, coefficient by coefficient.
func (q quad) scaleUp(s interval.Interval) quad {
	if !q.known() {
		return noQuadUp
	}
	f := func(c float64) float64 { return interval.Point(c).Mul(s).Hi }
	return quad{f(q.a), f(q.b), f(q.c)}.tidyUp()
}

// maxUp is an upper bound of both.
func (q quad) maxUp(r quad) quad {
	return quad{max(q.a, r.a), max(q.b, r.b), max(q.c, r.c)}
}
func (q quad) minDown(r quad) quad {
	return quad{min(q.a, r.a), min(q.b, r.b), min(q.c, r.c)}
}

// A tail knows R and what follows from it.
type tail struct {
	r    float64           // R ≥ 1
	logR interval.Interval // of R
}

func newTail(r float64) tail { return tail{r, interval.Log(interval.Point(r))} }

// least is a lower bound of q over y ≥ R.
func (t tail) least(q quad) float64 {
	if !q.known() {
		return math.Inf(-1)
	}
	a, b, c := interval.Point(q.a), interval.Point(q.b), interval.Point(q.c)
	y := interval.Point(t.r)
	at := a.Mul(y).Add(b).Mul(y).Add(c).Lo
	switch {
	case q.a < 0 || q.a == 0 && q.b < 0:
		return math.Inf(-1)
	case q.a == 0 || addDown(mulDown(2*q.a, t.r), q.b) >= 0: // increasing from R on
		return at
	}
	return c.Sub(b.Sqr().Div(a.Scale(4))).Lo // at the vertex, wherever it is
}

// most is an upper bound of q over y ≥ R.
func (t tail) most(q quad) float64 { return -t.least(q.neg()) }

// peak is an upper bound of l over y ≥ R.
func (t tail) peak(l rate) float64 {
	if !l.known() {
		return l.c
	}
	// k·log y ≤ k·(log R + (y − R)/R) for k ≥ 0, ≤ k·log R otherwise; if y is
	// dominated by nothing else a positive k wins in the end.
	q := quad{l.a, l.b, l.c}
	if l.k <= 0 {
		q.c = addUp(q.c, interval.Point(l.k).Mul(t.logR).Hi)
	} else {
		q.b = addUp(q.b, divUp(l.k, t.r))
		q.c = addUp(q.c, addUp(mulUp(l.k, t.logR.Hi), -l.k))
	}
	return t.most(q)
}

// trough is a lower bound of l over y ≥ R.
func (t tail) trough(l rate) float64 { return -t.peak(l.neg()) }

func (l rate) addUp(m rate) rate {
	switch {
	case l.zero() || m.zero():
		return rate{c: math.Inf(-1)}
	case !l.known() || !m.known():
		return noRateUp
	}
	return rate{addUp(l.a, m.a), addUp(l.b, m.b), addUp(l.k, m.k), addUp(l.c, m.c)}
}

func (l rate) addDown(m rate) rate {
	if !l.known() || !m.known() {
		return noRateDown
	}
	return rate{addDown(l.a, m.a), addDown(l.b, m.b), addDown(l.k, m.k), addDown(l.c, m.c)}
}

// scaleUp is s·l rounded up for s ≥ 0 in an interval.
func (l rate) scaleUp(s interval.Interval) rate {
	if !l.known() {
		return l
	}
	f := func(c float64) float64 { return interval.Point(c).Mul(s).Hi }
	return rate{f(l.a), f(l.b), f(l.k), f(l.c)}
}

// maxUp is an upper bound of both.
func (l rate) maxUp(m rate) rate {
	if l.zero() {
		return m
	}
	if m.zero() {
		return l
	}
	return rate{max(l.a, m.a), max(l.b, m.b), max(l.k, m.k), max(l.c, m.c)}
}

// sumUp is an upper bound of log(eˡ + eᵐ): the one that dominates, raised by
// what the other can add, or the worse of both coefficient by coefficient.
func (t tail) sumUp(l, m rate) rate {
	switch {
	case l.zero():
		return m
	case m.zero():
		return l
	case !l.known() || !m.known():
		return noRateUp
	}
	lead := func(l, m rate) (rate, float64) {
		s := t.peak(m.addUp(l.neg()))
		return l, bracket(interval.Log1p, expUp(s)).Hi
	}
	lm, ls := lead(l, m)
	ml, ms := lead(m, l)
	switch {
	case ls <= ms && ls < math.Inf(1):
		return lm.plus(ls)
	case ms < math.Inf(1):
		return ml.plus(ms)
	}
	both := l.maxUp(m)
	hi := max(l.c, m.c)
	both.c = addUp(hi, logUp(addUp(expUp(addUp(l.c, -hi)), expUp(addUp(m.c, -hi)))))
	return both
}

// differenceDown is a lower bound of log(eˡ − eᵐ) for a lower bound l and an
// upper bound m.
func (t tail) differenceDown(l, m rate) rate {
	switch {
	case m.zero():
		return l
	case !l.known() || !m.known():
		return noRateDown
	}
	s := t.peak(m.addUp(l.neg()))
	if !(s < 0) {
		return noRateDown
	}
	l.c = addDown(l.c, logDown(interval.Point(1).Sub(interval.New(0, expUp(s))).Lo))
	return l
}

// logOfQuadUp bounds log q from above for a q whose values are ≤ a positive
// bound: q ≤ M·y^d.
func (t tail) logOfQuadUp(q quad) rate {
	if !q.known() {
		return noRateUp
	}
	a, b, c := max(q.a, 0), max(q.b, 0), max(q.c, 0)
	switch {
	case a > 0:
		m := addUp(a, divUp(addUp(b, divUp(c, t.r)), t.r))
		return rate{k: 2, c: logUp(m)}
	case b > 0:
		return rate{k: 1, c: logUp(addUp(b, divUp(c, t.r)))}
	}
	return rate{c: logUp(max(t.most(q), 0))}
}

// logOfQuadDown bounds log q from below for a q that is a lower bound of
// something positive.
func (t tail) logOfQuadDown(q quad) rate {
	if !q.known() || !(t.least(q) > 0) {
		return noRateDown
	}
	if q.a > 0 {
		m := addDown(q.a, divDown(addDown(min(q.b, 0), divDown(min(q.c, 0), t.r)), t.r))
		if m > 0 {
			return rate{k: 2, c: logDown(m)}
		}
	}
	if q.a >= 0 && q.b > 0 {
		if m := addDown(q.b, divDown(min(q.c, 0), t.r)); m > 0 {
			return rate{k: 1, c: logDown(m)}
		}
	}
	return rate{c: logDown(t.least(q))}
}

// asQuadUp turns an upper bound of log|v| into one of |v|.
func (t tail) asQuadUp(l rate) quad {
	if l.zero() {
		return quad{}
	}
	if s := expUp(t.peak(l)); s < math.Inf(1) {
		return flat(s)
	}
	if !l.known() || l.a > 0 || l.b > 0 || l.k > 2 {
		return noQuadUp
	}
	// y^k ≤ R^{k−d}·y^d for k ≤ d.
	d := 1.0
	if l.k > 1 {
		d = 2
	}
	s := expUp(addUp(l.c, interval.Point(addUp(l.k, -d)).Mul(t.logR).Hi))
	if d == 1 {
		return quad{b: s}.tidyUp()
	}
	return quad{a: s}.tidyUp()
}

// asQuadDown turns a lower bound of log|v| into one of |v|.
func (t tail) asQuadDown(l rate) quad {
	if !l.known() || l.a < 0 || l.b < 0 && l.a == 0 {
		return flat(0)
	}
	if l.a > 0 || l.b > 0 { // faster than any power: the line below the exponential
		if l.b >= 0 && l.k >= 0 {
			return t.expBelow(quad{l.a, l.b, addDown(l.c, interval.Point(l.k).Mul(t.logR).Lo)})
		}
		return flat(max(0, expDown(t.trough(l))))
	}
	switch {
	case l.k >= 2:
		return quad{a: expDown(addDown(l.c, mulDown(l.k-2, t.logR.Lo)))}
	case l.k >= 1:
		return quad{b: expDown(addDown(l.c, mulDown(addDown(l.k, -1), t.logR.Lo)))}
	case l.k >= 0:
		return flat(expDown(addDown(l.c, mulDown(l.k, t.logR.Lo))))
	}
	return flat(0)
}

// expBelow is a quad below e^q: e^v ≥ e^m·(1 + (v − m)) by convexity, and ≥
// e^m·(1 + (v−m) + (v−m)²/2) for v ≥ m, which serves when v is linear.
func (t tail) expBelow(q quad) quad {
	m := min(t.least(q), 300)
	if math.IsInf(m, -1) {
		return flat(0)
	}
	s := interval.Point(expDown(m))
	one, mm := interval.Point(1), interval.Point(m)
	if q.a == 0 {
		b := interval.Point(max(q.b, 0))
		c := interval.Point(q.c).Sub(mm)
		half := interval.Point(0.5)
		return quad{
			b.Sqr().Mul(half).Mul(s).Lo,
			b.Add(b.Mul(c)).Mul(s).Lo,
			one.Add(c).Add(c.Sqr().Mul(half)).Mul(s).Lo,
		}
	}
	return quad{
		interval.Point(q.a).Mul(s).Lo, interval.Point(q.b).Mul(s).Lo,
		one.Add(interval.Point(q.c)).Sub(mm).Mul(s).Lo,
	}
}

// productUp bounds the product of two quads that are upper bounds of
// non-negative functions.
func (t tail) productUp(p, q quad) quad {
	if !p.known() || !q.known() {
		return noQuadUp
	}
	if p.isFlat() {
		return q.scaleUp(interval.Point(max(p.c, 0)))
	}
	if q.isFlat() {
		return p.scaleUp(interval.Point(max(q.c, 0)))
	}
	fourth, third := mulUp(p.a, q.a), addUp(mulUp(p.a, q.b), mulUp(p.b, q.a))
	if fourth > 0 || third > 0 {
		return noQuadUp
	}
	return quad{
		addUp(addUp(mulUp(p.a, q.c), mulUp(p.c, q.a)), mulUp(p.b, q.b)),
		addUp(mulUp(p.b, q.c), mulUp(p.c, q.b)),
		mulUp(p.c, q.c),
	}.tidyUp()
}

// productDown bounds the product of two quads that are lower bounds ≥ 0 of
// functions from below: y⁴ ≥ R²·y², y³ ≥ R·y².
func (t tail) productDown(p, q quad) quad {
	if !p.known() || !q.known() || !(t.least(p) >= 0) || !(t.least(q) >= 0) {
		return flat(0)
	}
	fourth, third := mulDown(p.a, q.a), addDown(mulDown(p.a, q.b), mulDown(p.b, q.a))
	if fourth < 0 || third < 0 {
		return flat(max(0, mulDown(t.least(p), t.least(q))))
	}
	high := addDown(mulDown(mulDown(fourth, t.r), t.r), mulDown(third, t.r))
	z := quad{
		addDown(high, addDown(addDown(mulDown(p.a, q.c), mulDown(p.c, q.a)), mulDown(p.b, q.b))),
		addDown(mulDown(p.b, q.c), mulDown(p.c, q.b)),
		mulDown(p.c, q.c),
	}
	if !z.known() || !(t.least(z) >= 0) {
		return flat(max(0, mulDown(t.least(p), t.least(q))))
	}
	return z
}
