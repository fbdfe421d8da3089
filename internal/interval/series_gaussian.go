package interval

// Density sets s to the standard normal density of v.
func (s *Series) Density(v *Series) {
	top := s.start(v.status, v)
	s.bell(s.c, v, 0.5, Density(v.c[0]), top)
	s.finish(s.span(s.slope(v)), top)
}

// Erf sets s = erf v from u′ = (2/√π)e^{−v²}·v′.
func (s *Series) Erf(v *Series) {
	s.fromBell(v, Erf(v.c[0]), 1, twoOverSqrtPi.Mul(expNegSqr(v.c[0], 1)))
}

// Erfc sets s = 1 − erf v.
func (s *Series) Erfc(v *Series) {
	s.fromBell(v, Erfc(v.c[0]), 1, twoOverSqrtPi.Mul(expNegSqr(v.c[0], 1)).Neg())
}

// Phi sets s to the standard normal distribution function of v.
func (s *Series) Phi(v *Series) {
	s.fromBell(v, Phi(v.c[0]), 0.5, Density(v.c[0]))
}

// fromBell runs u′ = w·v′ for w = const·exp(−factor·v²), from the values u0 and
// w0. Scratch slice 2 holds w.
func (s *Series) fromBell(v *Series, u0 Interval, factor float64, w0 Interval) {
	top := s.start(v.status, v)
	w := s.work(2)
	s.bell(w, v, factor, w0, top)
	d := s.slope(v)
	s.c[0] = u0
	for k := 1; k <= top; k++ {
		s.c[k] = chain(d, w, k)
	}
	s.finish(s.span(d), top)
}

// bell sets w to the coefficients of const·exp(−factor·v²), of value w0, from
// w′ = −2·factor·w·v·v′; scratch slices 0 and 1 hold the slope of v and q =
// −2·factor·v·v′.
func (s *Series) bell(w []Interval, v *Series, factor float64, w0 Interval, top int) {
	c, d := s.terms(v), s.slope(v)
	q := s.work(1)[:min(len(c)+len(d)-1, len(s.c))]
	if len(d) == 0 {
		q = q[:0]
	}
	for k := range q {
		q[k] = cauchy(c, d, k).Scale(-2 * factor)
	}
	w[0] = w0
	for k := 1; k <= top; k++ {
		w[k] = chain(q, w, k)
	}
}
