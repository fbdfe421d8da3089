package interval

// Sinh encloses the hyperbolic sine.
func Sinh(x Interval) Interval { return Interval{sinhDown(x.Lo), -sinhDown(-x.Hi)} }

func sinhDown(x float64) float64 {
	if x < 0 {
		return -sinhAt(-x).Hi
	}
	return sinhAt(x).Lo
}

// large is where hyperbolic functions switch to exp(x/2)², which overflows
// no earlier than they do.
const large = 700

// sinhAt is sinh x = (m + m/(m+1))/2 for x ≥ 0 and m = eˣ − 1: all terms are
// positive, so nothing cancels.
func sinhAt(x float64) Interval {
	if x > large {
		h := halfExp(x)
		return Interval{max(0, addDown(h.Lo, -1)), h.Hi}
	}
	lo, hi := expm1Down(x), expm1Up(x)
	return Interval{
		max(x, addDown(lo, divDown(lo, addUp(lo, 1)))/2),
		mulUp(0.5, addUp(hi, divUp(hi, addDown(hi, 1)))),
	}
}

// halfExp encloses eˣ/2 as (e^{x/2})²/2.
func halfExp(x float64) Interval {
	e := Interval{expDown(x / 2), expUp(x / 2)}
	return Interval{mulDown(e.Lo, e.Lo/2), mulUp(e.Hi, e.Hi/2)}
}

// Cosh encloses the hyperbolic cosine.
func Cosh(x Interval) Interval {
	x = x.Abs()
	return Interval{coshAt(x.Lo).Lo, coshAt(x.Hi).Hi}
}

// coshAt is cosh x = (e + 1/e)/2, e = eˣ, which increases for x ≥ 0.
func coshAt(x float64) Interval {
	if x > large {
		h := halfExp(x)
		return Interval{h.Lo, addUp(h.Hi, 1)}
	}
	lo, hi := expDown(x), expUp(x)
	lo, hi = max(1, lo), max(1, hi)
	return Interval{
		max(1, addDown(lo, divDown(1, lo))/2),
		addUp(hi, divUp(1, hi)) / 2,
	}
}

// Tanh encloses the hyperbolic tangent.
func Tanh(x Interval) Interval { return Interval{tanhDown(x.Lo), -tanhDown(-x.Hi)} }

func tanhDown(x float64) float64 {
	if x < 0 {
		return -tanhUpper(-x)
	}
	if x > 20 {
		return 1 - unit // 1 − tanh 20 < 2⁻⁵⁵
	}
	m := expm1Down(2 * x)
	return divDown(m, addUp(m, 2))
}

// tanhUpper is an upper bound for x ≥ 0; m/(m+2) increases with m = e²ˣ − 1.
func tanhUpper(x float64) float64 {
	if x > 20 {
		return 1
	}
	m := expm1Up(2 * x)
	return min(1, x, divUp(m, addDown(m, 2)))
}

// SechSqr encloses 1/cosh² = 1 − tanh², with a small relative width in the
// tails.
func SechSqr(x Interval) Interval {
	x = x.Abs()
	return Interval{sechSqrAt(x.Hi).Lo, sechSqrAt(x.Lo).Hi}
}

// sechSqrAt is 4e/(1 + e)², e = e⁻²ˣ, which increases with e ≤ 1.
func sechSqrAt(x float64) Interval {
	lo, hi := expDown(-2*x), min(1, expUp(-2*x))
	dl, dh := addUp(1, lo), addDown(1, hi)
	return Interval{
		mulDown(4, divDown(divDown(lo, dl), dl)),
		min(1, mulUp(4, divUp(divUp(hi, dh), dh))),
	}
}

// Atan encloses the inverse tangent.
func Atan(x Interval) Interval { return Interval{atanDown(x.Lo), atanUp(x.Hi)} }
