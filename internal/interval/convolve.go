package interval

import "math"

// convolve encloses Σ a[i]·b[len−1−i], the coefficient of a product of
// series. The slices have the same length m.
//
// Lower and upper ends of the m products are summed in ordinary arithmetic
// together with the sum S of their magnitudes. A sum of m rounded products
// differs from the exact one by less than m·u/(1 − m·u)·S and half the
// smallest float64 per product (Higham, Accuracy and Stability of Numerical
// Algorithms, 2002, doi:10.1137/1.9780898718027, section 3.1), u = 2⁻⁵³; one widening by (m+4)·u·S at the end
// pays for all of it, for the rounding of S and for the last subtraction.
// Every step is monotone in the endpoints, so inclusion is kept.
func convolve(a, b []Interval) Interval {
	m := len(a)
	if m < 2 {
		if m == 0 {
			return Interval{}
		}
		return a[0].Mul(b[0])
	}
	b = b[:m]
	var lo, negHi, size float64
	for i, x := range a {
		y := b[m-1-i]
		nl, nh := -x.Lo, -x.Hi
		l := min(x.Lo*y.Lo, x.Lo*y.Hi, x.Hi*y.Lo, x.Hi*y.Hi)
		h := min(nl*y.Lo, nl*y.Hi, nh*y.Lo, nh*y.Hi)
		lo += l
		negHi += h
		size -= min(l, h)
	}
	if size > 0 && size <= math.MaxFloat64/4 {
		e := float64(float64(m+4)*unit*size) + float64(m+2)*tiny
		return Interval{lo - e, e - negHi}
	}
	return convolveExtreme(a, b)
}

// convolveExtreme takes over for zeros, infinities, overflow and the empty
// set.
func convolveExtreme(a, b []Interval) Interval {
	var s Interval
	for i, x := range a {
		s = s.Add(x.Mul(b[len(a)-1-i]))
	}
	return s
}

// convolveSelf encloses Σ a[i]·a[len−1−i], each pair once and doubled, the
// middle one as a square.
func convolveSelf(a []Interval) Interval {
	m := len(a)
	h := m / 2
	s := convolve(a[:h], a[m-h:])
	s = s.Add(s)
	if m%2 == 1 {
		s = s.Add(a[h].Sqr())
	}
	return s
}
