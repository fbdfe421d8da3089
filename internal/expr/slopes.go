package expr

import "math"

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
		for i, u := range v {
			// Below, exp(a) − 1 + 1 has lost digits.
			if u < -0.95 {
				d[i] = math.Exp(a[i])
			} else {
				d[i] = u + 1
			}
		}
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
	case Sin:
		for i, u := range a {
			d[i] = math.Cos(u)
		}
	case Cos:
		for i, u := range a {
			d[i] = -math.Sin(u)
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
	case Tanh:
		tanhSlopes(d, v, a)
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
	case Erf:
		for i, u := range a {
			d[i] = twoOverSqrtPi * math.Exp(-u*u)
		}
	case Erfc:
		for i, u := range a {
			d[i] = -twoOverSqrtPi * math.Exp(-u*u)
		}
	case Phi:
		for i, u := range a {
			d[i] = invSqrt2Pi * math.Exp(-0.5*u*u)
		}
	case Sigmoid:
		sigmoidSlopes(d, v, a)
	case Softplus:
		for i, u := range a {
			d[i] = sigmoid(u)
		}
	}
}

// tanhSlopes uses 1 − tanh² while it keeps its digits and sech² beyond.
func tanhSlopes(d, v, a []float64) {
	for i, t := range v {
		if t < 0.98 && t > -0.98 || t != t {
			d[i] = 1 - t*t
			continue
		}
		e := math.Exp(-2 * math.Abs(a[i]))
		d[i] = 4 * e / ((1 + e) * (1 + e))
	}
}

// sigmoidSlopes uses s(1 − s) while it keeps its digits and the definition
// beyond.
func sigmoidSlopes(d, v, a []float64) {
	for i, s := range v {
		if s < 0.95 || s != s {
			d[i] = s * (1 - s)
			continue
		}
		e := math.Exp(-a[i])
		d[i] = e / ((1 + e) * (1 + e))
	}
}
