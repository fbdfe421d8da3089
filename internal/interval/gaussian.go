package interval

import "math"

// Erf encloses the error function.
func Erf(x Interval) Interval { return Interval{erfDown(x.Lo), erfUp(x.Hi)} }

// Erfc encloses 1 − erf, with a small relative width in the right tail.
func Erfc(x Interval) Interval { return Interval{erfcDown(x.Hi), erfcUp(x.Lo)} }

// Phi encloses the distribution function of the standard normal law, with a
// small relative width in the left tail.
func Phi(x Interval) Interval { return Interval{phiAt(x.Lo).Lo, phiAt(x.Hi).Hi} }

// phiAt is ½erfc(z + δ) at z + δ = −x/√2, z a float64. The mean value
// theorem moves the argument: erfc(z + δ) = erfc(z) − δ·(2/√π)e^{−ζ²} with ζ
// between z and z + δ; so the rounding of z is not magnified by z².
func phiAt(x float64) Interval {
	switch {
	case x != x:
		return Empty()
	case x == 0:
		return Interval{0.5, 0.5}
	case x < -40: // below the smallest float64
		return Interval{0, tiny}
	case x > 40:
		return Interval{1 - unit, 1}
	}
	side := Interval{0, 0.5}
	if x > 0 {
		side = Interval{0.5, 1}
	}
	if math.Abs(x) < residual {
		return Interval{0.5 - unit, 0.5 + 2*unit}.Intersect(side)
	}
	z := float64(-x * invSqrt2Head)
	delta := Point(math.FMA(-x, invSqrt2Head, -z)).Add(invSqrt2Tail.Scale(-x))
	slope := twoOverSqrtPi.Mul(expNegSqr(Point(z).Hull(Point(z).Add(delta)), 1))
	e := Interval{erfcDown(z), erfcUp(z)}.Sub(delta.Mul(slope))
	return e.Scale(0.5).Intersect(side)
}

// Density encloses the density e^{−x²/2}/√(2π) of the standard normal law.
func Density(x Interval) Interval { return invSqrt2Pi.Mul(expNegSqr(x, 0.5)) }

// expNegSqr encloses exp(−c·x²) for c = 1 or ½.
func expNegSqr(x Interval, c float64) Interval {
	x = x.Abs()
	return Interval{expNegSqrAt(x.Hi, c).Lo, expNegSqrAt(x.Lo, c).Hi}
}

// expNegSqrAt splits x² = h + l exactly, so that the rounding of the square
// is not magnified: exp(−cl) = 1 − cl up to (cl)² < 2⁻⁸⁰.
func expNegSqrAt(x, c float64) Interval {
	h := float64(x * x)
	if !(h >= residual && h < 2000) {
		if h == 0 && x == 0 {
			return Interval{1, 1}
		}
		if h != h {
			return Empty()
		}
		if h < 1 {
			return Interval{1 - unit, 1}
		}
		e := -c * h // exp(−1000) is below the smallest float64
		return Interval{0, expUp(e)}
	}
	e := Interval{expDown(-c * h), expUp(-c * h)}
	f := 1 - c*math.FMA(x, x, -h)
	y := e.Mul(Interval{stepDown(f, 2), stepUp(f, 2)})
	return Interval{y.Lo, min(1, y.Hi)}
}
