package montecarlo

import "math"

// Interval is the confidence sequence now: it holds μ with probability at
// least 1 − α, at all times at once, and agrees with the outcome: inside
// [Lo, Hi] when confirmed, outside when refuted (an end may then touch Lo or
// Hi, which is itself excluded).
//
// At the ends of the claim the capital is known exactly. Elsewhere it is
// bounded from below by what follows from the number, mean and variance of
// the observations, so the interval is never narrower than the exact betting
// interval; for strongly skewed observations it is wider.
//
// An observation outside the support voids it: it is then the interval of
// the observations before.
func (t *MeanTest) Interval() (lo, hi float64) {
	c := t.claim
	lo, hi = c.Min, c.Max
	if t.observed.Count > 0 {
		mean := math.Min(math.Max(t.observed.Mean, c.Min), c.Max) // rounding can leave the support
		lo = bisect(c.Min, mean, func(m float64) bool { return t.excludes(m, m-c.Min, mean-m) })
		hi = bisect(c.Max, mean, func(m float64) bool { return t.excludes(m, c.Max-m, m-mean) })
	}
	for _, s := range []*meanSide{t.lo, t.hi} {
		switch {
		case s.side > 0:
			lo = math.Max(lo, s.at)
		case s.side < 0:
			hi = math.Min(hi, s.at)
		}
	}
	return lo, math.Max(lo, hi)
}

// excludes says whether the capital against m is surely enough. The gains
// are 1 plus the distance from m, in units of the distance from m to the end
// of the support; the observed mean is by shift on the far side of m.
func (t *MeanTest) excludes(m, unit, shift float64) bool {
	n := float64(t.observed.Count)
	sumSq := (t.observed.sumSq + n*shift*shift) / (unit * unit)
	return logBound(n, shift/unit, sumSq) >= math.Log(2/t.alpha)
}
