package main

import "math"

// Accuracies of polynomials relative to the function, for float64 and float32.
const (
	fine   = 0x1p-57
	coarse = 0x1p-29
)

func (p *program) tolerance() float64 {
	if p.single {
		return coarse
	}
	return fine
}

// polynomial evaluates coefficients, lowest first, at x: two or four interleaved
// polynomials in x² or x⁴, so that processors find independent operations.
func (p *program) polynomial(x *instruction, coefficients []float64) *instruction {
	ways := 1
	switch n := len(coefficients); {
	case n > 12:
		ways = 4
	case n > 3:
		ways = 2
	}
	return p.interleaved(x, coefficients, ways)
}

// cancelling evaluates a polynomial of which even and odd terms cancel: those of
// low degree come last, one after the other.
func (p *program) cancelling(x *instruction, coefficients []float64) *instruction {
	const last = 4
	v := p.polynomial(x, coefficients[last:])
	for i := last - 1; i >= 0; i-- {
		v = p.fma(v, x, p.c(coefficients[i]))
	}
	return v
}

func (p *program) interleaved(x *instruction, coefficients []float64, ways int) *instruction {
	if ways == 1 {
		v := p.c(coefficients[len(coefficients)-1])
		for i := len(coefficients) - 2; i >= 0; i-- {
			v = p.fma(v, x, p.c(coefficients[i]))
		}
		return v
	}
	var even, odd []float64
	for i, c := range coefficients {
		if i%2 == 0 {
			even = append(even, c)
		} else {
			odd = append(odd, c)
		}
	}
	square := p.mul(x, x)
	return p.fma(p.interleaved(square, odd, ways/2), x, p.interleaved(square, even, ways/2))
}

// The arguments of exponentials are reduced by x = n·ln 2 + r, |r| ≤ ln(2)/2. Adding
// rounding leaves n, the nearest integer, in the low bits of a number.
const (
	rounding  = 0x1.8p52
	exponents = 1023 << 52 // the bits of 1
)

// reduced is an exponential before it is put together: exp x = 2ⁿ·(1 + rest).
type reduced struct {
	shifted *instruction // n in the low bits
	n, rest *instruction
}

// reduce takes |x| < 2000, or NaN. What x misses may be given as low, or nil.
func (p *program) reduce(x, low *instruction) reduced {
	ln2 := shortened(bigLn2)
	shifted := p.fma(x, p.c(math.Log2E), p.c(rounding))
	n := p.sub(shifted, p.c(rounding))
	r := p.fnma(n, p.c(ln2[0]), x) // exact
	if low == nil {
		r = p.fnma(n, p.c(ln2[1]), r)
	} else {
		r = p.add(r, p.fnma(n, p.c(ln2[1]), low))
	}
	rest := p.polynomial(r, fit(expRest, -0.3466, 0.3466, p.tolerance()))
	return reduced{shifted, n, p.fma(p.mul(r, r), rest, r)}
}

// A decay is e = exp x for x ≤ 0.
type decay struct {
	e, e64 *instruction // e, and 2⁶⁴·e, which is a normal number where e is not
	em1    *instruction // e − 1
}

// lowest is where exponentials have become 0.
const lowest = -750

// exponentialDown is exp x for x ≤ 0, or NaN. What x misses may be given as low, or nil.
func (p *program) exponentialDown(x, low *instruction) decay {
	r := p.reduce(p.max(p.c(lowest), x), low)
	scale := p.toNumber(p.addWord(p.shl(p.toBits(r.shifted), 52), p.w(exponents+64<<52)))
	e64 := p.fma(scale, r.rest, scale)
	d := decay{e: p.mul(e64, p.c(0x1p-64)), e64: e64}
	unit := p.mul(scale, p.c(0x1p-64))
	d.em1 = p.fma(unit, r.rest, p.sub(unit, p.c(1)))
	return d
}

// exponential is exp x and exp x − 1 for any x. The power 2ⁿ is applied in two
// parts, since it may be no normal number.
func (p *program) exponential(x *instruction) (e, em1 *instruction) {
	x = p.min(p.c(710), p.max(p.c(lowest), x))
	r := p.reduce(x, nil)
	shifted := p.fma(r.n, p.c(0.5), p.c(rounding))
	half := p.toBits(shifted)
	rest := p.toBits(p.add(p.sub(r.n, p.sub(shifted, p.c(rounding))), p.c(rounding)))
	first := p.toNumber(p.addWord(p.shl(half, 52), p.w(exponents)))
	second := p.toNumber(p.addWord(p.shl(rest, 52), p.w(exponents)))
	inverse := p.toNumber(p.subWord(p.w(exponents), p.shl(rest, 52)))
	e = p.mul(p.fma(first, r.rest, first), second)
	em1 = p.mul(p.fma(first, r.rest, p.sub(first, inverse)), second)
	return e, em1
}

// log1pUnit is log(1+e) for 0 ≤ e ≤ 1, as 2·artanh z with z = e/(2+e).
func (p *program) log1pUnit(e *instruction) *instruction {
	z := p.div(e, p.add(e, p.c(2)))
	square := p.mul(z, z)
	rest := p.polynomial(square, fit(artanhRest, 0, 1./9, p.tolerance()))
	return p.fma(p.mul(z, square), rest, p.add(z, z))
}

// splitLog is log x = exponent·ln 2 + artanh, for normal x > 0: the mantissa m
// lies in [√½, √2], and log m = 2·artanh z with z = (m−1)/(m+1).
func (p *program) splitLog(x *instruction) (exponent, z, rest *instruction) {
	const offset = exponents - 0x3fe6a09e667f3bcd // the bits of 1 less those of √½
	bits := p.toBits(x)
	biased := p.shr(p.addWord(bits, p.w(offset)), 52)
	m := p.toNumber(p.addWord(p.subWord(bits, p.shl(biased, 52)), p.w(exponents)))
	exponent = p.sub(p.toNumber(p.or(biased, p.w(integers))), p.c(0x1p52+1023))
	f := p.sub(m, p.c(1))
	z = p.div(f, p.add(f, p.c(2)))
	square := p.mul(z, z)
	rest = p.mul(p.mul(z, square), p.polynomial(square, fit(artanhRest, 0, 0.0295, p.tolerance())))
	return exponent, z, rest
}

// logNormal is log x for normal x > 0.
func (p *program) logNormal(x *instruction) *instruction {
	ln2 := shortened(bigLn2)
	exponent, z, rest := p.splitLog(x)
	low := p.fma(exponent, p.c(ln2[1]), rest)
	return p.fma(exponent, p.c(ln2[0]), p.add(p.add(z, z), low))
}

// integers are the bits of 2⁵²: with the bits of a 32-bit word in their place,
// those of 2⁵² plus the word.
const integers = 0x433 << 52

// logarithm is log x for any x: numbers below the normal ones are multiplied by
// 2⁵⁴ first.
func logarithm(p *program, x *instruction) *instruction {
	small := p.less(x, p.c(0x1p-1022))
	v := p.logNormal(p.sel(small, p.mul(x, p.c(0x1p54)), x))
	v = p.sel(small, p.sub(v, p.c(54*math.Ln2)), v)
	return p.logEnds(v, x)
}

// logEnds is v but where x is 0, negative, infinite or NaN.
func (p *program) logEnds(v, x *instruction) *instruction {
	zero := p.c(0)
	v = p.sel(p.less(p.c(math.MaxFloat64), x), x, v)
	v = p.sel(p.less(x, zero), p.c(math.NaN()), v)
	return p.sel(p.less(zero, p.abs(x)), v, p.sel(p.isNaN(x), x, p.c(math.Inf(-1))))
}

// log1p is log u for u = 1 + x rounded, and what rounding missed over u.
func log1p(p *program, x *instruction) *instruction {
	one := p.c(1)
	u := p.add(x, one)
	// 1 + x − u is exact: the smaller of 1 and x less what u has of it.
	back := p.sub(u, one)
	missed := p.add(p.sub(one, p.sub(u, back)), p.sub(x, back))
	exponent, z, rest := p.splitLog(u)
	ln2 := shortened(bigLn2)
	low := p.add(p.fma(exponent, p.c(ln2[1]), rest), p.div(missed, u))
	v := p.fma(exponent, p.c(ln2[0]), p.add(p.add(z, z), low))
	v = p.logEnds(v, u)
	return p.sel(p.less(p.abs(x), p.c(0x1p-54)), x, v)
}

// normalCDF is Φ(−|x|) or 1 less it.
func normalCDF(p *program, x *instruction) *instruction {
	size := p.min(p.c(40), p.abs(x))
	tail := normalTailOver(p, size)
	e := bell(p, size, 0.5)
	below := p.mul(p.mul(tail, e.e64), p.c(0x1p-64))
	return p.sel(p.negative(x), below, p.sub(p.c(1), below))
}

func normalDensity(p *program, x *instruction) *instruction {
	e := bell(p, p.min(p.c(40), p.abs(x)), 0.5)
	return p.mul(p.mul(e.e64, p.c(1/math.Sqrt(2*math.Pi))), p.c(0x1p-64))
}
