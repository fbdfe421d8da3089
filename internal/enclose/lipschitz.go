package enclose

import (
	"cmp"
	"container/heap"
	"math"
	"slices"

	"bsnn/internal/interval"
)

// A Lipschitz says what is proven about the Lipschitz constant of a function.
type Lipschitz struct {
	// Bound encloses the smallest constant. Its upper end is +∞ when there is
	// none, or none was found.
	Bound interval.Interval
	// None: it is proven that there is no such constant.
	None bool
	// Place and Reason say where and why the upper end is infinite.
	Place  interval.Interval
	Reason string
}

// Finite reports whether a constant is proven to exist.
func (l Lipschitz) Finite() bool { return l.Bound.Hi < math.Inf(1) }

// String is one line.
func (l Lipschitz) String() string {
	switch {
	case l.Finite():
		return l.Bound.String()
	case l.None:
		return "not Lipschitz " + placeText(l.Place) + ": " + l.Reason
	}
	return "not provably Lipschitz " + placeText(l.Place) + ": " + l.Reason
}

const (
	lipschitzGap    = 1e-9 // relative, between the bounds of a supremum
	lipschitzBudget = 3000
)

// lipschitz bounds sup|f′| and sup|f″| over the whole line. The second is the
// Lipschitz constant of f′ provided that f′ does not jump at any kink.
func lipschitz(s *surveyor) (value, deriv Lipschitz) {
	x := &explorer{s: s, point: newMachine(s.p, 4), whole: newMachine(s.p, 4), ends: map[float64]bool{}}
	value = x.supremum(1)
	kinks := slices.Clone(s.kinks)
	for _, r := range s.sites {
		kinks = append(kinks, r.at)
	}
	slices.SortFunc(kinks, func(a, b interval.Interval) int { return cmp.Compare(a.Mignitude(), b.Mignitude()) })
	if l := s.smoothAt(kinks); l != nil && l.None {
		return value, *l
	} else if l != nil {
		deriv = *l
	}
	l := x.supremum(2)
	if !l.Finite() && l.None {
		return value, l
	}
	var more []interval.Interval
	for _, e := range sortedKeys(x.ends) {
		more = append(more, around(e))
	}
	switch at := s.smoothAt(more); {
	case at != nil && (at.None || deriv.Reason == ""):
		return value, *at
	case deriv.Reason != "":
		return value, deriv
	}
	return value, l
}

// smoothAt returns nil if φ′ is proven to be continuous at all the places.
func (s *surveyor) smoothAt(places []interval.Interval) *Lipschitz {
	var doubt *Lipschitz
	for _, k := range places {
		switch c, _, _ := s.corner(k); {
		case c == steep:
			return &Lipschitz{Bound: unboundedAbove(0), None: true, Place: k, Reason: "φ′ is unbounded there"}
		case c == sharp:
			return &Lipschitz{Bound: unboundedAbove(0), None: true, Place: k, Reason: "φ′ jumps there"}
		case c == unclear && doubt == nil:
			doubt = &Lipschitz{Bound: unboundedAbove(0), Place: k, Reason: "φ′ may jump there"}
		}
	}
	return doubt
}

func unboundedAbove(lo float64) interval.Interval {
	return interval.Interval{Lo: lo, Hi: math.Inf(1)}
}

// An explorer finds suprema of |f′| and |f″| by branch and bound.
type explorer struct {
	s            *surveyor
	point, whole *machine
	ends         map[float64]bool // where panels meet on a border
}

// A piece of the line with an upper bound of |f⁽ʲ⁾| there.
type piece struct{ lo, hi, bound float64 }

type pieces []piece

func (p pieces) Len() int           { return len(p) }
func (p pieces) Less(i, j int) bool { return p[i].bound > p[j].bound }
func (p pieces) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *pieces) Push(x any)        { *p = append(*p, x.(piece)) }
func (p *pieces) Pop() any {
	old := *p
	x := old[len(old)-1]
	*p = old[:len(old)-1]
	return x
}

// supremum encloses sup|f⁽ʲ⁾| for j = 1, 2: branch and bound on panels out to
// some R, growth rules beyond.
func (x *explorer) supremum(j int) Lipschitz {
	var queue pieces
	var lower float64
	push := func(lo, hi, most float64) {
		upper, attained := x.bound(lo, hi, j)
		lower = max(lower, attained)
		queue = append(queue, piece{lo, hi, min(upper, most)})
	}
	for _, r := range x.s.sites {
		l, h := x.s.germs(r, siteReach)
		for _, g := range []*germ{l, h} {
			if b := g.derivative(j); b.low.unbounded() {
				return Lipschitz{Bound: unboundedAbove(0), None: true, Place: r.at,
					Reason: name(j) + " is unbounded, it grows like " + g.growthNear(b.low)}
			}
		}
	}
	inner := grid(near)
	for _, e := range inner {
		push(e[0], e[1], math.Inf(1))
		push(-e[1], -e[0], math.Inf(1))
	}
	var settled float64 // of everything that is not going to be divided
	for _, sign := range []float64{-1, 1} {
		m, r, low, worst := x.beyond(sign, j, lower)
		lower = max(lower, low)
		if worst != nil {
			return *worst
		}
		settled = max(settled, m)
		for _, e := range grid(r)[len(inner):] {
			push(min(sign*e[0], sign*e[1]), max(sign*e[0], sign*e[1]), math.Inf(1))
		}
	}
	return x.divide(queue, j, lower, settled)
}

// beyond finds an R beyond which growth rules bound |f⁽ʲ⁾| by no more than
// what is attained anyway; the largest R has to do otherwise.
func (x *explorer) beyond(sign float64, j int, lower float64) (m, r, attained float64, worst *Lipschitz) {
	var b bound
	var f *tailMachine
	for _, r = range []float64{near, 16, 38, 256, 0x1p15, 0x1p22, horizon} {
		f = newTailMachine(x.s.p, sign, r)
		b = f.root().d
		if j == 2 {
			b = f.root().dd
		}
		_, low := x.bound(sign*r-0.125, sign*r+0.125, j)
		attained = max(attained, low)
		m = f.span(b).Magnitude()
		if m < math.Inf(1) && m <= max(lower, attained)*(1+lipschitzGap) {
			return m, r, attained, nil
		}
	}
	if m < math.Inf(1) {
		return m, r, attained, nil
	}
	l := Lipschitz{Bound: unboundedAbove(max(lower, attained)), Place: f.place(), Reason: name(j) + " may be unbounded"}
	if b.low.unbounded() {
		l.None, l.Reason = true, name(j)+" is unbounded, it grows like "+b.low.growth()
	}
	return m, r, attained, &l
}

// divide halves the pieces with the largest bound until it is attained, up to
// the gap.
func (x *explorer) divide(queue pieces, j int, lower, settled float64) Lipschitz {
	heap.Init(&queue)
	for n := 0; len(queue) > 0 && n < lipschitzBudget; n++ {
		p := queue[0]
		if p.bound <= max(lower*(1+lipschitzGap), 1e-300) || p.bound <= settled && n > lipschitzBudget/10 {
			break
		}
		if p.hi-p.lo <= 4*smallest(p.lo, p.hi) {
			if math.IsInf(p.bound, 1) {
				break
			}
			settled = max(settled, p.bound)
			heap.Pop(&queue)
			continue
		}
		heap.Pop(&queue)
		mid := p.lo/2 + p.hi/2
		for _, h := range []piece{{lo: p.lo, hi: mid}, {lo: mid, hi: p.hi}} {
			upper, attained := x.bound(h.lo, h.hi, j)
			h.bound = min(upper, p.bound)
			lower = max(lower, attained)
			heap.Push(&queue, h)
		}
	}
	upper := max(lower, settled)
	if len(queue) > 0 {
		upper = max(upper, queue[0].bound)
	}
	l := Lipschitz{Bound: interval.Interval{Lo: lower, Hi: upper}}
	if math.IsInf(upper, 1) {
		l.Place = interval.Interval{Lo: queue[0].lo, Hi: queue[0].hi}
		l.Reason = name(j) + " could not be bounded there"
	}
	return l
}

func name(j int) string { return [...]string{"", "φ′", "φ″"}[j] }

// bound returns an upper bound of |f⁽ʲ⁾| on [lo, hi] and a value that it is
// proven to reach there.
func (x *explorer) bound(lo, hi float64, j int) (upper, attained float64) {
	if r, ok := x.s.siteAt(interval.Interval{Lo: lo, Hi: hi}); ok {
		return x.beside(r, lo, hi, j), 0
	}
	w := x.whole.run(interval.Interval{Lo: lo, Hi: hi}, 1)
	if j == 2 && x.whole.touching() {
		x.ends[lo], x.ends[hi] = true, true
	}
	switch st := w.Status(); {
	case st.Analytic():
	case st.Lipschitz() && j == 1:
		return w.Coefficient(1).Magnitude(), 0
	case st&^(interval.Edge|interval.Kinked|interval.Jump) == 0:
		return x.branched(lo, hi, j), 0
	default:
		return math.Inf(1), 0
	}
	x.point.forced = x.whole.sides
	at := func(v float64, k int) interval.Interval {
		return x.point.run(interval.Point(v), 1).Coefficient(k)
	}
	factor := float64(j) // j! for j ≤ 2
	mid := lo/2 + hi/2
	p := x.point.run(interval.Point(mid), 1)
	centre := p.Coefficient(j)
	attained = centre.Mignitude() * factor
	r := w.Coefficient(j)
	g1 := w.Coefficient(j + 1).Scale(float64(j + 1)) // derivative of coefficient j
	if g1.Lo >= 0 || g1.Hi <= 0 {
		a, b := at(lo, j), at(hi, j)
		r = r.Intersect(a.Hull(b))
		attained = max(attained, a.Mignitude()*factor, b.Mignitude()*factor)
	} else {
		t := interval.Point(lo).Hull(interval.Point(hi)).Sub(interval.Point(mid))
		r = r.Intersect(centre.Add(g1.Mul(t)))
		g2 := w.Coefficient(j + 2).Scale(float64((j + 1) * (j + 2) / 2))
		r = r.Intersect(centre.Add(p.Coefficient(j + 1).Scale(float64(j + 1)).Mul(t)).Add(g2.Mul(t.Sqr())))
	}
	if r.IsEmpty() {
		return math.Inf(1), 0
	}
	return r.Scale(factor).Magnitude(), attained
}

// beside bounds |f⁽ʲ⁾| on a piece with a site.
func (x *explorer) beside(r site, lo, hi float64, j int) float64 {
	worst := 0.0
	for _, end := range []float64{lo, hi} {
		if r.at.Lo <= end && end <= r.at.Hi {
			continue
		}
		b := newGerm(x.s.p, r, end, newTerms())
		worst = max(worst, b.span(b.derivative(j)).Magnitude())
	}
	return worst
}

// derivative bounds f⁽ʲ⁾.
func (f *tailMachine) derivative(j int) bound {
	return []bound{f.root().v, f.root().d, f.root().dd}[j]
}

// branched bounds f⁽ʲ⁾ where a branch is open.
func (x *explorer) branched(lo, hi float64, j int) float64 {
	c, first, second := x.s.corner(interval.Interval{Lo: lo, Hi: hi})
	if j == 1 {
		return first.Magnitude()
	}
	if c != round {
		return math.Inf(1)
	}
	return second.Magnitude()
}
