package interval

// Add sets s = a + b.
func (s *Series) Add(a, b *Series) {
	top := s.start(a.status|b.status, a, b)
	n := min(max(a.n, b.n), len(s.c))
	for k := 0; k < min(n, top+1); k++ {
		s.c[k] = a.c[k].Add(b.c[k])
	}
	s.finish(n, top)
}

// Sub sets s = a − b.
func (s *Series) Sub(a, b *Series) {
	top := s.start(a.status|b.status, a, b)
	n := min(max(a.n, b.n), len(s.c))
	for k := 0; k < min(n, top+1); k++ {
		s.c[k] = a.c[k].Sub(b.c[k])
	}
	s.finish(n, top)
}

// Neg sets s = −a.
func (s *Series) Neg(a *Series) {
	s.start(a.status, a)
	for k, x := range a.c[:len(s.c)] {
		s.c[k] = x.Neg()
	}
	s.n = min(a.n, len(s.c))
}

// Set sets s = a.
func (s *Series) Set(a *Series) {
	s.start(a.status, a)
	copy(s.c, a.c)
	s.n = min(a.n, len(s.c))
}

// Scale sets s = x·a for a constant x.
func (s *Series) Scale(a *Series, x Interval) {
	top := s.start(a.status|constantStatus(x), a)
	n := min(a.n, len(s.c))
	for k := 0; k < min(n, top+1); k++ {
		s.c[k] = a.c[k].Mul(x)
	}
	s.finish(n, top)
}

// Shift sets s = a + x for a constant x.
func (s *Series) Shift(a *Series, x Interval) {
	s.Set(a)
	s.c[0] = s.c[0].Add(x)
	s.status |= constantStatus(x)
	s.finish(s.n, s.top())
}

func constantStatus(x Interval) Status {
	if x.IsEmpty() {
		return Undefined
	}
	return 0
}

// Mul sets s = a·b.
func (s *Series) Mul(a, b *Series) {
	if a == b {
		s.Sqr(a)
		return
	}
	top := s.start(a.status|b.status, a, b)
	ac, bc := s.terms(a), s.terms(b)
	n := min(len(ac)+len(bc)-1, len(s.c))
	for k := 0; k < min(n, top+1); k++ {
		s.c[k] = cauchy(ac, bc, k)
	}
	s.finish(n, top)
}

// Sqr sets s = a².
func (s *Series) Sqr(a *Series) {
	top := s.start(a.status, a)
	ac := s.terms(a)
	n := min(2*len(ac)-1, len(s.c))
	for k := 0; k < min(n, top+1); k++ {
		s.c[k] = cauchySelf(ac, k)
	}
	s.finish(n, top)
}

// Div sets s = a/b. It is Partial when 0 is in b's values, Undefined when b
// is zero.
func (s *Series) Div(a, b *Series) {
	b0 := b.c[0]
	top := s.start(a.status|b.status|poleStatus(b0), a, b)
	bc := s.terms(b)
	n := len(s.c)
	if len(bc) == 1 {
		n = min(a.n, n)
	}
	s.c[0] = a.c[0].Div(b0)
	for k := 1; k < min(n, top+1); k++ {
		s.c[k] = a.c[k].Sub(cauchy(bc[1:], s.c[:k], k-1)).Div(b0)
	}
	s.finish(max(n, 1), top)
}

func poleStatus(x Interval) Status {
	switch {
	case x.Lo > 0 || x.Hi < 0:
		return 0
	case x.Lo == 0 && x.Hi == 0 || x.IsEmpty():
		return Undefined
	}
	return Partial
}
