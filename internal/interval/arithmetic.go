package interval

import "math"

// Neg is −x, exactly.
func (x Interval) Neg() Interval { return Interval{-x.Hi, -x.Lo} }

// Add encloses x + y.
func (x Interval) Add(y Interval) Interval {
	return Interval{addDown(x.Lo, y.Lo), addUp(x.Hi, y.Hi)}
}

// Sub encloses x − y.
func (x Interval) Sub(y Interval) Interval {
	return Interval{addDown(x.Lo, -y.Hi), addUp(x.Hi, -y.Lo)}
}

// Mul encloses x·y. The product of {0} and an unbounded interval is {0}.
func (x Interval) Mul(y Interval) Interval {
	switch {
	case x.Lo >= 0:
		switch {
		case y.Lo >= 0:
			return Interval{mulDown(x.Lo, y.Lo), mulUp(x.Hi, y.Hi)}
		case y.Hi <= 0:
			return Interval{mulDown(x.Hi, y.Lo), mulUp(x.Lo, y.Hi)}
		}
		return Interval{mulDown(x.Hi, y.Lo), mulUp(x.Hi, y.Hi)}
	case x.Hi <= 0:
		switch {
		case y.Lo >= 0:
			return Interval{mulDown(x.Lo, y.Hi), mulUp(x.Hi, y.Lo)}
		case y.Hi <= 0:
			return Interval{mulDown(x.Hi, y.Hi), mulUp(x.Lo, y.Lo)}
		}
		return Interval{mulDown(x.Lo, y.Hi), mulUp(x.Lo, y.Lo)}
	}
	switch {
	case y.Lo >= 0:
		return Interval{mulDown(x.Lo, y.Hi), mulUp(x.Hi, y.Hi)}
	case y.Hi <= 0:
		return Interval{mulDown(x.Hi, y.Lo), mulUp(x.Lo, y.Lo)}
	}
	return Interval{
		min(mulDown(x.Lo, y.Hi), mulDown(x.Hi, y.Lo)),
		max(mulUp(x.Lo, y.Lo), mulUp(x.Hi, y.Hi)),
	}
}

// Scale encloses c·x for a finite number c.
func (x Interval) Scale(c float64) Interval {
	if c < 0 {
		return Interval{mulDown(x.Hi, c), mulUp(x.Lo, c)}
	}
	return Interval{mulDown(x.Lo, c), mulUp(x.Hi, c)}
}

// Div encloses the quotients of members of x by non-zero members of y. It is
// unbounded when 0 is in y and x is not {0}, and empty when y is {0}.
func (x Interval) Div(y Interval) Interval {
	if x.IsEmpty() || y.IsEmpty() || y.Lo == 0 && y.Hi == 0 {
		return Empty()
	}
	if y.Hi <= 0 {
		return x.Neg().Div(y.Neg())
	}
	if x.Lo == 0 && x.Hi == 0 {
		return Interval{}
	}
	if y.Lo <= 0 {
		return divByZero(x, y)
	}
	z := Interval{divDown(x.Lo, y.Lo), divUp(x.Hi, y.Lo)}
	if x.Lo >= 0 {
		z.Lo = divDown(x.Lo, y.Hi)
	}
	if x.Hi <= 0 {
		z.Hi = divUp(x.Hi, y.Hi)
	}
	return z
}

// divByZero is x/y for y with 0 inside or at its lower end, y.Hi > 0.
func divByZero(x, y Interval) Interval {
	z := Entire()
	if y.Lo == 0 {
		if x.Lo >= 0 {
			z.Lo = divDown(x.Lo, y.Hi)
		}
		if x.Hi <= 0 {
			z.Hi = divUp(x.Hi, y.Hi)
		}
	}
	return z
}

// Inv encloses 1/x under the rules of Div.
func (x Interval) Inv() Interval { return Interval{1, 1}.Div(x) }

// Sqr encloses x², which is tighter than x·x when 0 is inside.
func (x Interval) Sqr() Interval {
	y := x.Abs()
	return Interval{mulDown(y.Lo, y.Lo), mulUp(y.Hi, y.Hi)}
}

// Abs is |x|, exactly.
func (x Interval) Abs() Interval {
	switch {
	case x.Lo >= 0:
		return x
	case x.Hi <= 0:
		return x.Neg()
	case x.IsEmpty():
		return x
	}
	return Interval{0, x.Magnitude()}
}

// Min is the range of min(u, v) over u in x and v in y, exactly.
func (x Interval) Min(y Interval) Interval {
	return New(min(x.Lo, y.Lo), min(x.Hi, y.Hi))
}

// Max is the range of max(u, v) over u in x and v in y, exactly.
func (x Interval) Max(y Interval) Interval {
	return New(max(x.Lo, y.Lo), max(x.Hi, y.Hi))
}

// Sign is the hull of the signs (−1, 0 or 1) of the members.
func (x Interval) Sign() Interval {
	return Interval{signOf(x.Lo), signOf(x.Hi)}
}

func signOf(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return v - v // 0, or NaN
}

// Sqrt encloses √v over the members v ≥ 0; it is empty when there is none.
func Sqrt(x Interval) Interval {
	if !(x.Hi >= 0) {
		return Empty()
	}
	return Interval{sqrtDown(math.Max(x.Lo, 0)), sqrtUp(x.Hi)}
}
