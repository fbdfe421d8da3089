package main

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
)

// stageLength is how many operations one loop in Go has. Long programs are cut
// into several over blocks of elements, with what they hand on in arrays: a
// processor finds operations to do at the same time only a few hundred
// instructions ahead.
const stageLength = 20

// goCode prints a program as a Go function. Products are converted to float64
// explicitly, which forbids compilers to fuse them with sums.
func goCode(p *program) string {
	g := &goPrinter{p: p, names: map[*instruction]string{}, element: "float64"}
	if p.single {
		g.element = "float32"
	}
	g.print("\n// %s\nfunc %sGo(a *arguments) {\n", p.doc, p.name)
	g.arguments()
	if stages := p.stages(stageLength); len(stages) > 1 {
		g.blocks(stages)
	} else {
		g.print("for i := range a.n {\n")
		g.statements(p.code)
		g.print("}\n")
	}
	g.print("}\n")
	return g.text.String()
}

type goPrinter struct {
	p       *program
	names   map[*instruction]string
	element string
	offset  string // of the elements of a block
	text    strings.Builder
}

func (g *goPrinter) print(format string, values ...any) { fmt.Fprintf(&g.text, format, values...) }

// arguments names inputs, outputs, sums and scalars.
func (g *goPrinter) arguments() {
	for i := range g.p.inputs {
		g.print("in%d := unsafe.Slice((*%s)(a.in[%d]), a.n)\n", i, g.elementOf(opLoad, i), i)
	}
	for i := range g.p.outputs {
		g.print("out%d := unsafe.Slice((*%s)(a.out[%d]), %sa.n)\n", i, g.elementOf(opStore, i), i, times2(g.p.slots))
	}
	for i := range g.p.sums {
		g.print("sum%d := &a.sums[%d]\n", i, i)
	}
	for _, i := range g.p.code {
		switch {
		case i.op == opConst:
			g.names[i] = goConstant(i)
		case i.op == opScalar && i.kind == word:
			g.names[i] = fmt.Sprintf("s%d", i.imm)
			g.print("s%d := a.scalars[%d]\n", i.imm, i.imm)
		case i.op == opScalar:
			g.names[i] = fmt.Sprintf("s%d", i.imm)
			g.print("s%d := math.Float64frombits(a.scalars[%d])\n", i.imm, i.imm)
		}
	}
}

// elementOf is the type of an input or output.
func (g *goPrinter) elementOf(o op, place int) string {
	if slices.ContainsFunc(g.p.code, func(i *instruction) bool { return i.op == o && i.imm == place && i.wide }) {
		return "float64"
	}
	return g.element
}

// blocks prints a loop for each stage.
func (g *goPrinter) blocks(stages [][]*instruction) {
	g.offset = "base+"
	kept := map[*instruction]string{} // what is handed on, and where
	for n, stage := range stages {
		for _, i := range stage {
			for _, later := range stages[n+1:] {
				if uses(later, i) {
					kept[i] = fmt.Sprintf("t%d", len(kept))
					g.print("var %s [block]%s\n", kept[i], goTypes[i.kind])
					break
				}
			}
		}
	}
	g.print("for base := 0; base < a.n; base += block {\nm := min(block, a.n-base)\n")
	for _, stage := range stages {
		g.print("for i := range m {\n")
		for v, array := range inOrder(g.p.code, kept) {
			if uses(stage, v) && !slices.Contains(stage, v) {
				g.names[v] = array + "[i&(block-1)]"
			}
		}
		g.statements(stage)
		for v, array := range inOrder(g.p.code, kept) {
			if slices.Contains(stage, v) {
				g.print("%s[i&(block-1)] = %s\n", array, g.names[v])
			}
		}
		g.print("}\n")
	}
	g.print("}\n")
}

var goTypes = map[kind]string{number: "float64", word: "uint64", choice: "uint64"}

func uses(code []*instruction, v *instruction) bool {
	return slices.ContainsFunc(code, func(i *instruction) bool { return slices.Contains(i.args, v) })
}

// inOrder goes through a map in the order of the code.
func inOrder(code []*instruction, m map[*instruction]string) iter.Seq2[*instruction, string] {
	return func(yield func(*instruction, string) bool) {
		for _, i := range code {
			if s, ok := m[i]; ok && !yield(i, s) {
				return
			}
		}
	}
}

// statements prints the operations for element i.
func (g *goPrinter) statements(code []*instruction) {
	for _, i := range code {
		if i.op == opScalar || i.op == opConst {
			continue
		}
		arg := make([]string, len(i.args))
		for k, v := range i.args {
			arg[k] = g.names[v]
		}
		if text := g.statement(i, arg); text != "" {
			g.print("%s\n", text)
			continue
		}
		g.names[i] = fmt.Sprintf("v%d", slices.Index(g.p.code, i))
		g.print("%s := %s\n", g.names[i], g.expression(i, arg))
	}
}

// stages cuts the code into parts of about the given number of operations, where
// little is handed on.
func (p *program) stages(length int) [][]*instruction {
	var code []*instruction
	for _, i := range p.code {
		if i.op != opConst && i.op != opScalar {
			code = append(code, i)
		}
	}
	count := (len(code) + length/2) / length
	if count <= 1 {
		return [][]*instruction{code}
	}
	crossing := func(at int) (n int) {
		for _, i := range code[:at] {
			if uses(code[at:], i) {
				n++
			}
		}
		return n
	}
	var stages [][]*instruction
	from := 0
	for k := 1; k < count; k++ {
		ideal := k * len(code) / count
		best := ideal
		for at := max(from+1, ideal-length/3); at <= min(len(code)-1, ideal+length/3); at++ {
			if crossing(at) < crossing(best) {
				best = at
			}
		}
		stages = append(stages, code[from:best])
		from = best
	}
	return append(stages, code[from:])
}

func times2(slots int) string {
	if slots == 1 {
		return ""
	}
	return strconv.Itoa(slots) + "*"
}

func goConstant(i *instruction) string {
	if i.kind == word {
		return fmt.Sprintf("%#x", i.bits)
	}
	v := math.Float64frombits(i.bits)
	if v-v != 0 || i.bits == signBit { // Go has no such constants
		return fmt.Sprintf("math.Float64frombits(%#x)", i.bits)
	}
	return strconv.FormatFloat(v, 'x', -1, 64)
}

func (g *goPrinter) statement(i *instruction, arg []string) string {
	switch i.op {
	case opStore:
		place, value := g.offset+"i", arg[0]
		if g.p.slots > 1 {
			place = fmt.Sprintf("%d*(%si&^7)+%d+i&7", g.p.slots, g.offset, 8*i.slot)
		}
		if g.p.single && !i.wide {
			value = "float32(" + value + ")"
		}
		return fmt.Sprintf("out%d[%s] = %s", i.imm, place, value)
	case opSum:
		return fmt.Sprintf("sum%d[i&7] += %s", i.imm, arg[0])
	}
	return ""
}

var goForms = map[op]string{
	opAdd: "%s + %s", opSub: "%s - %s", opMul: "float64(%s * %s)", opDiv: "%s / %s", opSqrt: "math.Sqrt(%s)",
	opFMA: "math.FMA(%s, %s, %s)", opFNMA: "math.FMA(-(%s), %s, %s)", opMax: "larger(%s, %s)", opMin: "smaller(%s, %s)",
	opAnd: "%s & %s", opAndNot: "%s &^ %s", opOr: "%s | %s", opXor: "%s ^ %s", opAddWord: "%s + %s", opSubWord: "%s - %s",
	opMulWord: "uint64(uint32(%s)) * uint64(uint32(%s))", opBits: "math.Float64bits(%s)", opNumber: "math.Float64frombits(%s)",
	opLess: "less(%s, %s)", opIsNaN: "isNaN(%s)", opNegative: "uint64(int64(%s) >> 63)",
	opSelect: "choose(%s, %s, %s)", opRound: "float64(float32(%s))",
}

func (g *goPrinter) expression(i *instruction, arg []string) string {
	switch i.op {
	case opLoad:
		return fmt.Sprintf("float64(in%d[%si])", i.imm, g.offset)
	case opIndex:
		return fmt.Sprintf("a.scalars[%d] + uint64(%si)", i.imm, g.offset)
	case opShiftLeft:
		return fmt.Sprintf("%s << %d", arg[0], i.imm)
	case opShiftRight:
		return fmt.Sprintf("%s >> %d", arg[0], i.imm)
	}
	list := make([]any, len(arg))
	for k, a := range arg {
		list[k] = a
	}
	return fmt.Sprintf(goForms[i.op], list...)
}
