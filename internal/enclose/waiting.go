package enclose

import "cmp"

// waiting is a panel to be halved.
type waiting struct {
	node           int32
	excess, length float64
}

// waits says whether a panel has to be halved, and how urgent it is.
func (e *engine) waits(i int32) (waiting, bool) {
	n := &e.nodes[i]
	if n.done {
		return waiting{}, false
	}
	w := waiting{i, e.excess(n), n.hi - n.lo}
	return w, w.excess > 0
}

// panelHeap is a heap with the most urgent panel on top: the one of largest excess,
// on a tie the longest, then the first.
type panelHeap []waiting

func (h panelHeap) Len() int { return len(h) }

func (h panelHeap) Less(i, j int) bool {
	a, b := h[i], h[j]
	return cmp.Or(cmp.Compare(b.excess, a.excess), cmp.Compare(b.length, a.length), cmp.Compare(a.node, b.node)) < 0
}

func (h panelHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h *panelHeap) Push(x any) { *h = append(*h, x.(waiting)) }

func (h *panelHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
