package interval

import "math"

// Sinc sets s = sin(v)/v, 1 where v = 0: the composition of v with the Taylor series of
// sinc about each of its values.
func (s *Series) Sinc(v *Series) {
	top := s.start(v.status, v)
	c, g := s.terms(v), s.work(0)
	n := top
	if len(c) == 1 {
		n = 0
	}
	sincCoefficients(g[:n+1], v.c[0])
	// Horner's scheme in v − v₀, whose value is 0.
	s.c[0] = g[n]
	for j := n - 1; j >= 0; j-- {
		s.c[n-j] = Interval{}
		for k := n - j; k >= 1; k-- {
			s.c[k] = cauchy(c[1:], s.c[:k], k-1)
		}
		s.c[0] = g[j]
	}
	s.finish(n+1, top)
}

// sincTerms of a Taylor series of sinc are summed for arguments up to sincTaylor; what
// is left out of them is below 2·2ⁿ/n!, n > 30.
const (
	sincTerms  = 16
	sincTaylor = 2
)

// sincCoefficients encloses g_k = g⁽ᵏ⁾(v)/k! over the members v of x for g = sinc, by all
// that is known: |g⁽ᵏ⁾| ≤ 1/(k + 1), since sinc v = ∫₀¹ cos(sv) ds; the series of sinc at 0,
// near 0; and v·g_k + g_{k−1} = sin⁽ᵏ⁾(v)/k!, away from it.
func sincCoefficients(g []Interval, x Interval) {
	inverse := Interval{1, 1} // 1/k!
	sin := [4]Interval{Sin(x), Cos(x)}
	sin[2], sin[3] = sin[0].Neg(), sin[1].Neg()
	for k := range g {
		if k > 0 {
			inverse = inverse.over(k)
		}
		z := Interval{-1, 1}.over(k + 1)
		if x.Magnitude() <= sincTaylor {
			z = z.Intersect(sincSum(x, k))
		}
		z = z.Mul(inverse)
		switch {
		case k == 0:
			z = Sinc(x)
		case x.Mignitude() >= 1:
			z = z.Intersect(sin[k%4].Mul(inverse).Sub(g[k-1]).Div(x))
		}
		g[k] = z
	}
}

// sincSum encloses g⁽ᵏ⁾(v) = Σ (−1)ʲ vⁱ/(i!(2j + 1)), i = 2j − k ≥ 0, on a part of
// [−2, 2].
func sincSum(x Interval, k int) Interval {
	var sum Interval
	sqr := x.Sqr()
	power := Interval{1, 1} // vⁱ/i!
	i := k % 2
	if i == 1 {
		power = x
	}
	for n := 0; ; n++ {
		j := (k + i) / 2
		term := power.over(2*j + 1)
		if n == sincTerms { // the rest is at most twice the first term of it
			m := 2 * term.Magnitude()
			return sum.Add(Interval{-m, m})
		}
		if j%2 == 1 {
			term = term.Neg()
		}
		sum = sum.Add(term)
		power = power.Mul(sqr).over((i + 1) * (i + 2))
		i += 2
	}
}

// Tri sets s to the triangle wave of v. It is Kinked when a turning point may lie in v's
// values; coefficient 1 covers both slopes then.
func (s *Series) Tri(v *Series) {
	v0 := v.c[0]
	if side := TriSide(v0); side != 0 {
		s.TriPiece(v, side > 0)
		return
	}
	top := s.start(v.status|Kinked, v)
	s.c[0] = Tri(v0)
	if top > 0 {
		s.c[1] = v.c[1].Hull(v.c[1].Neg())
	}
	s.finish(len(s.c), top)
}

// TriSide is 1 where the triangle wave rises on the whole of x, −1 where it falls, 0
// where a turning point lies inside x, or may.
func TriSide(x Interval) int {
	if x.IsEmpty() || !x.isTame(maxReduced) || x.Hi-x.Lo > 2 {
		return 0
	}
	k := triPiece(x, true)
	if k-1 <= x.Lo && x.Hi <= k+1 {
		return 1
	}
	k = triPiece(x, false)
	if k-1 <= x.Lo && x.Hi <= k+1 {
		return -1
	}
	return 0
}

// triPiece is the middle of the rising or falling piece that is nearest to x.
func triPiece(x Interval, rises bool) float64 {
	if rises {
		return 4 * math.RoundToEven(x.Mid()/4)
	}
	return 4*math.RoundToEven((x.Mid()-2)/4) + 2
}

// TriPiece sets s to the rising or falling piece of the triangle wave that is nearest to
// v, continued beyond its ends.
func (s *Series) TriPiece(v *Series, rises bool) {
	k := triPiece(v.c[0], rises)
	if rises {
		s.Shift(v, Point(-k))
		return
	}
	s.Neg(v)
	s.c[0] = s.c[0].Add(Point(k))
}
