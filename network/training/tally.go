package training

import "bsnn/internal/vector"

// norms are the squares that a pass finds, by address: each belongs to one row of
// the batch, to one neuron or to a block of neurons, is computed by whichever worker
// has it, and is added up in the order of the addresses. So no sum depends on how
// the work was divided.
type norms struct {
	embedded []float64   // by row: ‖x⁽¹⁾‖²
	x        [][]float64 // l = 2 … L+1, by neuron: Σ(x⁽ˡ⁾)² over the rows
	d        [][]float64 // l = 1 … L, by neuron: Σ(∂E/∂h⁽ˡ⁾)² over the rows
	grad     [][]float64 // l = 1 … L, by neuronBlock: of its rows of ∂E/∂W⁽ˡ⁾
	loss     []float64   // by row
}

func newNorms(depth, width, batch int) norms {
	of := func(size int) [][]float64 {
		list := make([][]float64, depth)
		for l := range list {
			list[l] = make([]float64, size)
		}
		return list
	}
	blocks := (width + neuronBlock - 1) / neuronBlock
	return norms{embedded: make([]float64, batch), x: of(width), d: of(width), grad: of(blocks), loss: make([]float64, batch)}
}

func (s *norms) reset() {
	for _, part := range [][][]float64{s.x, s.d, s.grad, {s.embedded, s.loss}} {
		for _, x := range part {
			clear(x)
		}
	}
}

// squares adds the squares of the worker's columns of x to dst.
func (h *hand[T]) squares(dst []float64, x []T) {
	n, lo, hi := h.e.n, h.lo, h.hi
	for r := range h.e.rows {
		vector.AddSquares(dst[lo:hi], x[r*n+lo:r*n+hi])
	}
}

// collect adds up what the workers found.
func (e *engine[T]) collect() *tally {
	t := &e.total
	t.x[0] = sum(e.norms.embedded[:e.rows])
	for l := range t.d {
		t.x[l+1], t.d[l], t.grad[l] = sum(e.norms.x[l]), sum(e.norms.d[l]), sum(e.norms.grad[l])
	}
	t.loss, t.correct, t.ends = sum(e.norms.loss[:e.rows]), 0, [2]float64{}
	for i := range e.hands {
		h := &e.hands[i]
		t.correct += h.correct
		t.ends[0] += h.ends[0]
		t.ends[1] += h.ends[1]
	}
	return t
}

func sum(x []float64) (total float64) {
	for _, v := range x {
		total += v
	}
	return total
}

// resetTally forgets the worker's part of the former pass.
func (h *hand[T]) resetTally() { h.ends, h.correct = [2]float64{}, 0 }
