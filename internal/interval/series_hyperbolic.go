package interval

// Tanh sets s = tanh v from u′ = w·v′, w = 1 − u².
func (s *Series) Tanh(v *Series) {
	top := s.start(v.status, v)
	d := s.slope(v)
	s.tanhFrom(d, 1, Tanh(v.c[0]), SechSqr(v.c[0]), top)
	s.finish(s.span(d), top)
}

// tanhFrom runs the recurrence for the argument whose slope is factor·d, from
// the values u0 of tanh and w0 of 1 − tanh²; w0 is passed because it keeps
// the coefficients accurate in the tails. It scales d in place; scratch slice
// 1 holds w.
func (s *Series) tanhFrom(d []Interval, factor float64, u0, w0 Interval, top int) {
	if factor != 1 {
		for k := range d {
			d[k] = d[k].Scale(factor)
		}
	}
	w := s.work(1)
	s.c[0], w[0] = u0, w0
	for k := 1; k <= top; k++ {
		s.c[k] = chain(d, w, k)
		w[k] = cauchySelf(s.c[:k+1], k).Neg()
	}
}

// Sinh sets s = sinh v.
func (s *Series) Sinh(v *Series) { s.hyperbolic(v, Sinh(v.c[0]), Cosh(v.c[0])) }

// Cosh sets s = cosh v.
func (s *Series) Cosh(v *Series) { s.hyperbolic(v, Cosh(v.c[0]), Sinh(v.c[0])) }

// hyperbolic runs u′ = w·v′, w′ = u·v′.
func (s *Series) hyperbolic(v *Series, u0, w0 Interval) {
	top := s.start(v.status, v)
	d, w := s.slope(v), s.work(1)
	s.c[0], w[0] = u0, w0
	for k := 1; k <= top; k++ {
		s.c[k] = chain(d, w, k)
		w[k] = chain(d, s.c, k)
	}
	s.finish(s.span(d), top)
}
