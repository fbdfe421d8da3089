package enclose

import (
	"math"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// inverseFunction bounds the inverses of the hyperbolic functions and of the sine and
// cosine, with their derivatives 1/√(…) or 1/(…).
func (f *tailMachine) inverseFunction(i int, u jet) {
	one, sqr := f.num(1), f.mul2(u.v)
	x := f.span(u.v)
	switch op := f.code[i].Op; op {
	case expr.Asinh:
		w := f.inv(f.power(f.add(sqr, one), interval.Point(0.5)))
		f.jets[i] = f.chain(u, f.asinh(u.v), w, f.neg(f.mul(u.v, f.whole(w, 3))))
	case expr.Acosh:
		if !(x.Lo >= 1) {
			f.jets[i] = f.lost(i, x.Hi < 1)
			return
		}
		v := f.narrowed(f.logs(u.v, 1, 2), interval.Acosh(x))
		w := f.minusOne(f.code[i].A, u.v)
		f.jets[i] = f.overRoot(u, f.acoshNear(v, w), f.mul(w, f.add(w, f.num(2))), 1, x.Lo > 1 || f.strictSign(w) > 0)
	case expr.Atanh:
		if !(x.Lo > -1 && x.Hi < 1) {
			f.jets[i] = f.lost(i, x.Lo >= 1 || x.Hi <= -1)
			return
		}
		w := f.inv(f.sub(one, sqr))
		f.jets[i] = f.chain(u, f.number(interval.Atanh(x)), w, f.scale(f.mul(u.v, f.mul2(w)), interval.Point(2)))
	default:
		if !(x.Lo >= -1 && x.Hi <= 1) {
			f.jets[i] = f.lost(i, x.Lo > 1 || x.Hi < -1)
			return
		}
		inside := x.Lo > -1 && x.Hi < 1
		if op == expr.Asin {
			f.jets[i] = f.overRoot(u, f.number(interval.Asin(x)), f.sub(one, sqr), 1, inside)
		} else {
			f.jets[i] = f.overRoot(u, f.number(interval.Acos(x)), f.sub(one, sqr), -1, inside)
		}
	}
}

// overRoot is the jet of a function with the value v and the derivative sign/√q at u,
// where q = ±(u² − 1), so that the second derivative is ∓sign·u/q^{3/2}. What happens
// where q may vanish is not followed.
func (f *tailMachine) overRoot(u jet, v, q bound, sign float64, positive bool) jet {
	if !positive || f.strictSign(q) <= 0 {
		return jet{v, f.nothing(), f.nothing()}
	}
	w := f.inv(f.power(q, interval.Point(0.5)))
	second := f.mul(u.v, f.whole(w, 3))
	second = f.hull(second, f.neg(second))
	return f.chain(u, v, f.scale(w, interval.Point(sign)), second)
}

// acoshNear uses √2w·(1 − w/12) ≤ arcosh(1 + w) ≤ √2w, from arcosh(1 + w) = 2 arsinh √(w/2)
// and z − z³/6 ≤ arsinh z ≤ z.
func (f *tailMachine) acoshNear(v, w bound) bound {
	if f.strictSign(w) <= 0 {
		return v
	}
	root := f.power(f.scale(w, interval.Point(2)), interval.Point(0.5))
	if most := f.most(w.hi); most < 6 {
		least := interval.Point(1).Sub(interval.Point(most).Div(interval.Point(12))).Lo
		if root.low.known() {
			root.low.c = addDown(root.low.c, logDown(least))
		}
	} else {
		root.low = noRateDown
	}
	return f.both(v, bound{lo: flat(0), hi: root.hi, up: root.up, low: root.low})
}

// logs bounds what lies between log au and log bu, for a positive u.
func (f *tailMachine) logs(u bound, a, b float64) bound {
	lo := f.log(f.scale(u, interval.Point(a)))
	hi := f.log(f.scale(u, interval.Point(b)))
	return f.tidy(bound{lo: lo.lo, hi: hi.hi, low: noRateDown, up: noRateUp})
}

// asinh uses |arsinh u| ≤ |u| and log 2u ≤ arsinh u ≤ log (1 + √2)u for u ≥ 1.
func (f *tailMachine) asinh(u bound) bound {
	x := f.span(u)
	if x.Hi <= -1 {
		return f.neg(f.asinh(f.neg(u)))
	}
	v := f.values(interval.Asinh(x), noRateDown, u.up)
	if x.Lo < 1 {
		return v
	}
	l := f.logs(u, 2, 2.4142136)
	v.lo = tighterUp(v.lo.neg(), l.lo.neg()).neg()
	v.hi = tighterUp(v.hi, l.hi)
	return f.tidy(v)
}

// sinc uses |sinc u| ≤ 1/|u|, |sinc′ u| ≤ 1/2 and ≤ (1 + 1/|u|)/|u|, |sinc″| ≤ 1/3.
func (f *tailMachine) sinc(u jet) jet {
	v := f.number(interval.Sinc(f.span(u.v)))
	d := f.number(interval.New(-0.5, 0.5))
	if f.strictSign(u.v) != 0 {
		r := f.inv(f.abs(u.v))
		v = f.values(interval.Sinc(f.span(u.v)), noRateDown, r.up)
		d = f.values(interval.New(-0.5, 0.5), noRateDown, f.add(r, f.mul2(r)).up)
	}
	third := interval.Point(1).Div(interval.Point(3))
	return f.chain(u, v, d, f.number(third.Neg().Hull(third)))
}

// triangle bounds the triangle wave.
func (f *tailMachine) triangle(i int, u jet) {
	x := f.span(u.v)
	at := side(interval.TriSide(x))
	f.sides[i] = at
	switch minus := (jet{f.neg(u.v), f.neg(u.d), f.neg(u.dd)}); {
	case at == open:
		f.jets[i] = jet{f.number(interval.Tri(x)), f.hull(u.d, minus.d), f.nothing()}
	case at == above:
		f.jets[i] = jet{f.add(u.v, f.num(-4*math.RoundToEven(x.Mid()/4))), u.d, u.dd}
	default:
		f.jets[i] = jet{f.add(minus.v, f.num(4*math.RoundToEven((x.Mid()-2)/4)+2)), minus.d, minus.dd}
	}
}
