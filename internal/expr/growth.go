package expr

// Logarithms of what grows exponentially overflow on the way to a small number. The
// forms below do not; where u and v are real they are the same functions.

// logOfGrowth recognises, for c and d above 0,
//
//	log(c·v) = log c + log v           where log v has such a form, also log(v/c),
//	log(c + d·exp(u)) = log c + softplus(u + log(d/c)),
//	log(exp(u) + exp(v)) = u + softplus(v − u).
func (b *builder) logOfGrowth(v int32) (i int32, ok bool) {
	in := b.code[v]
	switch in.Op {
	case Mul, Div:
		c, w := in.A, in.B
		if in.Op == Div || !b.isPositive(c) {
			c, w = w, c
		}
		if !b.isPositive(c) || !b.growing(w) {
			return 0, false
		}
		if in.Op == Div {
			return b.sub(b.log(w), b.log(c)), true
		}
		return b.add(b.log(w), b.log(c)), true
	case Add:
		return b.logOfGrowingSum(in.A, in.B)
	}
	return 0, false
}

// logOfGrowingSum is log(l + r).
func (b *builder) logOfGrowingSum(l, r int32) (i int32, ok bool) {
	if b.is(l, Exp) && b.is(r, Exp) {
		u, v := b.code[l].A, b.code[r].A
		return b.add(u, b.op1(Softplus, b.sub(v, u))), true
	}
	if !b.isPositive(l) {
		l, r = r, l
	}
	if !b.isPositive(l) {
		return 0, false
	}
	d, u, ok := b.timesExp(r)
	if b.is(r, Exp) {
		d, u, ok = b.integer(1), b.code[r].A, true
	}
	if !ok {
		return 0, false
	}
	shifted := b.add(u, b.log(b.div(d, l)))
	return b.add(b.log(l), b.op1(Softplus, shifted)), true
}

// timesExp recognises d·exp(u), d above 0.
func (b *builder) timesExp(v int32) (d, u int32, ok bool) {
	switch in := b.code[v]; {
	case in.Op == Mul && b.isPositive(in.A) && b.is(in.B, Exp):
		return in.A, b.code[in.B].A, true
	case in.Op == Mul && b.isPositive(in.B) && b.is(in.A, Exp):
		return in.B, b.code[in.A].A, true
	}
	return 0, 0, false
}

// growing reports whether the logarithm of v has a form that does not overflow.
func (b *builder) growing(v int32) bool {
	in := b.code[v]
	switch in.Op {
	case Exp, Cosh:
		return true
	case Add:
		return b.holdsExp(in.A) || b.holdsExp(in.B)
	}
	return false
}

func (b *builder) holdsExp(v int32) bool {
	in := b.code[v]
	return in.Op == Exp || in.Op == Mul && (b.is(in.A, Exp) || b.is(in.B, Exp))
}

// isPositive reports whether v is a rational constant above 0.
func (b *builder) isPositive(v int32) bool {
	r := b.ratOf(v)
	return r != nil && r.Sign() > 0
}
