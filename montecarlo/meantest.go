package montecarlo

import (
	"fmt"
	"math"
)

// A MeanClaim says that a quantity has values in [Min, Max] and an
// expectation in [Lo, Hi].
//
// A claim with Lo ≤ Min (−∞ included) is about the upper end only, one with
// Hi ≥ Max about the lower end only. A claim with Lo = Hi can be refuted but
// never confirmed.
type MeanClaim struct {
	Lo, Hi   float64
	Min, Max float64
}

func (c MeanClaim) check() error {
	switch {
	case !(c.Min < c.Max) || math.IsInf(c.Max-c.Min, 0):
		return fmt.Errorf("support [%v, %v]; want two finite numbers, the smaller first", c.Min, c.Max)
	case !(c.Lo <= c.Hi):
		return fmt.Errorf("mean claimed in [%v, %v]; want two numbers, the smaller first", c.Lo, c.Hi)
	case !(c.Lo < c.Max && c.Hi > c.Min):
		return fmt.Errorf("mean claimed in [%v, %v]; want an interval that meets the inside of the support [%v, %v]", c.Lo, c.Hi, c.Min, c.Max)
	case c.Lo <= c.Min && c.Hi >= c.Max:
		return fmt.Errorf("mean claimed in [%v, %v], which holds the whole support [%v, %v]; want a claim that can be false", c.Lo, c.Hi,
			c.Min, c.Max)
	}
	return nil
}

// A MeanTest decides whether the expectation μ of a bounded quantity lies in
// an interval, from trials seen one after another. Given the past, each must
// have expectation μ; independent trials do.
//
// It bets. For a point m let K⁺(m) be the capital (mixture of constant
// bets, see Waudby-Smith and Ramdas 2024,
// arXiv 2010.09686) of a player against "μ ≤ m", and
// K⁻(m) that of a player against "μ ≥ m". What is proven, for every n at
// once and for every law on the support:
//
//   - K⁺(μ) and K⁻(μ) are non-negative martingales of mean 1, so with
//     probability at least 1 − α neither ever reaches 2/α (Ville 1939,
//     https://eudml.org/doc/192893).
//   - Whatever the observations, K⁺(m) decreases and K⁻(m) increases in m. So
//     K⁺(Lo) ≥ 2/α at any time implies K⁺(μ) ≥ 2/α unless μ > Lo, and in the
//     same way for the other three hypotheses μ ≥ Lo, μ ≤ Hi, μ ≥ Hi.
//
// Hence all four hypotheses can be tested at 2/α and the points that are not
// excluded form a confidence sequence, with error probability at most α for
// the answer and the interval together. The claim is confirmed when μ > Lo
// and μ < Hi are known and refuted when μ < Lo or μ > Hi is.
//
// The number of trials needed is about 2·log(2/α)·Var/δ² to exclude a point
// at distance δ from μ, but never below log(2/α)·(m − Min)/δ for a point m
// below μ and log(2/α)·(Max − m)/δ for one above: no test can do better than
// the latter by more than a constant, because rare values at the far end of
// the support could make up for δ. A narrow support is worth having.
type MeanTest struct {
	claim    MeanClaim
	alpha    float64
	budget   int
	lo, hi   *meanSide // the same one when the claim is a single point
	observed Moments
	outcome  Outcome
	note     string
}

// NewMeanTest tests the claim with error probability at most alpha, at least
// 1e-300 and below 1; budget is the number of trials planned, from which the
// resolution follows and nothing else.
func NewMeanTest(c MeanClaim, alpha float64, budget int) (*MeanTest, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := checkPlan(alpha, budget); err != nil {
		return nil, err
	}
	t := &MeanTest{claim: c, alpha: alpha, budget: budget, lo: newMeanSide(c.Lo, c.Min, c.Max)}
	t.hi = t.lo
	if c.Lo < c.Hi {
		t.hi = newMeanSide(c.Hi, c.Min, c.Max)
	}
	return t, nil
}

// smallestAlpha keeps 1/α within the range of float64.
const smallestAlpha = 1e-300

func checkPlan(alpha float64, budget int) error {
	if !(alpha >= smallestAlpha && alpha < 1) {
		return fmt.Errorf("alpha %v; want a probability of at least %g and below 1", alpha, smallestAlpha)
	}
	if budget < 1 {
		return fmt.Errorf("budget of %d trials; want at least 1", budget)
	}
	return nil
}

// Add takes the next observation and returns the outcome so far, in constant
// time. An observation outside the support, or NaN, refutes at once: the
// support is part of the claim. Observations after the answer are ignored.
func (t *MeanTest) Add(x float64) Outcome {
	if t.outcome != Undecided {
		return t.outcome
	}
	if !(x >= t.claim.Min && x <= t.claim.Max) {
		t.outcome = Refuted
		t.note = fmt.Sprintf("trial %d gave %v, outside the claimed support [%v, %v]", t.observed.Count+1, x, t.claim.Min, t.claim.Max)
		return t.outcome
	}
	t.observed.Add(x)
	t.lo.observe(x, 2/t.alpha)
	if t.hi != t.lo {
		t.hi.observe(x, 2/t.alpha)
	}
	switch {
	case t.lo.side < 0 || t.hi.side > 0:
		t.outcome = Refuted
	case t.lo.side > 0 && t.hi.side < 0:
		t.outcome = Confirmed
	}
	return t.outcome
}

// Decided says whether the answer is known.
func (t *MeanTest) Decided() bool { return t.outcome != Undecided }

// Verdict is the answer so far. Trials counts the observations in the
// support.
func (t *MeanTest) Verdict() Verdict {
	lo, hi := t.Interval()
	target := Range{math.Max(t.claim.Lo, t.claim.Min), math.Min(t.claim.Hi, t.claim.Max)}
	return Verdict{
		Kind: Mean, Outcome: t.outcome, Alpha: t.alpha,
		Limit: target.Hi, Target: target, Resolution: t.Resolution(),
		Trials: t.observed.Count, Estimate: t.observed.Mean, Lo: lo, Hi: hi, Note: t.note,
	}
}
