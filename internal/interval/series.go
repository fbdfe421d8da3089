package interval

// A Series is a truncated power series Σ c_k tᵏ, k = 0 … order, with
// interval coefficients, of a function of x = centre + scale·t. Coefficient
// k encloses scaleᵏ f⁽ᵏ⁾(v)/k! for every v in the centre. So a point as
// centre gives Taylor's polynomial, and a whole interval gives in
// coefficient k Lagrange's remainder of the polynomial of degree k − 1, for
// any two points of that interval.
//
// A Series is the destination of its methods: s.Mul(a, b) sets s = a·b.
// The receiver must not be one of the arguments, and the arguments have at
// least its order; a violation panics. Methods keep scratch space in the
// receiver, so nothing is allocated once each Series has been used for the
// same operation. A Series is not safe for concurrent use.
type Series struct {
	c       []Interval // order + 1 coefficients
	n       int        // c[n:] is exactly zero
	status  Status
	scratch [4][]Interval
}

// NewSeries returns the zero function as a series up to order ≥ 0.
func NewSeries(order int) *Series {
	return &Series{c: make([]Interval, order+1), n: 1}
}

// Order is the index of the last coefficient.
func (s *Series) Order() int { return len(s.c) - 1 }

// Coefficient is c_k.
func (s *Series) Coefficient(k int) Interval { return s.c[k] }

// Value is c_0, the enclosure of the function's values on the centre.
func (s *Series) Value() Interval { return s.c[0] }

// Status says which coefficients may be relied on.
func (s *Series) Status() Status { return s.status }

// Constant sets s to the function that is x everywhere.
func (s *Series) Constant(x Interval) {
	s.status = constantStatus(x)
	s.c[0] = x
	s.finish(1, s.top())
}

// Variable sets s to the variable itself at the given centre. A power of
// two as scale loses nothing in accuracy and keeps coefficients of high
// order from overflow; scale > 0.
func (s *Series) Variable(centre Interval, scale float64) {
	s.Constant(centre)
	if len(s.c) > 1 && s.status == 0 {
		s.c[1] = Point(scale)
		s.n = 2
	}
}

// Derivative sets s to the derivative of a with respect to x, where scale is
// that of a's variable. The order of s is below that of a. Where a is
// Kinked the derivative may jump; where it is Bent the derivative is Singular.
func (s *Series) Derivative(a *Series, scale float64) {
	if s.Order() >= a.Order() {
		panic("interval: a derivative loses one order")
	}
	st := a.status
	switch {
	case st&(Singular|Partial|Undefined) != 0:
		st |= Partial
	case st&Kinked != 0:
		st |= Jump
	case st&Bent != 0: // a continuous derivative
		st = st&^Bent | Singular
	}
	s.status = st
	top := s.top()
	if st&(Kinked|Jump) != 0 {
		top = 0
	}
	for k := 0; k <= top; k++ {
		s.c[k] = a.c[k+1].Scale(float64(k + 1))
		if scale != 1 {
			s.c[k] = s.c[k].Div(Interval{scale, scale})
		}
	}
	if st&Undefined != 0 {
		s.c[0] = Empty()
	}
	s.finish(max(a.n-1, 1), top)
}

// start checks the shapes, sets the status and returns the last coefficient
// worth computing.
func (s *Series) start(status Status, args ...*Series) int {
	for _, a := range args {
		if a == s {
			panic("interval: the destination of a series operation is one of its arguments")
		}
		if len(a.c) < len(s.c) {
			panic("interval: series of lower order than the destination")
		}
	}
	s.status = status
	return s.top()
}

// top is the last coefficient about which the status lets something be said.
func (s *Series) top() int {
	switch {
	case s.status&(Singular|Partial|Undefined) != 0:
		return 0
	case s.status&(Kinked|Jump|Bent) != 0:
		return min(1, s.Order())
	}
	return s.Order()
}

// finish records that coefficients n … top are zero and those beyond top
// unknown.
func (s *Series) finish(n, top int) {
	for k := n; k <= top; k++ {
		s.c[k] = Interval{}
	}
	s.n = min(n, len(s.c))
	if top < s.Order() {
		for k := top + 1; k < len(s.c); k++ {
			s.c[k] = Entire()
		}
		s.n = len(s.c)
	}
}

// terms is a's coefficients as far as they matter to a series of the length
// of s, without trailing zeros.
func (s *Series) terms(a *Series) []Interval { return a.c[:min(a.n, len(s.c))] }

// work is the i-th scratch slice, as long as s.
func (s *Series) work(i int) []Interval {
	if s.scratch[i] == nil {
		s.scratch[i] = make([]Interval, len(s.c))
	}
	return s.scratch[i]
}

// slope sets scratch slice 0 to the coefficients (k+1)·v_{k+1} of dv/dt and
// returns them without trailing zeros.
func (s *Series) slope(v *Series) []Interval {
	c := s.terms(v)
	d := s.work(0)[:len(c)-1]
	for k := range d {
		d[k] = c[k+1].Scale(float64(k + 1))
	}
	return d
}

// span is the number of coefficients a non-polynomial function of a series
// with slope d has.
func (s *Series) span(d []Interval) int {
	if len(d) == 0 {
		return 1
	}
	return len(s.c)
}

// cauchy encloses Σ a[j]·b[k−j] over the j for which both exist.
func cauchy(a, b []Interval, k int) Interval {
	lo, hi := max(0, k-len(b)+1), min(k, len(a)-1)
	if lo > hi {
		return Interval{}
	}
	return convolve(a[lo:hi+1], b[k-hi:k-lo+1])
}

// cauchySelf encloses Σ a[j]·a[k−j].
func cauchySelf(a []Interval, k int) Interval {
	lo, hi := max(0, k-len(a)+1), min(k, len(a)-1)
	if lo > hi {
		return Interval{}
	}
	return convolveSelf(a[lo : hi+1])
}

// chain is coefficient k ≥ 1 of the u with u′ = w·v′: (1/k)Σ d_{j−1}·w_{k−j},
// d the slope of v. It needs w up to k − 1.
func chain(d, w []Interval, k int) Interval {
	return cauchy(d, w[:k], k-1).over(k)
}

// over is x/k.
func (x Interval) over(k int) Interval {
	return Interval{divDown(x.Lo, float64(k)), divUp(x.Hi, float64(k))}
}
