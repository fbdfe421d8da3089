package training

import "time"

// A productTimer measures the rate of the matrix products of one layer by themselves:
// the same shapes, workers and precision as in a step, on matrices that stay in
// cache.
type productTimer[T real] struct {
	w, x, d, out, grad []T
	round              float64 // operations of one round
	flops              float64
	spent              time.Duration
}

// timedRounds is how often a measurement repeats the products of a layer.
const timedRounds = 4

func newProductTimer[T real](e *engine[T]) *productTimer[T] {
	r := &productTimer[T]{
		w: newTensor[T](e.n * e.n), grad: newTensor[T](e.n * e.n),
		round: 3 * 2 * float64(e.batch) * float64(e.n) * float64(e.n),
		x:     newTensor[T](e.batch * e.n), d: newTensor[T](e.batch * e.n), out: newTensor[T](e.batch * e.n),
	}
	for i := range r.w {
		r.w[i] = T(i%7) - 3
	}
	for i := range r.x {
		r.x[i], r.d[i] = T(i%5)-2, T(i%3)-1
	}
	return r
}

// measureRate runs the products and books their time, the first round excepted,
// which fills the caches.
func (e *engine[T]) measureRate() {
	e.crew.run(e.tasks.probe)
}

func (e *engine[T]) probe(worker int) {
	r := e.timer
	for round := range timedRounds + 1 {
		from := time.Now()
		e.hands[worker].products(r)
		e.crew.wait()
		if worker != 0 || round == 0 {
			continue
		}
		r.spent += time.Since(from)
		r.flops += r.round
	}
}

// products are the three products of a layer.
func (h *hand[T]) products(r *productTimer[T]) {
	n, b, lo, hi := h.e.n, h.e.batch, h.lo, h.hi
	if lo == hi {
		return
	}
	h.multiply.product(false, true, b, hi-lo, n, r.x, n, r.w[lo*n:], n, 0, r.out[lo:], n)
	h.multiply.product(false, false, b, hi-lo, n, r.d, n, r.w[lo:], n, 0, r.out[lo:], n)
	h.multiply.product(true, false, hi-lo, n, b, r.d[lo:], n, r.x, n, 0, r.grad[lo*n:], n)
}

// stepFlops is the number of operations of the matrix products of a step.
func (e *engine[T]) stepFlops() float64 {
	b, n, m, c := float64(e.batch), float64(e.n), float64(e.spec.Inputs), float64(e.spec.Classes)
	square, ends := 3*float64(e.depth)-1, m+2*c
	if e.embed.trained() {
		square, ends = square+1, ends+m
	}
	if e.out.trained() {
		ends += c
	}
	return 2 * b * n * (square*n + ends)
}
