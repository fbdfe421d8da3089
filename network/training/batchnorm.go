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
	scale, shift := p.scale.w[h.lo:h.hi], p.shift.w[h.lo:h.hi]
	mean, inverse = mean[h.lo:h.hi], inverse[h.lo:h.hi]
	for r := range e.rows {
		units, out := h.columns(e.unit[l], r), h.columns(e.deriv[l], r)
		for j := range out {
			unit := T((float64(out[j]) - mean[j]) * inverse[j])
			units[j] = unit
			out[j] = scale[j]*unit + shift[j]
		}
	}
}

// columns are the worker's of row r of x.
func (h *hand[T]) columns(x []T, r int) []T { return x[r*h.e.n+h.lo : r*h.e.n+h.hi] }

// statistics are the mean and the variance (divisor: the number of rows) of the
// worker's columns.
func (h *hand[T]) statistics(x []T) (mean, variance []float64) {
	means, variances := h.sums[h.lo:h.hi], h.sums2[h.lo:h.hi]
	clear(means)
	clear(variances)
	for r := range h.e.rows {
		for j, v := range h.columns(x, r) {
			means[j] += float64(v)
		}
	}
	for j := range means {
		means[j] /= float64(h.e.rows)
	}
	for r := range h.e.rows {
		for j, v := range h.columns(x, r) {
			c := float64(v) - means[j]
			variances[j] += c * c
		}
	}
	for j := range variances {
		variances[j] /= float64(h.e.rows)
	}
	return h.sums, h.sums2
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
	dShift, dScale := h.sums[h.lo:h.hi], h.sums2[h.lo:h.hi]
	clear(dShift)
	clear(dScale)
	for r := range e.rows {
		units := h.columns(e.unit[l], r)
		for j, v := range h.columns(d, r) {
			du := float64(v)
			dShift[j] += du
			dScale[j] += du * float64(units[j])
		}
	}
	rows := float64(e.rows)
	scale, inverse := p.scale.w[h.lo:h.hi], e.inverse[l][h.lo:h.hi]
	for r := range e.rows {
		units, out := h.columns(e.unit[l], r), h.columns(d, r)
		for j := range out {
			du, unit := float64(out[j]), float64(units[j])
			out[j] = T(float64(scale[j]) * inverse[j] * (du - (dShift[j]+unit*dScale[j])/rows))
		}
	}
	if e.learn {
		h.descendVector(p.scale, h.sums2)
		h.descendVector(p.shift, h.sums)
	}
}
