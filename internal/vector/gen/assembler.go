package main

import (
	"fmt"
	"slices"
	"strings"
)

// A target is an instruction set for vectors of float64.
type target struct {
	suffix    string // of the names of functions
	lanes     int
	registers int
	prefix    string // of the names of registers
	narrow    string // … of half their size
	broadcast bool   // operands in memory may be one number for all lanes
	masks     bool   // choices are in registers of their own
	ternary   bool   // there is an exclusive or of three
	names     map[op]string
}

var avx2 = target{
	suffix: "AVX2", lanes: 4, registers: 16, prefix: "Y", narrow: "X",
	names: map[op]string{opAnd: "VPAND", opOr: "VPOR", opXor: "VPXOR", opRound: "VCVTPD2PSY"},
}

var avx512 = target{
	suffix: "AVX512", lanes: 8, registers: 32, prefix: "Z", narrow: "Y", broadcast: true, masks: true, ternary: true,
	names: map[op]string{opAnd: "VPANDQ", opOr: "VPORQ", opXor: "VPXORQ", opRound: "VCVTPD2PS"},
}

// The names that both have.
var instructionNames = map[op]string{
	opAdd: "VADDPD", opSub: "VSUBPD", opMul: "VMULPD", opDiv: "VDIVPD", opSqrt: "VSQRTPD", opMax: "VMAXPD", opMin: "VMINPD",
	opFMA: "VFMADD", opFNMA: "VFNMADD", opAddWord: "VPADDQ", opSubWord: "VPSUBQ", opMulWord: "VPMULUDQ",
	opShiftLeft: "VPSLLQ", opShiftRight: "VPSRLQ",
}

func (t target) instruction(o op) string {
	if n := t.names[o]; n != "" {
		return n
	}
	return instructionNames[o]
}

func (t target) reg(r int) string  { return fmt.Sprint(t.prefix, r) }
func (t target) half(r int) string { return fmt.Sprint(t.narrow, r) }

// Where the fields of the arguments are.
const (
	offsetN       = 0
	offsetIn      = 8
	offsetOut     = 48
	offsetScalars = 72
	offsetSums    = 264
	sumBytes      = 64
)

// Registers for addresses.
const (
	regArguments = "DI"
	regCount     = "CX"
	regOffset    = "BX"
)

var (
	regIn  = []string{"R8", "R9", "R10", "AX", "DX"}
	regOut = []string{"R11", "R12", "R13"}
)

// constants are numbers and words that loops need, each stored four times.
type constants struct {
	place map[uint64]int
	list  []uint64
}

func (c *constants) operand(bits uint64) string {
	if _, ok := c.place[bits]; !ok {
		c.place[bits] = len(c.list)
		c.list = append(c.list, bits)
	}
	return fmt.Sprintf("·constants+%d(SB)", 32*c.place[bits])
}

// lane numbers, for loops that count.
const firstLanes = "·laneNumbers(SB)"

// An assembler prints one loop. Values are in registers, or where these are too
// few on the stack: the one that is needed last goes there.
type assembler struct {
	target
	p         *program
	constants *constants
	text      strings.Builder

	uses     map[*instruction][]int // where a value is still needed, ascending
	position int
	part     int // of a turn, where it has more than one
	register map[*instruction]int
	owner    []*instruction // nil for registers that are free or kept
	kept     []bool         // sums and the index
	locked   []bool         // by the instruction at hand
	slot     map[*instruction]int
	slots    []*instruction
	mask     map[*instruction]int
	maskUsed [8]bool
	sums     [][]int // registers, by sum and part
	index    int
}

// assemble prints a program for a target.
func assemble(p *program, t target, c *constants) string {
	a := &assembler{target: t, p: p, constants: c, register: map[*instruction]int{}, slot: map[*instruction]int{},
		mask: map[*instruction]int{}, owner: make([]*instruction, t.registers), kept: make([]bool, t.registers),
		locked: make([]bool, t.registers)}
	a.reserve()
	code := a.lowered()
	a.countUses(code)
	for a.part = range 8 / t.lanes {
		for a.position = range code {
			a.one(code[a.position])
		}
		if a.index >= 0 {
			a.print("VPADDQ%s %s, %s, %s", a.suffixOf(a.broadcast), c.operand(uint64(t.lanes)), a.reg(a.index), a.reg(a.index))
		}
	}
	return a.function(a.text.String())
}

// reserve takes registers for what lasts.
func (a *assembler) reserve() {
	next := a.registers - 1
	take := func() int {
		a.kept[next] = true
		next--
		return next + 1
	}
	for range a.p.sums {
		var list []int
		for range 8 / a.lanes {
			list = append(list, take())
		}
		a.sums = append(a.sums, list)
	}
	a.index = -1
	for _, i := range a.p.code {
		if i.op == opIndex {
			a.index = take()
		}
	}
}

// original is the value behind conversions that do nothing in registers.
func (a *assembler) original(i *instruction) *instruction {
	for i.op == opBits || i.op == opNumber || i.op == opNegative && !a.masks {
		i = i.args[0]
	}
	return i
}

// lowered is the code without conversions and constants, with exclusive ors of
// three where there are such.
func (a *assembler) lowered() []*instruction {
	count := map[*instruction]int{}
	for _, i := range a.p.code {
		for _, v := range i.args {
			count[v]++
		}
	}
	clone := map[*instruction]*instruction{}
	folded := map[*instruction]bool{}
	var code []*instruction
	for _, i := range a.p.code {
		c := *i
		c.args = nil
		for _, v := range i.args {
			c.args = append(c.args, clone[v])
		}
		clone[i] = &c
		if a.ternary && i.op == opXor {
			if k := slices.IndexFunc(i.args, func(v *instruction) bool { return clone[v].op == opXor && count[v] == 1 }); k >= 0 {
				c.op = opXor3
				c.args = append(slices.Clone(clone[i.args[k]].args), clone[i.args[1-k]])
				folded[clone[i.args[k]]] = true
			}
		}
		code = append(code, &c)
	}
	var kept []*instruction
	for _, c := range code {
		for k := range c.args {
			c.args[k] = a.original(c.args[k])
		}
		if c != a.original(c) || folded[c] || c.op == opConst || c.op == opScalar || c.op == opIndex {
			continue
		}
		kept = append(kept, c)
	}
	return kept
}

func (a *assembler) countUses(code []*instruction) {
	a.uses = map[*instruction][]int{}
	for n, c := range code {
		for _, v := range c.args {
			a.uses[v] = append(a.uses[v], n)
		}
	}
}

func (a *assembler) print(format string, values ...any) {
	fmt.Fprintf(&a.text, "\t"+format+"\n", values...)
}

// dies is whether this instruction is the last to need v.
func (a *assembler) dies(v *instruction) bool {
	u := a.uses[v]
	return u[len(u)-1] == a.position
}

// nextUse is when v is needed after this instruction.
func (a *assembler) nextUse(v *instruction) int {
	for _, u := range a.uses[v] {
		if u > a.position {
			return u
		}
	}
	return 1 << 30
}

// free returns a register, which it may have to save first.
func (a *assembler) free() int {
	best, when := -1, -1
	for r := range a.registers {
		if a.kept[r] || a.locked[r] {
			continue
		}
		if a.owner[r] == nil {
			a.locked[r] = true
			return r
		}
		if u := a.nextUse(a.owner[r]); u > when {
			best, when = r, u
		}
	}
	v := a.owner[best]
	if _, saved := a.slot[v]; !saved {
		s := slices.Index(a.slots, nil)
		if s < 0 {
			s = len(a.slots)
			a.slots = append(a.slots, nil)
		}
		a.slots[s] = v
		a.slot[v] = s
		a.print("VMOVUPD %s, %s", a.reg(best), a.stack(s))
	}
	delete(a.register, v)
	a.owner[best] = nil
	a.locked[best] = true
	return best
}

func (a *assembler) stack(slot int) string { return fmt.Sprintf("%d(SP)", 8*a.lanes*slot) }

func (a *assembler) own(v *instruction, r int) {
	a.owner[r] = v
	a.register[v] = r
}

// memory is the operand for a value that is not in a register, and whether it is
// one number for all lanes.
func (a *assembler) memory(v *instruction) (operand string, broadcast, ok bool) {
	switch v.op {
	case opConst:
		return a.constants.operand(v.bits), a.broadcast, true
	case opScalar:
		return fmt.Sprintf("%d(%s)", offsetScalars+8*v.imm, regArguments), true, a.broadcast
	}
	if _, in := a.register[v]; in {
		return "", false, false
	}
	s, saved := a.slot[v]
	if !saved {
		return "", false, false
	}
	return a.stack(s), false, true
}

// load brings a value into a register and locks it.
func (a *assembler) load(v *instruction) int {
	if v.op == opIndex {
		return a.index
	}
	if r, ok := a.register[v]; ok {
		a.locked[r] = true
		return r
	}
	r := a.free()
	switch operand, _, _ := a.memory(v); {
	case v.op == opScalar:
		a.print("VBROADCASTSD %d(%s), %s", offsetScalars+8*v.imm, regArguments, a.reg(r))
	case v.op == opConst:
		a.print("VBROADCASTSD %s, %s", operand, a.reg(r))
	default:
		a.print("VMOVUPD %s, %s", operand, a.reg(r))
		a.own(v, r)
	}
	return r
}

// last is an operand that may be in memory, with the suffix of the instruction.
func (a *assembler) last(v *instruction) (suffix, operand string) {
	if operand, broadcast, ok := a.memory(v); ok {
		return a.suffixOf(broadcast), operand
	}
	return "", a.reg(a.load(v))
}

func (a *assembler) suffixOf(broadcast bool) string {
	if broadcast {
		return ".BCST"
	}
	return ""
}

// inMemory is whether an operand is to be taken from memory.
func (a *assembler) inMemory(v *instruction) bool {
	_, _, ok := a.memory(v)
	return ok
}

// release frees what is not needed any more.
func (a *assembler) release(i *instruction) {
	for _, v := range i.args {
		if len(a.uses[v]) == 0 || !a.dies(v) {
			continue
		}
		if r, ok := a.register[v]; ok && a.owner[r] == v {
			a.owner[r] = nil
		}
		delete(a.register, v)
		if s, ok := a.slot[v]; ok {
			a.slots[s] = nil
			delete(a.slot, v)
		}
		if k, ok := a.mask[v]; ok {
			a.maskUsed[k] = false
			delete(a.mask, v)
		}
	}
}

// function puts the loop between what comes before and after it.
func (a *assembler) function(loop string) string {
	frame := 8 * a.lanes * len(a.slots)
	flags := "NOSPLIT"
	if frame > 256 {
		flags = "0"
	}
	var b strings.Builder
	line := func(format string, values ...any) { fmt.Fprintf(&b, "\t"+format+"\n", values...) }
	fmt.Fprintf(&b, "\n// func %s%s(a *arguments)\n//\n// %s\nTEXT ·%s%s(SB), %s, $%d-8\n",
		a.p.name, a.suffix, a.p.doc, a.p.name, a.suffix, flags, frame)
	line("MOVQ a+0(FP), %s", regArguments)
	line("MOVQ %d(%s), %s", offsetN, regArguments, regCount)
	for i := range a.p.inputs {
		line("MOVQ %d(%s), %s", offsetIn+8*i, regArguments, regIn[i])
	}
	for i := range a.p.outputs {
		line("MOVQ %d(%s), %s", offsetOut+8*i, regArguments, regOut[i])
	}
	line("XORQ %s, %s", regOffset, regOffset)
	a.eachSum(func(operand string, r int) { line("VMOVUPD %s, %s", operand, a.reg(r)) })
	if a.index >= 0 {
		line("VPBROADCASTQ %d(%s), %s", offsetScalars, regArguments, a.reg(a.index))
		line("VPADDQ %s, %s, %s", firstLanes, a.reg(a.index), a.reg(a.index))
	}
	b.WriteString("\nnext:\n" + loop)
	bytes := 64
	if a.p.single {
		bytes = 32
	}
	line("ADDQ $%d, %s", bytes, regOffset)
	line("SUBQ $8, %s", regCount)
	line("JNZ next")
	a.eachSum(func(operand string, r int) { line("VMOVUPD %s, %s", a.reg(r), operand) })
	line("VZEROUPPER")
	line("RET")
	return b.String()
}

func (a *assembler) eachSum(f func(operand string, r int)) {
	for s, list := range a.sums {
		for part, r := range list {
			f(fmt.Sprintf("%d(%s)", offsetSums+sumBytes*s+8*a.lanes*part, regArguments), r)
		}
	}
}
