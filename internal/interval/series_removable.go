package interval

// Removable sets s = a/b for analytic a and b that both vanish, to the order m ≥ 1, at
// one point c of the centre, where b_m holds no 0. Since a = (x − c)ᵐ·A with
// A⁽ᵏ⁾(x)/k! a mean of a⁽ᵏ⁺ᵐ⁾/(k + m)! between c and x, the quotient of the shifted series
// encloses a/b with its limit at c. Its last m coefficients are unknown.
func (s *Series) Removable(a, b *Series, m int) {
	s.start(a.status|b.status, a, b)
	n := len(s.c) - m
	for k := range s.c {
		if k >= n {
			s.c[k] = Entire()
			continue
		}
		s.c[k] = a.c[k+m].Sub(cauchy(b.c[m+1:], s.c[:k], k-1)).Div(b.c[m])
	}
	s.n = len(s.c)
}

// Meet narrows the coefficients of an analytic s by those of w over a larger centre.
func (s *Series) Meet(w *Series) {
	for k := range s.c {
		s.c[k] = s.c[k].Intersect(w.c[k])
	}
	s.n = len(s.c)
}

// Pin narrows coefficient k to what is known of it otherwise.
func (s *Series) Pin(k int, x Interval) {
	if y := s.c[k].Intersect(x); !y.IsEmpty() {
		s.c[k] = y
	}
}

// Moved sets s to the series at a point from the one, of scale 1, at another point, both
// in the centre of rest: Taylor's polynomial moved by delta·scale, with the last bounded
// coefficient of rest, of the given scale, as Lagrange's remainder. All are analytic.
func (s *Series) Moved(at, rest *Series, delta Interval, scale float64) {
	s.start(at.status|rest.status, at, rest)
	copy(s.c, rest.c)
	n, unit := len(s.c)-1, 1.0
	for n > 0 && !s.c[n].IsBounded() {
		n--
	}
	for k := range n {
		s.c[k] = at.c[k].Scale(unit)
		unit *= scale
	}
	for i := range n {
		for k := n - 1; k >= i; k-- {
			s.c[k] = s.c[k].Add(delta.Mul(s.c[k+1]))
		}
	}
	s.n = len(s.c)
}
