package enclose

import (
	"cmp"
	"container/heap"
	"math"
	"slices"

	"bsnn/internal/interval"
)

// A node of the tree of panels. Its enclosure is its own integral
// intersected with the sum of its halves, so refining can only narrow it.
type node struct {
	lo, hi float64
	v      vector
	halves [2]int32 // 0: a leaf
	status interval.Status
	germ   int32 // ± 1 + the index of the site where the panel begins (+) or ends (−), 0 for none
	done   bool  // refining does not help any more
	whole  bool  // halving has not helped
	flat   bool  // f and f′ are constant but for rounding
	coarse bool  // its derivatives are too large yet to say anything
}

// An engine refines panels until every one is narrow enough.
type engine struct {
	in     *integrator
	nodes  []node
	roots  int
	sites  []site
	rough  sketch
	limit  vector // widths a panel may have
	budget int
}

// smallest is the width below which a panel at x is not halved.
func smallest(lo, hi float64) float64 {
	return max(0x1p-50, 16*0x1p-53*max(math.Abs(lo), math.Abs(hi)))
}

// beside evaluates the panel between a site and a number. Where the site is not a
// float64 panels of series would begin at another place.
func (e *engine) beside(n *node) {
	at, end := e.sites[max(n.germ, -n.germ)-1], n.hi
	if n.germ < 0 {
		end = n.lo
	}
	n.v = newGerm(e.in.point.p, at, end, newTerms()).integrals(e.rough)
	n.done = n.hi-n.lo <= max(0x1p-900, 16*at.at.Width())
	if at.at.IsPoint() && n.hi-n.lo > smallest(n.lo, n.hi) {
		v, _, _ := e.in.panel(n.lo, n.hi)
		n.v.meet(&v)
	}
}

// add evaluates a panel.
func (e *engine) add(lo, hi float64, germ int32) int32 {
	n := node{lo: lo, hi: hi, germ: germ}
	switch {
	case germ != 0:
		e.beside(&n)
	default:
		n.v, n.status, _ = e.in.panel(lo, hi)
		n.coarse, n.flat = e.in.m.Coarse, e.in.flat()
		n.done = hi-lo <= smallest(lo, hi)
		if len(e.sites) > 0 && lo*hi > 0 {
			n.done = hi-lo <= 16*0x1p-53*max(math.Abs(lo), math.Abs(hi))
		}
	}
	e.nodes = append(e.nodes, n)
	return int32(len(e.nodes) - 1)
}

// A cut is where panels meet: a number, or the enclosure of a site.
type cut struct {
	lo, hi float64
	site   int32 // 1 + its index, 0 for none
}

// start evaluates panels about a quarter wide on [−R, R], cut around the kinks inside
// them and at the sites.
func (e *engine) start(r float64, kinks []interval.Interval) {
	var cuts []float64
	for i := range int(math.Round(8*r)) + 1 {
		cuts = append(cuts, float64(i)*0.25-r)
	}
	for _, k := range kinks {
		if i, _ := slices.BinarySearch(cuts, k.Lo); i > 0 && i < len(cuts) && cuts[i-1] < k.Lo && k.Hi < cuts[i] {
			cuts = slices.Insert(cuts, i, k.Lo, k.Hi)
		}
	}
	list := e.withSites(cuts, r)
	for i, right := range list[1:] {
		switch left := list[i]; {
		case left.site > 0 && right.site > 0:
			mid := left.hi/2 + right.lo/2
			e.add(left.lo, mid, left.site)
			e.add(mid, right.hi, -right.site)
		case left.site > 0:
			e.add(left.lo, right.lo, left.site)
		default:
			e.add(left.hi, right.hi, -right.site)
		}
	}
	e.roots = len(e.nodes)
}

// withSites inserts the sites inside ±R among the cuts, in place of those too close to them.
func (e *engine) withSites(cuts []float64, r float64) []cut {
	var list []cut
	for _, x := range cuts {
		near := func(s site) bool { return s.at.Lo-2*s.at.Width() <= x && x <= s.at.Hi+2*s.at.Width() }
		if !slices.ContainsFunc(e.sites, near) || math.Abs(x) == r {
			list = append(list, cut{x, x, 0})
		}
	}
	for k, s := range e.sites {
		if s.at.Magnitude() < r {
			list = append(list, cut{s.at.Lo, s.at.Hi, int32(k) + 1})
		}
	}
	slices.SortFunc(list, func(a, b cut) int { return cmp.Compare(a.lo, b.lo) })
	return list
}

// split halves a panel, one beside a site so that the smaller part is the one beside it.
func (e *engine) split(i int32) (a, b int32) {
	n := &e.nodes[i]
	lo, hi, germ := n.lo, n.hi, n.germ
	mid := lo/2 + hi/2
	switch {
	case germ > 0:
		mid = lo + (hi-lo)/4
	case germ < 0:
		mid = hi - (hi-lo)/4
	}
	a, b = e.add(lo, mid, max(germ, 0)), e.add(mid, hi, min(germ, 0))
	e.nodes[i].halves = [2]int32{a, b}
	return a, b
}

// excess is how many times the width that it may have the enclosure of a panel has,
// in the worst of the integrals; it has to be refined above 1.
func (e *engine) excess(n *node) float64 {
	worst := 0.0
	for k := range n.v {
		if w := n.v[k].Hi - n.v[k].Lo; !(w <= e.limit[k].Hi) {
			if !(w < math.Inf(1)) {
				return math.Inf(1)
			}
			worst = max(worst, w/e.limit[k].Hi)
		}
	}
	return worst
}

// refine halves panels until none is too wide or the budget is spent: the widest
// enclosure first, so that what the budget buys is spread over the line. As long as
// the budget suffices, which panels are halved depends on each one alone, and a
// smaller tolerance refines a superset of them.
func (e *engine) refine() {
	var work panelHeap
	for i := range e.nodes {
		if e.nodes[i].halves[0] == 0 {
			if w, ok := e.waits(int32(i)); ok {
				work = append(work, w)
			}
		}
	}
	heap.Init(&work)
	for len(work) > 0 && len(e.nodes) < e.budget {
		i := heap.Pop(&work).(waiting).node
		a, b := e.split(i)
		stuck := e.stuck(i, a, b)
		for _, h := range []int32{a, b} {
			e.nodes[h].done = e.nodes[h].done || stuck
			if w, ok := e.waits(h); ok {
				heap.Push(&work, w)
			}
		}
	}
}

// stuck reports whether halving brought nothing: what is left of an analytic
// panel's width is rounding.
func (e *engine) stuck(i, a, b int32) bool {
	n := &e.nodes[i]
	if n.germ != 0 {
		return e.germStuck(n, a, b)
	}
	if !n.status.Analytic() || n.coarse && !n.flat {
		return false
	}
	for k := range n.v {
		w := n.v[k].Hi - n.v[k].Lo
		if w <= e.limit[k].Hi {
			continue
		}
		half := e.nodes[a].v[k].Hi - e.nodes[a].v[k].Lo + e.nodes[b].v[k].Hi - e.nodes[b].v[k].Lo
		if !(half > 0.7*w) || math.IsInf(w, 1) {
			return false
		}
	}
	return true
}

// germStuck reports that the part beside the site, a or b, is as wide as the whole.
func (e *engine) germStuck(n *node, a, b int32) bool {
	part := &e.nodes[a]
	if n.germ < 0 {
		part = &e.nodes[b]
	}
	for k := range n.v {
		w := n.v[k].Hi - n.v[k].Lo
		if w > e.limit[k].Hi && !(part.v[k].Hi-part.v[k].Lo > 0.95*w && w < math.Inf(1)) {
			return false
		}
	}
	part.done = true
	return false
}

// total sums the tree. Children come after their parents. What halving has not narrowed
// is remembered as one panel.
func (e *engine) total() vector {
	for i := len(e.nodes) - 1; i >= 0; i-- {
		if n := &e.nodes[i]; n.halves[0] != 0 {
			s := e.nodes[n.halves[0]].v
			s.add(&e.nodes[n.halves[1]].v)
			n.whole = !e.narrows(n, &s)
			n.v.meet(&s)
		}
	}
	var sum vector
	for i := range e.roots {
		sum.add(&e.nodes[i].v)
	}
	return sum
}

// narrows reports whether the sum of its halves makes an integral over a panel that is
// too wide much narrower.
func (e *engine) narrows(n *node, sum *vector) bool {
	for k := range n.v {
		if w := n.v[k].Hi - n.v[k].Lo; w > e.limit[k].Hi && !(sum[k].Hi-sum[k].Lo > 0.5*w) {
			return true
		}
	}
	return false
}

// narrowest is the width from which on a panel counts as narrow: a rule with a
// dozen nodes on panels of a few units sees what is wider.
const narrowPanel = 1.0 / 32

// finestPanel is the width below which quadrature needs no help.
const finestPanel = 0x1p-40

// narrowEnds are the ends of the narrow panels, ascending.
func (e *engine) narrowEnds() []float64 {
	var ends []float64
	var visit func(i int32)
	visit = func(i int32) {
		n := &e.nodes[i]
		if n.halves[0] != 0 && !n.whole {
			visit(n.halves[0])
			visit(n.halves[1])
		} else if w := n.hi - n.lo; w < narrowPanel && w > finestPanel && !e.graded(n) {
			ends = append(ends, n.lo, n.hi)
		}
	}
	for i := range e.roots {
		visit(int32(i))
	}
	slices.Sort(ends)
	return slices.Compact(ends)
}

// graded reports that a panel is narrow only because a site is near.
func (e *engine) graded(n *node) bool {
	return slices.ContainsFunc(e.sites, func(s site) bool {
		return max(math.Abs(n.lo-s.at.Mid()), math.Abs(n.hi-s.at.Mid())) <= 16*(n.hi-n.lo)
	})
}

// setLimits gives each panel its share of the tolerance, relative to rough
// sizes of the integrals: the mean of |integrand|, as far as the first panels
// and the sketch tell.
//
// What is infinite because of a tail needs no panel to be narrow.
func (e *engine) setLimits(tol float64, tails ...vector) {
	var size [count]float64
	for i := range e.nodes {
		if e.nodes[i].halves[0] != 0 {
			continue
		}
		for k, x := range e.nodes[i].v {
			if m := math.Abs(x.Mid()); m < math.MaxFloat64 && x.IsBounded() {
				size[k] += m
			}
		}
	}
	for k := range e.limit {
		size[k] = max(size[k], e.in.size[k])
		// A panel's share; at the ends of the line the shares are not used up.
		e.limit[k].Hi = max(tol*size[k]/32, math.SmallestNonzeroFloat64)
		if k > base && !square(k) { // sums and differences of numbers about 1: no less than rounding
			e.limit[k].Hi = max(e.limit[k].Hi, 0x1p-58)
		}
		for _, t := range tails {
			if !t[k].IsBounded() {
				e.limit[k].Hi = math.Inf(1)
			}
		}
	}
}
