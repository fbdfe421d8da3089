package training

import (
	"math"

	"bsnn/internal/vector"
)

// Unit rows: what multiplies is W̃, the matrix W with each row scaled to length 1, and
// what is trained is W, which is free (the constraint of the authors' experiments). As
// h = W̃x = (Wx)/r for the row lengths r, no W̃ is stored: the products are those with W,
// and the columns of h and of ∂E/∂h are divided by r. The gradient goes through the
// scaling: row by row, with g = ∂E/∂w̃, ∂E/∂w = (g − w̃(w̃·g))/r.
//
// W takes its step at the beginning of the next training pass, and so an evaluation in
// between uses the W̃ of the last batch, as the authors' does.

// rescale takes the steps that are due on the worker's rows of layer l and measures
// their lengths.
func (h *hand[T]) rescale(l int) {
	e, p := h.e, &h.e.layers[l]
	u := e.lastUpdate()
	for i := h.lo; i < h.hi; i++ {
		if u.rate == 0 {
			p.measure(i, e.n)
			continue
		}
		p.inverse[i] = T(1 / math.Sqrt(move(p.part(i*e.n, (i+1)*e.n), u)))
	}
}

// lastUpdate is the step that the weights have still to take.
func (e *engine[T]) lastUpdate() update {
	return update{e.spec.Optimizer, e.due[0], int(e.due[1])}
}

// measure sets the inverse length of row i of W.
func (p *layer[T]) measure(i, n int) {
	p.inverse[i] = T(1 / math.Sqrt(vector.SumSquares(p.w[i*n:(i+1)*n])))
}

// divideByLengths turns the worker's columns of Wx into those of W̃x, or ∂E/∂h into what
// multiplies W on the way back.
func (h *hand[T]) divideByLengths(x []T, l int) {
	n, lo, hi := h.e.n, h.lo, h.hi
	inverse := h.e.layers[l].inverse[lo:hi]
	for r := range h.e.rows {
		part := x[r*n+lo : r*n+hi]
		vector.Multiply(part, part, inverse)
	}
}

// throughScaling turns the gradients g/r of some rows, the first of them row i, into those of the
// free weights and returns the sum of their squares.
func (h *hand[T]) throughScaling(l, i int, grad []T) (sumSquares float64) {
	n, p := h.e.n, &h.e.layers[l]
	for ; len(grad) > 0; i, grad = i+1, grad[n:] {
		w, g := p.w[i*n:(i+1)*n], grad[:n]
		inverse := float64(p.inverse[i])
		sumSquares += vector.Combine(g, 1, g, -vector.Dot(w, g)*inverse*inverse, w)
	}
	return sumSquares
}

// scaled is W̃⁽ˡ⁾, l from 0, in float64; W⁽ˡ⁾ where rows are not scaled.
func (e *engine[T]) scaled(dst []float64, l int) {
	p := &e.layers[l]
	widen(dst, p.w, 1)
	for i, c := range p.inverse {
		for j := range e.n {
			dst[i*e.n+j] *= float64(c)
		}
	}
}
