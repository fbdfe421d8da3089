package expr

import (
	"math"

	"bsnn/internal/vector"
)

// An operand is the values of one operand and its derivatives, nil if it
// does not depend on x.
type operand struct {
	v, d []float64
	isX  bool // the operand is x itself: every derivative is 1
}

// derivs computes the derivatives d of an operation whose values v are known
// and which has at least one operand that depends on x.
func (in *Instr) derivs(d, v []float64, a, b, c operand) {
	switch in.Op {
	case Add:
		addDerivs(d, a.d, b.d)
	case Sub:
		subDerivs(d, a.d, b.d)
	case Mul:
		mulDerivs(d, a, b)
	case Div:
		divDerivs(d, v, a, b)
	case Pow:
		powDerivs(d, v, a, b)
	case Min, Max:
		extremeDerivs(d, v, a, b)
		if in.Op == Max {
			tieDerivs(d, a, b, math.Max)
		} else {
			tieDerivs(d, a, b, math.Min)
		}
	case Abs:
		absDerivs(d, a)
	case Select:
		selectDerivs(d, a, b, c)
	case Less, LessEq, Equal, NotEqual, And, Or, Not:
		in.rightTruth(d, v, a, b)
	default:
		in.slopes(d, v, a.v)
		if !a.isX {
			chain(d, a.d)
		}
	}
}

// extremeDerivs is the derivative of whichever operand the value is.
func extremeDerivs(d, v []float64, a, b operand) {
	if b.d == nil {
		for i, u := range v {
			d[i] = 0
			if u == a.v[i] {
				d[i] = a.d[i]
			}
		}
		return
	}
	for i, u := range v {
		if u == a.v[i] {
			d[i] = at(a.d, i)
		} else {
			d[i] = b.d[i]
		}
	}
}

// tieDerivs puts in what holds to the right of where both operands are equal.
func tieDerivs(d []float64, a, b operand, extreme func(u, v float64) float64) {
	for i, u := range a.v {
		if u == b.v[i] {
			d[i] = extreme(at(a.d, i), at(b.d, i))
		}
	}
}

// absDerivs is |a|′, at a = 0 from the right.
func absDerivs(d []float64, a operand) {
	for i, u := range a.v {
		switch {
		case u > 0:
			d[i] = a.d[i]
		case u < 0:
			d[i] = -a.d[i]
		default:
			d[i] = math.Abs(a.d[i])
		}
	}
}

// selectDerivs takes the branch that the condition chooses to the right of x; if
// there is no derivative on it, that of the branch at x itself.
func selectDerivs(d []float64, condition, then, other operand) {
	right := condition.right()
	for i, c := range condition.v {
		d[i] = branchDeriv(right[i], then, other, i)
		if d[i] != d[i] && c != right[i] {
			d[i] = branchDeriv(c, then, other, i)
		}
	}
}

func branchDeriv(c float64, then, other operand, i int) float64 {
	switch c {
	case 1:
		return at(then.d, i)
	case 0:
		return at(other.d, i)
	}
	return c
}

// right is the truth of a condition to the right of x.
func (o operand) right() []float64 {
	if o.d == nil {
		return o.v
	}
	return o.d
}

// rightTruth computes it where it is v at x itself: it differs where two values
// that are compared are equal and one of them grows faster.
func (in *Instr) rightTruth(d, v []float64, a, b operand) {
	copy(d, v)
	switch in.Op {
	case Less, LessEq:
		for i, u := range a.v {
			if u != b.v[i] {
				continue
			}
			switch da, db := at(a.d, i), at(b.d, i); {
			case da < db:
				d[i] = 1
			case da > db:
				d[i] = 0
			}
		}
	case And, Or:
		in.values2(d, a.right(), b.right())
	case Not:
		in.values1(d, a.right())
	}
}

// at reads a derivative that may be absent.
func at(d []float64, i int) float64 {
	if d == nil {
		return 0
	}
	return d[i]
}

// chain multiplies slopes by the derivatives of the operand. The product of 0
// and ∞ is 0: an operand that is constant to first order makes the result so
// even where the slope is infinite, and a function that has saturated, as
// tanh(exp(800)), stays where it is however fast its operand grows.
func chain(d, inner []float64) {
	inner = inner[:len(d)]
	for i, u := range inner {
		product := d[i] * u
		if product != product && d[i] == d[i] && u == u {
			product = 0
		}
		d[i] = product
	}
}

func addDerivs(d, a, b []float64) {
	switch {
	case a == nil:
		copy(d, b)
	case b == nil:
		copy(d, a)
	default:
		for i := range d {
			d[i] = a[i] + b[i]
		}
	}
}

func subDerivs(d, a, b []float64) {
	switch {
	case a == nil:
		for i, u := range b[:len(d)] {
			d[i] = -u
		}
	case b == nil:
		copy(d, a)
	default:
		for i := range d {
			d[i] = a[i] - b[i]
		}
	}
}

func mulDerivs(d []float64, a, b operand) {
	switch {
	case a.d == nil:
		vector.Multiply(d, a.v, b.d)
	case b.d == nil:
		vector.Multiply(d, a.d, b.v)
	default:
		for i := range d {
			d[i] = float64(a.d[i]*b.v[i]) + float64(a.v[i]*b.d[i]) // rounded alike on all processors
		}
	}
}

// divDerivs uses (a/b)′ = (a′ − (a/b)·b′)/b.
func divDerivs(d, v []float64, a, b operand) {
	switch {
	case a.d == nil:
		for i := range d {
			d[i] = saturated(-v[i]*b.d[i]/b.v[i], b.v[i])
		}
	case b.d == nil:
		for i := range d {
			d[i] = a.d[i] / b.v[i]
		}
	default:
		for i := range d {
			d[i] = saturated((a.d[i]-float64(v[i]*b.d[i]))/b.v[i], b.v[i])
		}
	}
}

// saturated replaces the derivative of a quotient by 0 where it came out as
// NaN because the denominator b has overflowed.
func saturated(d, b float64) float64 {
	if d != d && math.IsInf(b, 0) {
		return 0
	}
	return d
}

// powDerivs uses (aᵇ)′ = b·aᵇ⁻¹·a′ + aᵇ·log(a)·b′, leaving out the terms whose
// derivative is zero so that 0·∞ does not occur.
func powDerivs(d, v []float64, a, b operand) {
	for i := range d {
		d[i] = 0
		if da := at(a.d, i); da != 0 {
			d[i] = b.v[i] * powReal(a.v[i], b.v[i]-1) * da
		}
		if db := at(b.d, i); db != 0 && v[i] != 0 {
			d[i] += v[i] * math.Log(a.v[i]) * db
		}
	}
}
