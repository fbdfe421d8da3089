package expr

import (
	"math/big"
	"math/bits"
	"sync"
)

// An Instr is one operation of a Program. Operands are the indices of earlier
// instructions, −1 where the operation has fewer.
type Instr struct {
	Op      Op
	A, B, C int32
	N       int       // PowInt: the exponent
	Const   *Constant // Const: the number; PowRat: the exponent
	Column  int       // in the text, of the first place that asked for this value; 0 if none did
}

// A Program computes one real function of x. It is immutable and may be used
// by several goroutines at once. Make one with [Grammar.Parse].
type Program struct {
	code    []Instr
	grammar *Grammar // in whose words it is written
	plan    plan
	workers sync.Pool // of *worker
}

// Code returns the instructions, in an order in which operands precede their
// uses; the last one is the value of the function. The slice is shared: it
// must not be modified.
func (p *Program) Code() []Instr { return p.code }

// Operands returns the operand indices in order.
func (in *Instr) Operands() []int32 {
	return []int32{in.A, in.B, in.C}[:in.Op.Arity()]
}

// Constant reports whether the program does not depend on x.
func (p *Program) Constant() bool {
	return !p.plan.varies[len(p.code)-1]
}

// Operations counts what one value of the function takes: one for arithmetic and
// comparisons, two for each bit of a whole power, ten for an elementary function, eighty for
// a real power.
func (p *Program) Operations() int {
	n := 0
	for i := range p.code {
		switch op := p.code[i].Op; {
		case op == Pow || op == PowRat:
			n += 80
		case op == PowInt:
			n += 2 * bits.Len(uint(max(p.code[i].N, -p.code[i].N)))
		case op == Tri:
			n += 2
		case op.Arity() != 1 || op == Neg || op == Abs || op == Sign || op == Not:
			n++
		default:
			n += 10
		}
	}
	return n
}

// Equal reports whether two programs have the same instructions, wherever in
// a text they came from.
func (p *Program) Equal(q *Program) bool {
	if len(p.code) != len(q.code) {
		return false
	}
	for i := range p.code {
		if p.code[i].key() != q.code[i].key() {
			return false
		}
	}
	return true
}

// Part is the program of instruction i, which must not be a condition.
func (p *Program) Part(i int) *Program { return newProgram(builderFrom(p), int32(i)) }

// A Patch replaces an instruction near one point, where its operation loses digits or
// is not defined, by a polynomial in x − At.
type Patch struct {
	Instr      int
	At, Radius float64
	Poly       []float64 // of (x − At)ᵏ
}

// Patched is the program with patches, for computation in floats.
func (p *Program) Patched(patches []Patch) *Program {
	b := newBuilder(p.grammar)
	at := make([]int32, len(p.code))
	operand := func(i int32) int32 {
		if i < 0 {
			return -1
		}
		return at[i]
	}
	for i, in := range p.code {
		in.A, in.B, in.C = operand(in.A), operand(in.B), operand(in.C)
		at[i] = b.put(in)
		for _, patch := range patches {
			if patch.Instr == i {
				at[i] = b.patch(at[i], patch)
			}
		}
	}
	return newProgram(b, at[len(at)-1])
}

// patch is the polynomial where x is near, and v elsewhere.
func (b *builder) patch(v int32, p Patch) int32 {
	float := func(x float64) int32 { return b.rat(new(big.Rat).SetFloat64(x)) }
	d := b.sub(b.op0(Var), float(p.At))
	sum := float(p.Poly[len(p.Poly)-1])
	for k := len(p.Poly) - 2; k >= 0; k-- {
		sum = b.add(b.mul(sum, d), float(p.Poly[k]))
	}
	return b.choose(b.op2(Less, b.op1(Abs, d), float(p.Radius)), sum, v)
}

// newProgram is the program that computes root.
func newProgram(b *builder, root int32) *Program {
	code := arrange(b.code, root)
	return &Program{code: code, grammar: b.grammar, plan: newPlan(code)}
}

// arrange keeps what root needs of code, numbered in the order of a
// depth-first walk from root, so that the numbering depends only on the
// function and not on the history of its construction.
func arrange(code []Instr, root int32) (arranged []Instr) {
	number := make([]int32, len(code))
	for i := range number {
		number[i] = -1
	}
	var visit func(i int32) int32
	visit = func(i int32) int32 {
		if i < 0 || number[i] >= 0 {
			if i < 0 {
				return -1
			}
			return number[i]
		}
		in := code[i]
		in.A = visit(in.A)
		in.B = visit(in.B)
		in.C = visit(in.C)
		number[i] = int32(len(arranged))
		arranged = append(arranged, in)
		return number[i]
	}
	visit(root)
	return arranged
}

type instrKey struct {
	op      Op
	a, b, c int32
	n       int
	number  string
}

func (in *Instr) key() instrKey {
	k := instrKey{op: in.Op, a: in.A, b: in.B, c: in.C, n: in.N}
	if in.Const != nil {
		k.number = in.Const.key()
	}
	return k
}
