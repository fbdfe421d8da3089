package enclose

import (
	"bsnn/internal/interval"
)

// A corner says what φ′ does at a kink.
type corner int8

const (
	unclear corner = iota // nothing is proven
	sharp                 // φ′ jumps
	round                 // φ′ is continuous
	steep                 // φ′ is unbounded
)

// corner classifies what happens inside x, a neighbourhood of a kink, and for
// a round one encloses φ′ and φ″ on all sides.
func (s *surveyor) corner(x interval.Interval) (c corner, first, second interval.Interval) {
	if r, ok := s.siteAt(x); ok {
		return s.cornerAt(r)
	}
	s.m.run(x, 1)
	known := append([]side(nil), s.m.sides...)
	ranges := make([]interval.Interval, len(s.m.regs))
	for i := range ranges {
		ranges[i] = s.m.value(int32(i))
	}
	var opens []border
	for i := range s.borders {
		if s.openBorder(&s.borders[i]) {
			opens = append(opens, s.borders[i])
		}
	}
	first, second = interval.Empty(), interval.Empty()
	if len(opens) > maxOpen {
		return unclear, interval.Entire(), interval.Entire()
	}
	analytic := true
	for choice := range 1 << len(opens) {
		sides, part := append([]side(nil), known...), x
		for j, b := range opens {
			at := side(choice>>j&1*2 - 1)
			b.set(sides, at)
			part = b.part(s.m.code, part, at)
		}
		if part.IsEmpty() {
			continue
		}
		s.m.forced = sides
		r := s.m.run(part, 1)
		s.m.forced = nil
		if r.Status()&^(interval.Edge|interval.Bent) != 0 {
			analytic = false
			break
		}
		first = first.Hull(r.Coefficient(1))
		second = second.Hull(r.Coefficient(2).Scale(2)) // everything where it is bent
	}
	if analytic {
		if _, slope := joins(s.p.Code(), s.borders, known, func(i int32) interval.Interval { return ranges[i] }); slope {
			return round, first, second
		}
	} else {
		first, second = interval.Entire(), interval.Entire()
	}
	if analytic && len(opens) == 1 && s.tangent(x, opens[0]) {
		return round, first, second
	}
	switch l, r, ok := s.sidesOf(x, 1); {
	case ok && (l.Hi < r.Lo || r.Hi < l.Lo):
		return sharp, first, second
	case ok && analytic && l == r && l.IsPoint(): // both slopes are exact
		return round, first, second
	}
	return unclear, first, second
}

// tangent reports whether the two branches of the one open border inside x have the same
// slope where they meet, exactly, at 0 or in the middle of x. A monotone difference
// vanishes nowhere else, or else the branches are one function.
func (s *surveyor) tangent(x interval.Interval, b border) bool {
	i := b.members[0].index
	s.m.run(x, 1)
	slope, analytic := s.difference(i)
	if b.b == turns || !analytic || slope.Lo < 0 && slope.Hi > 0 {
		return false
	}
	known := append([]side(nil), s.m.sides...)
	for _, c := range []float64{0, x.Mid()} {
		if !x.Contains(c) || s.m.differenceAt(i, c) != (interval.Interval{}) {
			continue
		}
		var slopes [2]interval.Interval
		for k, at := range []side{below, above} {
			b.set(known, at)
			s.m.forced = known
			r := s.m.run(interval.Point(c), 1)
			s.m.forced = nil
			slopes[k] = r.Coefficient(1)
		}
		return slopes[0] == slopes[1] && slopes[0].IsPoint()
	}
	return false
}
