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
		sides := append([]side(nil), known...)
		for j, b := range opens {
			b.set(sides, side(choice>>j&1*2-1))
		}
		s.m.forced = sides
		r := s.m.run(x, 1)
		s.m.forced = nil
		if !r.Status().Analytic() {
			analytic = false
			break
		}
		first = first.Hull(r.Coefficient(1))
		second = second.Hull(r.Coefficient(2).Scale(2))
	}
	if analytic {
		if _, slope := joins(s.p.Code(), s.borders, known); slope {
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
