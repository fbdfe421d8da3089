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
)

// corner classifies what happens inside x, a neighbourhood of a kink, and for
// a round one encloses φ′ and φ″ on all sides.
func (s *surveyor) corner(x interval.Interval) (c corner, first, second interval.Interval) {
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
	if l, r, ok := s.sidesOf(x, 1); ok && (l.Hi < r.Lo || r.Hi < l.Lo) {
		return sharp, first, second
	}
	return unclear, first, second
}
