package expr

import "slices"

// A pattern is the formula of a definition as it appears in programs. Lowering
// took it apart; writing it by name keeps a formula as short as the text it
// came from: written out, gelu(gelu(...)) would double in length with every
// call.
type pattern struct {
	name string
	code []Instr // Var stands for any value, a hole for any number
}

// A match is a pattern found in a program.
type match struct {
	name string
	args []int32 // the argument and, where the pattern has holes, the numbers in them
}

// recognise finds the definition that in is the value of, in terms of the
// instructions in code.
func (g *Grammar) recognise(code []Instr, in *Instr) (match, bool) {
	if g == nil {
		return match{}, false
	}
	for i := range g.patterns {
		p := &g.patterns[i]
		if p.code[len(p.code)-1].Op != in.Op {
			continue
		}
		f := fit{p.code, code, []int32{-1}}
		if f.instruction(int32(len(p.code)-1), in) && !slices.Contains(f.args, -1) {
			return match{p.name, f.args}, true
		}
	}
	return match{}, false
}

// A fit of a pattern to a program binds what its placeholders stand for.
type fit struct {
	pattern, code []Instr
	args          []int32 // −1 while not bound
}

// value fits instruction p of the pattern to instruction i of the program.
func (f *fit) value(p, i int32) bool {
	switch in := &f.pattern[p]; in.Op {
	case Var:
		return f.bind(0, i)
	case hole:
		return f.code[i].Op == Const && f.code[i].Const.Rat != nil && f.bind(1+in.N, i)
	}
	return f.instruction(p, &f.code[i])
}

func (f *fit) bind(k int, i int32) bool {
	for len(f.args) <= k {
		f.args = append(f.args, -1)
	}
	if f.args[k] < 0 {
		f.args[k] = i
	}
	return f.args[k] == i
}

func (f *fit) instruction(p int32, in *Instr) bool {
	want := &f.pattern[p]
	if want.Op != in.Op || want.N != in.N || (want.Const == nil) != (in.Const == nil) ||
		want.Const != nil && want.Const.key() != in.Const.key() {
		return false
	}
	operands := in.Operands()
	for k, o := range want.Operands() {
		if !f.value(o, operands[k]) {
			return false
		}
	}
	return true
}
