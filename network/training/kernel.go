package training

import "bsnn/gpnorm"

// A kernel evaluates the activation on a part of a row. It belongs to one
// worker.
type kernel[T real] interface {
	// forward sets x = φ(h) and replaces h by φ′(h); it returns Σx².
	forward(x, h []T) float64
}

func newKernel[T real](a gpnorm.Activation) kernel[T] {
	return &generalKernel[T]{activation: a}
}

// A generalKernel evaluates any activation, in float64.
type generalKernel[T real] struct {
	activation        gpnorm.Activation
	arg, value, slope [kernelBlock]float64
}

const kernelBlock = 256

func (k *generalKernel[T]) forward(x, h []T) (sum float64) {
	for len(x) > 0 {
		m := min(len(x), kernelBlock)
		arg, value, slope := k.arg[:m], k.value[:m], k.slope[:m]
		for i, v := range h[:m] {
			arg[i] = float64(v)
		}
		k.activation.ValueDeriv(value, slope, arg)
		for i, v := range value {
			y := T(v)
			x[i] = y
			h[i] = T(slope[i])
			sum += float64(y) * float64(y)
		}
		x, h = x[m:], h[m:]
	}
	return sum
}
