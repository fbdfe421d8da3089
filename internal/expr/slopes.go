package expr

import (
	"math"

	"bsnn/internal/vector"
)

// slopes sets d[i] to the derivative of an operation with one operand at
// a[i], where its value is v[i].
func (in *Instr) slopes(d, v, a []float64) {
	v, a = v[:len(d)], a[:len(d)]
	switch in.Op {
	case Neg:
		for i := range d {
			d[i] = -1
		}
	case PowInt:
		in.powIntSlopes(d, a)
	case PowRat:
		for i, u := range a {
			d[i] = in.Const.Value * powReal(u, in.Const.Value-1)
		}
	case Sqrt:
		for i, u := range v {
			d[i] = 0.5 / u
		}
	case Sign:
		clear(d)
	case Exp:
		copy(d, v)
	case Expm1:
		vector.Exp(d, a)
	case Log:
		for i, u := range a {
			d[i] = 1 / u
		}
	case Log1p:
		for i, u := range a {
			d[i] = 1 / (1 + u)
		}
	default:
		in.slopesSpecial(d, v, a)
	}
}

func (in *Instr) powIntSlopes(d, a []float64) {
	n := float64(in.N)
	switch in.N {
	case 2:
		for i, u := range a {
			d[i] = 2 * u
		}
	case 3:
		for i, u := range a {
			d[i] = 3 * (u * u)
		}
	default:
		for i, u := range a {
			d[i] = n * powInt(u, in.N-1)
		}
	}
}

// slopesSpecial is slopes for the trigonometric, hyperbolic, error and
// logistic functions.
func (in *Instr) slopesSpecial(d, v, a []float64) {
	switch in.Op {
	case Cos:
		vector.Sin(d, a)
		for i, u := range d {
			d[i] = -u
		}
	case Tan:
		for i, u := range v {
			d[i] = 1 + u*u
		}
	case Atan:
		for i, u := range a {
			d[i] = 1 / (1 + u*u)
		}
	case Sinh:
		for i, u := range a {
			d[i] = math.Cosh(u)
		}
	case Cosh:
		for i, u := range a {
			d[i] = math.Sinh(u)
		}
	case Asinh:
		for i, u := range a {
			d[i] = 1 / math.Hypot(1, u)
		}
	case Acosh:
		for i, u := range a {
			d[i] = 1 / (math.Sqrt(u-1) * math.Sqrt(u+1))
		}
	case Atanh:
		for i, u := range a {
			d[i] = 1 / ((1 - u) * (1 + u))
		}
	case Asin:
		for i, u := range a {
			d[i] = 1 / math.Sqrt((1-u)*(1+u))
		}
	case Acos:
		for i, u := range a {
			d[i] = -1 / math.Sqrt((1-u)*(1+u))
		}
	case Sinc:
		for i, u := range a {
			d[i] = sincSlope(u)
		}
	case Tri:
		for i, u := range a {
			d[i] = triSlope(u)
		}
	case Erfc:
		for i, u := range a {
			d[i] = -twoOverSqrtPi * math.Exp(-u*u)
		}
	case Phi:
		vector.NormalDensity(d, a)
	}
}

// onePass has the functions of which one pass computes the derivative as well,
// nil for other operations.
var onePass = func() (f [numOps]*vector.Activation[float64]) {
	for op, name := range map[Op]string{Sin: "sin", Tanh: "tanh", Erf: "erf", Sigmoid: "sigmoid", Softplus: "softplus"} {
		a, ok := vector.Lookup[float64](name)
		if !ok {
			panic("expr: no loop for " + name)
		}
		f[op] = &a
	}
	return f
}()
