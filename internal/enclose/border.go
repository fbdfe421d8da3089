package enclose

import (
	"math"
	"math/big"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// A border is a set {u = v} at which branches of the program change: several
// instructions may share one. The side of a border is the sign of u − v.
type border struct {
	a, b    int32    // instructions; b = numeral stands for at, turns for the odd numbers
	at      *big.Rat // nil unless b = numeral
	members []member
}

const (
	numeral = -1
	turns   = -2 // of the triangle wave of a, whose side is the sign of its slope
)

// A member is a branching instruction whose difference has the sign of the
// border's, times flip.
type member struct {
	index int
	flip  side
}

// borders groups the branching instructions of a program.
func borders(code []expr.Instr) []border {
	var list []border
	for i := range code {
		if !branches(code[i].Op) {
			continue
		}
		b, flip := normal(code, &code[i])
		k := 0
		for k < len(list) && !list[k].same(b) {
			k++
		}
		if k == len(list) {
			list = append(list, b)
		}
		list[k].members = append(list[k].members, member{i, flip})
	}
	return list
}

func (b border) same(c border) bool {
	return b.a == c.a && b.b == c.b && (b.at == nil || b.at.Cmp(c.at) == 0)
}

// normal finds the border of a branching instruction, with operands in order. A
// comparison with a rational number is carried to the innermost value that it says
// the same of: exp(x/2) − 1 has the sign of x.
func normal(code []expr.Instr, in *expr.Instr) (b border, flip side) {
	b, flip = border{a: in.A, b: in.B}, 1
	switch r, l := ratOf(code, in.B), ratOf(code, in.A); {
	case in.Op == expr.Tri:
		b.b = turns
		return b, flip
	case in.Op == expr.Abs || in.Op == expr.Sign:
		b.b, b.at = numeral, new(big.Rat)
	case r != nil:
		b.b, b.at = numeral, r
	case l != nil:
		b, flip = border{in.B, numeral, l, nil}, -1
	case b.a > b.b:
		b.a, b.b, flip = b.b, b.a, -1
	}
	for b.b == numeral && b.inward(code, &flip) {
	}
	return b, flip
}

// inward replaces u − at by a difference of the same sign, times flip, of an operand of
// u and another number.
func (b *border) inward(code []expr.Instr, flip *side) bool {
	in := &code[b.a]
	c, d := ratOf(code, in.A), ratOf(code, in.B)
	z := new(big.Rat)
	to := func(a int32, at *big.Rat, sign int) bool {
		b.a, b.at = a, at
		*flip *= side(sign)
		return true
	}
	switch op := in.Op; {
	case op == expr.Neg:
		return to(in.A, z.Neg(b.at), -1)
	case op == expr.Add && c != nil:
		return to(in.B, z.Sub(b.at, c), 1)
	case op == expr.Add && d != nil:
		return to(in.A, z.Sub(b.at, d), 1)
	case op == expr.Sub && c != nil:
		return to(in.B, z.Sub(c, b.at), -1)
	case op == expr.Sub && d != nil:
		return to(in.A, z.Add(b.at, d), 1)
	case op == expr.Mul && c != nil && c.Sign() != 0:
		return to(in.B, z.Quo(b.at, c), c.Sign())
	case op == expr.Mul && d != nil && d.Sign() != 0:
		return to(in.A, z.Quo(b.at, d), d.Sign())
	case op == expr.Div && d != nil && d.Sign() != 0:
		return to(in.A, z.Mul(b.at, d), d.Sign())
	case op == expr.PowInt && in.N > 0 && in.N%2 == 1 && b.at.Sign() == 0:
		return to(in.A, b.at, 1)
	}
	if from, where, ok := sameSign(in.Op); ok && b.at.Cmp(from) == 0 {
		return to(in.A, where, 1)
	}
	return false
}

// sameSign is a value of an increasing function, and where it takes it.
func sameSign(op expr.Op) (value, at *big.Rat, ok bool) {
	zero, one := new(big.Rat), big.NewRat(1, 1)
	switch op {
	case expr.Expm1, expr.Log1p, expr.Tanh, expr.Sinh, expr.Atan, expr.Asinh, expr.Atanh, expr.Asin, expr.Erf:
		return zero, zero, true
	case expr.Exp:
		return one, zero, true
	case expr.Log:
		return zero, one, true
	case expr.Sigmoid, expr.Phi:
		return big.NewRat(1, 2), zero, true
	}
	return nil, nil, false
}

func ratOf(code []expr.Instr, i int32) *big.Rat {
	if i < 0 || code[i].Op != expr.Const {
		return nil
	}
	return code[i].Const.Rat
}

// positions are the sides of a border that must agree. u = v counts as a third
// one where an operation tells it from both others, unless the border is a
// single point, u or v being x and the other constant: the value at a point
// changes no integral, but u = v may hold on a whole interval.
func (b border) positions(code []expr.Instr) []side {
	if code[b.a].Op == expr.Var && b.b == numeral {
		return []side{below, above}
	}
	for _, m := range b.members {
		if tellsEqual(code[m.index].Op) {
			return []side{below, above, equal}
		}
	}
	return []side{below, above}
}

// isolated reports whether a border is a single point at which only the value there is
// chosen, as by x == 0: that matters to no integral, and both sides are one formula.
func (b border) isolated(code []expr.Instr) bool {
	if code[b.a].Op != expr.Var || b.b != numeral {
		return false
	}
	for _, m := range b.members {
		if op := code[m.index].Op; op != expr.Equal && op != expr.NotEqual {
			return false
		}
	}
	return true
}

// tellsEqual reports whether a branching operation has a value of its own where the
// difference is 0.
func tellsEqual(op expr.Op) bool { return op == expr.Equal || op == expr.NotEqual || op == expr.Sign }

// place is where x has to be to be on a border that is a number; ok is false for others.
func (b border) place(code []expr.Instr) (x interval.Interval, ok bool) {
	if code[b.a].Op != expr.Var || b.b != numeral {
		return x, false
	}
	v, exact := b.at.Float64()
	if exact {
		return interval.Point(v), true
	}
	return interval.Interval{Lo: math.Nextafter(v, math.Inf(-1)), Hi: math.Nextafter(v, math.Inf(1))}, true
}

// part is the part of x on one side of a border that is a number, x for others.
func (b border) part(code []expr.Instr, x interval.Interval, at side) interval.Interval {
	r, ok := b.place(code)
	switch {
	case !ok:
		return x
	case at == above:
		return x.Intersect(interval.Interval{Lo: r.Lo, Hi: math.Inf(1)})
	}
	return x.Intersect(interval.Interval{Lo: math.Inf(-1), Hi: r.Hi})
}

// within is the part of x where the border is, x if that is not known better.
func (b border) within(code []expr.Instr, x interval.Interval) interval.Interval {
	if r, ok := b.place(code); ok {
		return x.Intersect(r)
	}
	return x
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

// known is the side of a border by what is known of its members. One that tells
// equality must be known itself.
func (b border) known(code []expr.Instr, sides []side) side {
	s := open
	for _, m := range b.members {
		switch k := sides[m.index]; {
		case k == equal:
			return equal
		case k != open && k != apart:
			s = k * m.flip
		case tellsEqual(code[m.index].Op):
			return open
		}
	}
	return s
}
