package enclose

import (
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
	done   bool // refining does not help any more
	coarse bool // its derivatives are too large yet to say anything
}

// An engine refines panels until every one is narrow enough.
type engine struct {
	in     *integrator
	nodes  []node
	roots  int
	limit  vector // widths a panel may have
	budget int
}

// smallest is the width below which a panel at x is not halved.
func smallest(lo, hi float64) float64 {
	return max(0x1p-50, 16*0x1p-53*max(math.Abs(lo), math.Abs(hi)))
}

func (e *engine) add(lo, hi float64) int32 {
	n := node{lo: lo, hi: hi}
	n.v, n.status, _ = e.in.panel(lo, hi)
	n.coarse = e.in.m.Coarse
	n.done = hi-lo <= smallest(lo, hi)
	e.nodes = append(e.nodes, n)
	return int32(len(e.nodes) - 1)
}

// start evaluates panels about a quarter wide on [−R, R], cut around the kinks inside
// them.
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
	for i, hi := range cuts[1:] {
		e.add(cuts[i], hi)
	}
	e.roots = len(e.nodes)
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
		lo, hi := e.nodes[i].lo, e.nodes[i].hi
		mid := lo/2 + hi/2
		a, b := e.add(lo, mid), e.add(mid, hi)
		e.nodes[i].halves = [2]int32{a, b}
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
	if !n.status.Analytic() || n.coarse {
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

// total sums the tree. Children come after their parents.
func (e *engine) total() vector {
	for i := len(e.nodes) - 1; i >= 0; i-- {
		if n := &e.nodes[i]; n.halves[0] != 0 {
			s := e.nodes[n.halves[0]].v
			s.add(&e.nodes[n.halves[1]].v)
			n.v.meet(&s)
		}
	}
	var sum vector
	for i := range e.roots {
		sum.add(&e.nodes[i].v)
	}
	return sum
}

// narrowest is the width from which on a panel counts as narrow: a rule with a
// dozen nodes on panels of a few units sees what is wider.
const narrowPanel = 1.0 / 32

// narrowEnds are the ends of the narrow leaves, ascending.
func (e *engine) narrowEnds() []float64 {
	var ends []float64
	for i := range e.nodes {
		if n := &e.nodes[i]; n.halves[0] == 0 && n.hi-n.lo < narrowPanel {
			ends = append(ends, n.lo, n.hi)
		}
	}
	slices.Sort(ends)
	return slices.Compact(ends)
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
		for _, t := range tails {
			if !t[k].IsBounded() {
				e.limit[k].Hi = math.Inf(1)
			}
		}
	}
}
