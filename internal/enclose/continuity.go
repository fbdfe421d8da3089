package enclose

import (
	"math/big"

	"bsnn/internal/expr"
)

// A border is a set {u = v} at which branches of the program change: several
// instructions may share one. The side of a border is the sign of u − v.
type border struct {
	a, b    int32 // instructions; b = zero stands for the number 0, turns for the odd numbers
	members []member
}

// A member is a branching instruction whose difference has the sign of the
// border's, times flip.
type member struct {
	index int
	flip  side
}

const (
	zero  = -1
	turns = -2 // of the triangle wave of a, whose side is the sign of its slope
)

// borders groups the branching instructions of a program.
func borders(code []expr.Instr) []border {
	var list []border
	for i := range code {
		if !branches(code[i].Op) {
			continue
		}
		a, b, flip := normal(code, &code[i])
		k := 0
		for k < len(list) && (list[k].a != a || list[k].b != b) {
			k++
		}
		if k == len(list) {
			list = append(list, border{a: a, b: b})
		}
		list[k].members = append(list[k].members, member{i, flip})
	}
	return list
}

// normal finds the border of a branching instruction: operands in order, and
// a rational factor of a single operand dropped.
func normal(code []expr.Instr, in *expr.Instr) (a, b int32, flip side) {
	a, b, flip = in.A, in.B, 1
	if in.Op == expr.Tri {
		return a, turns, flip
	}
	if in.Op == expr.Abs || in.Op == expr.Sign || isZero(code, b) {
		b = zero
	} else if isZero(code, a) {
		a, b, flip = b, zero, -1
	}
	if b >= 0 {
		if a > b {
			a, b, flip = b, a, -1
		}
		return a, b, flip
	}
	for {
		switch in := &code[a]; {
		case in.Op == expr.Neg:
			a, flip = in.A, -flip
		case in.Op == expr.Mul && ratOf(code, in.A) != nil && ratOf(code, in.A).Sign() != 0:
			flip *= side(ratOf(code, in.A).Sign())
			a = in.B
		case in.Op == expr.Mul && ratOf(code, in.B) != nil && ratOf(code, in.B).Sign() != 0:
			flip *= side(ratOf(code, in.B).Sign())
			a = in.A
		default:
			return a, b, flip
		}
	}
}

func ratOf(code []expr.Instr, i int32) *big.Rat {
	if i < 0 || code[i].Op != expr.Const {
		return nil
	}
	return code[i].Const.Rat
}

func isZero(code []expr.Instr, i int32) bool {
	r := ratOf(code, i)
	return r != nil && r.Sign() == 0
}

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
}

// settle prescribes what follows from u = v on the border: equations with a
// number are solved as far as that is one step at a time.
func (s *symbolic) settle(b border, sides []side) {
	if b.b == turns {
		return
	}
	if b.b >= 0 {
		if r := ratOf(s.code, b.b); r != nil {
			s.solve(b.a, r, sides)
		} else if r := ratOf(s.code, b.a); r != nil {
			s.solve(b.b, r, sides)
		} else {
			s.at[b.b] = -1 - term(b.a) // the value of a, once it is known
		}
		return
	}
	s.solve(b.a, new(big.Rat), sides)
}

// solve prescribes that instruction i has the value r.
func (s *symbolic) solve(i int32, r *big.Rat, sides []side) {
	s.at[i] = s.rat(r)
	in := &s.code[i]
	c, d := ratOf(s.code, in.A), ratOf(s.code, in.B)
	z := new(big.Rat)
	switch {
	case in.Op == expr.Neg:
		s.solve(in.A, z.Neg(r), sides)
	case in.Op == expr.Add && c != nil:
		s.solve(in.B, z.Sub(r, c), sides)
	case in.Op == expr.Add && d != nil:
		s.solve(in.A, z.Sub(r, d), sides)
	case in.Op == expr.Sub && c != nil:
		s.solve(in.B, z.Sub(c, r), sides)
	case in.Op == expr.Sub && d != nil:
		s.solve(in.A, z.Add(r, d), sides)
	case in.Op == expr.Mul && c != nil && c.Sign() != 0:
		s.solve(in.B, z.Quo(r, c), sides)
	case in.Op == expr.Mul && d != nil && d.Sign() != 0:
		s.solve(in.A, z.Quo(r, d), sides)
	case in.Op == expr.Div && d != nil && d.Sign() != 0:
		s.solve(in.A, z.Mul(r, d), sides)
	case in.Op == expr.Abs && r.Sign() == 0:
		s.solve(in.A, r, sides)
	case in.Op == expr.Abs && sides[i] == above:
		s.solve(in.A, r, sides)
	case in.Op == expr.Abs && sides[i] == below:
		s.solve(in.A, z.Neg(r), sides)
	case in.Op == expr.PowInt && in.N > 0 && r.Sign() == 0:
		s.solve(in.A, r, sides)
	case (in.Op == expr.Tanh || in.Op == expr.Sinh || in.Op == expr.Atan || in.Op == expr.Erf || in.Op == expr.Expm1 ||
		in.Op == expr.Log1p) && r.Sign() == 0:
		s.solve(in.A, r, sides)
	case (in.Op == expr.Exp || in.Op == expr.Cosh) && r.Cmp(big.NewRat(1, 1)) == 0:
		s.solve(in.A, new(big.Rat), sides)
	case (in.Op == expr.Sigmoid || in.Op == expr.Phi) && r.Cmp(big.NewRat(1, 2)) == 0:
		s.solve(in.A, new(big.Rat), sides)
	}
}

// evaluate returns the terms of the function and of its derivative.
func (s *symbolic) evaluate() (value, slope term) {
	n := len(s.code)
	s.values, s.slopes, s.truths = make([]term, n), make([]term, n), make([]truth, n)
	for i := range s.code {
		s.step(i)
		v, ok := s.at[int32(i)]
		if !ok {
			continue
		}
		if v < 0 {
			v = s.resolve(s.values[-1-v])
		}
		s.learn(s.values[i], v)
		s.values[i] = v
	}
	return s.resolve(s.values[n-1]), s.resolve(s.slopes[n-1])
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
		if in.Const.Rat != nil {
			set(s.rat(in.Const.Rat), s.int(0))
		} else {
			set(s.apply(in.Const.Name), s.int(0))
		}
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
			s.values[i], s.slopes[i] = a, s.apply("slope at zero of "+r.RatString(), da)
			if r.Cmp(big.NewRat(1, 1)) > 0 {
				s.slopes[i] = a
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

// positions are the sides of a border that must agree. u = v counts as a third
// one where an operation tells it from both others, unless the border is a
// single point, u or v being x and the other constant: the value at a point
// changes no integral, but u = v may hold on a whole interval.
func (b border) positions(code []expr.Instr) []side {
	for _, m := range b.members {
		in := &code[m.index]
		switch in.Op {
		case expr.Equal, expr.NotEqual:
			u, v := code[in.A].Op, code[in.B].Op
			if u == expr.Var && v == expr.Const || u == expr.Const && v == expr.Var {
				continue
			}
		case expr.Sign:
			if code[in.A].Op == expr.Var {
				continue
			}
		default:
			continue
		}
		return []side{below, above, equal}
	}
	return []side{below, above}
}

// joins decides whether the function and its derivative are continuous
// across every open border, where the sides of the instructions are known as
// given. It steps over one border at a time, for every position of the others, so any
// point at which several meet is covered: a change of all their sides is a
// sequence of changes of one.
func joins(code []expr.Instr, list []border, known []side) (value, slope bool) {
	base := make([]side, len(code))
	copy(base, known)
	var openBorders []border
	for _, b := range list {
		s := open
		for _, m := range b.members {
			if k := known[m.index]; k == equal {
				s = equal
			} else if k != open {
				s = k * m.flip
			}
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
			v, d := across(t, code, b, base)
			value, slope = value && v, slope && v && d
			if !value {
				return false, false
			}
		}
	}
	return value, slope
}

func (b border) set(sides []side, s side) {
	for _, m := range b.members {
		if s == equal {
			sides[m.index] = equal
		} else {
			sides[m.index] = s * m.flip
		}
	}
}

// across compares the positions of one border on the border.
func across(t *terms, code []expr.Instr, b border, sides []side) (value, slope bool) {
	var v, d [3]term
	positions := b.positions(code)
	for i, s := range positions {
		b.set(sides, s)
		t.known = nil
		x := t.apply("x")
		t.known = map[term]term{}
		e := &symbolic{terms: t, code: code, x: x, at: map[int32]term{}, sides: sides}
		e.settle(b, sides)
		v[i], d[i] = e.evaluate()
	}
	value, slope = v[0] == v[1], d[0] == d[1]
	if len(positions) == 3 {
		value, slope = value && v[0] == v[2], slope && d[0] == d[2]
	}
	return value, slope
}
