package interval

// Sin sets s = sin v.
func (s *Series) Sin(v *Series) { s.circular(v, Sin(v.c[0]), Cos(v.c[0])) }

// Cos sets s = cos v.
func (s *Series) Cos(v *Series) { s.circular(v, Cos(v.c[0]), Sin(v.c[0]).Neg()) }

// circular runs u′ = w·v′, w′ = −u·v′.
func (s *Series) circular(v *Series, u0, w0 Interval) {
	top := s.start(v.status, v)
	d, w := s.slope(v), s.work(1)
	s.c[0], w[0] = u0, w0
	for k := 1; k <= top; k++ {
		s.c[k] = chain(d, w, k)
		w[k] = chain(d, s.c, k).Neg()
	}
	s.finish(s.span(d), top)
}

// Tan sets s = tan v from u′ = w·v′, w = 1 + u². It is Partial when a pole
// may lie in v's values.
func (s *Series) Tan(v *Series) {
	st := v.status
	if hasPole(v.c[0]) {
		st |= Partial
	}
	top := s.start(st, v)
	d, w := s.slope(v), s.work(1)
	s.c[0] = Tan(v.c[0])
	w[0] = s.c[0].Sqr().Add(Interval{1, 1})
	for k := 1; k <= top; k++ {
		s.c[k] = chain(d, w, k)
		w[k] = cauchySelf(s.c[:k+1], k)
	}
	s.finish(s.span(d), top)
}

// Atan sets s = arctan v from w·u′ = v′, w = 1 + v² in scratch slice 1 and u′
// in 2.
func (s *Series) Atan(v *Series) {
	top := s.start(v.status, v)
	d, c, du := s.slope(v), s.terms(v), s.work(2)
	w := s.work(1)[:min(2*len(c)-1, len(s.c))]
	for k := range w {
		w[k] = cauchySelf(c, k)
	}
	w[0] = w[0].Add(Interval{1, 1})
	s.c[0] = Atan(v.c[0])
	for k := 1; k <= top; k++ {
		du[k-1] = at(d, k-1).Sub(cauchy(w[1:], du[:k-1], k-2)).Div(w[0])
		s.c[k] = du[k-1].over(k)
	}
	s.finish(s.span(d), top)
}
