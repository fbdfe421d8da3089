package training

import (
	"strings"

	"bsnn/gpnorm"
	"bsnn/network/training/internal/elementwise"
)

// A kernel evaluates the activation on a part of a row. It belongs to one
// worker.
type kernel[T real] interface {
	// Forward sets x = φ(h) and replaces h by φ′(h); it returns Σx².
	Forward(x, h []T) float64
}

// function is φ = a·f + b with f as gpnorm knows it.
type function struct {
	gpnorm.Activation
	f    gpnorm.Activation
	a, b float64
}

// newKernel is in assembly for the functions that have it.
func newKernel[T real](phi function) kernel[T] {
	if k := fastKernel[T](phi); k != nil {
		return k
	}
	return &generalKernel[T]{activation: phi.Activation}
}

// fastKernel knows built-in functions by name and their numbers by their
// slopes; it is nil for others.
func fastKernel[T real](phi function) *elementwise.Activation[T] {
	if _, err := gpnorm.Lookup(phi.f.Name); err != nil {
		return nil // an expression, which may begin like a built-in
	}
	a, b := phi.a, phi.b
	slope := func(x float64) float64 {
		d := []float64{x}
		phi.f.Deriv(d, d)
		return d[0]
	}
	name, _, _ := strings.Cut(phi.f.Name, "(")
	switch name {
	case "tanh":
		return elementwise.Tanh[T](a, b)
	case "relu", "leakyrelu":
		return elementwise.Linear[T](a, slope(-1)*a, b)
	case "elu", "selu": // the slope at 0 is that from below
		return elementwise.Exponential[T](slope(1)*a, slope(0)*a, b)
	case "gelu":
		return elementwise.GELU[T](a, b)
	}
	return nil
}

// A generalKernel evaluates any activation, in float64.
type generalKernel[T real] struct {
	activation        gpnorm.Activation
	arg, value, slope [kernelBlock]float64
}

const kernelBlock = 256

func (k *generalKernel[T]) Forward(x, h []T) (sum float64) {
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
