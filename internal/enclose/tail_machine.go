package enclose

import (
	"math"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// A jet bounds a node of the program and its first two derivatives by x on
// one tail.
type jet struct{ v, d, dd bound }

// A tailMachine evaluates a program over one tail x = ±y, y ≥ R.
type tailMachine struct {
	tail
	sign  float64 // of x
	code  []expr.Instr
	jets  []jet
	truth []truth
	sides []side

	state []tailState

	near *germ // nil for a tail
}

// A tailState is what spoils a node of the program on the tail.
type tailState struct {
	lost   int  // 1 + the instruction that may lack a value, 0 if none
	proven bool // … and is proven to have none
	jump   bool // the node may jump
}

func newTailMachine(p *expr.Program, sign, r float64) *tailMachine {
	code := p.Code()
	f := &tailMachine{tail: newTail(r), sign: sign, code: code, jets: make([]jet, len(code)), truth: make([]truth, len(code)),
		sides: make([]side, len(code)), state: make([]tailState, len(code))}
	for i := range code {
		f.inherit(i)
		f.step(i)
	}
	return f
}

// root is the jet of the function.
func (f *tailMachine) root() jet { return f.jets[len(f.jets)-1] }

// place is the tail as an interval of the x axis.
func (f *tailMachine) place() interval.Interval {
	if f.near != nil {
		return f.near.at.at
	}
	if f.sign < 0 {
		return interval.Interval{Lo: math.Inf(-1), Hi: -f.r}
	}
	return interval.Interval{Lo: f.r, Hi: math.Inf(1)}
}

// inherit takes over the state of the operands that matter.
func (f *tailMachine) inherit(i int) {
	in := &f.code[i]
	for k, o := range in.Operands() {
		if in.Op == expr.Select && (k == 1 && f.truth[in.A] == no || k == 2 && f.truth[in.A] == yes) {
			continue
		}
		s := f.state[o]
		if s.lost > 0 && (f.state[i].lost == 0 || s.proven && !f.state[i].proven) {
			f.state[i].lost, f.state[i].proven = s.lost, s.proven
		}
		f.state[i].jump = f.state[i].jump || s.jump
	}
}

func (f *tailMachine) num(x float64) bound { return f.number(interval.Point(x)) }

func (f *tailMachine) step(i int) {
	in := &f.code[i]
	var a, b jet
	switch in.Op.Arity() {
	case 3, 2:
		b = f.jets[in.B]
		fallthrough
	case 1:
		a = f.jets[in.A]
	}
	switch in.Op {
	case expr.Const:
		f.jets[i] = jet{f.number(constant(in.Const)), f.num(0), f.num(0)}
	case expr.Var:
		q := quad{b: f.sign}
		v := bound{lo: q, hi: q, low: rate{k: 1}, up: rate{k: 1}}
		f.jets[i] = jet{v, f.num(1), f.num(0)}
	case expr.Neg:
		f.jets[i] = jet{f.neg(a.v), f.neg(a.d), f.neg(a.dd)}
	case expr.Add:
		f.jets[i] = jet{f.add(a.v, b.v), f.add(a.d, b.d), f.add(a.dd, b.dd)}
	case expr.Sub:
		f.jets[i] = jet{f.sub(a.v, b.v), f.sub(a.d, b.d), f.sub(a.dd, b.dd)}
	case expr.Mul:
		f.jets[i] = f.product(a, b)
	case expr.Div:
		f.jets[i] = f.product(a, f.inverse(i, b))
	case expr.And, expr.Or, expr.Not, expr.Select, expr.Less, expr.LessEq, expr.Equal, expr.NotEqual,
		expr.Abs, expr.Sign, expr.Min, expr.Max, expr.Tri:
		f.branch(i, a, b)
	case expr.PowInt, expr.PowRat, expr.Pow, expr.Sqrt:
		f.powers(i, a, b)
	default:
		f.function(i, a)
	}
}

func (f *tailMachine) product(a, b jet) jet {
	return jet{f.mul(a.v, b.v), f.add(f.mul(a.d, b.v), f.mul(a.v, b.d)),
		f.add(f.add(f.mul(a.dd, b.v), f.mul(a.v, b.dd)), f.scale(f.mul(a.d, b.d), interval.Point(2)))}
}

// chain is g(u) from bounds of g, g′, g″ at u.
func (f *tailMachine) chain(u jet, g, g1, g2 bound) jet {
	return jet{g, f.mul(g1, u.d), f.add(f.mul(g2, f.mul2(u.d)), f.mul(g1, u.dd))}
}

// lost records that instruction i may have no value.
func (f *tailMachine) lost(i int, proven bool) jet {
	if s := &f.state[i]; s.lost == 0 || proven && !s.proven {
		s.lost, s.proven = i+1, proven
	}
	return jet{f.nothing(), f.nothing(), f.nothing()}
}

func (f *tailMachine) inverse(i int, u jet) jet {
	if f.strictSign(u.v) == 0 {
		return f.lost(i, f.isZero(u.v))
	}
	w := f.inv(u.v)
	w2 := f.mul2(w)
	return f.chain(u, w, f.neg(w2), f.scale(f.mul(w, w2), interval.Point(2)))
}

func (f *tailMachine) powers(i int, a, b jet) {
	in := &f.code[i]
	switch in.Op {
	case expr.PowInt:
		f.jets[i] = f.wholePower(i, a, in.N)
	case expr.Sqrt:
		f.jets[i] = f.realPower(i, a, interval.Point(0.5))
	case expr.PowRat:
		f.jets[i] = f.realPower(i, a, constant(in.Const))
	default: // exp(b·log a)
		if p := f.span(b.v); f.isZero(b.d) && p.IsBounded() && p.Width() <= 1e-12*p.Magnitude() {
			f.jets[i] = f.realPower(i, a, p)
			return
		}
		if f.strictSign(a.v) <= 0 {
			f.jets[i] = f.lost(i, f.strictSign(a.v) < 0)
			return
		}
		f.jets[i] = f.exponential(f.product(b, f.logarithm(a)))
	}
}

func (f *tailMachine) wholePower(i int, a jet, n int) jet {
	if n < 0 {
		return f.inverse(i, f.wholePower(i, a, -n))
	}
	if n == 1 {
		return a
	}
	first := f.scale(f.whole(a.v, n-1), interval.Point(float64(n)))
	second := f.num(2)
	if n > 2 {
		second = f.scale(f.whole(a.v, n-2), interval.Point(float64(n)).Mul(interval.Point(float64(n-1))))
	}
	return f.chain(a, f.whole(a.v, n), first, second)
}

func (f *tailMachine) realPower(i int, a jet, p interval.Interval) jet {
	if f.strictSign(a.v) < 0 {
		return f.lost(i, true)
	}
	if f.signOf(a.v) < 1 || f.strictSign(a.v) == 0 && p.Lo < 0 {
		return f.lost(i, false)
	}
	v := f.power(a.v, p)
	if f.isZero(a.v) { // … everywhere
		return jet{v, f.num(0), f.num(0)}
	}
	if f.strictSign(a.v) == 0 { // v may vanish: what its slope does there is not followed
		return jet{v, f.nothing(), f.nothing()}
	}
	w := f.inv(a.v)
	p1 := p.Sub(interval.Point(1))
	g1 := f.scale(f.power2(a.v, p1), p)
	return f.chain(a, v, g1, f.scale(f.mul(f.power2(a.v, p1), w), p.Mul(p1)))
}

// power2 is power for an exponent of either sign.
func (f *tailMachine) power2(v bound, p interval.Interval) bound {
	if p.Lo < 0 && p.Hi > 0 || p.Lo == 0 && p.Hi == 0 {
		return f.values(interval.Interval{Lo: 0, Hi: math.Inf(1)}, noRateDown, noRateUp)
	}
	return f.power(v, p)
}

func (f *tailMachine) exponential(u jet) jet {
	e := f.exp(u.v)
	return f.chain(u, e, e, e)
}

func (f *tailMachine) logarithm(u jet) jet {
	w := f.inv(u.v)
	return f.chain(u, f.log(u.v), w, f.neg(f.mul2(w)))
}

// at applies a monotone or otherwise enclosed function to the range.
func (f *tailMachine) at(g func(interval.Interval) interval.Interval, u bound) interval.Interval {
	return g(f.span(u))
}

func (f *tailMachine) function(i int, u jet) {
	one := f.num(1)
	switch f.code[i].Op {
	case expr.Exp:
		f.jets[i] = f.exponential(u)
	case expr.Expm1:
		e := f.exp(u.v)
		v := f.sub(e, one)
		f.jets[i] = f.chain(u, f.narrowed(v, f.at(interval.Expm1, u.v)), e, e)
	case expr.Log:
		f.jets[i] = f.logOf(i, u)
	case expr.Log1p:
		f.jets[i] = f.logOf(i, jet{f.add(u.v, one), u.d, u.dd})
	case expr.Sin:
		s, c := f.number(f.at(interval.Sin, u.v)), f.number(f.at(interval.Cos, u.v))
		f.jets[i] = f.chain(u, s, c, f.neg(s))
	case expr.Cos:
		s, c := f.number(f.at(interval.Sin, u.v)), f.number(f.at(interval.Cos, u.v))
		f.jets[i] = f.chain(u, c, f.neg(s), f.neg(c))
	case expr.Tan:
		v := f.at(interval.Tan, u.v)
		if !v.IsBounded() {
			f.jets[i] = f.lost(i, false)
			return
		}
		w := f.number(v.Sqr().Add(interval.Point(1)))
		f.jets[i] = f.chain(u, f.number(v), w, f.scale(f.mul(f.number(v), w), interval.Point(2)))
	case expr.Atan:
		v := f.number(f.at(interval.Atan, u.v))
		w := f.inv(f.add(one, f.mul2(u.v)))
		f.jets[i] = f.chain(u, v, w, f.scale(f.mul(u.v, f.mul2(w)), interval.Point(-2)))
	case expr.Sinh, expr.Cosh:
		p, m := f.exp(u.v), f.exp(f.neg(u.v))
		half := interval.Point(0.5)
		c := f.narrowed(f.scale(f.add(p, m), half), f.at(interval.Cosh, u.v))
		s := f.narrowed(f.scale(f.sub(p, m), half), f.at(interval.Sinh, u.v))
		if f.code[i].Op == expr.Cosh {
			s, c = c, s
		}
		f.jets[i] = f.chain(u, s, c, s)
	case expr.Asinh, expr.Acosh, expr.Atanh, expr.Asin, expr.Acos:
		f.inverseFunction(i, u)
	case expr.Sinc:
		f.jets[i] = f.sinc(u)
	default:
		f.sigmoidal(i, u)
	}
}

// narrowed adds a range that is known otherwise.
func (f *tailMachine) narrowed(v bound, x interval.Interval) bound {
	w := f.number(x)
	v.hi = tighterUp(v.hi, w.hi)
	v.lo = tighterUp(v.lo.neg(), w.lo.neg()).neg()
	return f.tidy(v)
}

func (f *tailMachine) logOf(i int, u jet) jet {
	if s := f.strictSign(u.v); s <= 0 {
		return f.lost(i, s < 0 || f.isZero(u.v))
	}
	return f.logarithm(u)
}

// decay is e^{−s·|u|^p}, p = 1 or 2, which bounds the derivatives of bounded
// functions that saturate.
func (f *tailMachine) decay(u bound, s float64, p int) bound {
	return f.exp(f.scale(f.whole(f.abs(u), p), interval.Point(-s)))
}

func (f *tailMachine) sigmoidal(i int, u jet) {
	two := interval.Point(2)
	switch f.code[i].Op {
	case expr.Tanh:
		// sech² is between e^{−2|u|} and 4e^{−2|u|}.
		v := f.number(f.at(interval.Tanh, u.v))
		e := f.decay(u.v, 2, 1)
		w := f.values(f.at(interval.SechSqr, u.v), e.low, e.up.plus(logUp(4)))
		f.jets[i] = f.chain(u, v, w, f.neg(f.scale(f.mul(v, w), two)))
	case expr.Erf, expr.Erfc:
		e := f.decay(u.v, 1, 2)
		w := f.scale(e, two.Div(interval.Sqrt(interval.Pi())))
		w2 := f.neg(f.scale(f.mul(u.v, w), two))
		if f.code[i].Op == expr.Erf {
			f.jets[i] = f.chain(u, f.number(f.at(interval.Erf, u.v)), w, w2)
			return
		}
		v := f.number(f.at(interval.Erfc, u.v))
		if f.signOf(u.v) > 0 { // erfc u ≤ e^{−u²}
			v = f.values(f.at(interval.Erfc, u.v), noRateDown, e.up)
		}
		f.jets[i] = f.chain(u, v, f.neg(w), f.neg(w2))
	case expr.Phi:
		e := f.decay(u.v, 0.5, 2)
		w := f.scale(e, interval.Density(interval.Point(0)))
		v := f.number(f.at(interval.Phi, u.v))
		if f.signOf(u.v) < 0 { // Φ(u) ≤ ½e^{−u²/2} for u ≤ 0
			v = f.values(f.at(interval.Phi, u.v), noRateDown, e.up.plus(logUp(0.5)))
		}
		f.jets[i] = f.chain(u, v, w, f.neg(f.mul(u.v, w)))
	case expr.Sigmoid:
		s, d, dd := f.logistic(u.v)
		f.jets[i] = f.chain(u, s, d, dd)
	case expr.Softplus:
		s, d, _ := f.logistic(u.v)
		f.jets[i] = f.chain(u, f.softplus(u.v), s, d)
	}
}

// logistic bounds σ, σ′ and σ″ = −σ′·tanh(u/2), with ¼e^{−|u|} ≤ σ′ ≤ e^{−|u|}
// and, for u ≤ 0, ½eᵘ ≤ σ ≤ eᵘ.
func (f *tailMachine) logistic(u bound) (s, d, dd bound) {
	e := f.decay(u, 1, 1)
	x := f.span(u)
	s = f.number(interval.Sigmoid(x))
	if f.signOf(u) < 0 {
		p := f.exp(u)
		s = f.values(interval.Sigmoid(x), p.low.downBy(2), p.up)
	}
	quarter := interval.SechSqr(x.Scale(0.5)).Scale(0.25)
	d = f.values(quarter, e.low.downBy(4), e.up)
	return s, d, f.neg(f.mul(d, f.number(interval.Tanh(x.Scale(0.5)))))
}

// downBy lowers a lower bound by log s.
func (l rate) downBy(s float64) rate {
	if !l.known() {
		return l
	}
	l.c = addDown(l.c, -logUp(s))
	return l
}

// softplus uses u ≤ log(1+eᵘ) ≤ u + e^{−u} and ½eᵘ ≤ log(1+eᵘ) ≤ eᵘ for u ≤ 0.
func (f *tailMachine) softplus(u bound) bound {
	x := f.span(u)
	v := f.number(interval.Softplus(x))
	if f.signOf(u) > 0 {
		v.lo = tighterUp(v.lo.neg(), u.lo.neg()).neg()
		v.hi = tighterUp(v.hi, u.hi.addUp(flat(expUp(-x.Lo))))
	} else if f.signOf(u) < 0 {
		p := f.exp(u)
		v = f.values(interval.Softplus(x), p.low.downBy(2), p.up)
	} else {
		v.hi = tighterUp(v.hi, f.magnitudeUp(u).addUp(flat(0.7)))
	}
	return f.tidy(v)
}

func (f *tailMachine) branch(i int, a, b jet) {
	in := &f.code[i]
	switch in.Op {
	case expr.Not:
		f.truth[i] = -f.truth[in.A]
		return
	case expr.And:
		f.truth[i] = min(f.truth[in.A], f.truth[in.B])
		return
	case expr.Or:
		f.truth[i] = max(f.truth[in.A], f.truth[in.B])
		return
	case expr.Select:
		switch c := f.jets[in.C]; f.truth[in.A] {
		case yes:
			f.jets[i] = b
		case no:
			f.jets[i] = c
		default:
			f.state[i].jump = true
			f.jets[i] = jet{f.hull(b.v, c.v), f.hull(b.d, c.d), f.nothing()}
		}
		return
	}
	if in.Op == expr.Tri {
		f.triangle(i, a)
		return
	}
	if f.near == nil || f.near.cell.forced[i] == open {
		f.sides[i] = f.sideOf(in, a.v, b.v)
	} else {
		f.sides[i] = f.near.cell.forced[i]
	}
	if in.Op.Condition() {
		f.compare(i)
		return
	}
	f.corner(i, a, b)
}

// sideOf finds the sign of the difference of two functions on the tail.
func (f *tailMachine) sideOf(in *expr.Instr, a, b bound) side {
	if in.Op == expr.Abs || in.Op == expr.Sign {
		b = f.num(0)
	}
	switch lo, hi := f.least(a.lo.addDown(b.hi.neg())), f.most(a.hi.addUp(b.lo.neg())); {
	case lo == 0 && hi == 0:
		return equal
	case lo > 0:
		return above
	case hi < 0:
		return below
	case f.isZero(b) && f.strictSign(a) != 0:
		return side(f.strictSign(a))
	case f.isZero(a) && f.strictSign(b) != 0:
		return side(-f.strictSign(b))
	case in.Op == expr.Less && lo >= 0: // what never is negative is not below, also where it vanishes
		return above
	case in.Op == expr.LessEq && hi <= 0:
		return below
	}
	return open
}

func (f *tailMachine) compare(i int) {
	s := f.sides[i]
	if s == open {
		f.truth[i] = unknown
		return
	}
	switch f.code[i].Op {
	case expr.Less:
		f.truth[i] = truthOf(s == below)
	case expr.LessEq:
		f.truth[i] = truthOf(s == below || s == equal)
	case expr.Equal:
		f.truth[i] = truthOf(s == equal)
	default:
		f.truth[i] = truthOf(s != equal)
	}
}

func (f *tailMachine) corner(i int, a, b jet) {
	s := f.sides[i]
	minus := jet{f.neg(a.v), f.neg(a.d), f.neg(a.dd)}
	switch op := f.code[i].Op; {
	case op == expr.Sign && s != open:
		x := float64(s)
		if s == equal {
			x = 0
		}
		f.jets[i] = jet{f.num(x), f.num(0), f.num(0)}
	case op == expr.Sign:
		f.state[i].jump = true
		f.jets[i] = jet{f.number(interval.New(-1, 1)), f.num(0), f.nothing()}
	case op == expr.Abs && s == open:
		f.jets[i] = jet{f.abs(a.v), f.hull(a.d, minus.d), f.nothing()}
	case op == expr.Abs && s == below:
		f.jets[i] = minus
	case op == expr.Abs:
		f.jets[i] = a
	case s == open:
		f.jets[i] = jet{f.hull(a.v, b.v), f.hull(a.d, b.d), f.nothing()}
		if op == expr.Min {
			f.jets[i].v.hi = tighterUp(tighterUp(f.jets[i].v.hi, a.v.hi), b.v.hi)
		} else {
			f.jets[i].v.lo = tighterUp(tighterUp(f.jets[i].v.lo.neg(), a.v.lo.neg()), b.v.lo.neg()).neg()
		}
		f.jets[i].v = f.tidy(f.jets[i].v)
	case (op == expr.Max) == (s != below):
		f.jets[i] = a
	default:
		f.jets[i] = b
	}
}
