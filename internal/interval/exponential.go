package interval

// Exp encloses the exponential function.
func Exp(x Interval) Interval { return Interval{expDown(x.Lo), expUp(x.Hi)} }

// Expm1 encloses eˣ − 1, with a small relative width near 0.
func Expm1(x Interval) Interval { return Interval{expm1Down(x.Lo), expm1Up(x.Hi)} }

// Log encloses the natural logarithms of the positive members; it is empty
// when there is none.
func Log(x Interval) Interval {
	if !(x.Hi > 0) {
		return Empty()
	}
	return Interval{logDown(max(x.Lo, 0)), logUp(x.Hi)}
}

// Log1p encloses log(1 + v) over the members v > −1, with a small relative
// width near 0; it is empty when there is none.
func Log1p(x Interval) Interval {
	if !(x.Hi > -1) {
		return Empty()
	}
	return Interval{log1pDown(max(x.Lo, -1)), log1pUp(x.Hi)}
}

// Sigmoid encloses the logistic function 1/(1 + e⁻ˣ), with a small relative
// width in the left tail.
func Sigmoid(x Interval) Interval { return Interval{sigmoidAt(x.Lo).Lo, sigmoidAt(x.Hi).Hi} }

func sigmoidAt(x float64) Interval {
	if x >= 0 {
		e := Interval{expDown(-x), expUp(-x)}
		return Interval{max(0.5, divDown(1, addUp(1, e.Hi))), min(1, divUp(1, addDown(1, e.Lo)))}
	}
	// e/(1 + e) increases with e.
	e := Interval{expDown(x), expUp(x)}
	return Interval{divDown(e.Lo, addUp(1, e.Lo)), min(0.5, divUp(e.Hi, addDown(1, e.Hi)))}
}

// Softplus encloses log(1 + eˣ), with a small relative width in the left
// tail.
func Softplus(x Interval) Interval { return Interval{softplusAt(x.Lo).Lo, softplusAt(x.Hi).Hi} }

func softplusAt(x float64) Interval {
	if x >= 0 {
		return Interval{
			addDown(x, log1pDown(expDown(-x))),
			addUp(x, log1pUp(expUp(-x))),
		}
	}
	return Interval{log1pDown(expDown(x)), log1pUp(expUp(x))}
}
