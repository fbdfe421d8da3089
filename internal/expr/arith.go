package expr

import "math/big"

// Each method below states the identity it applies where that is not plain.
// None of them removes an operation that could be undefined, so 0·v is kept.

func (b *builder) neg(v int32) int32 {
	in := b.code[v]
	switch in.Op {
	case Neg:
		return in.A
	case Const:
		if in.Const.Rat != nil {
			return b.rat(new(big.Rat).Neg(in.Const.Rat))
		}
	case Mul: // −(c·v) = (−c)·v
		if b.ratOf(in.A) != nil {
			return b.mul(b.neg(in.A), in.B)
		}
		if b.ratOf(in.B) != nil {
			return b.mul(in.A, b.neg(in.B))
		}
	}
	return b.op1(Neg, v)
}

func (b *builder) add(l, r int32) int32 {
	if i, ok := b.fold(l, r, (*big.Rat).Add); ok {
		return i
	}
	switch {
	case b.isInt(l, 0):
		return r
	case b.isInt(r, 0):
		return l
	case b.is(r, Neg) || b.isNegative(r): // l + (−v) = l − v
		return b.sub(l, b.neg(r))
	case b.is(r, Exp) && b.isInt(l, -1):
		return b.op1(Expm1, b.code[r].A)
	}
	return b.op2(Add, l, r)
}

func (b *builder) sub(l, r int32) int32 {
	if i, ok := b.fold(l, r, (*big.Rat).Sub); ok {
		return i
	}
	switch {
	case b.isInt(l, 0):
		return b.neg(r)
	case b.isInt(r, 0):
		return l
	case b.is(r, Neg) || b.isNegative(r): // l − (−v) = l + v
		return b.add(l, b.neg(r))
	case b.is(l, Exp) && b.isInt(r, 1):
		return b.op1(Expm1, b.code[l].A)
	}
	return b.op2(Sub, l, r)
}

// isNegative reports whether v is a negative rational constant.
func (b *builder) isNegative(v int32) bool {
	r := b.ratOf(v)
	return r != nil && r.Sign() < 0
}

func (b *builder) mul(l, r int32) int32 {
	if i, ok := b.fold(l, r, (*big.Rat).Mul); ok {
		return i
	}
	switch {
	case b.isInt(l, 1):
		return r
	case b.isInt(r, 1):
		return l
	case b.isInt(l, -1):
		return b.neg(r)
	case b.isInt(r, -1):
		return b.neg(l)
	}
	if base, n, ok := b.positivePower(l); ok {
		if base2, m, ok := b.positivePower(r); ok && base == base2 && n+m <= maxExponent {
			return b.powInt(base, n+m)
		}
	}
	if b.isDefinition(r, l) && !b.isDefinition(l, r) {
		l, r = r, l
	}
	return b.op2(Mul, l, r)
}

// positivePower sees v as v¹ or, if it is a power with a positive integer
// exponent, as that. Constants are left alone.
func (b *builder) positivePower(v int32) (base int32, n int, ok bool) {
	switch in := b.code[v]; {
	case in.Op == Const:
		return 0, 0, false
	case in.Op == PowInt && in.N > 0:
		return in.A, in.N, true
	}
	return v, 1, true
}

// isDefinition reports whether l·r, in this order, is the formula of a
// definition, as a GELU or SiLU.
func (b *builder) isDefinition(l, r int32) bool {
	_, ok := b.grammar.recognise(b.code, &Instr{Op: Mul, A: l, B: r, C: -1})
	return ok
}

func (b *builder) div(l, r int32) int32 {
	if !b.isInt(r, 0) {
		if i, ok := b.fold(l, r, (*big.Rat).Quo); ok {
			return i
		}
	}
	switch {
	case b.isInt(r, 1):
		return l
	case b.isInt(r, -1):
		return b.neg(l)
	}
	if w, ok := b.onePlusExp(r); ok {
		if b.isInt(l, 1) { // 1/(1+exp(w)) = sigmoid(−w)
			return b.op1(Sigmoid, b.neg(w))
		}
		if b.is(l, Exp) && b.code[l].A == w { // exp(w)/(1+exp(w)) = sigmoid(w)
			return b.op1(Sigmoid, w)
		}
	}
	return b.op2(Div, l, r)
}

// onePlusExp recognises 1 + exp(w).
func (b *builder) onePlusExp(v int32) (w int32, ok bool) {
	in := b.code[v]
	switch {
	case in.Op != Add:
	case b.isInt(in.A, 1) && b.is(in.B, Exp):
		return b.code[in.B].A, true
	case b.isInt(in.B, 1) && b.is(in.A, Exp):
		return b.code[in.A].A, true
	}
	return 0, false
}

// onePlus recognises 1 + u.
func (b *builder) onePlus(v int32) (u int32, ok bool) {
	in := b.code[v]
	switch {
	case in.Op == Add && b.isInt(in.A, 1):
		return in.B, true
	case in.Op == Add && b.isInt(in.B, 1):
		return in.A, true
	case in.Op == Sub && b.isInt(in.A, 1):
		return b.neg(in.B), true
	}
	return 0, false
}

// maxExponent is the largest |n| of v^n that is treated as an integer power.
const maxExponent = 1 << 20

func (b *builder) powInt(v int32, n int) int32 {
	switch n {
	case 0:
		return b.integer(1)
	case 1:
		return v
	}
	if r := b.ratOf(v); r != nil && (r.Sign() != 0 || n > 0) {
		if z, ok := ratPow(r, n); ok {
			return b.rat(z)
		}
	}
	return b.put(Instr{Op: PowInt, A: v, B: -1, C: -1, N: n})
}

// ratPow returns r^n if it is foldable.
func ratPow(r *big.Rat, n int) (*big.Rat, bool) {
	size := max(r.Num().BitLen(), r.Denom().BitLen()) - 1
	if size*max(n, -n) > foldBits {
		return nil, false
	}
	e := big.NewInt(int64(max(n, -n)))
	num, den := new(big.Int).Exp(r.Num(), e, nil), new(big.Int).Exp(r.Denom(), e, nil)
	if n < 0 {
		num, den = den, num
	}
	z := new(big.Rat).SetFrac(num, den)
	return z, foldable(z)
}

// pow dispatches on the exponent. ok is false if it is an integer that is
// too large.
func (b *builder) pow(v, exponent int32) (i int32, ok bool) {
	r := b.ratOf(exponent)
	switch {
	case r != nil && r.IsInt():
		if !r.Num().IsInt64() || r.Num().Int64() > maxExponent || r.Num().Int64() < -maxExponent {
			return 0, false
		}
		return b.powInt(v, int(r.Num().Int64())), true
	case r != nil && r.Cmp(big.NewRat(1, 2)) == 0:
		return b.sqrt(v), true
	case r != nil:
		return b.put(Instr{Op: PowRat, A: v, B: -1, C: -1, Const: b.code[exponent].Const}), true
	case b.is(v, Const) && b.code[v].Const == constE:
		return b.op1(Exp, exponent), true
	}
	return b.op2(Pow, v, exponent), true
}

func (b *builder) sqrt(v int32) int32 {
	if in := b.code[v]; in.Op == PowInt && in.N == 2 { // √(u²) = |u|
		return b.abs(in.A)
	}
	return b.op1(Sqrt, v)
}

func (b *builder) log(v int32) int32 {
	if b.is(v, Exp) {
		return b.code[v].A
	}
	if b.is(v, Sigmoid) { // log(sigmoid u) = −softplus(−u)
		return b.neg(b.op1(Softplus, b.neg(b.code[v].A)))
	}
	if u, ok := b.onePlus(v); ok {
		return b.log1p(u)
	}
	if i, ok := b.logOfSum(v); ok {
		return i
	}
	if b.is(v, Cosh) {
		return b.logCosh(b.code[v].A)
	}
	if i, ok := b.logOfGrowth(v); ok {
		return i
	}
	return b.op1(Log, v)
}

// logCosh is log(cosh u) = log(1 + exp(2u)) − u − log 2, which does not overflow.
func (b *builder) logCosh(u int32) int32 {
	if b.is(u, Neg) {
		u = b.code[u].A
	}
	return b.sub(b.sub(b.op1(Softplus, b.mul(b.integer(2), u)), u), b.op1(Log, b.integer(2)))
}

// asLogCosh recognises what logCosh makes.
func asLogCosh(code []Instr, in *Instr) (u int32, ok bool) {
	if in.Op != Sub || code[in.A].Op != Sub || code[in.B].Op != Log {
		return 0, false
	}
	u = code[in.A].B
	soft, two := &code[code[in.A].A], &code[code[in.B].A]
	if soft.Op != Softplus || !two.isTwo() {
		return 0, false
	}
	twice := &code[soft.A]
	return u, twice.Op == Mul && (code[twice.A].isTwo() && twice.B == u || code[twice.B].isTwo() && twice.A == u)
}

func (in *Instr) isTwo() bool { return in.Op == Const && in.Const.Rat != nil && in.Const.Value == 2 }

func (b *builder) log1p(v int32) int32 {
	switch in := b.code[v]; in.Op {
	case Exp: // log(1+exp(u))
		return b.op1(Softplus, in.A)
	case Expm1: // log(1+(exp(u)−1)) = u
		return in.A
	case Mul:
		if d, u, ok := b.timesExp(v); ok {
			return b.op1(Softplus, b.add(u, b.log(d)))
		}
	}
	return b.op1(Log1p, v)
}
