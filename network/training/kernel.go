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

// SELU's constants (Klambauer, Unterthiner, Mayr, Hochreiter 2017).
const (
	seluScale = 1.0507009873554804934193349852946
	seluAlpha = 1.6732632423543772848170429916717
)

func fastKernel[T real](phi function) *elementwise.Activation[T] {
	a, b := phi.a, phi.b
	switch name := phi.f.Name; {
	case name == "tanh":
		return elementwise.Tanh[T](a, b)
	case name == "relu":
		return elementwise.Linear[T](a, 0, b)
	case strings.HasPrefix(name, "leakyrelu"):
		var slope [1]float64
		phi.f.Deriv(slope[:], []float64{-1})
		return elementwise.Linear[T](a, slope[0]*a, b)
	case name == "elu":
		return elementwise.Exponential[T](a, a, b)
	case name == "selu":
		return elementwise.Exponential[T](seluScale*a, seluScale*seluAlpha*a, b)
	case name == "gelu":
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
