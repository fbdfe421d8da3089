package interval

import "math"

// Assumed accuracy of package math, in steps from one float64 to the next:
// the true value lies within so many steps of the computed one. Beside each
// bound stands the largest error met among some 10⁵ arguments, hard ones
// included, of the amd64 assembly and of the portable code, the worse of the
// two. The bounds leave a factor of four or more for other platforms and for
// arguments not met.
const (
	stepsExp   = 6  // 1.26
	stepsExpm1 = 4  // 0.77
	stepsLog   = 4  // 0.80
	stepsLog1p = 5  // 1.03
	stepsSin   = 4  // 0.67, |x| ≤ reduced
	stepsCos   = 5  // 1.19, |x| ≤ reduced
	stepsAtan  = 5  // 1.17
	stepsErf   = 5  // 0.85
	stepsErfc  = 16 // 3.33
)

const (
	// reduced bounds the arguments that sin and cos take without reduction
	// modulo π/4.
	reduced = 0.75
	// absTrig bounds the absolute error of sin and cos beyond it, 1.84 × 2⁻⁵³
	// at most when measured: near their zeros reduction leaves no relative
	// accuracy.
	absTrig = 0x1p-50
)

// Beyond expRange exp(x) is exp(x/2)²: package math may overflow early there
// (its amd64 assembly does from 709.09) or lose accuracy among subnormals.
// Below logRange, the smallest normal number, log(x) is
// log(2⁵⁴x) − 54·log 2: the amd64 assembly takes no subnormals.
const (
	expRange = 700
	logRange = 0x1p-1022
)

// Each function below bounds f from one side. Where f crosses an exact value
// (eˣ at 0, erfc at 0) the bounds are cut there, which keeps them monotone.

func expDown(x float64) float64 {
	if x == 0 {
		return 1
	}
	if math.Abs(x) > expRange {
		e := stepDown(math.Exp(x/2), stepsExp)
		return mulDown(e, max(0, e))
	}
	y := stepDown(math.Exp(x), stepsExp)
	if x > 0 {
		y = max(y, 1)
	}
	return y
}

func expUp(x float64) float64 {
	if x == 0 {
		return 1
	}
	if math.Abs(x) > expRange {
		e := stepUp(math.Exp(x/2), stepsExp)
		return mulUp(e, e)
	}
	y := stepUp(math.Exp(x), stepsExp)
	if x < 0 {
		y = min(y, 1)
	}
	return y
}

func expm1Down(x float64) float64 {
	if x == 0 {
		return 0
	}
	if x > expRange {
		return addDown(expDown(x), -1)
	}
	return max(-1, x, stepDown(math.Expm1(x), stepsExpm1))
}

func expm1Up(x float64) float64 {
	if x == 0 {
		return 0
	}
	if x > expRange {
		return expUp(x)
	}
	return stepUp(math.Expm1(x), stepsExpm1)
}

func logDown(x float64) float64 {
	if x == 1 {
		return 0
	}
	if x < logRange {
		return addDown(stepDown(math.Log(x*0x1p54), stepsLog), mulDown(-54, ln2.Hi))
	}
	return stepDown(math.Log(x), stepsLog)
}

func logUp(x float64) float64 {
	if x == 1 {
		return 0
	}
	if x < logRange {
		return addUp(stepUp(math.Log(x*0x1p54), stepsLog), mulUp(-54, ln2.Lo))
	}
	return stepUp(math.Log(x), stepsLog)
}

func log1pDown(x float64) float64 {
	if x == 0 {
		return 0
	}
	return stepDown(math.Log1p(x), stepsLog1p)
}

func log1pUp(x float64) float64 {
	if x == 0 {
		return 0
	}
	return min(x, stepUp(math.Log1p(x), stepsLog1p))
}

func atanDown(x float64) float64 {
	if x == 0 {
		return 0
	}
	return max(-halfPi.Hi, stepDown(math.Atan(x), stepsAtan))
}

func erfDown(x float64) float64 {
	if x == 0 {
		return 0
	}
	return max(-1, stepDown(math.Erf(x), stepsErf))
}

func erfcDown(x float64) float64 {
	if x == 0 {
		return 1
	}
	y := max(0, stepDown(math.Erfc(x), stepsErfc))
	if x < 0 {
		y = max(y, 1)
	}
	return y
}

func erfcUp(x float64) float64 {
	if x == 0 {
		return 1
	}
	y := min(2, stepUp(math.Erfc(x), stepsErfc))
	if x > 0 {
		y = min(y, 1)
	}
	return y
}

// Atan and erf are odd, so an upper bound is a reflected lower one.
func atanUp(x float64) float64 { return -atanDown(-x) }
func erfUp(x float64) float64  { return -erfDown(-x) }
