package training

import (
	"math"
	"strings"

	"bsnn/gpnorm"
	"bsnn/internal/vector"
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

// newKernel is in package vector for the functions that it has.
func newKernel[T real](phi function) kernel[T] {
	if f, ok := vectorised[T](phi.f); ok {
		return vectorKernel[T]{f, phi.a, phi.b}
	}
	return &generalKernel[T]{activation: phi.Activation}
}

// vectorised knows built-in functions by name and their numbers by their
// slopes; others it does not know.
func vectorised[T real](f gpnorm.Activation) (a vector.Activation[T], ok bool) {
	if _, err := gpnorm.Lookup(f.Name); err != nil {
		return a, false // an expression, which may begin like a built-in
	}
	slope := func(x float64) float64 {
		d := []float64{x}
		f.Deriv(d, d)
		return d[0]
	}
	name, _, _ := strings.Cut(f.Name, "(")
	switch name {
	case "leakyrelu":
		return vector.Lookup[T](name, slope(-1))
	case "elu": // the slope at −0 is that from below
		return vector.Lookup[T](name, slope(math.Copysign(0, -1)))
	}
	return vector.Lookup[T](name)
}

// A vectorKernel is a·f + b.
type vectorKernel[T real] struct {
	f    vector.Activation[T]
	a, b float64
}

func (k vectorKernel[T]) Forward(x, h []T) float64 { return k.f.Layer(x, h, h, 1, k.a, k.b) }

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
