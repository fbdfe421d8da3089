package training

import (
	"math"

	"bsnn/internal/vector"
	"bsnn/network"
)

// A block is a part of a described network. All workers call forward, and then backward,
// together; each does its share, and they meet before they return. What is returned is
// the block's own until it is called again.
type block[T real] interface {
	forward(h *helper[T], x []T) []T // rows in, rows out
	backward(h *helper[T], dy []T) []T
	tensors() []tensor // what a step changes, or what is drawn
}

// A chain applies blocks one after the other.
type chain[T real] []block[T]

func (c chain[T]) forward(h *helper[T], x []T) []T {
	for _, b := range c {
		x = b.forward(h, x)
	}
	return x
}

func (c chain[T]) backward(h *helper[T], dy []T) []T {
	for i := len(c) - 1; i >= 0; i-- {
		dy = c[i].backward(h, dy)
	}
	return dy
}

func (c chain[T]) tensors() (all []tensor) {
	for _, b := range c {
		all = append(all, b.tensors()...)
	}
	return all
}

// A linearBlock is x ↦ Wx + z, with their momenta; or a rotation, which stays.
type linearBlock[T real] struct {
	in, out      int
	parameter[T] // W, out×in
	bias         parameter[T]

	x, y, dx []T
	grad     []T // of W
	biasGrad []float64

	// Squares, each by its own address, so that no sum depends on who added it: of the
	// rows of x and of ∂E/∂h, and of the rows of ∂E/∂W.
	squareX, squareD, squareGrad []float64
}

func newLinearBlock[T real](o Optimizer, batch, in, out int, trained, bias bool) *linearBlock[T] {
	l := &linearBlock[T]{
		in: in, out: out, y: newTensor[T](batch * out), dx: newTensor[T](batch * in),
		squareX: make([]float64, batch), squareD: make([]float64, batch), squareGrad: make([]float64, out),
	}
	l.parameter = newMatrix[T](o, out, in, trained).parameter
	if trained {
		l.grad = newTensor[T](in * out)
	}
	if bias {
		l.bias, l.biasGrad = newParameter[T](o, out, 0), make([]float64, out)
	}
	return l
}

func (l *linearBlock[T]) tensors() []tensor {
	return append(l.parameter.tensors(), l.bias.tensors()...)
}

func (l *linearBlock[T]) forward(h *helper[T], x []T) []T {
	m := h.machine
	if h.id == 0 { // the same for all, who meet before they need it
		l.x = x
	}
	for r, to := h.rows(); r < to; r++ {
		l.squareX[r] = vector.SumSquares(x[r*l.in : (r+1)*l.in])
	}
	h.lap(activationTime)
	if lo, hi := h.share(l.out); lo < hi {
		h.multiply.product(false, true, m.rows, hi-lo, l.in, x, l.in, l.w[lo*l.in:], l.in, 0, l.y[lo:], l.out)
		if l.bias.w != nil {
			for r := range m.rows {
				add(l.y[r*l.out+lo:r*l.out+hi], l.bias.w[lo:hi])
			}
		}
	}
	h.lap(gemmTime)
	h.meet()
	return l.y
}

func (l *linearBlock[T]) backward(h *helper[T], dy []T) []T {
	m := h.machine
	if !l.trained() {
		return l.back(h, dy)
	}
	for r, to := h.rows(); r < to; r++ {
		l.squareD[r] = vector.SumSquares(dy[r*l.out : (r+1)*l.out])
	}
	lo, hi := h.share(l.out)
	if lo < hi {
		h.multiply.product(true, false, hi-lo, l.in, m.rows, dy[lo:], l.out, l.x, l.in, 0, l.grad[lo*l.in:], l.in)
	}
	h.lap(gemmTime)
	dx := l.back(h, dy) // with the weights that were used; all meet behind it
	for i := lo; i < hi; i++ {
		row := l.grad[i*l.in : (i+1)*l.in]
		if !m.learn {
			l.squareGrad[i] = vector.SumSquares(row)
			continue
		}
		l.squareGrad[i] = descend(l.part(i*l.in, (i+1)*l.in), row, m.update)
	}
	if l.bias.w != nil && m.learn {
		clear(l.biasGrad[lo:hi])
		for r := range m.rows {
			for j := lo; j < hi; j++ {
				l.biasGrad[j] += float64(dy[r*l.out+j])
			}
		}
		descendAll(l.bias.part(lo, hi), l.biasGrad[lo:hi], m.update)
	}
	h.lap(updateTime)
	return dx
}

// back is Wᵀdy.
func (l *linearBlock[T]) back(h *helper[T], dy []T) []T {
	if lo, hi := h.share(l.in); lo < hi {
		h.multiply.product(false, false, h.machine.rows, hi-lo, l.out, dy, l.out, l.w[lo:], l.in, 0, l.dx[lo:], l.in)
	}
	h.lap(gemmTime)
	h.meet()
	return l.dx
}

// An activationBlock applies a function to every number.
type activationBlock[T real] struct {
	n            int
	function     function
	y, deriv, dx []T
}

func newActivationBlock[T real](batch, n int, f function) *activationBlock[T] {
	return &activationBlock[T]{n: n, function: f, y: newTensor[T](batch * n), deriv: newTensor[T](batch * n), dx: newTensor[T](batch * n)}
}

func (*activationBlock[T]) tensors() []tensor { return nil }

func (a *activationBlock[T]) forward(h *helper[T], x []T) []T {
	lo, hi := h.numbers(a.n)
	copy(a.deriv[lo:hi], x[lo:hi])
	h.kernel(a.function).Forward(a.y[lo:hi], a.deriv[lo:hi])
	h.lap(activationTime)
	h.meet()
	return a.y
}

func (a *activationBlock[T]) backward(h *helper[T], dy []T) []T {
	lo, hi := h.numbers(a.n)
	vector.Multiply(a.dx[lo:hi], dy[lo:hi], a.deriv[lo:hi])
	h.lap(activationTime)
	h.meet()
	return a.dx
}

// A shortcutBlock is x ↦ αx + βV·B(x).
type shortcutBlock[T real] struct {
	n           int
	alpha, beta T
	branch      chain[T]
	y, dy, dx   []T
}

func newShortcutBlock[T real](batch, n int, s network.Shortcut, branch chain[T]) *shortcutBlock[T] {
	return &shortcutBlock[T]{
		n: n, alpha: T(s.Alpha), beta: T(s.Beta), branch: branch,
		y: newTensor[T](batch * n), dy: newTensor[T](batch * n), dx: newTensor[T](batch * n),
	}
}

func (s *shortcutBlock[T]) tensors() []tensor { return s.branch.tensors() }

func (s *shortcutBlock[T]) forward(h *helper[T], x []T) []T {
	b := s.branch.forward(h, x)
	for i, to := h.numbers(s.n); i < to; i++ {
		s.y[i] = s.alpha*x[i] + s.beta*b[i]
	}
	h.lap(otherTime)
	h.meet()
	return s.y
}

func (s *shortcutBlock[T]) backward(h *helper[T], dy []T) []T {
	lo, hi := h.numbers(s.n)
	for i := lo; i < hi; i++ {
		s.dy[i] = s.beta * dy[i]
	}
	h.meet()
	back := s.branch.backward(h, s.dy)
	for i := lo; i < hi; i++ {
		s.dx[i] = s.alpha*dy[i] + back[i]
	}
	h.lap(otherTime)
	h.meet()
	return s.dx
}

// A normBlock divides rows by their length, or columns where a batch is normalised.
type normBlock[T real] struct {
	n            int
	kind         network.Norm
	y, dx        []T
	inverse      []float64 // by row, or by column
	mean, spread []float64 // of a batch: running statistics
}

// normEpsilon is what is added to a mean square, so that one of zeros is not divided
// by zero.
const normEpsilon = 1e-12

func newNormBlock[T real](batch, n int, kind network.Norm) *normBlock[T] {
	b := &normBlock[T]{n: n, kind: kind, y: newTensor[T](batch * n), dx: newTensor[T](batch * n), inverse: make([]float64, max(batch, n))}
	if kind == network.Batch {
		b.mean, b.spread = make([]float64, n), make([]float64, n)
		for i := range b.spread {
			b.spread[i] = 1
		}
	}
	return b
}

func (b *normBlock[T]) tensors() []tensor {
	if b.kind != network.Batch {
		return nil
	}
	return []tensor{b.mean, b.spread}
}

// vectors calls f for each vector of the worker's that is normalised: count numbers,
// step apart.
func (b *normBlock[T]) vectors(h *helper[T], f func(i, first, step, count int)) {
	if b.kind == network.Batch {
		for j, to := h.share(b.n); j < to; j++ {
			f(j, j, b.n, h.machine.rows)
		}
		return
	}
	for r, to := h.rows(); r < to; r++ {
		f(r, r*b.n, 1, b.n)
	}
}

func (b *normBlock[T]) forward(h *helper[T], x []T) []T {
	b.vectors(h, func(i, first, step, count int) {
		var mean, square float64
		if b.kind != network.RMS {
			for k := range count {
				mean += float64(x[first+k*step])
			}
			mean /= float64(count)
		}
		for k := range count {
			c := float64(x[first+k*step]) - mean
			square += c * c
		}
		square /= float64(count)
		if b.kind == network.Batch {
			mean, square = b.remember(h.machine, i, mean, square)
		}
		b.inverse[i] = 1 / math.Sqrt(square+normEpsilon)
		for k := range count {
			at := first + k*step
			b.y[at] = T((float64(x[at]) - mean) * b.inverse[i])
		}
	})
	h.lap(otherTime)
	h.meet()
	return b.y
}

// remember moves the running statistics of a column towards those of the batch in
// training, and takes their place in evaluation.
func (b *normBlock[T]) remember(m *describedMachine[T], i int, mean, square float64) (float64, float64) {
	switch {
	case m.evaluating:
		return b.mean[i], b.spread[i]
	case m.learn:
		rows := float64(m.rows)
		b.mean[i] += batchNormMomentum * (mean - b.mean[i])
		b.spread[i] += batchNormMomentum * (square*rows/(rows-1) - b.spread[i])
	}
	return mean, square
}

// backward takes away what lies along the vector, and the mean where that was.
func (b *normBlock[T]) backward(h *helper[T], dy []T) []T {
	b.vectors(h, func(i, first, step, count int) {
		var mean, along float64
		for k := range count {
			at := first + k*step
			along += float64(dy[at]) * float64(b.y[at])
			mean += float64(dy[at])
		}
		along, mean = along/float64(count), mean/float64(count)
		if b.kind == network.RMS {
			mean = 0
		}
		for k := range count {
			at := first + k*step
			b.dx[at] = T(b.inverse[i] * (float64(dy[at]) - mean - along*float64(b.y[at])))
		}
	})
	h.lap(otherTime)
	h.meet()
	return b.dx
}
