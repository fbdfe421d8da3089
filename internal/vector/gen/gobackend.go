package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// goCode prints a program as a Go function. Products are converted to float64
// explicitly, which forbids compilers to fuse them with sums.
func goCode(p *program) string {
	var b strings.Builder
	element := "float64"
	if p.single {
		element = "float32"
	}
	fmt.Fprintf(&b, "\n// %s\nfunc %sGo(a *arguments) {\n", p.doc, p.name)
	for i := range p.inputs {
		fmt.Fprintf(&b, "\tin%d := unsafe.Slice((*%s)(a.in[%d]), a.n)\n", i, element, i)
	}
	for i := range p.outputs {
		fmt.Fprintf(&b, "\tout%d := unsafe.Slice((*%s)(a.out[%d]), %sa.n)\n", i, element, i, times2(p.slots))
	}
	for i := range p.sums {
		fmt.Fprintf(&b, "\tsum%d := &a.sums[%d]\n", i, i)
	}
	names := map[*instruction]string{}
	for _, i := range p.code {
		if i.op == opScalar {
			name := fmt.Sprintf("s%d", i.imm)
			names[i] = name
			if i.kind == word {
				fmt.Fprintf(&b, "\t%s := a.scalars[%d]\n", name, i.imm)
			} else {
				fmt.Fprintf(&b, "\t%s := math.Float64frombits(a.scalars[%d])\n", name, i.imm)
			}
		}
	}
	fmt.Fprintf(&b, "\tfor i := range a.n {\n")
	for n, i := range p.code {
		if i.op == opScalar || i.op == opConst {
			if i.op == opConst {
				names[i] = goConstant(i)
			}
			continue
		}
		names[i] = fmt.Sprintf("v%d", n)
		arg := make([]string, len(i.args))
		for k, a := range i.args {
			arg[k] = names[a]
		}
		if text := goStatement(p, i, arg); text != "" {
			fmt.Fprintf(&b, "\t\t%s\n", text)
			continue
		}
		fmt.Fprintf(&b, "\t\t%s := %s\n", names[i], goExpression(i, arg))
	}
	b.WriteString("\t}\n}\n")
	return b.String()
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

func goStatement(p *program, i *instruction, arg []string) string {
	switch i.op {
	case opStore:
		place, value := "i", arg[0]
		if p.slots > 1 {
			place = fmt.Sprintf("%d*(i&^7)+%d+i&7", p.slots, 8*i.slot)
		}
		if p.single {
			value = "float32(" + value + ")"
		}
		return fmt.Sprintf("out%d[%s] = %s", i.imm, place, value)
	case opSum:
		return fmt.Sprintf("sum%d[i&7] = math.FMA(%s, %s, sum%d[i&7])", i.imm, arg[0], arg[1], i.imm)
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

func goExpression(i *instruction, arg []string) string {
	switch i.op {
	case opLoad:
		return fmt.Sprintf("float64(in%d[i])", i.imm)
	case opIndex:
		return fmt.Sprintf("a.scalars[%d] + uint64(i)", i.imm)
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
