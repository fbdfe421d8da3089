package enclose

import (
	"math"
	"math/big"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// A site is a place at which an instruction is 0, enclosed; instruction −1 stands for
// a place that is a float64 and needs none.
type site struct {
	instr int32
	at    interval.Interval
}

// rootOf finds a root of instruction u in x, the centre of the last run: where
// arithmetic is exact there, or by a change of sign and Newton's method.
func (m *machine) rootOf(u int32, x interval.Interval) (r site, ok bool) {
	s := m.regs[u]
	if !m.varies[u] || m.code[u].Op.Condition() || !s.Status().Analytic() || !s.Value().Contains(0) || !x.IsBounded() {
		return r, false
	}
	q := m.prober()
	q.forced = m.sides
	value := func(at float64) interval.Interval {
		q.runTo(interval.Point(at), 1, int(u)+1)
		if !q.regs[u].Status().Analytic() {
			return interval.Entire()
		}
		return q.regs[u].Value()
	}
	zero := interval.Interval{}
	for _, at := range []float64{0, x.Lo, x.Hi} {
		if x.Contains(at) && value(at) == zero {
			return site{u, interval.Point(at)}, true
		}
	}
	if lo, hi := value(x.Lo), value(x.Hi); !(lo.Hi < 0 && hi.Lo > 0 || lo.Lo > 0 && hi.Hi < 0) {
		return r, false
	}
	c, slope := x, s.Coefficient(1).Div(interval.Point(m.scale))
	for range 60 {
		if slope.Mignitude() == 0 {
			return r, false
		}
		mid := c.Mid()
		v := value(mid)
		if v == zero {
			return site{u, interval.Point(mid)}, true
		}
		next := interval.Point(mid).Sub(v.Div(slope)).Intersect(c)
		if next.IsEmpty() {
			return r, false
		}
		stuck := next.Hi-next.Lo > 0.5*(c.Hi-c.Lo)
		if c = next; stuck {
			break
		}
		q.runTo(c, 1, int(u)+1)
		if !q.regs[u].Status().Analytic() {
			return r, false
		}
		slope = q.regs[u].Coefficient(1)
	}
	return site{u, c}, true
}

// An anchor knows values and slopes at a root exactly, by terms.
type anchor struct {
	*symbolic
	known map[term]term
	// near is nil, or the germ whose limits at the root the terms are; it knows sides.
	near *germ
}

// newAnchor prescribes what follows from a root, where instructions have the given
// ranges; nil where there is nothing.
func newAnchor(t *terms, code []expr.Instr, r site, ranges func(i int32) interval.Interval) *anchor {
	n := len(code)
	t.known = nil
	s := &symbolic{terms: t, code: code, x: t.apply("x"), at: map[int32]term{}, sides: make([]side, n), ranges: ranges,
		values: make([]term, n), slopes: make([]term, n), truths: make([]truth, n)}
	if r.instr >= 0 {
		s.solve(r.instr, t.int(0))
	}
	if r.at.IsPoint() {
		for i := range code {
			if code[i].Op == expr.Var {
				s.at[int32(i)] = t.rat(new(big.Rat).SetFloat64(r.at.Lo))
			}
		}
	}
	return &anchor{symbolic: s, known: map[term]term{}}
}

// runAt evaluates the first n instructions at a root: the ranges of its enclosure,
// narrowed where the value or the slope is a rational number by the formula.
func (m *machine) runAt(r site, t *terms, n int) {
	if r.instr < 0 {
		m.runTo(r.at, 1, n)
		return
	}
	m.runTo(r.at, 1, n)
	ranges := make([]interval.Interval, n)
	for i := range ranges {
		ranges[i] = m.value(int32(i))
	}
	m.anchor = newAnchor(t, m.code, r, func(i int32) interval.Interval { return ranges[i] })
	m.runTo(r.at, 1, n)
	m.anchor = nil
}

// pin narrows what instruction i has got.
func (a *anchor) pin(m *machine, i int) {
	a.terms.known = a.known
	in := &a.code[i]
	a.sides[i] = m.sides[i]
	if a.near != nil {
		a.sides[i] = a.near.cell.forced[i]
	}
	a.advance(i)
	if m.varies[i] && (branches(in.Op) && a.sides[i] == open || in.Op == expr.Select && m.truths[in.A] == unknown) {
		a.values[i], a.slopes[i] = a.put(termKey{op: "open", a: term(i)}, nil), a.put(termKey{op: "open slope", a: term(i)}, nil)
		a.truths[i] = unknown
		return
	}
	if a.near != nil {
		a.vanish(i)
	}
	s := m.regs[i]
	if in.Op.Condition() || !m.varies[i] || !s.Status().Analytic() {
		return
	}
	for k, v := range []term{a.resolve(a.values[i]), a.resolve(a.slopes[i])} {
		if r := a.rats[v]; r != nil && k <= s.Order() {
			s.Pin(k, ofRat(r))
		}
	}
}

// vanish gives 0 to what is proven to tend to 0, and no number to what may be unbounded.
func (a *anchor) vanish(i int) {
	if a.code[i].Op.Condition() {
		return
	}
	j := a.near.jets[i]
	for _, of := range []struct {
		terms []term
		v     bound
	}{{a.values, j.v}, {a.slopes, j.d}} {
		if of.v.up.vanishes() {
			of.terms[i] = a.int(0)
		} else if !a.near.span(of.v).IsBounded() {
			of.terms[i] = a.none()
		}
	}
}

// vanishes reports that e^l tends to 0 where y grows.
func (l rate) vanishes() bool { return l.zero() || l.known() && leading(l.a, l.b, l.k) < 0 }

// same reports whether two instructions have the same value at the root.
func (a *anchor) same(i, j int32) bool {
	return a.resolve(a.values[i]) == a.resolve(a.values[j])
}

// ofRat encloses a rational number.
func ofRat(r *big.Rat) interval.Interval {
	v, exact := r.Float64()
	if exact {
		return interval.Point(v)
	}
	return interval.Interval{Lo: math.Nextafter(v, math.Inf(-1)), Hi: math.Nextafter(v, math.Inf(1))}
}
