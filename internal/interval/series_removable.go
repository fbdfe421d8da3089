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
