package training

import "math"

// Batch normalisation as in PyTorch's BatchNorm1d with its defaults (Ioffe and
// Szegedy 2015, arXiv 1502.03167): u = γ(h − mean)/√(variance + ε) + β for each neuron, with the
// statistics of the batch in training and running ones in evaluation.
const (
	batchNormEpsilon  = 1e-5
	batchNormMomentum = 0.1
)

// normalize replaces the worker's columns of h by u and keeps what the way back
// needs.
func (h *hand[T]) normalize(l int, train bool) {
	e, p := h.e, &h.e.layers[l]
	mean, variance := p.mean, p.spread
	if train {
		mean, variance = h.statistics(e.deriv[l])
		h.remember(l, mean, variance)
	}
	inverse := e.inverse[l]
	for j := h.lo; j < h.hi; j++ {
		inverse[j] = 1 / math.Sqrt(variance[j]+batchNormEpsilon)
	}
	for r := range e.rows {
		at := r * e.n
		for j := h.lo; j < h.hi; j++ {
			unit := T((float64(e.deriv[l][at+j]) - mean[j]) * inverse[j])
			e.unit[l][at+j] = unit
			e.deriv[l][at+j] = p.scale.w[j]*unit + p.shift.w[j]
		}
	}
}

// statistics are the mean and the variance (divisor: the number of rows) of the
// worker's columns.
func (h *hand[T]) statistics(x []T) (mean, variance []float64) {
	n, rows := h.e.n, h.e.rows
	mean, variance = h.sums, h.sums2
	clear(mean[h.lo:h.hi])
	clear(variance[h.lo:h.hi])
	for r := range rows {
		for j := h.lo; j < h.hi; j++ {
			mean[j] += float64(x[r*n+j])
		}
	}
	for j := h.lo; j < h.hi; j++ {
		mean[j] /= float64(rows)
	}
	for r := range rows {
		for j := h.lo; j < h.hi; j++ {
			c := float64(x[r*n+j]) - mean[j]
			variance[j] += c * c
		}
	}
	for j := h.lo; j < h.hi; j++ {
		variance[j] /= float64(rows)
	}
	return mean, variance
}

// remember moves the running statistics towards those of a batch. A
// measurement leaves them alone.
func (h *hand[T]) remember(l int, mean, variance []float64) {
	if !h.e.learn {
		return
	}
	p, rows := &h.e.layers[l], float64(h.e.rows)
	for j := h.lo; j < h.hi; j++ {
		p.mean[j] += batchNormMomentum * (mean[j] - p.mean[j])
		p.spread[j] += batchNormMomentum * (variance[j]*rows/(rows-1) - p.spread[j])
	}
}

// denormalize replaces the worker's columns of ∂E/∂u in d by ∂E/∂h, updates γ
// and β.
func (h *hand[T]) denormalize(l int) {
	e, p, d := h.e, &h.e.layers[l], h.e.gradient(l)
	n, lo, hi := e.n, h.lo, h.hi
	dShift, dScale := h.sums, h.sums2
	clear(dShift[lo:hi])
	clear(dScale[lo:hi])
	for r := range e.rows {
		for j := lo; j < hi; j++ {
			du := float64(d[r*n+j])
			dShift[j] += du
			dScale[j] += du * float64(e.unit[l][r*n+j])
		}
	}
	rows := float64(e.rows)
	for r := range e.rows {
		for j := lo; j < hi; j++ {
			at := r*n + j
			du, unit := float64(d[at]), float64(e.unit[l][at])
			d[at] = T(float64(p.scale.w[j]) * e.inverse[l][j] * (du - (dShift[j]+unit*dScale[j])/rows))
		}
	}
	if e.learn {
		h.descendVector(p.scale, dScale)
		h.descendVector(p.shift, dShift)
	}
}
