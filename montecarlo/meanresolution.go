package montecarlo

import "math"

// Resolution is the δ for which a mean of Hi + δ or Lo − δ would be refuted
// within the budget, in this sense: for every law on the support with that
// mean, and with a variance of at most that of the observations so far, the
// expected logarithms of the capitals of the single bets add up to a total
// of 2/α at the budget. Before the second observation every variance is
// allowed, and the worst law sits on Min and Max alone. Where no mean would
// be refuted it is the distance to the end of the support; of the two
// directions the larger δ counts.
//
// The expected log-capital is what n trials bring up to fluctuations of order
// √n, so at the resolution the refutation comes about as likely before the
// budget as after it; deviations of a multiple of it are refuted early.
func (t *MeanTest) Resolution() float64 {
	c := t.claim
	var delta float64
	if c.Hi < c.Max {
		delta = t.resolve(c.Hi-c.Min, c.Max-c.Min)
	}
	if c.Lo > c.Min {
		delta = math.Max(delta, t.resolve(c.Max-c.Lo, c.Max-c.Min))
	}
	return delta
}

// resolve measures everything from the end of the support that the bet
// against a mean of at most one unit is limited by; width is the whole
// support.
func (t *MeanTest) resolve(unit, width float64) float64 {
	n, need := float64(t.budget), math.Log(2/t.alpha)
	refutes := func(mean float64) bool {
		variance := mean * (width - mean)
		if t.observed.Count > 1 {
			variance = math.Min(variance, t.observed.Variance())
		}
		gain, variance := mean/unit, variance/(unit*unit)
		return logMixture(func(theta float64) float64 { return n * leastGrowth(theta, gain, variance) }) >= need
	}
	if !refutes(width) {
		return width - unit
	}
	return bisect(width, unit, refutes) - unit
}

// leastGrowth is the smallest E log(1 − θ + θg) over all gains g ≥ 0 with the
// given mean and at most the given variance. It is attained by two values, 0
// and b: the parabola q through the logarithm at 0 and tangent to it at b
// stays below it, since the third derivative is positive, so
// E log ≥ E q with equality for those two values; and q is concave.
func leastGrowth(theta, mean, variance float64) float64 {
	b := mean + variance/mean
	p := variance / (variance + mean*mean)
	return p*math.Log1p(-theta) + (1-p)*math.Log1p(theta*(b-1))
}
