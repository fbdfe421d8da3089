package interval

import (
	"math"
	"math/big"
	"sync"
)

// High-precision references. A number carries its precision; results of the
// functions below have a relative error of at most 2^-(precision−40).

// digits is the precision in bits of a reference value, 120 decimal digits.
const digits = 400

type num = *big.Float

func fromFloat(x float64, prec uint) num { return new(big.Float).SetPrec(prec).SetFloat64(x) }
func add(a, b num) num                   { return new(big.Float).Add(a, b) }
func sub(a, b num) num                   { return new(big.Float).Sub(a, b) }
func mul(a, b num) num                   { return new(big.Float).Mul(a, b) }
func quo(a, b num) num                   { return new(big.Float).Quo(a, b) }
func neg(a num) num                      { return new(big.Float).Neg(a) }
func abs(a num) num                      { return new(big.Float).Abs(a) }
func prec(a num, p uint) num             { return new(big.Float).SetPrec(p).Set(a) }
func shift(a num, k int) num             { return new(big.Float).SetMantExp(a, k) }
func smallInt(k int, p uint) num         { return new(big.Float).SetPrec(p).SetInt64(int64(k)) }
func one(a num) num                      { return smallInt(1, a.Prec()) }
func root(a num) num                     { return new(big.Float).Sqrt(a) }

// magnitude is the binary exponent, 0 for 0.
func magnitude(a num) int { return a.MantExp(nil) }

// negligible reports that adding t to s changes nothing.
func negligible(t, s num) bool {
	return t.Sign() == 0 || s.Sign() != 0 && magnitude(t) < magnitude(s)-int(s.Prec())-8
}

var constants struct {
	sync.Mutex
	pi, ln2 num
}

// arctanInverse is Σ sᵏ/((2k+1)n^{2k+1}): arctan(1/n) for s = −1, artanh(1/n)
// for s = 1.
func arctanInverse(n int64, s int64, p uint) num {
	scale := new(big.Int).Lsh(big.NewInt(1), p+64)
	term := new(big.Int).Quo(scale, big.NewInt(n))
	total := new(big.Int)
	for k := int64(0); term.Sign() != 0; k++ {
		t := new(big.Int).Quo(term, big.NewInt(2*k+1))
		total.Add(total, t)
		term.Quo(term, big.NewInt(n*n*s))
	}
	return shift(new(big.Float).SetPrec(p+64).SetInt(total), -int(p+64))
}

func constant(c *num, p uint, f func(p uint) num) num {
	constants.Lock()
	defer constants.Unlock()
	if *c == nil || (*c).Prec() < p {
		*c = f(p + 64)
	}
	return prec(*c, p)
}

func refPi(p uint) num {
	return constant(&constants.pi, p, func(p uint) num {
		return sub(mul(smallInt(16, p), arctanInverse(5, -1, p)), mul(smallInt(4, p), arctanInverse(239, -1, p)))
	})
}

func refLn2(p uint) num {
	return constant(&constants.ln2, p, func(p uint) num {
		return add(sub(mul(smallInt(18, p), arctanInverse(26, 1, p)), mul(smallInt(2, p), arctanInverse(4801, 1, p))),
			mul(smallInt(8, p), arctanInverse(8749, 1, p)))
	})
}

func refExp(x num) num {
	p := x.Prec()
	if x.Sign() == 0 {
		return one(x)
	}
	w := p + 64 + uint(max(0, magnitude(x)))
	x = prec(x, w)
	kf, _ := quo(x, refLn2(w)).Float64()
	k := int(math.Round(kf))
	const halvings = 24
	r := shift(sub(x, mul(smallInt(k, w), refLn2(w))), -halvings)
	s, t := one(r), one(r)
	for i := 1; ; i++ {
		t = quo(mul(t, r), smallInt(i, w))
		s = add(s, t)
		if negligible(t, s) {
			break
		}
	}
	for range halvings {
		s = mul(s, s)
	}
	return prec(shift(s, k), p)
}

// widen gives x enough bits that a cancellation down to its own size is
// harmless.
func widen(x num) num { return prec(x, x.Prec()+64+uint(max(0, -2*magnitude(x)))) }

func refExpm1(x num) num {
	if x.Sign() == 0 {
		return x
	}
	w := widen(x)
	return prec(sub(refExp(w), one(w)), x.Prec())
}

func refLog(x num) num {
	d := sub(x, one(x))
	if d.Sign() == 0 {
		return d
	}
	w := prec(x, x.Prec()+64+uint(max(0, -magnitude(d))))
	m := new(big.Float)
	e := w.MantExp(m)
	mf, _ := m.Float64()
	y := fromFloat(math.Log(mf), w.Prec())
	for bits := uint(40); bits < w.Prec(); bits *= 3 { // Halley's iteration triples the digits
		ey := refExp(y)
		y = add(y, shift(quo(sub(m, ey), add(m, ey)), 1))
	}
	return prec(add(y, mul(smallInt(e, w.Prec()), refLn2(w.Prec()))), x.Prec())
}

func refLog1p(x num) num {
	if x.Sign() == 0 {
		return x
	}
	w := widen(x)
	return prec(refLog(add(w, one(w))), x.Prec())
}

// refSinCos reduces modulo π/2 and sums both series.
func refSinCos(x num) (sin, cos num) {
	p := x.Prec()
	w := p + 256 + uint(max(0, magnitude(x)))
	x = prec(x, w)
	halfPi := shift(refPi(w), -1)
	half := fromFloat(0.5, w)
	q, _ := add(quo(abs(x), halfPi), half).Int(nil)
	r := sub(abs(x), mul(new(big.Float).SetPrec(w).SetInt(q), halfPi))
	var s, c num
	if r.Sign() == 0 {
		s, c = r, one(r)
	} else {
		s, c = taylorTrig(r, r), taylorTrig(r, one(r))
	}
	switch new(big.Int).And(q, big.NewInt(3)).Int64() {
	case 1:
		s, c = c, neg(s)
	case 2:
		s, c = neg(s), neg(c)
	case 3:
		s, c = neg(c), s
	}
	if x.Sign() < 0 {
		s = neg(s)
	}
	return prec(s, p), prec(c, p)
}

// taylorTrig sums the alternating series that starts with first: r for sin, 1
// for cos.
func taylorTrig(r, first num) num {
	i := 1
	if first == r {
		i = 2
	}
	s, t, sq := first, first, neg(mul(r, r))
	for ; ; i += 2 {
		t = quo(mul(t, sq), smallInt(i*(i+1), r.Prec()))
		s = add(s, t)
		if negligible(t, s) {
			return s
		}
	}
}

func refSin(x num) num { s, _ := refSinCos(x); return s }
func refCos(x num) num { _, c := refSinCos(x); return c }
func refTan(x num) num { s, c := refSinCos(x); return quo(s, c) }

func refAtan(x num) num {
	if x.Sign() == 0 {
		return x
	}
	const halvings = 8
	p := x.Prec()
	w := prec(x, p+64)
	if magnitude(w) > 2 { // arctan x = π/2 − arctan 1/x
		z := sub(shift(refPi(p+64), -1), refAtan(quo(one(w), abs(w))))
		if x.Sign() < 0 {
			z = neg(z)
		}
		return prec(z, p)
	}
	for range halvings {
		w = quo(w, add(one(w), root(add(one(w), mul(w, w)))))
	}
	s, t, sq := w, w, neg(mul(w, w))
	for i := 3; ; i += 2 {
		t = mul(t, sq)
		term := quo(t, smallInt(i, w.Prec()))
		s = add(s, term)
		if negligible(term, s) {
			return prec(shift(s, halvings), p)
		}
	}
}

// refErf sums (2/√π)e^{−x²} Σ 2ⁿx^{2n+1}/(1·3·…·(2n+1)), whose terms are all
// positive.
func refErf(x num) num {
	if x.Sign() == 0 {
		return x
	}
	p := x.Prec()
	w := prec(x, p+64)
	sq := mul(w, w)
	s, t := w, w
	for i := 3; ; i += 2 {
		t = quo(mul(t, shift(sq, 1)), smallInt(i, w.Prec()))
		s = add(s, t)
		if negligible(t, s) {
			break
		}
	}
	return prec(quo(shift(mul(s, refExp(neg(sq))), 1), root(refPi(p+64))), p)
}

func refErfc(x num) num {
	xf, _ := x.Float64()
	p := x.Prec() + 64
	if xf > 0 {
		p += uint(1.5*xf*xf) + 32
	}
	w := prec(x, p)
	return prec(sub(one(w), refErf(w)), x.Prec())
}

func refPhi(x num) num {
	w := prec(x, x.Prec()+64)
	return shift(refErfc(neg(quo(w, root(smallInt(2, w.Prec()))))), -1)
}

func refDensity(x num) num {
	w := prec(x, x.Prec()+64)
	return prec(quo(refExp(neg(shift(mul(w, w), -1))), root(shift(refPi(w.Prec()), 1))), x.Prec())
}

func refSinh(x num) num {
	if x.Sign() < 0 { // −1 + e⁻ˣ would cancel
		return neg(refSinh(neg(x)))
	}
	m := refExpm1(x)
	return shift(add(m, quo(m, add(m, one(m)))), -1)
}

func refCosh(x num) num {
	e := refExp(x)
	return shift(add(e, quo(one(e), e)), -1)
}

func refTanh(x num) num {
	if x.Sign() < 0 {
		return neg(refTanh(neg(x)))
	}
	m := refExpm1(shift(x, 1))
	return quo(m, add(m, shift(one(m), 1)))
}

func refSechSqr(x num) num {
	c := refCosh(x)
	return quo(one(c), mul(c, c))
}

func refSigmoid(x num) num {
	e := refExp(neg(x))
	return quo(one(e), add(one(e), e))
}

func refSoftplus(x num) num { return refLog1p(refExp(x)) }
func refSqrt(x num) num     { return root(x) }
func refSqr(x num) num      { return mul(x, x) }

func refAsinh(x num) num {
	if x.Sign() < 0 { // x + √(x² + 1) would cancel
		return neg(refAsinh(neg(x)))
	}
	w := widen(x)
	return prec(refLog(add(w, root(add(one(w), mul(w, w))))), x.Prec())
}

func refAcosh(x num) num {
	w := prec(x, x.Prec()+160)
	return prec(refLog(add(w, root(sub(mul(w, w), one(w))))), x.Prec())
}

func refAtanh(x num) num {
	w := widen(x)
	return prec(shift(refLog(quo(add(one(w), w), sub(one(w), w))), -1), x.Prec())
}

func refAsin(x num) num {
	w := prec(x, x.Prec()+160)
	c := root(sub(one(w), mul(w, w)))
	if c.Sign() == 0 {
		return mul(shift(refPi(x.Prec()), -1), x)
	}
	return prec(refAtan(quo(w, c)), x.Prec())
}

func refAcos(x num) num {
	w := prec(x, x.Prec()+160)
	return prec(sub(shift(refPi(w.Prec()), -1), refAsin(w)), x.Prec())
}

func refSinc(x num) num {
	if x.Sign() == 0 {
		return one(x)
	}
	return quo(refSin(x), x)
}

func refTri(x num) num {
	k, _ := add(shift(x, -2), fromFloat(0.5, x.Prec())).Float64()
	r := sub(x, smallInt(4*int(math.Floor(k)), x.Prec())) // in [−2, 2]
	switch {
	case r.Cmp(one(x)) > 0:
		return sub(smallInt(2, x.Prec()), r)
	case r.Cmp(neg(one(x))) < 0:
		return sub(smallInt(-2, x.Prec()), r)
	}
	return r
}
