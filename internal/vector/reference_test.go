package vector

import (
	"math"
	"math/big"
)

// Reference values in 320-bit arithmetic, from power series and one continued
// fraction.

const digits = 320

func num(x float64) *big.Float { return new(big.Float).SetPrec(digits).SetFloat64(x) }

func sub(a, b *big.Float) *big.Float { return num(0).Sub(a, b) }
func add(a, b *big.Float) *big.Float { return num(0).Add(a, b) }
func mul(a, b *big.Float) *big.Float { return num(0).Mul(a, b) }
func quo(a, b *big.Float) *big.Float { return num(0).Quo(a, b) }
func neg(a *big.Float) *big.Float    { return num(0).Neg(a) }

// summed adds terms until they do not matter.
func summed(first *big.Float, ratio func(k float64) *big.Float) *big.Float {
	sum, term := num(0), first
	for k := 1.; term.Sign() != 0 && (sum.Sign() == 0 || term.MantExp(nil) > sum.MantExp(nil)-digits); k++ {
		sum = add(sum, term)
		term = mul(term, ratio(k))
	}
	return sum
}

// bigExp sums the series at x/2ᵏ, |x/2ᵏ| < 1/16, and squares k times.
func bigExp(x *big.Float) *big.Float {
	k := max(0, x.MantExp(nil)+4)
	y := num(0).SetMantExp(x, -k)
	e := summed(num(1), func(k float64) *big.Float { return quo(y, num(k)) })
	for range k {
		e = mul(e, e)
	}
	return e
}

func bigExpm1(x *big.Float) *big.Float {
	if x.MantExp(nil) < -2 {
		return summed(x, func(k float64) *big.Float { return quo(x, num(k+1)) })
	}
	return sub(bigExp(x), num(1))
}

// bigLog is Newton's method from float64.
func bigLog(x *big.Float) *big.Float {
	m := num(0)
	e := x.MantExp(m)
	start, _ := m.Float64()
	y := num(math.Log(start))
	for range 5 {
		y = add(y, sub(quo(m, bigExp(y)), num(1)))
	}
	return add(y, mul(num(float64(e)), ln2()))
}

func bigLog1p(x *big.Float) *big.Float {
	if x.Sign() == 0 || x.MantExp(nil) < -2 { // 2·artanh(x/(2+x))
		z := quo(x, add(num(2), x))
		square := mul(z, z)
		sum, power := num(0), mul(num(2), z)
		for k := 1.; power.Sign() != 0 && (sum.Sign() == 0 || power.MantExp(nil) > sum.MantExp(nil)-digits); k += 2 {
			sum = add(sum, quo(power, num(k)))
			power = mul(power, square)
		}
		return sum
	}
	return bigLog(add(num(1), x))
}

var ln2Value *big.Float

func ln2() *big.Float { // −log(1 − ½) = Σ 2⁻ᵏ/k
	if ln2Value == nil {
		sum := num(0)
		for k := 1; k < digits+20; k++ {
			sum = add(sum, quo(num(math.Ldexp(1, -k)), num(float64(k))))
		}
		ln2Value = sum
	}
	return ln2Value
}

func bigPi() *big.Float { return mul(num(2), num(0).Set(halfPi())) }

// bigErfc is by the series for |x| < 9, and by Laplace's continued fraction else.
func bigErfc(x *big.Float) *big.Float {
	size, _ := x.Float64()
	switch {
	case size < -9:
		return sub(num(2), bigErfc(neg(x)))
	case size < 9:
		return sub(num(1), bigErf(x))
	}
	f := x
	for k := 300.; k >= 1; k-- {
		f = add(x, quo(num(k/2), f))
	}
	return quo(bigExp(neg(mul(x, x))), mul(f, num(0).Sqrt(bigPi())))
}

func bigErf(x *big.Float) *big.Float {
	square := mul(x, x)
	sum, power := num(0), mul(x, quo(num(2), num(0).Sqrt(bigPi())))
	for k := 0.; power.Sign() != 0 && (sum.Sign() == 0 || power.MantExp(nil) > sum.MantExp(nil)-digits); k++ {
		sum = add(sum, quo(power, num(2*k+1)))
		power = mul(power, quo(square, num(-(k+1))))
	}
	return sum
}

func bigCDF(x *big.Float) *big.Float {
	return mul(num(0.5), bigErfc(neg(quo(x, num(0).Sqrt(num(2))))))
}

func bigDensity(x *big.Float) *big.Float {
	return quo(bigExp(mul(num(-0.5), mul(x, x))), num(0).Sqrt(mul(num(2), bigPi())))
}

func bigSigmoid(x *big.Float) *big.Float {
	if x.Sign() > 0 {
		return quo(num(1), add(num(1), bigExp(neg(x))))
	}
	e := bigExp(x)
	return quo(e, add(num(1), e))
}

// bigSinCos reduces by π/2 with 1,280 digits and sums the series.
func bigSinCos(x float64) (s, c *big.Float) {
	n, _ := add(quo(num(math.Abs(x)), halfPi()), num(0.5)).Int(nil)
	rest := long().SetInt(n)
	rest.Sub(long().SetFloat64(math.Abs(x)), rest.Mul(rest, halfPi()))
	r := num(0).Set(rest)
	square := mul(r, r)
	s = summed(r, func(k float64) *big.Float { return quo(square, num(-2*k*(2*k+1))) })
	c = summed(num(1), func(k float64) *big.Float { return quo(square, num(-2*k*(2*k-1))) })
	for range n.Bit(0) + 2*n.Bit(1) {
		s, c = c, neg(s)
	}
	if x < 0 {
		s = neg(s)
	}
	return s, c
}

// references are φ, φ′ and the size in whose units the error of φ′ counts: its
// larger summand where it passes through zero.
var references = map[string]func(x float64) (v, d, size *big.Float){
	"identity": func(x float64) (v, d, size *big.Float) { return num(x), num(1), num(1) },
	"relu": func(x float64) (v, d, size *big.Float) {
		if x < 0 {
			return num(0), num(0), num(0)
		}
		return num(x), num(1), num(1)
	},
	"tanh": func(x float64) (v, d, size *big.Float) {
		em1 := bigExpm1(num(-2 * math.Abs(x)))
		w := add(em1, num(2))
		v = quo(neg(em1), w)
		d = quo(mul(num(4), bigExp(num(-2*math.Abs(x)))), mul(w, w))
		if x < 0 {
			v = neg(v)
		}
		return v, d, d
	},
	"sigmoid": func(x float64) (v, d, size *big.Float) {
		d = mul(bigSigmoid(num(x)), bigSigmoid(num(-x)))
		return bigSigmoid(num(x)), d, d
	},
	"silu": func(x float64) (v, d, size *big.Float) {
		s := bigSigmoid(num(x))
		rest := mul(num(x), mul(s, bigSigmoid(num(-x))))
		return mul(num(x), s), add(s, rest), larger2(s, rest)
	},
	"softplus": func(x float64) (v, d, size *big.Float) {
		d = bigSigmoid(num(x))
		return bigLog1p(bigExp(num(x))), d, d
	},
	"mish": func(x float64) (v, d, size *big.Float) {
		e := bigExp(num(x)) // w = e(2+e)/(2+e(2+e)), w′ = 4e(1+e)/(2+e(2+e))²
		n := mul(e, add(num(2), e))
		w := quo(n, add(num(2), n))
		slope := quo(mul(mul(num(4), e), add(num(1), e)), mul(add(num(2), n), add(num(2), n)))
		rest := mul(num(x), slope)
		return mul(num(x), w), add(w, rest), larger2(w, rest)
	},
	"gelu": func(x float64) (v, d, size *big.Float) {
		c := bigCDF(num(x))
		rest := mul(num(x), bigDensity(num(x)))
		return mul(num(x), c), add(c, rest), larger2(c, rest)
	},
	"erf": func(x float64) (v, d, size *big.Float) {
		d = quo(mul(num(2), bigExp(neg(mul(num(x), num(x))))), num(0).Sqrt(bigPi()))
		if math.Abs(x) < 2 {
			return bigErf(num(x)), d, d
		}
		v = sub(num(1), bigErfc(num(math.Abs(x))))
		if x < 0 {
			v = neg(v)
		}
		return v, d, d
	},
	"sin": func(x float64) (v, d, size *big.Float) {
		v, d = bigSinCos(x)
		return v, d, d
	},
	"elu": func(x float64) (v, d, size *big.Float) {
		if x > 0 || x == 0 && !math.Signbit(x) {
			return num(x), num(1), num(1)
		}
		e := bigExp(num(x))
		return bigExpm1(num(x)), e, e
	},
	"selu": func(x float64) (v, d, size *big.Float) {
		if x > 0 || x == 0 && !math.Signbit(x) {
			return mul(num(x), num(seluScale)), num(seluScale), num(seluScale)
		}
		f := num(seluScale * seluAlpha)
		d = mul(f, bigExp(num(x)))
		return mul(f, bigExpm1(num(x))), d, d
	},
}

func larger2(a, b *big.Float) *big.Float {
	a, b = num(0).Abs(a), num(0).Abs(b)
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}
