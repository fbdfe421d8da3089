package expr

import "math/big"

func (b *builder) abs(v int32) int32 {
	in := b.code[v]
	switch {
	case in.Op == Const && in.Const.Rat != nil:
		return b.rat(new(big.Rat).Abs(in.Const.Rat))
	case in.Op == Abs:
		return v
	case in.Op == Neg:
		return b.abs(in.A)
	}
	return b.op1(Abs, v)
}

func (b *builder) sign(v int32) int32 {
	if r := b.ratOf(v); r != nil {
		return b.integer(int64(r.Sign()))
	}
	return b.op1(Sign, v)
}

// extreme returns the minimum or maximum.
func (b *builder) extreme(op Op, l, r int32) int32 {
	if l == r {
		return l
	}
	if s, ok := b.order(l, r); ok {
		if (s <= 0) == (op == Min) {
			return l
		}
		return r
	}
	return b.op2(op, l, r)
}

// clamp is min(max(v, lo), hi).
func (b *builder) clamp(a []int32) int32 {
	return b.extreme(Min, b.extreme(Max, a[0], a[1]), a[2])
}

// order compares two constants.
func (b *builder) order(l, r int32) (sign int, ok bool) {
	if !b.is(l, Const) || !b.is(r, Const) {
		return 0, false
	}
	return b.code[l].Const.compare(b.code[r].Const)
}

func (b *builder) decided(v bool) int32 {
	if v {
		return b.op0(always)
	}
	return b.op0(never)
}

// compare lowers a comparison given by its symbol; > and >= become < and <=
// with the operands exchanged.
func (b *builder) compare(symbol string, l, r int32) int32 {
	switch symbol {
	case ">":
		l, r, symbol = r, l, "<"
	case ">=":
		l, r, symbol = r, l, "<="
	}
	sign, known := b.order(l, r)
	var op Op
	var holds bool
	switch symbol {
	case "<":
		op, holds = Less, sign < 0
	case "<=":
		op, holds = LessEq, sign <= 0
	case "==":
		op, holds = Equal, sign == 0
	default:
		op, holds = NotEqual, sign != 0
	}
	if known {
		return b.decided(holds)
	}
	return b.op2(op, l, r)
}

func (b *builder) and(l, r int32) int32 {
	switch {
	case b.is(l, never) || b.is(r, always) || l == r:
		return l
	case b.is(r, never) || b.is(l, always):
		return r
	}
	return b.op2(And, l, r)
}

func (b *builder) or(l, r int32) int32 {
	switch {
	case b.is(l, always) || b.is(r, never) || l == r:
		return l
	case b.is(r, always) || b.is(l, never):
		return r
	}
	return b.op2(Or, l, r)
}

// not turns a comparison into the opposite one.
func (b *builder) not(c int32) int32 {
	in := b.code[c]
	switch in.Op {
	case always, never:
		return b.decided(in.Op == never)
	case Less:
		return b.op2(LessEq, in.B, in.A)
	case LessEq:
		return b.op2(Less, in.B, in.A)
	case Equal:
		return b.op2(NotEqual, in.A, in.B)
	case NotEqual:
		return b.op2(Equal, in.A, in.B)
	case Not:
		return in.A
	}
	return b.op1(Not, c)
}

func (b *builder) choose(c, then, other int32) int32 {
	switch {
	case b.is(c, always):
		return then
	case b.is(c, never):
		return other
	}
	return b.put(Instr{Op: Select, A: c, B: then, C: other})
}
