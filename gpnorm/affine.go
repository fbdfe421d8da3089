package gpnorm

import (
	"fmt"
	"math"
	"strings"
)

// Affine returns scale·φ + shift, with the kinks of φ and scaled Lipschitz
// constants. The name is written as "scale*name+shift".
func (a Activation) Affine(scale, shift float64) Activation {
	b := Activation{
		Name:           affineName(a.Name, scale, shift),
		Kinks:          a.Kinks,
		Panels:         a.Panels,
		Lipschitz:      scaled(scale, a.Lipschitz),
		DerivLipschitz: scaled(scale, a.DerivLipschitz),
		operations:     a.operations,
		sampled:        a.sampled,
	}
	if a.Value == nil || a.Deriv == nil {
		return b // as unusable as a
	}
	if a.loops != nil && a.Both != nil {
		return b.withLoops(a.loops.affine(scale, shift))
	}
	b.Value = func(dst, x []float64) {
		a.Value(dst, x)
		apply(dst, scale, shift)
	}
	b.Deriv = func(dst, x []float64) {
		a.Deriv(dst, x)
		apply(dst, scale, 0)
	}
	b.Both = func(val, der, x []float64) {
		a.ValueDeriv(val, der, x)
		der = der[:len(val)]
		for i, v := range val {
			val[i] = float64(scale*v) + shift // rounded alike on all processors
			der[i] *= scale
		}
	}
	return b
}

func apply(x []float64, scale, shift float64) {
	for i, v := range x {
		x[i] = float64(scale*v) + shift
	}
}

// scaled is |scale|·lipschitz; zero times anything is a constant function.
func scaled(scale, lipschitz float64) float64 {
	if scale == 0 {
		return 0
	}
	return math.Abs(scale) * lipschitz
}

func affineName(name string, scale, shift float64) string {
	if strings.ContainsAny(name, "+-*/?<>=&| ") {
		name = "(" + name + ")"
	}
	if scale != 1 {
		name = fmt.Sprintf("%.6g*%s", scale, name)
	}
	if shift != 0 {
		name = fmt.Sprintf("%s%+.6g", name, shift)
	}
	return name
}
