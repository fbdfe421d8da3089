package interval

import "math"

// beyondSquares is where x² might overflow: asinh and acosh are log 2x to the last
// float64 long before.
const beyondSquares = 0x1p500

// Asinh encloses the inverse hyperbolic sine, with a small relative width near 0.
func Asinh(x Interval) Interval { return Interval{asinhDown(x.Lo), -asinhDown(-x.Hi)} }

func asinhDown(x float64) float64 {
	if x < 0 {
		return -asinhAt(-x).Hi
	}
	return asinhAt(x).Lo
}

// asinhAt is log1p(x + x²/(1 + √(1 + x²))) for x ≥ 0, which increases and does not
// cancel.
func asinhAt(x float64) Interval {
	if x > beyondSquares {
		return logTwice(x)
	}
	p := Interval{x, x}
	unit := Interval{1, 1}
	sqr := p.Sqr()
	z := Log1p(p.Add(sqr.Div(Sqrt(sqr.Add(unit)).Add(unit))))
	return Interval{max(0, z.Lo), min(x, z.Hi)}
}

// logTwice encloses log 2x ± 2⁻¹⁰⁰⁰, for x beyondSquares.
func logTwice(x float64) Interval {
	z := ln2.Add(Log(Interval{x, x}))
	return Interval{addDown(z.Lo, -tiny), addUp(z.Hi, tiny)}
}

// Acosh encloses the inverse hyperbolic cosine, ≥ 0, of the members ≥ 1; it is empty
// when there is none.
func Acosh(x Interval) Interval {
	if !(x.Hi >= 1) {
		return Empty()
	}
	return Interval{acoshAt(math.Max(x.Lo, 1)).Lo, acoshAt(x.Hi).Hi}
}

// acoshAt is log1p(t + √(t(t + 2))), t = x − 1 ≥ 0.
func acoshAt(x float64) Interval {
	if x > beyondSquares {
		return logTwice(x)
	}
	t := Interval{x, x}.Sub(Interval{1, 1})
	z := Log1p(t.Add(Sqrt(t.Mul(t.Add(Interval{2, 2})))))
	return Interval{max(0, z.Lo), z.Hi}
}

// Atanh encloses the inverse hyperbolic tangent of the members between −1 and 1, with
// a small relative width near 0; it is empty when there is none.
func Atanh(x Interval) Interval {
	if !(x.Lo < 1 && x.Hi > -1) {
		return Empty()
	}
	return Interval{atanhDown(x.Lo), -atanhDown(-x.Hi)}
}

func atanhDown(x float64) float64 {
	if x < 0 {
		return -atanhAt(-x).Hi
	}
	return atanhAt(x).Lo
}

// atanhAt is ½log1p(2x/(1 − x)) for x ≥ 0; nothing bounds it at 1.
func atanhAt(x float64) Interval {
	if x >= 1 {
		return Interval{0, math.Inf(1)}
	}
	p := Interval{x, x}
	z := Log1p(p.Scale(2).Div(Interval{1, 1}.Sub(p))).Scale(0.5)
	return Interval{max(x, z.Lo), z.Hi}
}

// Asin encloses the inverse sine, in [−π/2, π/2], of the members in [−1, 1]; it is
// empty when there is none.
func Asin(x Interval) Interval {
	if !(x.Lo <= 1 && x.Hi >= -1) {
		return Empty()
	}
	return Interval{asinDown(math.Max(x.Lo, -1)), -asinDown(-math.Min(x.Hi, 1))}
}

func asinDown(x float64) float64 {
	if x < 0 {
		return -asinAt(-x).Hi
	}
	return asinAt(x).Lo
}

// asinAt is arctan(x/√((1 − x)(1 + x))) for 0 ≤ x ≤ 1.
func asinAt(x float64) Interval {
	if x == 1 {
		return halfPi
	}
	p := Interval{x, x}
	z := Atan(p.Div(circle(p)))
	return Interval{max(x, z.Lo), min(halfPi.Hi, z.Hi)}
}

// circle encloses √(1 − v²) as √((1 − v)(1 + v)), over the members in [−1, 1].
func circle(x Interval) Interval {
	unit := Interval{1, 1}
	return Sqrt(unit.Sub(x).Mul(unit.Add(x)))
}

// Acos encloses the inverse cosine, in [0, π], of the members in [−1, 1], with a small
// relative width near 1; it is empty when there is none.
func Acos(x Interval) Interval {
	if !(x.Lo <= 1 && x.Hi >= -1) {
		return Empty()
	}
	return Interval{acosAt(math.Min(x.Hi, 1)).Lo, acosAt(math.Max(x.Lo, -1)).Hi}
}

// acosAt is 2·arctan √((1 − x)/(1 + x)).
func acosAt(x float64) Interval {
	if x == -1 {
		return pi
	}
	unit, p := Interval{1, 1}, Interval{x, x}
	z := Atan(Sqrt(unit.Sub(p).Div(unit.Add(p)))).Scale(2)
	return Interval{max(0, z.Lo), min(pi.Hi, z.Hi)}
}
