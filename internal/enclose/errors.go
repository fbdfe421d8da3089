package enclose

import (
	"fmt"
	"strconv"

	"bsnn/internal/interval"
)

// A Reason says why the theory does not cover a function, or why that could
// not be excluded.
type Reason uint8

// The reasons. Those that start with Not proven mean that the question
// stayed open.
const (
	Undefined           Reason = iota + 1 // the function has no value somewhere
	NotProvenDefined                      // … or may have none
	Discontinuous                         // the function jumps: no weak derivative in L²
	NotProvenContinuous                   // … or may jump
	Infinite                              // a moment is infinite
	NotProvenFinite                       // … or may be
	Constant                              // E φ′² is 0: no a exists
	NotProvenVarying                      // … or may be 0
)

// String names the reason in a few words.
func (r Reason) String() string {
	return [...]string{"", "not defined everywhere", "not proven to be defined everywhere", "discontinuous", "not proven continuous",
		"infinite", "not proven finite", "constant", "not proven to vary"}[r]
}

// An Error says why nothing is certified, and where. Its text is one line.
type Error struct {
	Reason Reason
	Place  interval.Interval // where on the x axis; an infinite endpoint stands for a tail
	Detail string
}

// Error returns the reason, the place and what happens there.
func (e *Error) Error() string {
	s := e.Reason.String()
	if p := placeText(e.Place); p != "" {
		s += " " + p
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// placeText describes an interval of the x axis; the whole line is nothing
// worth saying.
func placeText(p interval.Interval) string {
	switch {
	case p.IsEmpty() || p == interval.Entire():
		return ""
	case p.Hi > 1e300:
		return fmt.Sprintf("as x → +∞ (x ≥ %s)", number(p.Lo))
	case p.Lo < -1e300:
		return fmt.Sprintf("as x → −∞ (x ≤ %s)", number(p.Hi))
	case p.Hi-p.Lo <= 1e-6*max(1, p.Magnitude()):
		return "at x = " + number(p.Mid())
	}
	return fmt.Sprintf("between x = %s and x = %s", number(p.Lo), number(p.Hi))
}

// number rounds for reading; what is 0 up to the resolution of the search is
// printed as 0.
func number(x float64) string {
	if -1e-12 < x && x < 1e-12 {
		return "0"
	}
	return strconv.FormatFloat(x, 'g', 9, 64)
}
