package training

import "bsnn/internal/vector"

// descend takes a step of gradient descent with momentum on a part of a matrix
// and returns the sum of squares of its gradient. At rate 0 it changes V only;
// when nothing is learnt, it changes nothing.
func (h *hand[T]) descend(w, v, grad []T, rate float64) float64 {
	e, o := h.e, &h.e.spec.Optimizer
	if !e.learn {
		return vector.SumSquares(grad)
	}
	return vector.Descend(w, v, grad, rate, o.Momentum, o.WeightDecay)
}

// descendVector takes a step on the worker's part of a vector.
func (h *hand[T]) descendVector(p coefficients[T], grad []float64) {
	part := coefficients[T]{p.w[h.lo:h.hi], p.v[h.lo:h.hi]}
	descendAll(part, grad[h.lo:h.hi], h.e.rate, h.e.spec.Optimizer.Momentum)
}

// descendAll sets V ← μV + G, W ← W − ηV.
func descendAll[T real](p coefficients[T], grad []float64, rate, momentum float64) {
	for i, g := range grad {
		v := T(momentum)*p.v[i] + T(g)
		p.v[i] = v
		p.w[i] -= T(rate) * v
	}
}

// columnSums sums the rows of a rows×cols matrix.
func columnSums[T real](dst []float64, x []T, rows, cols int) {
	clear(dst)
	for r := range rows {
		for j := range cols {
			dst[j] += float64(x[r*cols+j])
		}
	}
}
