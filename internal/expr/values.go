package expr

import (
	"math"

	"bsnn/internal/vector"
)

// values computes dst[i] from a[i], b[i], c[i], whichever the operation has.
// One loop for each operation, so that nothing is decided per element.
func (in *Instr) values(dst, a, b, c []float64) {
	switch in.Op.Arity() {
	case 0:
		dst[0] = in.Const.Value
	case 1:
		in.values1(dst[:len(a)], a)
	case 2:
		in.values2(dst[:len(a)], a, b[:len(a)])
	default:
		choose(dst[:len(a)], a, b[:len(a)], c[:len(a)])
	}
}

func (in *Instr) values1(dst, a []float64) {
	switch in.Op {
	case PowInt, PowRat:
		in.powers(dst, a)
	case Sin, Tanh, Erf, Sigmoid, Softplus:
		onePass[in.Op].Value(dst, a)
	case Neg:
		for i, u := range a {
			dst[i] = -u
		}
	case Abs:
		for i, u := range a {
			dst[i] = math.Abs(u)
		}
	case Sign:
		for i, u := range a {
			dst[i] = signOf(u)
		}
	case Sqrt:
		vector.Sqrt(dst, a)
	case Exp:
		vector.Exp(dst, a)
	case Expm1:
		vector.Expm1(dst, a)
	case Log:
		vector.Log(dst, a)
	case Log1p:
		vector.Log1p(dst, a)
	case Not:
		for i, u := range a {
			dst[i] = 1 - u
		}
	default:
		in.valuesSpecial(dst, a)
	}
}

// valuesSpecial is values1 for the trigonometric, hyperbolic, error and
// logistic functions.
func (in *Instr) valuesSpecial(dst, a []float64) {
	switch in.Op {
	case Cos:
		vector.Cos(dst, a)
	case Tan:
		for i, u := range a {
			dst[i] = math.Tan(u)
		}
	case Atan:
		for i, u := range a {
			dst[i] = math.Atan(u)
		}
	case Sinh:
		for i, u := range a {
			dst[i] = math.Sinh(u)
		}
	case Cosh:
		for i, u := range a {
			dst[i] = math.Cosh(u)
		}
	case Asinh:
		for i, u := range a {
			dst[i] = math.Asinh(u)
		}
	case Acosh:
		for i, u := range a {
			dst[i] = acosh(u)
		}
	case Atanh:
		for i, u := range a {
			dst[i] = math.Atanh(u)
		}
	case Asin:
		for i, u := range a {
			dst[i] = math.Asin(u)
		}
	case Acos:
		for i, u := range a {
			dst[i] = math.Acos(u)
		}
	case Sinc:
		for i, u := range a {
			dst[i] = sinc(u)
		}
	case Tri:
		for i, u := range a {
			dst[i] = tri(u)
		}
	case Erfc:
		for i, u := range a {
			dst[i] = math.Erfc(u)
		}
	case Phi:
		vector.NormalCDF(dst, a)
	}
}

func (in *Instr) powers(dst, a []float64) {
	switch {
	case in.Op == PowRat:
		for i, u := range a {
			dst[i] = powReal(u, in.Const.Value)
		}
	case in.N == 2:
		for i, u := range a {
			dst[i] = u * u
		}
	case in.N == 3:
		for i, u := range a {
			dst[i] = u * u * u
		}
	default:
		for i, u := range a {
			dst[i] = powInt(u, in.N)
		}
	}
}

func (in *Instr) values2(dst, a, b []float64) {
	switch in.Op {
	case Add:
		vector.Combine(dst, 1, a, 1, b)
	case Sub:
		vector.Combine(dst, 1, a, -1, b)
	case Mul:
		vector.Multiply(dst, a, b)
	case Div:
		for i, u := range a {
			dst[i] = u / b[i]
		}
	case Pow:
		for i, u := range a {
			dst[i] = powReal(u, b[i])
		}
	case Min:
		for i, u := range a {
			dst[i] = min(u, b[i])
		}
	case Max:
		for i, u := range a {
			dst[i] = max(u, b[i])
		}
	case Less:
		for i, u := range a {
			dst[i] = truth(u < b[i], u, b[i])
		}
	case LessEq:
		for i, u := range a {
			dst[i] = truth(u <= b[i], u, b[i])
		}
	case Equal:
		for i, u := range a {
			dst[i] = truth(u == b[i], u, b[i])
		}
	case NotEqual:
		for i, u := range a {
			dst[i] = truth(u != b[i], u, b[i])
		}
	case And:
		for i, u := range a {
			dst[i] = both(u, b[i])
		}
	case Or:
		for i, u := range a {
			dst[i] = either(u, b[i])
		}
	}
}

func choose(dst, condition, then, other []float64) {
	for i, c := range condition {
		switch c {
		case 1:
			dst[i] = then[i]
		case 0:
			dst[i] = other[i]
		default:
			dst[i] = c
		}
	}
}
