package expr

import (
	"math/big"
	"strings"
)

// Binding strengths, in the order of the grammar.
const (
	bindSelect = iota
	bindOr
	bindAnd
	bindCompare
	bindSum
	bindProduct
	bindNot // stands alone, in a condition
	bindNeg
	bindPower
	bindAtom
)

// String returns the formula in a canonical notation. Parsing it gives an
// equal program.
func (p *Program) String() string {
	text, _ := p.format()
	return text
}

// format returns the formula; ok is false if it would exceed MaxLength.
func (p *Program) format() (text string, ok bool) {
	f := &formatter{grammar: p.grammar, code: p.code}
	f.write(int32(len(p.code)-1), bindSelect)
	if f.out.Len() > MaxLength {
		return "", false
	}
	return f.out.String(), true
}

type formatter struct {
	grammar *Grammar
	code    []Instr
	out     strings.Builder
}

// put writes strings and, for an int32, the instruction with that index,
// until the limit is passed.
func (f *formatter) put(pieces ...any) {
	for _, piece := range pieces {
		if f.out.Len() > MaxLength {
			return
		}
		switch piece := piece.(type) {
		case string:
			f.out.WriteString(piece)
		case int32:
			f.write(piece, bindSelect)
		}
	}
}

// write writes instruction i, in parentheses unless it binds at least as
// strongly as bind.
func (f *formatter) write(i int32, bind int) {
	if f.out.Len() > MaxLength {
		return
	}
	in := &f.code[i]
	if strength := f.strength(in); strength < bind {
		f.put("(", i, ")")
		return
	}
	if m, ok := f.grammar.recognise(f.code, in); ok {
		f.put(m.name, "(", m.args[0])
		for _, number := range m.args[1:] {
			f.put(", ", number)
		}
		f.put(")")
		return
	}
	if u, ok := asLogCosh(f.code, in); ok {
		f.put("log(cosh(", u, "))")
		return
	}
	switch in.Op {
	case Const:
		f.constant(in.Const)
	case Var:
		f.put("x")
	case Neg:
		f.put("-")
		f.write(in.A, bindPower)
	case Add:
		f.infix(in, " + ", bindSum)
	case Sub:
		f.infix(in, " - ", bindSum)
	case Mul:
		f.infix(in, "*", bindProduct)
	case Div:
		f.infix(in, "/", bindProduct)
	case PowInt:
		f.power(in, newConstant(big.NewRat(int64(in.N), 1)))
	case PowRat:
		f.power(in, in.Const)
	case Pow:
		f.write(in.A, bindAtom)
		f.put("^")
		f.write(in.B, bindPower)
	case Less, LessEq:
		f.chain([]int32{i})
	case Equal, NotEqual:
		f.infix2(in, " "+in.Op.String()+" ", bindSum, bindSum)
	case And:
		if !f.chain(f.conjuncts(i)) {
			f.infix(in, " and ", bindAnd)
		}
	case Or:
		f.infix(in, " or ", bindOr)
	case Not:
		f.put("not (", in.A, ")")
	case Select:
		f.choice(in)
	default:
		f.call(in)
	}
}

// strength is how strongly what write writes for in binds.
func (f *formatter) strength(in *Instr) int {
	if _, ok := f.grammar.recognise(f.code, in); ok {
		return bindAtom
	}
	if _, ok := asLogCosh(f.code, in); ok {
		return bindAtom
	}
	switch in.Op {
	case Const:
		return constantStrength(in.Const)
	case Neg:
		return bindNeg
	case Add, Sub:
		return bindSum
	case Mul, Div:
		return bindProduct
	case PowInt, PowRat, Pow:
		return bindPower
	case Less, LessEq, Equal, NotEqual:
		return bindCompare
	case And:
		return bindAnd
	case Or:
		return bindOr
	case Not:
		return bindNot
	case Select:
		return bindSelect
	}
	return bindAtom
}

func (f *formatter) infix(in *Instr, symbol string, bind int) {
	f.infix2(in, symbol, bind, bind+1)
}

func (f *formatter) infix2(in *Instr, symbol string, left, right int) {
	f.write(in.A, left)
	f.put(symbol)
	if b := &f.code[in.B]; b.Op == Neg || b.Op == Const && b.Const.Value < 0 {
		right = bindAtom // x*-3 is correct but hard to read
	}
	f.write(in.B, right)
}

func (f *formatter) call(in *Instr) {
	f.put(in.Op.String(), "(", in.A)
	if in.Op.Arity() == 2 {
		f.put(", ", in.B)
	}
	f.put(")")
}

func (f *formatter) choice(in *Instr) {
	f.write(in.A, bindOr)
	f.put(" ? ")
	f.write(in.B, bindOr)
	f.put(" : ")
	f.write(in.C, bindSelect)
}

func constantStrength(c *Constant) int {
	if c.Rat == nil {
		return bindAtom
	}
	if _, _, decimal := decimalDigits(c.Rat); !decimal {
		return bindProduct
	}
	if c.Rat.Sign() < 0 {
		return bindNeg
	}
	return bindAtom
}

func (f *formatter) constant(c *Constant) {
	if c.Rat == nil {
		f.put(c.Name)
		return
	}
	r := new(big.Rat).Abs(c.Rat)
	if c.Rat.Sign() < 0 {
		f.put("-")
	}
	text, _ := formatRat(r)
	f.put(text)
}

func (f *formatter) power(in *Instr, exponent *Constant) {
	f.write(in.A, bindAtom)
	f.put("^")
	if constantStrength(exponent) < bindAtom {
		f.put("(")
		f.constant(exponent)
		f.put(")")
		return
	}
	f.constant(exponent)
}
