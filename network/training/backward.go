package training

import (
	"math"

	"bsnn/internal/vector"
)

// step trains on the batch: forward, loss, backward with the update of each
// layer as its gradient is known. When learn is off it only measures.
func (e *engine[T]) step(worker int) {
	h := &e.hands[worker]
	h.resetTally()
	e.clock.start(worker)
	h.pass(true)
	h.score(true)
	if worker == 0 {
		e.stopped = e.learn && !e.forwardFinite()
	}
	e.crew.wait()
	if e.stopped {
		return
	}
	h.leave()
	for l := e.depth - 1; l >= 0; l-- {
		h.back(l)
	}
	e.crew.wait()
	e.clock.lap(worker, otherTime)
	h.update(0)
	h.leaveEmbedding()
	e.clock.lap(worker, otherTime)
}

// forwardFinite is whether all norms and the loss are finite, once all workers
// have theirs.
func (e *engine[T]) forwardFinite() bool {
	for _, x := range e.norms.x {
		if !finite(sum(x)) {
			return false
		}
	}
	return finite(sum(e.norms.embedded[:e.rows])) && finite(sum(e.norms.loss[:e.rows]))
}

// leave sets the worker's columns of y⁽ᴸ⁾ = Oᵀ∂E/∂outputs and updates its
// columns of the output map O.
func (h *hand[T]) leave() {
	e := h.e
	n, classes, lo, hi := e.n, e.spec.Classes, h.lo, h.hi
	if lo < hi {
		h.multiply.product(false, false, e.rows, hi-lo, classes, e.logits, classes, e.out.w[lo:], n, 0, e.y[lo:], n)
	}
	if lo < hi && e.out.trained() {
		h.multiply.product(true, false, classes, hi-lo, e.rows, e.logits, classes, e.x[e.depth][lo:], n, 0, e.grad[lo:], n)
		for c := range classes {
			h.ends[1] += h.descend(e.out.part(c*n+lo, c*n+hi), e.grad[c*n+lo:c*n+hi], e.update)
		}
	}
	if h.id == 0 && e.outBias.trained() && e.learn && e.out.trained() {
		sums := e.row[:classes]
		columnSums(sums, e.logits, e.rows, classes)
		descendAll(e.outBias, sums, e.update)
	}
}

// back takes the gradient through layer l (from 0): d from y, y of the layer below
// from d. The layer above, whose W no worker needs any more once all have their
// d, is updated last, so that workers meet once a layer.
func (h *hand[T]) back(l int) {
	e, p := h.e, &h.e.layers[l]
	n, lo, hi := e.n, h.lo, h.hi
	if lo < hi {
		h.derive(l)
		h.squares(e.norms.d[l], e.gradient(l))
		if p.inverse != nil {
			h.divideByLengths(e.gradient(l), l)
		}
	}
	e.clock.lap(h.id, activationTime)
	e.crew.wait()
	e.clock.lap(h.id, otherTime)
	if below := l > 0 || e.embed.trained(); below && lo < hi {
		var beta T
		if e.spec.Shortcut != NoShortcut {
			beta = 1
		}
		h.multiply.ahead(e.layers[min(l+1, e.depth-1)].v[lo*n : hi*n])
		h.multiply.product(false, false, e.rows, hi-lo, n, e.gradient(l), n, p.w[lo:], n, beta, e.y[lo:], n)
		e.clock.lap(h.id, gemmTime)
	}
	if l+1 < e.depth {
		h.update(l + 1)
	}
}

// update makes the gradient of the worker's rows of W⁽ˡ⁾ and takes their step.
func (h *hand[T]) update(l int) {
	e, p := h.e, &h.e.layers[l]
	n, lo, hi := e.n, h.lo, h.hi
	if lo == hi {
		return
	}
	u := e.update
	if e.spec.Constraint != Free {
		u.rate = 0 // the retraction moves W
	}
	h.multiply.keep(n, e.rows, e.x[l], n)
	h.multiply.ahead(e.weightsOf(l - 2)[lo*n : hi*n])
	for from := lo; from < hi; from += gradientRows {
		to := min(from+gradientRows, hi)
		grad := h.grad[:(to-from)*n]
		h.multiply.productWithKept(to-from, n, e.rows, e.gradient(l)[from:], n, grad, n)
		e.clock.lap(h.id, gemmTime)
		for i := from; i < to; i += neuronBlock {
			j := min(i+neuronBlock, to)
			rows, block := p.part(i*n, j*n), grad[(i-from)*n:(j-from)*n]
			if p.inverse == nil {
				e.norms.grad[l][i/neuronBlock] = h.descend(rows, block, u)
				continue
			}
			e.norms.grad[l][i/neuronBlock] = h.throughScaling(l, i, block)
			if e.learn {
				gather(rows, block, u) // the next pass moves W
			}
		}
		e.clock.lap(h.id, updateTime)
	}
}

// gradientRows is how many rows of a weight gradient are made at a time: they
// are used up before they leave the second level of cache.
const gradientRows = 3 * neuronBlock

// derive sets the worker's columns of d.
func (h *hand[T]) derive(l int) {
	e, p, d := h.e, &h.e.layers[l], h.e.gradient(l)
	n, lo, hi := e.n, h.lo, h.hi
	for r := range e.rows {
		y := e.y[r*n+lo : r*n+hi]
		if e.spec.Shortcut == ScaledShortcut {
			scale(y, balance)
		}
		vector.Multiply(d[r*n+lo:r*n+hi], y, e.deriv[l][r*n+lo:r*n+hi])
	}
	if e.spec.BatchNorm {
		h.denormalize(l)
	}
	if e.spec.Bias && e.learn {
		h.sumColumns(d)
		h.descendVector(p.bias, h.sums)
	}
}

// sumColumns adds up the worker's columns of x.
func (h *hand[T]) sumColumns(x []T) {
	clear(h.sums[h.lo:h.hi])
	for r := range h.e.rows {
		for j, v := range x[r*h.e.n+h.lo : r*h.e.n+h.hi] {
			h.sums[h.lo+j] += float64(v)
		}
	}
}

// leaveEmbedding updates the worker's rows of the embedding, if it is trained.
func (h *hand[T]) leaveEmbedding() {
	e := h.e
	if !e.embed.trained() {
		return
	}
	e.crew.wait()
	if e.spec.Sphere {
		h.unsphere()
		e.crew.wait()
	}
	if h.lo == h.hi {
		return
	}
	n, m, lo, hi := e.n, e.spec.Inputs, h.lo, h.hi
	if e.entry != nil {
		for r := range e.rows {
			vector.Multiply(e.y[r*n+lo:r*n+hi], e.y[r*n+lo:r*n+hi], e.entry[r*n+lo:r*n+hi])
		}
	}
	if e.embedBias.trained() && e.learn {
		h.sumColumns(e.y)
		h.descendVector(e.embedBias, h.sums)
	}
	h.multiply.product(true, false, hi-lo, m, e.rows, e.y[lo:], n, e.input, m, 0, e.grad[lo*m:], m)
	h.ends[0] = h.descend(e.embed.part(lo*m, hi*m), e.grad[lo*m:hi*m], e.update)
}

// unsphere takes the gradient of the worker's share of the rows through the
// scaling onto the sphere: y ← (√n/‖z‖)(y − x̂(x̂·y)) for x = √n·z/‖z‖.
func (h *hand[T]) unsphere() {
	e := h.e
	n := e.n
	lo, hi := share(e.rows, e.crew.size, h.id, 1)
	for r := lo; r < hi; r++ {
		x, y := e.x[0][r*n:(r+1)*n], e.y[r*n:(r+1)*n]
		norm := vector.SumSquares(x)
		if norm == 0 {
			continue
		}
		inner := vector.Dot(x, y)
		c := math.Sqrt(float64(n)) / e.sphere[r]
		for i, v := range x {
			y[i] = T(c * (float64(y[i]) - float64(v)*inner/norm))
		}
	}
}
