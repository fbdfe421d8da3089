package interval

import "math"

const (
	tiny      = 0x1p-1074 // smallest positive float64
	residual  = 0x1p-960  // above it the residual of × and ÷ is itself a float64
	unit      = 0x1p-53   // unit roundoff
	unboundUp = 0x7ff0000000000000
)

// nextDown is the largest float64 below x; −∞ stays.
func nextDown(x float64) float64 {
	b := math.Float64bits(x)
	switch {
	case x > 0:
		return math.Float64frombits(b - 1)
	case x == 0:
		return -tiny
	case x >= -math.MaxFloat64:
		return math.Float64frombits(b + 1)
	}
	return x
}

// stepDown moves n floats towards −∞ and stops at −∞; a NaN stays.
func stepDown(x float64, n int64) float64 {
	if x != x {
		return x
	}
	i := int64(math.Float64bits(x))
	if i < 0 {
		i = math.MinInt64 - i
	}
	i -= n
	if i < -unboundUp {
		i = -unboundUp
	}
	if i < 0 {
		i = math.MinInt64 - i
	}
	return math.Float64frombits(uint64(i))
}

func stepUp(x float64, n int64) float64 { return -stepDown(-x, n) }

// addDown is a lower bound of a + b, the largest one whenever the sum does
// not overflow: the rounding error of a floating-point sum is a float64,
// found by Knuth's TwoSum, and its sign says on which side the sum fell.
func addDown(a, b float64) float64 {
	s := a + b
	t := s - a
	e := (a - (s - t)) + (b - t)
	if e >= 0 && e <= math.MaxFloat64 {
		return s
	}
	if e < 0 && s > -math.MaxFloat64 {
		return nextDown(s)
	}
	return addDownExtreme(a, b, s)
}

// addDownExtreme settles sums in which TwoSum itself overflows.
func addDownExtreme(a, b, s float64) float64 {
	if math.IsInf(s, 1) {
		return math.MaxFloat64
	}
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		return s
	}
	return nextDown(s)
}

func addUp(a, b float64) float64 { return -addDown(-a, -b) }

// mulDown is a lower bound of a·b, the largest one unless the product is
// below 2^-960: the residual a·b − fl(a·b) is then a float64, which one FMA
// returns. Here 0·∞ = 0, since an infinite endpoint stands for reals.
func mulDown(a, b float64) float64 {
	p := a * b
	if q := math.Abs(p); q >= residual && q <= math.MaxFloat64 {
		if math.FMA(a, b, -p) < 0 {
			return nextDown(p)
		}
		return p
	}
	return mulDownExtreme(a, b, p)
}

func mulDownExtreme(a, b, p float64) float64 {
	switch {
	case a != a || b != b:
		return math.NaN()
	case a == 0 || b == 0:
		return 0
	case p > math.MaxFloat64:
		return math.MaxFloat64
	case (a > 0) == (b > 0):
		return max(0, nextDown(p))
	}
	return nextDown(p)
}

func mulUp(a, b float64) float64 { return -mulDown(-a, b) }

// divDown is a lower bound of a/b for b > 0, the largest one unless a or the
// quotient is below 2^-960: the remainder a − b·fl(a/b) is then a float64.
// A finite number over an infinite one is 0.
func divDown(a, b float64) float64 {
	q := a / b
	if r := math.Abs(q); r >= residual && r <= math.MaxFloat64 && math.Abs(a) >= residual && b >= residual {
		if math.FMA(-q, b, a) < 0 {
			return nextDown(q)
		}
		return q
	}
	return divDownExtreme(a, b, q)
}

func divDownExtreme(a, b, q float64) float64 {
	switch {
	case a != a || b != b:
		return math.NaN()
	case a == 0 || b > math.MaxFloat64:
		return 0
	case q > math.MaxFloat64:
		return math.MaxFloat64
	case a > 0:
		return max(0, nextDown(q))
	}
	return nextDown(q)
}

func divUp(a, b float64) float64 { return -divDown(-a, b) }

// sqrtDown is a lower bound of √a for a ≥ 0; the square root of IEEE 754 is
// correctly rounded and its residual is a float64.
func sqrtDown(a float64) float64 {
	s := math.Sqrt(a)
	if a < residual || a > math.MaxFloat64 {
		if a == 0 {
			return 0
		}
		return min(nextDown(s), math.MaxFloat64)
	}
	if math.FMA(-s, s, a) < 0 {
		return nextDown(s)
	}
	return s
}

func sqrtUp(a float64) float64 {
	s := math.Sqrt(a)
	if a < residual || a > math.MaxFloat64 {
		if a == 0 {
			return 0
		}
		return -nextDown(-s)
	}
	if math.FMA(-s, s, a) > 0 {
		return -nextDown(-s)
	}
	return s
}
