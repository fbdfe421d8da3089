package training

import (
	"math"

	"bsnn/internal/vector"
)

// What Adam has beside β₁, which is the momentum (Kingma and Ba 2015, arXiv 1412.6980):
// the defaults of PyTorch.
const (
	adamBeta2   = 0.999
	adamEpsilon = 1e-8
)

// An update is one step of an optimiser, the same for all parameters.
type update struct {
	Optimizer
	rate   float64 // η of the step; at 0 momenta change and parameters do not
	number int     // of the step, from 1: Adam corrects its means for their beginning at 0
}

// descend takes a step on a part of a matrix and returns the sum of squares of its
// gradient. When nothing is learnt, it changes nothing.
func (h *hand[T]) descend(p parameter[T], grad []T, u update) float64 {
	if !h.e.learn {
		return vector.SumSquares(grad)
	}
	return descend(p, grad, u)
}

// descendVector takes a step on the worker's part of a vector.
func (h *hand[T]) descendVector(p parameter[T], grad []float64) {
	descendAll(p.part(h.lo, h.hi), grad[h.lo:h.hi], h.e.update)
}

// descend takes a step on weights, which decay, and returns the sum of squares of their
// gradient.
func descend[T real](p parameter[T], grad []T, u update) (sumSquares float64) {
	if u.Method != Adam {
		return vector.Descend(p.w, p.v, grad, u.rate, u.Momentum, u.WeightDecay)
	}
	gather(p, grad, u)
	if u.rate != 0 {
		move(p, u)
	}
	return vector.SumSquares(grad)
}

// gather brings the momenta of weights, which decay, up to date with their gradient; the
// weights stay where they are.
func gather[T real](p parameter[T], grad []T, u update) {
	if u.Method != Adam {
		if u.WeightDecay != 0 {
			vector.Combine(grad, 1, grad, u.WeightDecay, p.w)
		}
		vector.Combine(p.v, u.Momentum, p.v, 1, grad)
		return
	}
	beta, decay := T(u.Momentum), T(u.WeightDecay)
	v, s, w := p.v[:len(grad)], p.s[:len(grad)], p.w[:len(grad)]
	for i, g := range grad {
		g += decay * w[i]
		v[i] = beta*v[i] + (1-beta)*g
		s[i] = adamBeta2*s[i] + (1-adamBeta2)*g*g
	}
}

// descendAll takes a step on numbers that do not decay.
func descendAll[T real](p parameter[T], grad []float64, u update) {
	if u.Method == Adam {
		for i, g := range grad {
			p.v[i] = T(u.Momentum)*p.v[i] + T(1-u.Momentum)*T(g)
			p.s[i] = adamBeta2*p.s[i] + (1-adamBeta2)*T(g)*T(g)
		}
		move(p, u)
		return
	}
	for i, g := range grad {
		v := T(u.Momentum)*p.v[i] + T(g)
		p.v[i] = v
		p.w[i] -= T(u.rate) * v
	}
}

// move takes the step that the momenta say, and returns the sum of squares of the weights
// behind it.
func move[T real](p parameter[T], u update) (sumSquares float64) {
	if u.Method != Adam {
		return vector.Combine(p.w, 1, p.w, -u.rate, p.v)
	}
	rate := T(u.rate / (1 - math.Pow(u.Momentum, float64(u.number))))
	unbiased := T(1 / math.Sqrt(1-math.Pow(adamBeta2, float64(u.number))))
	v, s := p.v[:len(p.w)], p.s[:len(p.w)]
	for i := range p.w {
		p.w[i] -= rate * v[i] / (T(math.Sqrt(float64(s[i])))*unbiased + adamEpsilon)
	}
	return vector.SumSquares(p.w)
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
