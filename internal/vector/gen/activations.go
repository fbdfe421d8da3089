package main

import "math"

// A pair computes φ and φ′ at x.
type pair func(p *program, x *instruction, parameters []*instruction) (v, d *instruction)

// An activation is a pair with the number of its parameters.
type activation struct {
	name, doc  string
	parameters int
	pair       pair
}

// activations has one entry for each kind of function that networks use.
var activations = []activation{
	{"identity", "x", 0, identity},
	{"relu", "max(x, 0)", 0, relu},
	{"leakyReLU", "x for x ≥ 0 and slope·x below", 1, leakyReLU},
	{"elu", "above·x for x ≥ 0 and below·(exp x − 1) else", 2, elu},
	{"gelu", "x·Φ(x)", 0, gelu},
	{"silu", "x·σ(x)", 0, silu},
	{"mish", "x·tanh(log(1 + exp x))", 0, mish},
	{"softplus", "log(1 + exp x)", 0, softplus},
	{"sigmoid", "σ(x) = 1/(1 + exp(−x))", 0, sigmoid},
	{"tanh", "tanh x", 0, tanh},
	{"erf", "erf x", 0, erf},
	{"sin", "sin x, for |x| < 2³⁰", 0, sin},
}

func identity(p *program, x *instruction, _ []*instruction) (v, d *instruction) {
	return x, p.sel(p.isNaN(x), x, p.c(1))
}

func relu(p *program, x *instruction, _ []*instruction) (v, d *instruction) {
	below := p.less(x, p.c(0))
	return p.sel(below, p.c(0), x), p.sel(p.isNaN(x), x, p.sel(below, p.c(0), p.c(1)))
}

func leakyReLU(p *program, x *instruction, parameters []*instruction) (v, d *instruction) {
	slope := p.sel(p.negative(x), parameters[0], p.c(1))
	return p.mul(slope, x), p.sel(p.isNaN(x), x, slope)
}

func elu(p *program, x *instruction, parameters []*instruction) (v, d *instruction) {
	above, below := parameters[0], parameters[1]
	negative := p.negative(x)
	e := p.exponentialDown(p.sel(negative, x, p.c(0)), nil)
	em1 := p.withSign(e.em1, p.w(signBit)) // that of −0 is −0
	v = p.sel(negative, p.mul(below, em1), p.mul(above, x))
	return v, p.sel(p.isNaN(x), x, p.sel(negative, p.mul(below, e.e), above))
}

// tanh is (1−e)/(1+e), e = exp(−2|x|), with derivative 4e/(1+e)². Both keep their
// relative precision, since 1 − e comes from the exponential uncancelled.
func tanh(p *program, x *instruction, _ []*instruction) (v, d *instruction) {
	m := p.negAbs(x)
	e := p.exponentialDown(p.add(m, m), nil)
	r := p.reciprocal(e.e, p.c(1), p.c(1))
	v = p.withSign(p.abs(p.mul(e.em1, r)), p.sign(x))
	return v, p.mul(p.mul(p.mul(r, r), e.e64), p.c(0x1p-62))
}

// logistic is e = exp(−|x|) and r = 1/(1+e), of which σ and its derivatives are made.
func logistic(p *program, x *instruction) (e decay, r *instruction) {
	e = p.exponentialDown(p.negAbs(x), nil)
	return e, p.reciprocal(e.e, p.c(1), p.c(1))
}

// reciprocal is 1/(a·b + c) for c ≥ a·b ≥ 0, with what the rounding of the sum and
// of the quotient missed: it is rounded once, but for some hundredths.
func (p *program) reciprocal(a, b, c *instruction) *instruction {
	sum := p.fma(a, b, c)
	r := p.div(p.c(1), sum)
	if p.single {
		return r
	}
	missed := p.fma(a, b, p.sub(c, sum))
	return p.fma(r, p.fnma(missed, r, p.fnma(sum, r, p.c(1))), r)
}

// sigmoid is r or e·r by the sign of x, with derivative e·r².
func sigmoid(p *program, x *instruction, _ []*instruction) (v, d *instruction) {
	e, r := logistic(p, x)
	er := p.mul(e.e, r)
	return p.sel(p.negative(x), er, r), p.mul(er, r)
}

// step is v = max(x, 0) − h and d = [x > 0] ± g: the shape of functions that have 0 on
// the left and x on the right as asymptotes, with h and g for |x| times 2⁶⁴.
func step(p *program, x, h64, g64 *instruction) (v, d *instruction) {
	unit := p.c(0x1p-64)
	negative := p.negative(x)
	v = p.fnma(h64, unit, p.sel(negative, p.c(math.Copysign(0, -1)), x))
	right := p.sel(negative, p.c(0), p.c(1))
	return v, p.fma(p.flip(g64, p.sign(x)), unit, right)
}

// silu is max(x, 0) − |x|·e·r, with φ′ = ±e·r·(|x|·r − 1) plus 1 on the right.
func silu(p *program, x *instruction, _ []*instruction) (v, d *instruction) {
	e, r := logistic(p, x)
	size := p.min(p.c(-lowest), p.abs(x)) // e is 0 beyond
	sr := p.mul(size, r)
	g := p.mul(p.mul(p.sub(sr, p.c(1)), r), e.e64)
	return step(p, x, p.mul(sr, e.e64), g)
}

// mish is x·w: with e = exp(−|x|), w is (1+2e)/(1+2e+2e²) for x ≥ 0 and
// e(2+e)/(2+2e+e²) below.
func mish(p *program, x *instruction, _ []*instruction) (v, d *instruction) {
	negative := p.negative(x)
	decay := p.exponentialDown(p.negAbs(x), nil)
	e := decay.e
	above := p.max(p.c(lowest), x)
	both := p.min(p.c(-lowest), above)
	one, two := p.c(1), p.c(2)
	twice := p.add(e, e)
	plusTwo := p.add(e, two)
	numerator := p.sel(negative, plusTwo, p.add(twice, one))
	r := p.reciprocal(e, p.sel(negative, plusTwo, p.add(twice, two)), p.sel(negative, two, one))
	factor, unit := p.sel(negative, decay.e64, one), p.sel(negative, p.c(0x1p-64), one) // of φ and φ′
	w := p.mul(numerator, r)
	slope := p.mul(p.mul(p.fma(p.c(4), e, p.c(4)), p.mul(r, r)), p.sel(negative, one, p.mul(e, e)))
	v = p.mul(p.mul(p.mul(above, w), factor), unit)
	return v, p.mul(p.mul(p.fma(both, slope, w), factor), unit)
}

// softplus is max(x, 0) + log(1 + e), e = exp(−|x|), with derivative σ.
func softplus(p *program, x *instruction, _ []*instruction) (v, d *instruction) {
	e, r := logistic(p, x)
	negative := p.negative(x)
	d = p.sel(negative, p.mul(e.e, r), r)
	return p.add(p.sel(negative, p.c(0), x), p.log1pUnit(e.e)), d
}

// normalPivot is the c of (v − c)/(v + c), which brings the half line to [−1, 1].
const normalPivot = 3.5

// bell is exp(−f·s²) for f = 1 or ½ and s ≥ 0, with what the square misses.
func bell(p *program, s *instruction, f float64) decay {
	square := p.mul(s, s)
	missing := p.fnma(s, s, square) // with the opposite sign
	if f == 1 {
		return p.exponentialDown(p.flip(square, p.w(signBit)), missing)
	}
	return p.exponentialDown(p.mul(square, p.c(-f)), p.mul(missing, p.c(f)))
}

// gelu is max(x, 0) − |x|·Φ(−|x|), with φ′ = ±(|x|·density − Φ(−|x|)) plus 1 on the right.
func gelu(p *program, x *instruction, _ []*instruction) (v, d *instruction) {
	size := p.min(p.c(40), p.abs(x)) // the density is 0 beyond
	tail := normalTailOver(p, size)
	e := bell(p, size, 0.5)
	g := p.mul(p.fma(size, p.c(1/math.Sqrt(2*math.Pi)), p.flip(tail, p.w(signBit))), e.e64)
	return step(p, x, p.mul(p.mul(size, tail), e.e64), g)
}

// normalTailOver is Φ(−s)/exp(−s²/2) for s ≥ 0.
func normalTailOver(p *program, s *instruction) *instruction {
	sum := p.add(s, p.c(normalPivot))
	y := p.div(p.sub(s, p.c(normalPivot)), sum)
	return p.div(p.cancelling(y, fit(normalTail, -1, 0.9, p.tolerance())), sum)
}

// erf is x times a polynomial in x² for |x| < 1, and else 1 − erfc|x| with
// erfc s = 2Φ(−√2·s), whose derivative is 2/√π·exp(−x²).
func erf(p *program, x *instruction, _ []*instruction) (v, d *instruction) {
	size := p.min(p.c(28), p.abs(x)) // the derivative is 0 beyond
	e := bell(p, size, 1)
	pivot := normalPivot / math.Sqrt2
	inverse := p.div(p.c(1), p.add(size, p.c(pivot)))
	y := p.mul(p.sub(size, p.c(pivot)), inverse)
	coefficients := fit(normalTail, -0.43, 0.4, p.tolerance())
	for i := range coefficients {
		coefficients[i] *= math.Sqrt2
	}
	tail := p.mul(p.polynomial(y, coefficients), inverse)
	far := p.fnma(tail, e.e, p.c(1))
	near := p.mul(size, p.polynomial(p.mul(size, size), fit(erfRoot, 0, 1, p.tolerance())))
	v = p.sel(p.less(size, p.c(1)), near, far)
	return p.withSign(v, p.sign(x)), p.mul(p.mul(e.e64, p.c(2/math.SqrtPi)), p.c(0x1p-64))
}

// sin and cos of |x| = n·π/2 + r, |r| ≤ π/4, are those of r, exchanged for odd n, with
// signs that n decides.
func sin(p *program, x *instruction, _ []*instruction) (v, d *instruction) {
	halfPi := parts(over(bigPi, number400(2)), 3)
	size := p.abs(x)
	shifted := p.fma(size, p.c(2/math.Pi), p.c(rounding))
	n := p.sub(shifted, p.c(rounding))
	r := p.fnma(n, p.c(halfPi[0]), size) // exact
	r = p.fnma(n, p.c(halfPi[1]), r)
	r = p.fnma(n, p.c(halfPi[2]), r)
	z := p.mul(r, r)
	s := p.fma(p.mul(z, r), p.polynomial(z, fit(sinRest, 0, 0.6169, p.tolerance())), r)
	c := p.fma(p.mul(z, z), p.polynomial(z, fit(cosRest, 0, 0.6169, p.tolerance())), p.fnma(z, p.c(0.5), p.c(1)))
	bits := p.toBits(shifted)
	odd := p.upperBit(p.shl(bits, 63))
	sinSign := p.xor(p.and(p.shl(bits, 62), p.w(signBit)), p.sign(x))
	cosSign := p.and(p.shl(p.addWord(bits, p.w(1)), 62), p.w(signBit))
	return p.flip(p.sel(odd, c, s), sinSign), p.flip(p.sel(odd, s, c), cosSign)
}
