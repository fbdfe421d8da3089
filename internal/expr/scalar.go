package expr

import "math"

const twoOverSqrtPi = 1.128379167095512573896158903121545172 // 2/√π

// powInt returns xⁿ by repeated squaring.
func powInt(x float64, n int) float64 {
	if n < 0 {
		return 1 / powInt(x, -n)
	}
	r := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			r *= x
		}
		x *= x
	}
	return r
}

// powReal returns xᵖ = exp(p·log x), undefined for x < 0 even where p is an
// integer: the exponent as a real number may only round to one.
func powReal(x, p float64) float64 {
	if x < 0 {
		return math.NaN()
	}
	return math.Pow(x, p)
}

// sinc returns sin(x)/x, 1 at 0.
func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(x) / x
}

// sincSlope returns the derivative of sinc: (cos x − sinc x)/x away from 0, where
// that does not cancel, and the first terms of its series near 0.
func sincSlope(x float64) float64 {
	if math.Abs(x) >= 0.5 {
		return (math.Cos(x) - math.Sin(x)/x) / x
	}
	q := x * x
	return -x / 3 * (1 - q/10*(1-q/28*(1-q/54*(1-q/88*(1-q/130)))))
}

// tri returns the triangle wave of period 4 that is x on [−1, 1]. It is exact.
func tri(x float64) float64 {
	r := triRest(x)
	switch {
	case r > 1:
		return 2 - r
	case r < -1:
		return -2 - r
	}
	return r
}

// triRest is the IEEE remainder of x/4, exactly, as every step is exact: x/4 is x with
// another exponent, its rounding is a whole number, and the difference is a multiple of
// the last place of x of at most 2.
func triRest(x float64) float64 { return x - 4*math.RoundToEven(x/4) }

// triSlope returns the derivative of tri, at its turning points that from the rising
// side.
func triSlope(x float64) float64 {
	r := triRest(x)
	switch {
	case r != r:
		return r
	case r > 1 || r < -1:
		return -1
	}
	return 1
}

// acosh returns the inverse hyperbolic cosine; [math.Acosh] loses half of the digits
// near 1.
func acosh(x float64) float64 {
	if x > 2 {
		return math.Acosh(x)
	}
	t := x - 1
	return math.Log1p(t + math.Sqrt(t*(t+2)))
}

// signOf returns −1, 0, 1 or NaN.
func signOf(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// truth returns 1 if holds, 0 if it does not, NaN if an operand is NaN.
func truth(holds bool, a, b float64) float64 {
	switch {
	case holds && a == a && b == b:
		return 1
	case a != a || b != b:
		return math.NaN()
	}
	return 0
}

func both(a, b float64) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return a * b
}

func either(a, b float64) float64 {
	if a == 1 || b == 1 {
		return 1
	}
	return a + b
}
