package enclose

import (
	"fmt"
	"math"
	"strconv"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// slight is the jump, relative to the values, that is likely to be none: a branch that
// was meant to avoid rounding or overflow.
const slight = 1e-6

// jump decides whether the function really jumps inside x.
func (s *surveyor) jump(x interval.Interval) error {
	l, r, ok := s.sidesOf(x, 0)
	if ok && l == r && l.IsPoint() { // both values are exact
		s.addKink(x)
		return nil
	}
	if !ok || !(l.Hi < r.Lo || r.Hi < l.Lo) {
		return &Error{NotProvenContinuous, x, "the branches that meet there are not proven to have the same value"}
	}
	size := max(1, min(l.Magnitude(), r.Magnitude()))
	if step := r.Sub(l); step.Magnitude() <= slight*size {
		text := fmt.Sprintf("it jumps by %s, from %s to %s, and %s of the Gaussian lies beyond", digits(step), digits(l), digits(r),
			shortNumber(interval.Phi(interval.Point(-math.Abs(x.Mid()))).Mid()))
		if meant := s.withoutBranch(); meant != "" {
			text += "; " + meant + " does not jump"
		}
		return &Error{Discontinuous, x, text}
	}
	return &Error{Discontinuous, x, fmt.Sprintf("it jumps from %s to %s", number(l.Mid()), number(r.Mid()))}
}

// withoutBranch is the formula of the branch, of the two that the function consists of,
// that is defined and continuous everywhere by itself and takes more to compute; "" if
// there is none.
func (s *surveyor) withoutBranch() string {
	root := s.m.code[len(s.m.code)-1]
	if root.Op != expr.Select {
		return ""
	}
	b, c := s.p.Part(int(root.B)), s.p.Part(int(root.C))
	if b.Operations() < c.Operations() {
		b = c
	}
	if _, err := survey(b); err != nil {
		return ""
	}
	return b.String()
}

// digits writes what is known of a number, three digits at least and sixteen at most.
func digits(x interval.Interval) string {
	for n := 16; n > 3; n-- {
		if lo := strconv.FormatFloat(x.Lo, 'g', n, 64); lo == strconv.FormatFloat(x.Hi, 'g', n, 64) {
			return lo
		}
	}
	return shortNumber(x.Mid())
}
