package vector

import (
	"math"
)

// An Activation is a function φ with its derivative. It is a value that any
// number of goroutines may use.
type Activation[T Real] struct {
	kernel     kernel
	parameters [2]float64
}

// Lookup returns the activation of the given name: identity, relu, leakyrelu, elu,
// gelu, selu, silu, mish, softplus, sigmoid, tanh, erf or sin. Those with a
// parameter, leakyrelu and elu, take its value: the slope below zero, and the limit
// at −∞ with the opposite sign.
func Lookup[T Real](name string, parameters ...float64) (Activation[T], bool) {
	known, ok := activations[name]
	if !ok || len(parameters) != known.parameters {
		return Activation[T]{}, false
	}
	a := Activation[T]{kernel: sized[T](known.double, known.single)}
	switch name {
	case "leakyrelu":
		if parameters[0] == 0 { // which would make −0 and NaN of negative numbers
			return Lookup[T]("relu")
		}
		a.parameters[0] = parameters[0]
	case "elu":
		a.parameters = [2]float64{1, parameters[0]}
	case "selu":
		a.parameters = [2]float64{seluScale, seluScale * seluAlpha}
	}
	return a, true
}

// The constants of SELU (Klambauer, Unterthiner, Mayr, Hochreiter 2017, arXiv
// 1706.02515).
const (
	seluScale = 1.0507009873554804934193349852946
	seluAlpha = 1.6732632423543772848170429916717
)

var activations = map[string]struct {
	double, single kernel
	parameters     int
}{
	"identity":  {kernelIdentity64, kernelIdentity32, 0},
	"relu":      {kernelRelu64, kernelRelu32, 0},
	"leakyrelu": {kernelLeakyReLU64, kernelLeakyReLU32, 1},
	"elu":       {kernelElu64, kernelElu32, 1},
	"selu":      {kernelElu64, kernelElu32, 0},
	"gelu":      {kernelGelu64, kernelGelu32, 0},
	"silu":      {kernelSilu64, kernelSilu32, 0},
	"mish":      {kernelMish64, kernelMish32, 0},
	"softplus":  {kernelSoftplus64, kernelSoftplus32, 0},
	"sigmoid":   {kernelSigmoid64, kernelSigmoid32, 0},
	"tanh":      {kernelTanh64, kernelTanh32, 0},
	"erf":       {kernelErf64, kernelErf32, 0},
	"sin":       {kernelSin64, kernelSin32, 0},
}

// Value sets dst = φ(x). The slices have the same length, and dst may be x.
func (a Activation[T]) Value(dst, x []T) { a.Both(dst, dst, x) }

// Deriv sets dst = φ′(x). The slices have the same length, and dst may be x.
func (a Activation[T]) Deriv(dst, x []T) {
	var val [512]T
	for len(x) > 0 {
		n := min(len(x), len(val))
		a.Both(val[:n], dst[:n], x[:n])
		dst, x = dst[n:], x[n:]
	}
}

// Both sets val = φ(x) and der = φ′(x). The slices have the same length; any may
// be the same, and φ(x) is what is found in val then.
func (a Activation[T]) Both(val, der, x []T) { a.Layer(val, der, x, 1, 1, math.Copysign(0, -1)) }

// Layer sets x = factor·φ(scale·g) + shift and der = factor·φ′(scale·g) and
// returns Σx². The slices have the same length; any may be the same, and what is
// said of x is found in it then.
func (a Activation[T]) Layer(x, der, g []T, scale, factor, shift float64) (sumSquares float64) {
	x, der = x[:len(g)], der[:len(g)]
	args := arguments{n: len(g)}
	args.in[0], args.out[0], args.out[1] = first(g), first(der), first(x)
	args.scalars[0], args.scalars[1], args.scalars[2] = math.Float64bits(scale), math.Float64bits(factor), math.Float64bits(shift)
	args.scalars[3], args.scalars[4] = math.Float64bits(a.parameters[0]), math.Float64bits(a.parameters[1])
	if (a.kernel == kernelSin64 || a.kernel == kernelSin32) && beyond(g, scale, sineLimit) {
		return sineLayer(x, der, g, scale, factor, shift)
	}
	a.kernel.run(&args)
	return total(&args.sums[0])
}

// beyond is whether some |scale·x| is not below limit.
func beyond[T Real](x []T, scale, limit float64) bool {
	a := arguments{n: len(x)}
	a.in[0] = first(x)
	a.scalars[0], a.scalars[1] = math.Float64bits(scale), math.Float64bits(limit)
	sized[T](kernelBeyond64, kernelBeyond32).run(&a)
	return total(&a.sums[0]) != 0
}
