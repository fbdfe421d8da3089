package gpnorm

import "bsnn/internal/vector"

// loops are those of factor·f + shift for a function f that package vector knows.
type loops struct {
	of            vector.Activation[float64]
	factor, shift float64
}

// withLoops sets everything that a computes from.
func (a Activation) withLoops(l loops) Activation {
	a.loops = &l
	a.Value = func(dst, x []float64) { l.of.Layer(dst, dst, x, 1, l.factor, l.shift) }
	a.Deriv = l.deriv
	a.Both = func(val, der, x []float64) { l.of.Layer(val, der, x, 1, l.factor, l.shift) }
	a.Layer = func(val, der, x []float64, scale float64) float64 {
		return l.of.Layer(val, der, x, scale, l.factor, l.shift)
	}
	return a
}

// affine are those of scale·(factor·f + shift) + more.
func (l loops) affine(scale, more float64) loops {
	return loops{l.of, scale * l.factor, scale*l.shift + more}
}

func (l loops) deriv(dst, x []float64) {
	var val [block]float64
	for len(x) > 0 {
		n := min(len(x), block)
		l.of.Layer(val[:n], dst[:n], x[:n], 1, l.factor, l.shift)
		dst, x = dst[n:], x[n:]
	}
}

// block is how many numbers are handled at a time.
const block = 512
