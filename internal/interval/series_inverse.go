package interval

// Asinh sets s = arsinh v from √(1 + v²)·u′ = v′.
func (s *Series) Asinh(v *Series) {
	top := s.start(v.status, v)
	unit := Interval{1, 1}
	q := s.squarePlus(v, 1, unit)
	s.overRoot(v, q, Sqrt(v.c[0].Sqr().Add(unit)), Asinh(v.c[0]), top)
}

// Acosh sets s = arcosh v from √(v² − 1)·u′ = v′. It is Singular when 1 is the smallest
// value of v, Partial when v may be below.
func (s *Series) Acosh(v *Series) {
	v0, unit := v.c[0], Interval{1, 1}
	top := s.start(v.status|rootStatus(v0.Sub(unit)), v)
	q := s.squarePlus(v, 1, unit.Neg())
	s.overRoot(v, q, Sqrt(v0.Sub(unit).Mul(v0.Add(unit))), Acosh(v0), top)
}

// Asin sets s = arcsin v from √(1 − v²)·u′ = v′. It is Singular when the values of v
// reach ±1, Partial when they may go beyond.
func (s *Series) Asin(v *Series) { s.circularInverse(v, Asin(v.c[0])) }

// Acos sets s = arccos v.
func (s *Series) Acos(v *Series) {
	s.circularInverse(v, Acos(v.c[0]))
	for k := 1; k <= s.top(); k++ {
		s.c[k] = s.c[k].Neg()
	}
}

func (s *Series) circularInverse(v *Series, u0 Interval) {
	v0, unit := v.c[0], Interval{1, 1}
	top := s.start(v.status|rootStatus(unit.Sub(v0.Abs())), v)
	q := s.squarePlus(v, -1, unit)
	s.overRoot(v, q, circle(v0), u0, top)
}

// Atanh sets s = artanh v from (1 − v²)·u′ = v′. It is Partial when the values of v may
// reach ±1.
func (s *Series) Atanh(v *Series) {
	v0, unit := v.c[0], Interval{1, 1}
	st := Status(0)
	u0 := Atanh(v0)
	switch {
	case u0.IsEmpty():
		st = Undefined
	case !(v0.Lo > -1 && v0.Hi < 1):
		st = Partial
	}
	top := s.start(v.status|st, v)
	q := s.squarePlus(v, -1, unit)
	q[0] = unit.Sub(v0).Mul(unit.Add(v0))
	s.overSeries(v, q, u0, top)
}

// squarePlus is the coefficients of sign·v² + x, without trailing zeros, in scratch
// slice 1.
func (s *Series) squarePlus(v *Series, sign float64, x Interval) []Interval {
	c := s.terms(v)
	q := s.work(1)[:min(2*len(c)-1, len(s.c))]
	for k := range q {
		q[k] = cauchySelf(c, k).Scale(sign)
	}
	q[0] = q[0].Add(x)
	return q
}

// overRoot runs √q·u′ = v′ from the values u0 of u and w0 of √q; the coefficients w of
// the root go to scratch slice 3.
func (s *Series) overRoot(v *Series, q []Interval, w0, u0 Interval, top int) {
	w := s.work(3)
	w[0] = w0
	twice := w0.Scale(2)
	for k := 1; k < top; k++ {
		w[k] = at(q, k).Sub(convolveSelf(w[1:k])).Div(twice)
	}
	s.overSeries(v, w[:max(1, top)], u0, top)
}

// overSeries runs w·u′ = v′ from the value u0 of u, with u′ in scratch slice 2.
func (s *Series) overSeries(v *Series, w []Interval, u0 Interval, top int) {
	d, du := s.slope(v), s.work(2)
	s.c[0] = u0
	for k := 1; k <= top; k++ {
		du[k-1] = at(d, k-1).Sub(cauchy(w[1:], du[:k-1], k-2)).Div(w[0])
		s.c[k] = du[k-1].over(k)
	}
	s.finish(s.span(d), top)
}
