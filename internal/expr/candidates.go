package expr

// A Kind says what may happen where an operand vanishes.
type Kind uint8

// The kinds of places where smoothness may end.
const (
	Corner Kind = iota // the function is continuous, its derivative may jump: abs, min, max, tri
	Jump               // the function itself may jump: sign, comparisons
	Edge               // an operation reaches a pole or the edge of its domain: division, logarithm, roots, tan, inverse functions
)

// String returns the kind as a word.
func (k Kind) String() string { return [...]string{"corner", "jump", "edge"}[k] }

// A Candidate is a possible kink, jump or singularity: wherever Zero
// vanishes, the instruction may be not smooth. It may also be smooth there,
// as max(x, 0)*min(x, 0) is at 0.
type Candidate struct {
	Kind  Kind
	Index int      // of the instruction in Code
	Zero  *Program // its zeros are the places
}

// Candidates lists the places where the function may fail to be smooth. At
// any point where none of the Zero programs vanishes, and at which the
// function is defined, it is infinitely differentiable.
func (p *Program) Candidates() []Candidate {
	var list []Candidate
	for i := range p.code {
		kind, zero, ok := vanishing(&p.code[i])
		if !ok {
			continue
		}
		b := builderFrom(p)
		root := zero(b)
		z := newProgram(b, root)
		if !z.Constant() {
			list = append(list, Candidate{kind, i, z})
		}
	}
	return list
}

// vanishing returns how to build the value whose zeros matter for in.
func vanishing(in *Instr) (kind Kind, zero func(b *builder) int32, ok bool) {
	first := func(*builder) int32 { return in.A }
	difference := func(b *builder) int32 { return b.sub(in.A, in.B) }
	switch in.Op {
	case Abs:
		return Corner, first, true
	case Min, Max:
		return Corner, difference, true
	case Sign:
		return Jump, first, true
	case Less, LessEq, Equal, NotEqual:
		return Jump, difference, true
	case Sqrt, PowRat, Pow, Log:
		return Edge, first, true
	case PowInt:
		return Edge, first, in.N < 0
	case Acosh:
		return Edge, func(b *builder) int32 { return b.sub(in.A, b.integer(1)) }, true
	case Atanh, Asin, Acos:
		return Edge, func(b *builder) int32 { return b.sub(b.integer(1), b.powInt(in.A, 2)) }, true
	case Tri: // it turns at the odd numbers
		return Corner, func(b *builder) int32 { return b.op1(Cos, b.mul(b.quarterTurn(), in.A)) }, true
	case Log1p:
		return Edge, func(b *builder) int32 { return b.add(b.integer(1), in.A) }, true
	case Div:
		return Edge, func(*builder) int32 { return in.B }, true
	case Tan:
		return Edge, func(b *builder) int32 { return b.op1(Cos, in.A) }, true
	}
	return 0, nil, false
}
