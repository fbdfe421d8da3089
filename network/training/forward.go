package training

import (
	"math"

	"bsnn/internal/vector"
)

// balance is the factor of a balanced shortcut.
const balance = math.Sqrt2 / 2

// forward runs the batch through the network in evaluation mode and scores it.
func (e *engine[T]) forward(worker int) {
	h := &e.hands[worker]
	h.resetTally()
	h.pass(false)
	h.score(false)
}

// pass computes x⁽¹⁾ … x⁽ᴸ⁺¹⁾ of the batch and, to train, φ′ beside them.
func (h *hand[T]) pass(train bool) {
	e := h.e
	h.enter()
	e.crew.wait()
	for l := range e.layers {
		h.layer(l, train)
		e.clock.lap(h.id, activationTime)
		e.crew.wait()
		e.clock.lap(h.id, otherTime)
	}
}

// enter embeds the worker's share of the rows.
func (h *hand[T]) enter() {
	e := h.e
	n, m := e.n, e.spec.Inputs
	lo, hi := share(e.rows, e.crew.size, h.id, 1)
	if lo == hi {
		return
	}
	h.multiply.product(false, true, hi-lo, n, m, e.input[lo*m:], m, e.embed.w, m, 0, e.x[0][lo*n:], n)
	for r := lo; r < hi; r++ {
		x := e.x[0][r*n : (r+1)*n]
		if e.embedBias.w != nil {
			add(x, e.embedBias.w)
		}
		if e.entry != nil {
			z := e.entry[r*n : (r+1)*n]
			copy(z, x)
			h.act.Forward(x, z)
		}
		sq := vector.SumSquares(x)
		if e.spec.Sphere && sq > 0 {
			e.sphere[r] = math.Sqrt(sq)
			scale(x, T(math.Sqrt(float64(n))/e.sphere[r]))
			sq = vector.SumSquares(x)
		}
		e.norms.embedded[r] = sq
	}
}

// layer computes the worker's columns of x⁽ˡ⁺²⁾ from x⁽ˡ⁺¹⁾ (l counts from 0
// here).
func (h *hand[T]) layer(l int, train bool) {
	if h.lo == h.hi {
		return
	}
	e, p := h.e, &h.e.layers[l]
	n, lo, hi := e.n, h.lo, h.hi
	if p.inverse != nil && train && e.learn {
		h.rescale(l)
	}
	h.multiply.ahead(e.weightsOf(l + 1)[lo*n : hi*n])
	h.multiply.product(false, true, e.rows, hi-lo, n, e.x[l], n, p.w[lo*n:], n, 0, e.deriv[l][lo:], n)
	e.clock.lap(h.id, gemmTime)
	if p.inverse != nil {
		h.divideByLengths(e.deriv[l], l)
	}
	if e.spec.Bias {
		for r := range e.rows {
			add(e.deriv[l][r*n+lo:r*n+hi], p.bias.w[lo:hi])
		}
	}
	if e.spec.BatchNorm {
		h.normalize(l, train)
		e.clock.lap(h.id, otherTime)
	}
	for r := range e.rows {
		below, out := e.x[l][r*n+lo:r*n+hi], e.x[l+1][r*n+lo:r*n+hi]
		h.act.Forward(out, e.deriv[l][r*n+lo:r*n+hi])
		switch e.spec.Shortcut {
		case PlainShortcut:
			join(out, below, 1)
		case ScaledShortcut:
			join(out, below, balance)
		}
		vector.AddSquares(e.norms.x[l][lo:hi], out)
	}
}

// weightsOf is W of layer l, or of the nearest that there is.
func (e *engine[T]) weightsOf(l int) []T { return e.layers[min(max(l, 0), e.depth-1)].w }

// join sets out to c(out + below).
func join[T real](out, below []T, c T) {
	below = below[:len(out)]
	for i, v := range out {
		out[i] = c * (v + below[i])
	}
}
