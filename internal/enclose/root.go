package enclose

import (
	"math"

	"bsnn/internal/interval"
)

// crossing encloses, in a tiny interval, the one place inside x at which the one open
// border is crossed, by Newton's method. ok is false unless the last run, over x, has
// left exactly one border open, whose difference is analytic, strictly monotone and of
// different signs at the ends.
func (s *surveyor) crossing(x interval.Interval) (c interval.Interval, ok bool) {
	i := -1
	for k := range s.borders {
		b := &s.borders[k]
		if !s.openBorder(b) {
			continue
		}
		if i >= 0 || b.b == turns {
			return c, false
		}
		i = b.members[0].index
	}
	if i < 0 {
		return c, false
	}
	signs := func(c interval.Interval) int { // 1, −1: it crosses upwards, downwards; 0: not proven
		lo, hi := s.m.differenceAt(i, c.Lo), s.m.differenceAt(i, c.Hi)
		switch {
		case lo.Hi < 0 && hi.Lo > 0:
			return 1
		case lo.Lo > 0 && hi.Hi < 0:
			return -1
		}
		return 0
	}
	if signs(x) == 0 {
		return c, false
	}
	c = x
	for range 40 {
		d, analytic := s.difference(i)
		if !analytic || d.Mignitude() == 0 {
			return c, false
		}
		mid := c.Mid()
		next := interval.Point(mid).Sub(s.m.differenceAt(i, mid).Div(d)).Intersect(c)
		if next.IsEmpty() {
			return c, false
		}
		stuck := next.Hi-next.Lo > 0.5*(c.Hi-c.Lo)
		c = next
		if stuck || tiny(c.Lo, c.Hi) {
			break
		}
		s.budget--
		s.m.run(c, 1)
	}
	// A little wider its ends are on different sides, provably.
	for w := math.Max(c.Hi-c.Lo, 0x1p-52*c.Magnitude()); ; w *= 4 {
		z := interval.Interval{Lo: c.Lo - w, Hi: c.Hi + w}.Intersect(x)
		if !tiny(z.Lo, z.Hi) {
			return z, false
		}
		if signs(z) != 0 {
			return z, true
		}
	}
}

// difference encloses the slope of the difference that branching instruction i depends
// on, over the last run, and says whether it is analytic there.
func (s *surveyor) difference(i int) (slope interval.Interval, analytic bool) {
	d := s.m.regs[s.m.code[i].A]
	if s.m.diff[i] != nil {
		d = s.m.diff[i]
	}
	return d.Coefficient(1), d.Status().Analytic()
}
