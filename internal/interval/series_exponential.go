package interval

// Exp sets s = eᵛ from u′ = u·v′.
func (s *Series) Exp(v *Series) { s.expFrom(v, Exp(v.c[0])) }

// Expm1 sets s = eᵛ − 1.
func (s *Series) Expm1(v *Series) {
	s.expFrom(v, Exp(v.c[0]))
	s.c[0] = Expm1(v.c[0])
}

// expFrom runs the recurrence of u′ = u·v′ from the value u0.
func (s *Series) expFrom(v *Series, u0 Interval) {
	top := s.start(v.status, v)
	d := s.slope(v)
	s.c[0] = u0
	if m, ok := s.underflow(v, top); ok {
		for k := 1; k <= top; k++ {
			s.c[k] = Interval{-m, m}
		}
		s.finish(s.span(d), top)
		return
	}
	for k := 1; k <= top; k++ {
		s.c[k] = chain(d, s.c, k)
	}
	s.finish(s.span(d), top)
}

// underflow bounds the coefficients of eᵛ where that is so small that their recurrence
// would multiply the smallest float64 by huge powers of v′. With ε = e^{v₀/(n+1)},
// coefficient k is ε^{n+1−k} times that of e to Σ v_jεʲtʲ, without the value. If
// |v_j|εʲ ≤ 2⁻ʲ the latter is at most that of exp(Σ 2⁻ʲtʲ), and at most e.
func (s *Series) underflow(v *Series, top int) (m float64, ok bool) {
	if !(v.c[0].Hi < -1000) {
		return 0, false
	}
	e := expUp(divUp(v.c[0].Hi, float64(top+1)))
	half := mulUp(2, e)
	power := half
	for _, x := range s.terms(v)[1:] {
		if !(mulUp(x.Magnitude(), power) <= 1) {
			return 0, false
		}
		power = mulUp(power, half)
	}
	return mulUp(3, e), true
}

// Log sets s = log v from v·u′ = v′.
func (s *Series) Log(v *Series) {
	s.logFrom(v, v.c[0], Log(v.c[0]))
}

// Log1p sets s = log(1 + v).
func (s *Series) Log1p(v *Series) {
	s.logFrom(v, v.c[0].Add(Interval{1, 1}), Log1p(v.c[0]))
}

// logFrom runs the recurrence of w·u′ = v′ from the value u0, for w = v but
// for its value w0. Scratch slice 1 holds u′.
func (s *Series) logFrom(v *Series, w0, u0 Interval) {
	top := s.start(v.status|logStatus(w0, u0), v)
	d, c, du := s.slope(v), s.terms(v), s.work(1)
	s.c[0] = u0
	for k := 1; k <= top; k++ {
		du[k-1] = at(d, k-1).Sub(cauchy(c[1:], du[:k-1], k-2)).Div(w0)
		s.c[k] = du[k-1].over(k)
	}
	s.finish(s.span(d), top)
}

func logStatus(w0, u0 Interval) Status {
	switch {
	case u0.IsEmpty():
		return Undefined
	case w0.Lo <= 0:
		return Partial
	}
	return 0
}

// at is a[k], zero beyond the end.
func at(a []Interval, k int) Interval {
	if k < len(a) {
		return a[k]
	}
	return Interval{}
}

// Sigmoid sets s = 1/(1 + e⁻ᵛ) = (1 + tanh(v/2))/2.
func (s *Series) Sigmoid(v *Series) {
	top := s.start(v.status, v)
	d := s.slope(v)
	half := v.c[0].Scale(0.5)
	s.tanhFrom(d, 0.5, Tanh(half), SechSqr(half), top)
	for k := 1; k <= top; k++ {
		s.c[k] = s.c[k].Scale(0.5)
	}
	s.c[0] = Sigmoid(v.c[0])
	s.finish(s.span(d), top)
}

// Softplus sets s = log(1 + eᵛ) from u′ = σ(v)·v′, σ = (1 + tanh(v/2))/2 in
// scratch slice 2.
func (s *Series) Softplus(v *Series) {
	s.Sigmoid(v)
	top := s.top()
	w, d := s.work(2), s.work(0)[:len(s.terms(v))-1]
	copy(w, s.c)
	// tanhFrom has left d as half the slope of v.
	s.c[0] = Softplus(v.c[0])
	for k := 1; k <= top; k++ {
		s.c[k] = chain(d, w, k).Scale(2)
	}
	s.finish(s.span(d), top)
}
