package tensor

import (
	"math"
	"sync"
)

// A smallFloat is a floating-point format of one or two bytes: a sign, an exponent
// and a mantissa of so many bits.
type smallFloat struct {
	exponent, mantissa int
	infinite           bool // the largest exponent is for infinities and NaNs; otherwise all ones is the only NaN
}

// small are the formats of the types that have one: IEEE 754 binary16, bfloat16, and
// the eight-bit ones of Micikevicius et al. 2022 (arXiv 2209.05433).
var small = map[DType]smallFloat{
	Float16:    {5, 10, true},
	BFloat16:   {8, 7, true},
	Float8E4M3: {4, 3, false},
	Float8E5M2: {5, 2, true},
}

func (f smallFloat) bias() int { return 1<<(f.exponent-1) - 1 }

func (f smallFloat) roundoff() float64 { return math.Ldexp(1, -f.mantissa-1) }

// decode is the number that bits stand for.
func (f smallFloat) decode(bits uint16) float64 {
	mantissa := int(bits) & (1<<f.mantissa - 1)
	exponent := int(bits) >> f.mantissa & (1<<f.exponent - 1)
	var v float64
	switch last := 1<<f.exponent - 1; {
	case exponent == last && f.infinite && mantissa == 0:
		v = math.Inf(1)
	case exponent == last && (f.infinite || mantissa == 1<<f.mantissa-1):
		return math.NaN()
	case exponent == 0:
		v = math.Ldexp(float64(mantissa), 1-f.bias()-f.mantissa)
	default:
		v = math.Ldexp(float64(mantissa+1<<f.mantissa), exponent-f.bias()-f.mantissa)
	}
	if bits>>(f.exponent+f.mantissa)&1 == 1 {
		return -v
	}
	return v
}

// encode rounds to the nearest number, ties to even; beyond the largest it is
// infinite, or NaN where the format has no infinity.
func (f smallFloat) encode(v float64) uint16 {
	sign := uint16(0)
	if math.Signbit(v) {
		sign = 1 << (f.exponent + f.mantissa)
	}
	v = math.Abs(v)
	top := uint16(1<<f.exponent-1) << f.mantissa // exponent of all ones
	beyond := top | (1<<f.mantissa - 1)
	if f.infinite {
		beyond = top
	}
	switch {
	case math.IsNaN(v):
		return sign | top | (1<<f.mantissa - 1)
	case math.IsInf(v, 1):
		return sign | beyond
	}
	_, e := math.Frexp(v) // v in [2^(e−1), 2^e)
	unit := max(e-1, 1-f.bias()) - f.mantissa
	steps := math.RoundToEven(math.Ldexp(v, -unit))
	// Numbers in order have bits in order, so that a step too far goes on to the next exponent.
	bits := steps
	if v != 0 {
		bits += float64(max(e-1, 1-f.bias())-(1-f.bias())) * float64(int(1)<<f.mantissa)
	}
	if bits >= float64(beyond) {
		return sign | beyond
	}
	return sign | uint16(bits)
}

// tables are all numbers of a small format, by their bits.
var tables = sync.OnceValue(func() map[DType][]float64 {
	all := map[DType][]float64{}
	for t, f := range small {
		table := make([]float64, 1<<(1+f.exponent+f.mantissa))
		for bits := range table {
			table[bits] = f.decode(uint16(bits))
		}
		all[t] = table
	}
	return all
})
