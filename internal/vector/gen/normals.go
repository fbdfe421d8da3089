package main

import "math"

// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, doi:10.1145/2063384.2063405).
const (
	philoxRounds = 10
	philoxM0     = 0xd2511f53
	philoxM1     = 0xcd9e8d57
)

// Arguments of the loop over normals.
const (
	argCounter = iota // of the first turn
	argWord1          // the upper part of the second word of the counter
	argWord2
	argWord3
	argKeys // two for each round
)

// philox is the generator at counter: four words, whose lower halves count.
func philox(p *program, counter *instruction) [4]*instruction {
	c := [4]*instruction{
		counter, p.xor(p.shr(counter, 32), p.scalarWord(argWord1)), p.scalarWord(argWord2), p.scalarWord(argWord3),
	}
	for round := range philoxRounds {
		first, second := p.mulWord(c[0], p.w(philoxM0)), p.mulWord(c[2], p.w(philoxM1))
		c = [4]*instruction{
			p.xor(p.xor(p.shr(second, 32), c[1]), p.scalarWord(argKeys+2*round)), second,
			p.xor(p.xor(p.shr(first, 32), c[3]), p.scalarWord(argKeys+2*round+1)), first,
		}
	}
	return c
}

// boxMuller makes two normals of four words: radius √(−2·log u) and an angle
// that is an octant and 52 bits.
//
// u = (w₀ + (w₁ + ½)/2³²)/2³², rounded once, is at least 2⁻⁶⁵: normals beyond 9.4925
// are cut, of probability 2.3·10⁻²¹.
func boxMuller(p *program, w [4]*instruction) (first, second *instruction) {
	lower := p.w(0xffffffff)
	integer := func(word *instruction) *instruction { // plus 2⁵²
		return p.toNumber(p.or(p.and(word, lower), p.w(integers)))
	}
	high := p.sub(integer(w[0]), p.c(0x1p52))
	low := p.sub(integer(w[1]), p.c(0x1p52-0.5))
	u := p.fma(high, p.c(0x1p-32), p.mul(low, p.c(0x1p-64)))
	radius := p.sqrt(p.mul(p.logNormal(u), p.c(-2)))

	bits := p.or(p.shl(w[2], 32), p.and(w[3], lower))
	t := p.sub(p.toNumber(p.or(p.shr(bits, 12), p.w(exponents))), p.c(1)) // in eighths of a turn
	z := p.mul(t, t)
	quarter := math.Pi / 4
	c := p.polynomial(z, substituted(fit(cosRoot, 0, 0.6169, fine), quarter*quarter, 1))
	s := p.mul(t, p.polynomial(z, substituted(fit(sinRoot, 0, 0.6169, fine), quarter*quarter, quarter)))
	exchange := p.upperBit(p.shl(w[3], 61))
	c, s = p.sel(exchange, s, c), p.sel(exchange, c, s)
	c = p.flip(c, p.shl(w[3], 63))
	s = p.flip(s, p.and(p.shl(w[3], 62), p.w(signBit)))
	return p.mul(radius, c), p.mul(radius, s)
}

// substituted are the coefficients of factor·p(scale·x).
func substituted(p []float64, scale, factor float64) []float64 {
	q := make([]float64, len(p))
	for i, c := range p {
		q[i] = c * factor
		factor *= scale
	}
	return q
}

// normals puts out 16 normals for 8 counters, the second of each pair 8 places
// after the first.
func normals() *program {
	p := newProgram("normals64", "normals64 draws standard normals, two for each counter.", false)
	p.slots = 2
	first, second := boxMuller(p, philox(p, p.index(argCounter)))
	p.storeSlot("dst", first, 0)
	p.storeSlot("dst", second, 1)
	p.sum(0, first, first)
	p.sum(0, second, second)
	return p
}
