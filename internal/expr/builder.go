package expr

import "math/big"

// A builder makes instructions, each distinct one once. Its methods return
// the index of an instruction with the wanted value, folding exact rational
// arithmetic and applying identities that hold over the reals.
type builder struct {
	grammar *Grammar // whose definitions are kept recognisable; nil for none
	code    []Instr
	seen    map[instrKey]int32
	column  int // given to new instructions
}

func newBuilder(g *Grammar) *builder { return &builder{grammar: g, seen: map[instrKey]int32{}} }

// builderFrom returns a builder that already knows the instructions of p,
// under the same indices.
func builderFrom(p *Program) *builder {
	b := newBuilder(p.grammar)
	for _, in := range p.code {
		b.put(in)
	}
	return b
}

// put returns the index of in, adding it if it is new. The operands of a
// commutative operation keep the order in which they were first seen.
func (b *builder) put(in Instr) int32 {
	key := in.key()
	if i, ok := b.seen[key]; ok {
		return i
	}
	if in.Op.commutative() {
		key.a, key.b = key.b, key.a
		if i, ok := b.seen[key]; ok {
			return i
		}
		key.a, key.b = key.b, key.a
	}
	if in.Column == 0 {
		in.Column = b.column
	}
	i := int32(len(b.code))
	b.code = append(b.code, in)
	b.seen[key] = i
	return i
}

func (b *builder) op0(op Op) int32          { return b.put(Instr{Op: op, A: -1, B: -1, C: -1}) }
func (b *builder) op1(op Op, a int32) int32 { return b.put(Instr{Op: op, A: a, B: -1, C: -1}) }
func (b *builder) op2(op Op, l, r int32) int32 {
	return b.put(Instr{Op: op, A: l, B: r, C: -1})
}

func (b *builder) constant(c *Constant) int32 {
	return b.put(Instr{Op: Const, A: -1, B: -1, C: -1, Const: c})
}

func (b *builder) rat(r *big.Rat) int32  { return b.constant(newConstant(r)) }
func (b *builder) integer(n int64) int32 { return b.rat(new(big.Rat).SetInt64(n)) }

// is reports whether i is an instruction of this kind.
func (b *builder) is(i int32, op Op) bool { return b.code[i].Op == op }

// ratOf returns the rational value of a constant, or nil.
func (b *builder) ratOf(i int32) *big.Rat {
	if b.is(i, Const) {
		return b.code[i].Const.Rat
	}
	return nil
}

func (b *builder) isInt(i int32, n int64) bool {
	r := b.ratOf(i)
	return r != nil && r.IsInt() && r.Num().IsInt64() && r.Num().Int64() == n
}

// fold replaces an operation on two rational constants by its result, if
// that is small enough.
func (b *builder) fold(l, r int32, op func(z, x, y *big.Rat) *big.Rat) (int32, bool) {
	x, y := b.ratOf(l), b.ratOf(r)
	if x == nil || y == nil {
		return 0, false
	}
	z := op(new(big.Rat), x, y)
	if !foldable(z) {
		return 0, false
	}
	return b.rat(z), true
}
