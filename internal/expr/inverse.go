package expr

// inverse is op(v) for the inverse op of a function that takes every number.
func (b *builder) inverse(op, of Op, v int32) int32 {
	if b.is(v, of) { // arsinh(sinh u) = u
		return b.code[v].A
	}
	return b.op1(op, v)
}

// asin is arcsin v; arcsin(sin u) = (π/2)·tri(u/(π/2)).
func (b *builder) asin(v int32) int32 {
	if !b.is(v, Sin) {
		return b.op1(Asin, v)
	}
	quarter := b.quarterTurn()
	return b.mul(quarter, b.op1(Tri, b.div(b.code[v].A, quarter)))
}

// acos is arccos v; arccos(cos u) = (π/2)·(1 + tri(u/(π/2) − 1)).
func (b *builder) acos(v int32) int32 {
	if !b.is(v, Cos) {
		return b.op1(Acos, v)
	}
	quarter, one := b.quarterTurn(), b.integer(1)
	return b.mul(quarter, b.add(one, b.op1(Tri, b.sub(b.div(b.code[v].A, quarter), one))))
}

func (b *builder) quarterTurn() int32 { return b.div(b.constant(constPi), b.integer(2)) }

// logOfSum recognises log(u + √(u² + 1)) = arsinh u.
func (b *builder) logOfSum(v int32) (i int32, ok bool) {
	in := b.code[v]
	if in.Op != Add && in.Op != Sub {
		return 0, false
	}
	root, u := in.B, in.A
	if !b.is(root, Sqrt) {
		root, u = in.A, in.B
	}
	if in.Op == Sub && root == in.B || !b.is(root, Sqrt) {
		return 0, false
	}
	square, ok := b.onePlus(b.code[root].A)
	if !ok || !b.is(square, PowInt) || b.code[square].N != 2 || b.code[square].A != u {
		return 0, false
	}
	if in.Op == Sub { // √(u² + 1) − u
		u = b.neg(u)
	}
	return b.op1(Asinh, u), true
}
