package montecarlo

import (
	"errors"
	"fmt"
	"math"
)

// A LawClaim says that the distribution function F of a quantity is nowhere
// further than Slack from CDF: its Kolmogorov distance to the predicted law
// is at most Slack.
//
// CDF(x) is the predicted probability of values ≤ x. It may jump: the
// distance is taken over all float64 x (subnormal ones aside), and the number
// just below an observation is looked at as well. At a jump CDF and the
// observations must be exact, as an atom that is moved by rounding is another
// law. Values of CDF outside [0, 1] are moved to the nearer end.
type LawClaim struct {
	CDF   func(float64) float64
	Slack float64
}

// justBelow is the predicted probability of values < x.
func (c LawClaim) justBelow(x float64) float64 {
	const smallestNormal = 0x1p-1022
	switch {
	case math.IsInf(x, -1):
		return 0
	case math.Abs(x) < smallestNormal: // an atom at 0 survives scaling in CDF
		return c.CDF(-smallestNormal)
	}
	return c.CDF(math.Nextafter(x, math.Inf(-1)))
}

// A LawTest decides a LawClaim from independent trials seen one after
// another, all with the same law.
//
// With probability at least 1 − α the empirical distribution function F_n is
// within ε_j = √(log(2/α_j)/(2n_j)) of F at each of its looks j, taken after
// n_j trials, with Σα_j = α: the inequality of Dvoretzky, Kiefer and
// Wolfowitz with Massart's constant (1990), which holds for every F and n,
// and a union bound over the looks. The n_j grow by an eighth from look to
// look and never end. By the triangle inequality the distance D between F and
// the prediction is then within ε_j of that between F_n and the prediction,
// always. Between looks the interval stays as it is, so stopping at any time
// costs nothing; an answer comes at most an eighth late for it.
//
// The looks up to the budget share 15/16 of α evenly, those after it the
// rest.
//
// The empirical distance is computed on a grid of K values of CDF, with
// 1/K ≤ 1/(8√budget), and is at most 1/K too small; the upper end of the
// interval allows for that. An observation costs two calls of CDF, and a look
// O(K), which is O(1) for each trial of the budget.
type LawTest struct {
	claim   LawClaim
	alpha   float64
	looks   looks
	counts  lawCounts
	next    look
	lo, hi  float64
	outcome Outcome
	note    string
}

// NewLawTest tests the claim with error probability at most alpha, at least
// 1e-300 and below 1. The budget is the number of trials planned: the
// resolution follows from it, and the test is sharpest there. It needs
// 0 ≤ Slack < 1; with a slack of 0 the claim is never confirmed.
func NewLawTest(c LawClaim, alpha float64, budget int) (*LawTest, error) {
	if c.CDF == nil {
		return nil, errors.New("claim about a law without its CDF")
	}
	if !(c.Slack >= 0 && c.Slack < 1) {
		return nil, fmt.Errorf("slack %v; want a distance of at least 0 and below 1", c.Slack)
	}
	if err := checkPlan(alpha, budget); err != nil {
		return nil, err
	}
	t := &LawTest{claim: c, alpha: alpha, looks: newLooks(alpha, budget), counts: newLawCounts(budget), hi: 1}
	t.next = t.looks.first()
	return t, nil
}

// Add takes the next observation and returns the outcome so far, in constant
// time on average over the budget. An observation of NaN, or one where CDF is
// NaN, refutes at once: no law has it. Observations after the answer are
// ignored.
func (t *LawTest) Add(x float64) Outcome {
	if t.outcome != Undecided {
		return t.outcome
	}
	at, below := t.claim.CDF(x), t.claim.justBelow(x)
	if math.IsNaN(x) || math.IsNaN(at) || math.IsNaN(below) {
		t.outcome = Refuted
		t.note = fmt.Sprintf("trial %d gave %v, where the predicted distribution function is %v", t.counts.total+1, x, at)
		return t.outcome
	}
	t.counts.add(at, below)
	if t.counts.total == t.next.trials {
		t.look()
	}
	return t.outcome
}

func (t *LawTest) look() {
	distance, epsilon := t.counts.distance(), t.next.epsilon()
	t.lo = math.Max(t.lo, distance-epsilon)
	t.hi = math.Min(t.hi, distance+t.counts.coarseness()+epsilon)
	switch {
	case t.lo > t.claim.Slack:
		t.outcome = Refuted
	case t.hi <= t.claim.Slack:
		t.outcome = Confirmed
	}
	t.next = t.looks.after(t.next)
}

// Interval is the confidence sequence now, for the distance between the law
// of the observations and the prediction: it holds it with probability at
// least 1 − α, at all times at once, and lies within [0, Slack] when the
// claim is confirmed and above Slack when it is refuted. An observation that
// refutes by itself leaves it as it was.
func (t *LawTest) Interval() (lo, hi float64) { return t.lo, math.Max(t.lo, t.hi) }

// Resolution is the δ for which a law at distance Slack + δ is refuted at the
// budget, at the latest, if the empirical law is then no nearer to the
// prediction than the law itself.
func (t *LawTest) Resolution() float64 {
	return math.Min(t.looks.atBudget().epsilon()+t.counts.coarseness(), 1-t.claim.Slack)
}

// Decided says whether the answer is known.
func (t *LawTest) Decided() bool { return t.outcome != Undecided }

// Verdict is the answer so far.
func (t *LawTest) Verdict() Verdict {
	lo, hi := t.Interval()
	return Verdict{
		Kind: Law, Outcome: t.outcome, Alpha: t.alpha,
		Limit: t.claim.Slack, Target: Range{0, t.claim.Slack}, Resolution: t.Resolution(),
		Trials: t.counts.total, Estimate: t.counts.distance(), Lo: lo, Hi: hi, Note: t.note,
	}
}
