package enclose

import (
	"math/big"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// A symbolic evaluation of the program and its derivative, with the side of
// each border given, on one border.
type symbolic struct {
	*terms
	code []expr.Instr
	x    term
	at   map[int32]term // instructions with a prescribed value

	values, slopes []term
	truths         []truth
	sides          []side // by instruction

	ranges func(i int32) interval.Interval // where the border is looked at; may be nil
}

// settle prescribes what follows from u = v on the border: equations with a
// constant are solved as far as that is one step at a time.
func (s *symbolic) settle(b border) {
	switch {
	case b.b == turns:
		return
	case b.b == numeral:
		s.solve(b.a, s.rat(b.at))
		return
	}
	if v, ok := s.constant(b.b); ok {
		s.solve(b.a, v)
	} else if v, ok := s.constant(b.a); ok {
		s.solve(b.b, v)
	} else {
		s.at[b.b] = -1 - term(b.a) // the value of a, once it is known
	}
}

// constant is the value of an instruction that does not depend on x.
func (s *symbolic) constant(i int32) (v term, ok bool) {
	if i < 0 {
		return 0, false
	}
	in := &s.code[i]
	if in.Op == expr.Const {
		return s.number(in.Const), true
	}
	a, ok := s.constant(in.A)
	if !ok {
		return 0, false
	}
	switch in.Op {
	case expr.Neg:
		return s.neg(a), true
	case expr.PowInt:
		return s.pow(a, in.N), true
	case expr.Exp, expr.Log, expr.Sqrt:
		return s.function(in.Op, a), true
	}
	b, ok := s.constant(in.B)
	if !ok {
		return 0, false
	}
	switch in.Op {
	case expr.Add:
		return s.add(a, b), true
	case expr.Sub:
		return s.sub(a, b), true
	case expr.Mul:
		return s.mul(a, b), true
	case expr.Div:
		return s.div(a, b), true
	}
	return 0, false
}

func (s *symbolic) number(c *expr.Constant) term {
	if c.Rat != nil {
		return s.rat(c.Rat)
	}
	return s.apply(c.Name)
}

// solve prescribes that instruction i has the value v.
func (s *symbolic) solve(i int32, v term) {
	s.at[i] = v
	in := &s.code[i]
	c, left := s.constant(in.A)
	d, right := s.constant(in.B)
	switch in.Op {
	case expr.Neg:
		s.solve(in.A, s.neg(v))
	case expr.Add:
		if left {
			s.solve(in.B, s.sub(v, c))
		} else if right {
			s.solve(in.A, s.sub(v, d))
		}
	case expr.Sub:
		if left {
			s.solve(in.B, s.sub(c, v))
		} else if right {
			s.solve(in.A, s.add(v, d))
		}
	case expr.Mul:
		if left && s.nonzero(c) {
			s.solve(in.B, s.div(v, c))
		} else if right && s.nonzero(d) {
			s.solve(in.A, s.div(v, d))
		}
	case expr.Div:
		if right && s.nonzero(d) {
			s.solve(in.A, s.mul(v, d))
		} else if left && s.nonzero(v) {
			s.solve(in.B, s.div(c, v))
		}
	case expr.Abs:
		s.solveEven(in.A, v, s.sides[i])
	case expr.PowInt:
		if in.N > 0 && s.isInt(v, 0) {
			s.solve(in.A, v)
		} else if in.N == 2 {
			s.solveEven(in.A, s.function(expr.Sqrt, v), open)
		}
	case expr.Sqrt:
		s.solve(in.A, s.pow(v, 2))
	default:
		s.solveFunction(in, v)
	}
}

// solveEven prescribes that the magnitude of instruction i is v, and its value where
// the sign is known.
func (s *symbolic) solveEven(i int32, v term, at side) {
	if s.isInt(v, 0) {
		s.solve(i, v)
		return
	}
	if at == open && s.ranges != nil {
		if x := s.ranges(i); x.Lo > 0 {
			at = above
		} else if x.Hi < 0 {
			at = below
		}
	}
	switch at {
	case above:
		s.solve(i, v)
	case below:
		s.solve(i, s.neg(v))
	}
}

// solveFunction inverts the functions of which that gives a term.
func (s *symbolic) solveFunction(in *expr.Instr, v term) {
	switch in.Op {
	case expr.Exp:
		s.solve(in.A, s.function(expr.Log, v))
		return
	case expr.Log:
		s.solve(in.A, s.function(expr.Exp, v))
		return
	}
	if value, at, ok := sameSign(in.Op); ok && s.rats[v] != nil && s.rats[v].Cmp(value) == 0 {
		s.solve(in.A, s.rat(at))
	} else if in.Op == expr.Cosh && s.isInt(v, 1) {
		s.solve(in.A, s.int(0))
	}
}

// evaluate returns the terms of the function and of its derivative.
func (s *symbolic) evaluate() (value, slope term) {
	n := len(s.code)
	s.values, s.slopes, s.truths = make([]term, n), make([]term, n), make([]truth, n)
	for i := range s.code {
		s.advance(i)
	}
	return s.resolve(s.values[n-1]), s.resolve(s.slopes[n-1])
}

// advance is step with what was prescribed.
func (s *symbolic) advance(i int) {
	s.step(i)
	v, ok := s.at[int32(i)]
	if !ok {
		return
	}
	if v < 0 {
		v = s.resolve(s.values[-1-v])
	}
	s.learn(s.values[i], v)
	s.values[i] = v
}

// learn records that a term has the value v on the border, for c·w that w has
// v/c.
func (s *symbolic) learn(raw, v term) {
	if k := s.keys[raw]; k.op == "*" && s.rats[k.a] != nil {
		s.learn(k.b, s.div(v, k.a))
		return
	}
	if raw != v && s.rats[raw] == nil {
		s.known[raw] = v
	}
}

func (s *symbolic) step(i int) {
	in := &s.code[i]
	var a, b, da, db term
	if in.A >= 0 && !s.code[in.A].Op.Condition() {
		a, da = s.resolve(s.values[in.A]), s.resolve(s.slopes[in.A])
	}
	if in.B >= 0 && !s.code[in.B].Op.Condition() {
		b, db = s.resolve(s.values[in.B]), s.resolve(s.slopes[in.B])
	}
	set := func(v, d term) { s.values[i], s.slopes[i] = v, d }
	switch in.Op {
	case expr.Const:
		set(s.number(in.Const), s.int(0))
	case expr.Var:
		set(s.x, s.int(1))
	case expr.Neg:
		set(s.neg(a), s.neg(da))
	case expr.Add:
		set(s.add(a, b), s.add(da, db))
	case expr.Sub:
		set(s.sub(a, b), s.sub(da, db))
	case expr.Mul:
		set(s.mul(a, b), s.add(s.mul(da, b), s.mul(a, db)))
	case expr.Div:
		v := s.div(a, b)
		set(v, s.div(s.sub(da, s.mul(v, db)), b))
	case expr.PowInt:
		set(s.pow(a, in.N), s.mul(s.mul(s.int(int64(in.N)), s.pow(a, in.N-1)), da))
	case expr.PowRat, expr.Pow:
		s.power(i, a, b, da, db)
	case expr.And, expr.Or, expr.Not, expr.Select, expr.Less, expr.LessEq, expr.Equal, expr.NotEqual,
		expr.Abs, expr.Sign, expr.Min, expr.Max, expr.Tri:
		s.branch(i, a, b, da, db)
	default:
		set(s.function(in.Op, a), s.mul(s.slope(in.Op, a), da))
	}
}

func (s *symbolic) power(i int, a, b, da, db term) {
	in := &s.code[i]
	if in.Op == expr.PowRat {
		r := in.Const.Rat
		if s.isInt(a, 0) && r.Sign() > 0 {
			s.values[i], s.slopes[i] = a, s.none()
			if r.Cmp(big.NewRat(1, 1)) > 0 {
				s.slopes[i] = s.mul(a, da)
			}
			return
		}
		b, db = s.rat(r), s.int(0)
	}
	s.values[i] = s.apply("pow", a, b)
	s.slopes[i] = s.apply("slope of pow", s.apply("at", a, b), da, db)
}

func (s *symbolic) branch(i int, a, b, da, db term) {
	in, at := &s.code[i], s.sides[i]
	switch in.Op {
	case expr.Not:
		s.truths[i] = -s.truths[in.A]
	case expr.And:
		s.truths[i] = min(s.truths[in.A], s.truths[in.B])
	case expr.Or:
		s.truths[i] = max(s.truths[in.A], s.truths[in.B])
	case expr.Less:
		s.truths[i] = truthOf(at == below)
	case expr.LessEq:
		s.truths[i] = truthOf(at == below || at == equal)
	case expr.Equal:
		s.truths[i] = truthOf(at == equal)
	case expr.NotEqual:
		s.truths[i] = truthOf(at != equal)
	case expr.Select:
		k := in.B
		if s.truths[in.A] == no {
			k = in.C
		}
		s.values[i], s.slopes[i] = s.resolve(s.values[k]), s.resolve(s.slopes[k])
	case expr.Sign:
		s.values[i], s.slopes[i] = s.int(int64(at)), s.int(0)
		if at == equal {
			s.values[i] = s.int(0)
		}
	case expr.Tri: // both pieces have the value of the wave where they meet
		s.values[i], s.slopes[i] = s.function(expr.Tri, a), da
		if at == below {
			s.slopes[i] = s.neg(da)
		}
	case expr.Abs:
		s.values[i], s.slopes[i] = a, da
		if at == below {
			s.values[i], s.slopes[i] = s.neg(a), s.neg(da)
		}
	default:
		s.values[i], s.slopes[i] = a, da
		if (in.Op == expr.Max) == (at == below) {
			s.values[i], s.slopes[i] = b, db
		}
	}
}

// maxOpen bounds the borders that are looked at together, which takes up to
// 3^maxOpen evaluations.
const maxOpen = 6

// joins decides whether the function and its derivative are continuous
// across every open border, where the sides of the instructions are known as
// given. It steps over one border at a time, for every position of the others, so any
// point at which several meet is covered: a change of all their sides is a
// sequence of changes of one.
// Where ranges encloses the instructions, only the part of the borders in these
// ranges matters.
func joins(code []expr.Instr, list []border, known []side, ranges func(i int32) interval.Interval) (value, slope bool) {
	base := make([]side, len(code))
	copy(base, known)
	var openBorders []border
	for _, b := range list {
		s := b.known(code, known)
		if s == open && b.isolated(code) {
			s = above
		}
		if s == open {
			openBorders = append(openBorders, b)
			continue
		}
		b.set(base, s)
	}
	if len(openBorders) > maxOpen {
		return false, false
	}
	value, slope = true, true
	t := newTerms()
	for k, b := range openBorders {
		others := append(append([]border(nil), openBorders[:k]...), openBorders[k+1:]...)
		choices := 1
		for _, other := range others {
			choices *= len(other.positions(code))
		}
		for choice := range choices {
			for _, other := range others {
				at := other.positions(code)
				other.set(base, at[choice%len(at)])
				choice /= len(at)
			}
			v, d := across(t, code, b, base, ranges)
			value, slope = value && v, slope && v && d
			if !value {
				return false, false
			}
		}
	}
	return value, slope
}

// across compares the positions of one border on the border.
func across(t *terms, code []expr.Instr, b border, sides []side, ranges func(i int32) interval.Interval) (value, slope bool) {
	var v, d [3]term
	positions := b.positions(code)
	for i, s := range positions {
		b.set(sides, s)
		t.known = nil
		x := t.apply("x")
		t.known = map[term]term{}
		e := &symbolic{terms: t, code: code, x: x, at: map[int32]term{}, sides: sides, ranges: ranges}
		e.settle(b)
		v[i], d[i] = e.evaluate()
	}
	value, slope = v[0] == v[1], d[0] == d[1]
	if len(positions) == 3 {
		value, slope = value && v[0] == v[2], slope && d[0] == d[2]
	}
	return value, slope
}
