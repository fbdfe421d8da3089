package main

import "fmt"

// Instructions name the sources first, the last of which may be in memory, and
// then the destination.

// one prints an instruction.
func (a *assembler) one(i *instruction) {
	switch i.op {
	case opLoad:
		a.loadElement(i)
	case opStore:
		a.storeElement(i)
	case opSum:
		a.addToSum(i)
	case opFMA, opFNMA:
		a.fused(i)
	case opXor3:
		a.xor3(i)
	case opLess, opIsNaN, opNegative:
		a.compare(i)
	case opSelect:
		a.selection(i)
	case opRound:
		r := a.load(i.args[0])
		d := a.result(i)
		a.print("%s %s, %s", a.instruction(opRound), a.reg(r), a.half(d))
		a.print("VCVTPS2PD %s, %s", a.half(d), a.reg(d))
	case opSqrt:
		suffix, operand := a.last(i.args[0])
		a.print("VSQRTPD%s %s, %s", suffix, operand, a.reg(a.result(i)))
	case opShiftLeft, opShiftRight:
		r := a.load(i.args[0])
		a.print("%s $%d, %s, %s", a.instruction(i.op), i.imm, a.reg(r), a.reg(a.result(i)))
	default:
		a.binary(i)
	}
	a.release(i)
	clear(a.locked)
}

// result is a register for the value, perhaps that of an operand that dies here.
func (a *assembler) result(i *instruction) int {
	for _, v := range i.args {
		if r, ok := a.register[v]; ok && a.dies(v) {
			a.owner[r] = nil
			delete(a.register, v)
		}
	}
	for r := range a.locked {
		if a.owner[r] == nil {
			a.locked[r] = false
		}
	}
	d := a.free()
	a.own(i, d)
	return d
}

func (a *assembler) binary(i *instruction) {
	x, y := i.args[0], i.args[1]
	o := i.op
	switch o {
	case opAndNot:
		if y.op != opConst {
			panic("andNot of a value")
		}
		o, y = opAnd, &instruction{op: opConst, kind: word, bits: ^y.bits}
	case opAdd, opMul, opAnd, opOr, opXor, opAddWord, opMulWord:
		if a.inMemory(x) && !a.inMemory(y) {
			x, y = y, x
		}
	}
	first := a.load(x)
	suffix, operand := a.last(y)
	a.print("%s%s %s, %s, %s", a.instruction(o), suffix, operand, a.reg(first), a.reg(a.result(i)))
}

// address is that of an element of this part of a turn.
func (a *assembler) address(base string, i *instruction, scale int) string {
	bytes, slot := 8, i.slot
	switch {
	case a.p.single && i.wide:
		scale *= 2 // the offset is that of float32
	case a.p.single:
		bytes = 4
	}
	offset := bytes * (8*slot + a.lanes*a.part)
	return fmt.Sprintf("%d(%s)(%s*%d)", offset, base, regOffset, scale)
}

func (a *assembler) loadElement(i *instruction) {
	move := "VMOVUPD"
	if a.p.single && !i.wide {
		move = "VCVTPS2PD"
	}
	address := a.address(regIn[i.imm], i, 1)
	a.print("%s %s, %s", move, address, a.reg(a.result(i)))
}

func (a *assembler) storeElement(i *instruction) {
	r := a.load(i.args[0])
	address := a.address(regOut[i.imm], i, a.p.slots)
	if !a.p.single || i.wide {
		a.print("VMOVUPD %s, %s", a.reg(r), address)
		return
	}
	d := a.free()
	a.print("%s %s, %s", a.instruction(opRound), a.reg(r), a.half(d))
	a.print("VMOVUPS %s, %s", a.half(d), address)
}

func (a *assembler) addToSum(i *instruction) {
	sum := a.reg(a.sums[i.imm][a.part])
	_, operand := a.last(i.args[0])
	a.print("VADDPD %s, %s, %s", operand, sum, sum)
}

// fused is x·y + z or z − x·y. The processor's instruction overwrites one of the
// three; the digits say which is multiplied and added.
func (a *assembler) fused(i *instruction) {
	x, y, z := i.args[0], i.args[1], i.args[2]
	name := a.instruction(i.op)
	if a.inMemory(x) && !a.inMemory(y) {
		x, y = y, x
	}
	overwrite := func(v *instruction) (int, bool) { // its register, if nobody needs the value any more
		r, ok := a.register[v]
		return r, ok && a.dies(v)
	}
	take := func(form string, d int, last, middle *instruction) {
		m := a.load(middle)
		suffix, operand := a.last(last)
		a.print("%s%sPD%s %s, %s, %s", name, form, suffix, operand, a.reg(m), a.reg(d))
		a.replace(i, d)
	}
	inX, freeX := overwrite(x)
	inY, freeY := overwrite(y)
	inZ, freeZ := overwrite(z)
	for k, free := range []bool{freeX, freeY, freeZ} {
		if free {
			a.locked[[]int{inX, inY, inZ}[k]] = true
		}
	}
	switch {
	case freeZ && z != x && z != y:
		take("231", inZ, y, x)
	case a.inMemory(z) && !a.inMemory(y) && freeX:
		take("213", inX, z, y)
	case a.inMemory(z) && !a.inMemory(y) && freeY:
		take("213", inY, z, x)
	case freeX && !a.inMemory(y):
		take("213", inX, z, y)
	case freeX && !a.inMemory(z):
		take("132", inX, y, z)
	case freeY && !a.inMemory(x):
		take("213", inY, z, x)
	default:
		a.pin(x)
		a.pin(y)
		take("231", a.copyOf(z), y, x)
	}
}

// pin locks the register of a value, if it has one.
func (a *assembler) pin(v *instruction) {
	if r, ok := a.register[v]; ok {
		a.locked[r] = true
	}
}

// copyOf is a new register with the value.
func (a *assembler) copyOf(v *instruction) int {
	if v.op == opIndex {
		d := a.free()
		a.print("VMOVAPD %s, %s", a.reg(a.index), a.reg(d))
		return d
	}
	if r, ok := a.register[v]; ok {
		a.locked[r] = true
		d := a.free()
		a.print("VMOVAPD %s, %s", a.reg(r), a.reg(d))
		return d
	}
	d := a.free()
	operand, _, _ := a.memory(v)
	if v.op == opConst || v.op == opScalar {
		if v.op == opScalar {
			operand = fmt.Sprintf("%d(%s)", offsetScalars+8*v.imm, regArguments)
		}
		a.print("VBROADCASTSD %s, %s", operand, a.reg(d))
	} else {
		a.print("VMOVUPD %s, %s", operand, a.reg(d))
	}
	return d
}

// replace makes register d that of i, in place of what it held.
func (a *assembler) replace(i *instruction, d int) {
	if v := a.owner[d]; v != nil {
		delete(a.register, v)
	}
	a.own(i, d)
}

// xor3 is the exclusive or of three, of which one that dies is overwritten.
func (a *assembler) xor3(i *instruction) {
	args := i.args
	d := -1
	for k, v := range args {
		if r, ok := a.register[v]; ok && a.dies(v) {
			args = []*instruction{args[(k+1)%3], args[(k+2)%3]}
			d = r
			a.locked[r] = true
			break
		}
	}
	if d < 0 {
		for _, v := range args {
			a.pin(v)
		}
		d = a.copyOf(args[0])
		args = args[1:]
	}
	x, y := args[0], args[1]
	if a.inMemory(x) && !a.inMemory(y) {
		x, y = y, x
	}
	r := a.load(x)
	suffix, operand := a.last(y)
	a.print("VPTERNLOGQ%s $0x96, %s, %s, %s", suffix, operand, a.reg(r), a.reg(d))
	a.replace(i, d)
}

// Comparisons that are false for NaN, and the one that finds it.
const (
	lessThan = 17
	notEqual = 3
)

func (a *assembler) compare(i *instruction) {
	r := a.load(i.args[0])
	switch {
	case i.op == opNegative:
		a.print("VPMOVQ2M %s, K%d", a.reg(r), a.newMask(i))
	case i.op == opIsNaN && a.masks:
		a.print("VCMPPD $%d, %s, %s, K%d", notEqual, a.reg(r), a.reg(r), a.newMask(i))
	case i.op == opIsNaN:
		a.print("VCMPPD $%d, %s, %s, %s", notEqual, a.reg(r), a.reg(r), a.reg(a.result(i)))
	case a.masks:
		suffix, operand := a.last(i.args[1])
		a.print("VCMPPD%s $%d, %s, %s, K%d", suffix, lessThan, operand, a.reg(r), a.newMask(i))
	default:
		_, operand := a.last(i.args[1])
		a.print("VCMPPD $%d, %s, %s, %s", lessThan, operand, a.reg(r), a.reg(a.result(i)))
	}
}

func (a *assembler) newMask(i *instruction) int {
	for k := 1; k < len(a.maskUsed); k++ {
		if !a.maskUsed[k] {
			a.maskUsed[k] = true
			a.mask[i] = k
			return k
		}
	}
	panic(a.p.name + ": too many choices at a time")
}

func (a *assembler) selection(i *instruction) {
	m, yes, no := i.args[0], i.args[1], i.args[2]
	if a.masks {
		r := a.load(no)
		suffix, operand := a.last(yes)
		k := a.mask[m]
		a.print("VBLENDMPD%s %s, %s, K%d, %s", suffix, operand, a.reg(r), k, a.reg(a.result(i)))
		return
	}
	chooser := a.load(m)
	r := a.load(no)
	_, operand := a.last(yes)
	a.print("VBLENDVPD %s, %s, %s, %s", a.reg(chooser), operand, a.reg(r), a.reg(a.result(i)))
}
