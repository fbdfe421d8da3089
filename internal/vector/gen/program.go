package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A kind is what the lanes of a value hold.
type kind uint8

const (
	number kind = iota // a float64
	word               // 64 bits
	choice             // true or false
)

// An op is one instruction, the same on every path. Those with two operands
// that are not commutative take them in the order of their names.
type op uint8

const (
	opLoad       op = iota // element of an input
	opScalar               // argument, the same in all lanes
	opConst                // constant, the same in all lanes
	opIndex                // number of the element, from the argument on
	opAdd                  // a + b
	opSub                  // a − b
	opMul                  // a·b
	opDiv                  // a/b
	opSqrt                 // √a
	opFMA                  // a·b + c, rounded once
	opFNMA                 // c − a·b, rounded once
	opMax                  // a > b ? a : b
	opMin                  // a < b ? a : b
	opAnd                  // a & b
	opAndNot               // a &^ b
	opOr                   // a | b
	opXor                  // a ^ b
	opAddWord              // a + b modulo 2⁶⁴
	opSubWord              // a − b modulo 2⁶⁴
	opMulWord              // product of the lower halves of a and b
	opShiftLeft            // a << imm
	opShiftRight           // a >> imm, zeros follow
	opBits                 // the bits of a number
	opNumber               // the number with these bits
	opLess                 // a < b
	opIsNaN                // a or b is NaN
	opNegative             // the upper bit of a is set
	opSelect               // choice a ? b : c
	opRound                // the nearest float32
	opStore                // element of an output
	opSum                  // sum imm grows by a
	opXor3                 // a ^ b ^ c, which only the printing of assembly makes
)

// An instruction computes one value for each lane.
type instruction struct {
	op   op
	kind kind
	args []*instruction
	imm  int    // place of inputs, outputs, arguments and sums; distance of shifts
	slot int    // of stores: which 8 of the elements that a turn puts out
	wide bool   // of loads and stores: float64 in a loop over float32
	bits uint64 // of constants
}

// A program is a loop over elements that do not depend on each other, but for
// sums. A turn of the loop takes 8 of them.
type program struct {
	name, doc string
	single    bool // inputs and outputs are float32; the arithmetic is in float64
	slots     int  // outputs of a turn for each input, in units of 8
	code      []*instruction
	inputs    []string
	outputs   []string
	scalars   int
	sums      int
	known     map[string]*instruction
}

func newProgram(name, doc string, single bool) *program {
	return &program{name: name, doc: doc, single: single, slots: 1, known: map[string]*instruction{}}
}

// emit adds an instruction, or finds the same one.
func (p *program) emit(o op, k kind, imm int, bits uint64, args ...*instruction) *instruction {
	key := fmt.Sprint(o, k, imm, bits)
	for _, a := range args {
		key += fmt.Sprintf(" %p", a)
	}
	if i := p.known[key]; i != nil {
		return i
	}
	i := &instruction{op: o, kind: k, args: args, imm: imm, bits: bits}
	p.code = append(p.code, i)
	p.known[key] = i
	return i
}

func (p *program) want(k kind, values ...*instruction) {
	for _, v := range values {
		if v.kind != k {
			panic(fmt.Sprintf("%s: a value of kind %d where %d is wanted", p.name, v.kind, k))
		}
	}
}

func (p *program) numbers(o op, args ...*instruction) *instruction {
	p.want(number, args...)
	return p.emit(o, number, 0, 0, args...)
}

func (p *program) words(o op, imm int, args ...*instruction) *instruction {
	p.want(word, args...)
	return p.emit(o, word, imm, 0, args...)
}

// load is an element of the next input.
func (p *program) load(name string) *instruction {
	p.inputs = append(p.inputs, name)
	return p.emit(opLoad, number, len(p.inputs)-1, 0)
}

// loadWide is a float64 of the next input, in any loop.
func (p *program) loadWide(name string) *instruction {
	i := p.load(name)
	i.wide = true
	return i
}

// scalar is argument number i.
func (p *program) scalar(i int) *instruction {
	p.scalars = max(p.scalars, i+1)
	return p.emit(opScalar, number, i, 0)
}

func (p *program) scalarWord(i int) *instruction {
	p.scalars = max(p.scalars, i+1)
	return p.emit(opScalar, word, i, 0)
}

// index is argument number i plus the number of the element.
func (p *program) index(i int) *instruction {
	p.scalars = max(p.scalars, i+1)
	return p.emit(opIndex, word, i, 0)
}

func (p *program) c(v float64) *instruction { return p.emit(opConst, number, 0, math.Float64bits(v)) }
func (p *program) w(v uint64) *instruction  { return p.emit(opConst, word, 0, v) }

func (p *program) add(a, b *instruction) *instruction { return p.numbers(opAdd, a, b) }
func (p *program) sub(a, b *instruction) *instruction { return p.numbers(opSub, a, b) }
func (p *program) mul(a, b *instruction) *instruction { return p.numbers(opMul, a, b) }
func (p *program) div(a, b *instruction) *instruction { return p.numbers(opDiv, a, b) }
func (p *program) sqrt(a *instruction) *instruction   { return p.numbers(opSqrt, a) }

// fma is a·b + c and fnma is c − a·b, rounded once.
func (p *program) fma(a, b, c *instruction) *instruction  { return p.numbers(opFMA, a, b, c) }
func (p *program) fnma(a, b, c *instruction) *instruction { return p.numbers(opFNMA, a, b, c) }
func (p *program) max(a, b *instruction) *instruction     { return p.numbers(opMax, a, b) }
func (p *program) min(a, b *instruction) *instruction     { return p.numbers(opMin, a, b) }

func (p *program) and(a, b *instruction) *instruction     { return p.words(opAnd, 0, a, b) }
func (p *program) andNot(a, b *instruction) *instruction  { return p.words(opAndNot, 0, a, b) }
func (p *program) or(a, b *instruction) *instruction      { return p.words(opOr, 0, a, b) }
func (p *program) xor(a, b *instruction) *instruction     { return p.words(opXor, 0, a, b) }
func (p *program) addWord(a, b *instruction) *instruction { return p.words(opAddWord, 0, a, b) }
func (p *program) subWord(a, b *instruction) *instruction { return p.words(opSubWord, 0, a, b) }
func (p *program) mulWord(a, b *instruction) *instruction { return p.words(opMulWord, 0, a, b) }
func (p *program) shl(a *instruction, by int) *instruction {
	return p.words(opShiftLeft, by, a)
}
func (p *program) shr(a *instruction, by int) *instruction {
	return p.words(opShiftRight, by, a)
}

func (p *program) toBits(a *instruction) *instruction {
	p.want(number, a)
	return p.emit(opBits, word, 0, 0, a)
}

func (p *program) toNumber(a *instruction) *instruction {
	p.want(word, a)
	return p.emit(opNumber, number, 0, 0, a)
}

func (p *program) less(a, b *instruction) *instruction {
	p.want(number, a, b)
	return p.emit(opLess, choice, 0, 0, a, b)
}

func (p *program) isNaN(a *instruction) *instruction {
	p.want(number, a)
	return p.emit(opIsNaN, choice, 0, 0, a)
}

// negative is whether the sign of a number is −, of −0 too.
func (p *program) negative(a *instruction) *instruction { return p.upperBit(p.toBits(a)) }

func (p *program) upperBit(a *instruction) *instruction {
	p.want(word, a)
	return p.emit(opNegative, choice, 0, 0, a)
}

func (p *program) sel(m, yes, no *instruction) *instruction {
	p.want(choice, m)
	p.want(number, yes, no)
	return p.emit(opSelect, number, 0, 0, m, yes, no)
}

const signBit = 1 << 63

func (p *program) abs(a *instruction) *instruction {
	return p.toNumber(p.andNot(p.toBits(a), p.w(signBit)))
}

// sign is the sign bit of a.
func (p *program) sign(a *instruction) *instruction { return p.and(p.toBits(a), p.w(signBit)) }

// flip changes the sign of a where the word s has an upper bit and no other.
func (p *program) flip(a, s *instruction) *instruction {
	return p.toNumber(p.xor(p.toBits(a), s))
}

// withSign is a, which is not negative, with the sign bit s.
func (p *program) withSign(a, s *instruction) *instruction { return p.toNumber(p.or(p.toBits(a), s)) }

// negAbs is −|a|.
func (p *program) negAbs(a *instruction) *instruction {
	return p.toNumber(p.or(p.toBits(a), p.w(signBit)))
}

// store puts out a value. It returns what is stored: for float32, the value rounded.
func (p *program) store(name string, v *instruction) *instruction {
	if p.single {
		v = p.numbers(opRound, v)
	}
	p.storeSlot(name, v, 0)
	return v
}

func (p *program) storeSlot(name string, v *instruction, slot int) {
	p.want(number, v)
	place := -1
	for i, o := range p.outputs {
		if o == name {
			place = i
		}
	}
	if place < 0 {
		p.outputs = append(p.outputs, name)
		place = len(p.outputs) - 1
	}
	p.code = append(p.code, &instruction{op: opStore, kind: v.kind, args: []*instruction{v}, imm: place, slot: slot})
}

// sum adds a·b to the next or the given sum.
func (p *program) sum(i int, a, b *instruction) {
	p.sums = max(p.sums, i+1)
	p.code = append(p.code, &instruction{op: opSum, kind: number, args: []*instruction{p.mul(a, b)}, imm: i})
}

// storeWide puts out a float64, in any loop.
func (p *program) storeWide(name string, v *instruction) {
	p.storeSlot(name, v, 0)
	p.code[len(p.code)-1].wide = true
}

// prune removes what no output and no sum needs.
func (p *program) prune() {
	needed := map[*instruction]bool{}
	var kept []*instruction
	for _, i := range slices.Backward(p.code) {
		if i.op != opStore && i.op != opSum && !needed[i] {
			continue
		}
		for _, a := range i.args {
			needed[a] = true
		}
		kept = append(kept, i)
	}
	slices.Reverse(kept)
	p.code = kept
}

// kernel is the name of the constant that stands for the program.
func (p *program) kernel() string { return "kernel" + strings.ToUpper(p.name[:1]) + p.name[1:] }
