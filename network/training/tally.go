package training

import "bsnn/internal/vector"

// norms are the squares that a pass finds, by address: each belongs to one row of
// the batch or to one neuron, is computed by whichever worker has it, and is added
// up in the order of the addresses. So no sum depends on how the work was divided.
type norms struct {
	x    [][]float64 // l = 1 … L+1, by row: ‖x⁽ˡ⁾‖²
	d    [][]float64 // l = 1 … L, by row: ‖∂E/∂h⁽ˡ⁾‖²
	grad [][]float64 // l = 1 … L, by neuron: of its row of ∂E/∂W⁽ˡ⁾
	loss []float64   // by row
}

func newNorms(depth, width, batch int) norms {
	of := func(layers, size int) [][]float64 {
		list := make([][]float64, layers)
		for l := range list {
			list[l] = make([]float64, size)
		}
		return list
	}
	return norms{x: of(depth+1, batch), d: of(depth, batch), grad: of(depth, width), loss: make([]float64, batch)}
}

func (s *norms) reset() {
	for _, part := range [][][]float64{s.x, s.d, s.grad, {s.loss}} {
		for _, x := range part {
			clear(x)
		}
	}
}

// rowSquares are the squared norms of the worker's share of the rows of x.
func (h *hand[T]) rowSquares(dst []float64, x []T) {
	n := h.e.n
	lo, hi := share(h.e.rows, h.e.crew.size, h.id, 1)
	for r := lo; r < hi; r++ {
		dst[r] = vector.SumSquares(x[r*n : (r+1)*n])
	}
}

// collect adds up what the workers found.
func (e *engine[T]) collect() *tally {
	t := &e.total
	for l := range t.x {
		t.x[l] = sum(e.norms.x[l][:e.rows])
	}
	for l := range t.d {
		t.d[l], t.grad[l] = sum(e.norms.d[l][:e.rows]), sum(e.norms.grad[l])
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
