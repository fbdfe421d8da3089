package montecarlo

// A meanSide decides on which side of a point the mean of a quantity with
// values in [min, max] lies, by betting in both directions. For a mean at
// most the point, (x − min)/(at − min) has expectation at most 1; for a mean
// at least the point, (max − x)/(max − at) has.
type meanSide struct {
	at, min, max float64
	above, below capital // against "mean ≤ at", against "mean ≥ at"
	side         int     // +1: the mean is above; −1: below; 0: not known
}

// newMeanSide knows the side of a point outside the support from the start.
func newMeanSide(at, lo, hi float64) *meanSide {
	s := &meanSide{at: at, min: lo, max: hi, above: newCapital(), below: newCapital()}
	switch {
	case at <= lo:
		s.side = +1
	case at >= hi:
		s.side = -1
	}
	return s
}

// observe takes one observation; enough is the capital that decides.
func (s *meanSide) observe(x, enough float64) {
	if s.side != 0 {
		return
	}
	if s.above.bet((x-s.min)/(s.at-s.min)) >= enough {
		s.side = +1
	}
	if s.below.bet((s.max-x)/(s.max-s.at)) >= enough {
		s.side = -1
	}
}
