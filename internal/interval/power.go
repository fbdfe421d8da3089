package interval

import "math"

// PowInt encloses xⁿ by repeated squaring, so the relative width grows with
// n. Even powers are monotone in |x|; negative ones follow the rules of Div;
// x⁰ is 1 everywhere.
func PowInt(x Interval, n int) Interval {
	switch {
	case x.IsEmpty():
		return x
	case n == 0:
		return Interval{1, 1}
	case n < 0:
		if n == math.MinInt {
			return PowInt(PowInt(x, n/2), 2)
		}
		return PowInt(x, -n).Inv()
	case n%2 == 0:
		x = x.Abs()
	}
	return Interval{powDown(1, x.Lo, n), -powDown(-1, x.Hi, n)}
}

// powDown is a lower bound of sign·xⁿ for n ≥ 1 and sign = ±1: magnitudes
// are powered with one direction of rounding throughout.
func powDown(sign, x float64, n int) float64 {
	if x < 0 && n%2 == 1 {
		sign = -sign
	}
	x = math.Abs(x)
	mul := mulDown
	if sign < 0 {
		mul = mulUp
	}
	r := 1.0
	for {
		if n&1 == 1 {
			r = mul(r, x)
		}
		if n >>= 1; n == 0 {
			return sign * r
		}
		x = mul(x, x)
	}
}

// Pow encloses v^p over v in x and p in y, with the domain of real powers:
// v > 0, or v = 0 and p > 0. Members of x outside it are ignored. Whole
// exponents known as such belong to PowInt, which takes negative numbers too.
//
// It is exp(p·log v), whose relative width is about |p·log v| times that of
// Log. A point exponent up to 32 that is whole or half of a whole number is
// made of PowInt and Sqrt instead, which keeps it narrow.
func Pow(x, y Interval) Interval {
	x = x.Intersect(Interval{0, math.Inf(1)})
	if x.IsEmpty() || y.IsEmpty() {
		return Empty()
	}
	if y.IsPoint() && math.Abs(y.Lo) <= 32 {
		if h := 2 * y.Lo; h == math.Trunc(h) {
			return halfPower(x, int(h))
		}
	}
	if x.Hi == 0 {
		if y.Hi <= 0 {
			return Empty()
		}
		return Interval{}
	}
	return Exp(y.Mul(Log(x)))
}

// halfPower is x^(h/2) for x ≥ 0.
func halfPower(x Interval, h int) Interval {
	if h < 0 {
		return halfPower(x, -h).Inv()
	}
	z := PowInt(x, h/2)
	if h%2 == 1 {
		// Both factors increase, so the product of the lower ends and that of
		// the upper ends are the range.
		z = z.Mul(Sqrt(x))
	}
	return z
}
