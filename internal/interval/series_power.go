package interval

import "math"

// Sqrt sets s = √v from u² = v. It is Singular when 0 is the smallest value
// of v, Partial when v may be negative.
func (s *Series) Sqrt(v *Series) {
	v0 := v.c[0]
	st := rootStatus(v0)
	if v.isZero() {
		st = 0
	}
	top := s.start(v.status|st, v)
	c := s.terms(v)
	s.c[0] = Sqrt(v0)
	n := len(s.c)
	if len(c) == 1 {
		n = 1
	}
	twice := s.c[0].Scale(2)
	for k := 1; k <= min(n-1, top); k++ {
		s.c[k] = at(c, k).Sub(convolveSelf(s.c[1:k])).Div(twice)
	}
	s.finish(n, top)
}

func rootStatus(x Interval) Status {
	switch {
	case x.Lo > 0:
		return 0
	case x.Lo == 0:
		return Singular
	case x.Hi >= 0:
		return Partial
	}
	return Undefined
}

// Pow sets s = v^p for a constant real p, from v·u′ = p·u·v′:
// u_k = (1/(k·v₀)) Σ_{j=1}^{k} (p·j − (k − j))·v_j·u_{k−j}. Use PowInt for
// whole p: here v must be positive. v = 0 is Singular for p > 0 and outside
// the domain for p ≤ 0; for p ≥ 1 it is only Bent.
func (s *Series) Pow(v *Series, p Interval) {
	v0 := v.c[0]
	st := rootStatus(v0)
	switch {
	case st == Singular && p.Lo <= 0:
		st = Partial
	case v.isZero():
		st = 0
	case st == Singular && p.Lo >= 1:
		s.bent(v, p)
		return
	}
	u0 := Pow(v0, p)
	if u0.IsEmpty() {
		st = Undefined
	}
	s.powFrom(v, p, u0, st)
}

// isZero reports whether s is the function that is 0 everywhere.
func (s *Series) isZero() bool { return s.n == 1 && s.c[0] == Interval{} && s.status&^Edge == 0 }

// bent is v^p for v ≥ 0 and p ≥ 1, from the first derivative p·v^{p−1}·v′ alone.
func (s *Series) bent(v *Series, p Interval) {
	top := s.start(v.status|Bent, v)
	s.c[0] = Pow(v.c[0], p)
	if top > 0 {
		s.c[1] = p.Mul(Pow(v.c[0], p.Sub(Interval{1, 1})).Intersect(Interval{0, math.Inf(1)})).Mul(v.c[1])
	}
	s.finish(len(s.c), top)
}

// powFrom runs the recurrence of Pow from the value u0.
func (s *Series) powFrom(v *Series, p, u0 Interval, st Status) {
	top := s.start(v.status|st, v)
	c, g := s.terms(v), s.work(0)
	n := len(s.c)
	if len(c) == 1 {
		n = 1
	}
	s.c[0] = u0
	for k := 1; k <= min(n-1, top); k++ {
		m := min(k, len(c)-1)
		for j := 1; j <= m; j++ {
			weight := p.Scale(float64(j)).Add(Point(float64(j - k)))
			g[j-1] = weight.Mul(c[j])
		}
		s.c[k] = cauchy(g[:m], s.c[:k], k-1).Div(v.c[0].Scale(float64(k)))
	}
	s.finish(n, top)
}

// PowInt sets s = vⁿ, by repeated squaring for n ≥ 0 and by the recurrence of
// Pow for n < 0, with the status rules of Div.
func (s *Series) PowInt(v *Series, n int) {
	if n < 0 {
		s.powFrom(v, Point(float64(n)), PowInt(v.c[0], n), poleStatus(v.c[0]))
		return
	}
	top := s.start(v.status, v)
	// Left to right: x ← x², then x ← x·v where the bit of n is set.
	acc := s.work(1)[:1]
	acc[0] = Interval{1, 1}
	tmp := s.work(2)
	c := s.terms(v)
	for bit := topBit(n); bit >= 0; bit-- {
		m := min(2*len(acc)-1, top+1)
		for k := 0; k < m; k++ {
			tmp[k] = cauchySelf(acc, k)
		}
		acc, tmp = tmp[:m], acc[:cap(acc)]
		if n>>bit&1 == 1 {
			m = min(len(acc)+len(c)-1, top+1)
			for k := 0; k < m; k++ {
				tmp[k] = cauchy(acc, c, k)
			}
			acc, tmp = tmp[:m], acc[:cap(acc)]
		}
	}
	copy(s.c, acc)
	s.c[0] = PowInt(v.c[0], n)
	s.finish(len(acc), top)
}

func topBit(n int) int {
	b := -1
	for ; n > 0; n >>= 1 {
		b++
	}
	return b
}
