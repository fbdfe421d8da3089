package montecarlo

import (
	"fmt"
	"math"
)

// A RateTest decides whether the probability p of an event is at most a
// limit, from independent trials seen one after another.
//
// It is the beta-binomial mixture test. With k events in n trials the
// likelihood of p averaged over p ~ Beta(½, ½), divided by the likelihood of
// the true p, is a non-negative martingale of mean 1, so by Ville's
// inequality it ever exceeds 1/α with probability at most α. The values of p
// it has not excluded form a confidence sequence: an interval valid at all
// times at once (Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon 2021,
// arXiv 1810.08240). The
// test is confirmed when the interval falls below the limit and refuted when
// it falls above, and then keeps its answer.
type RateTest struct {
	limit, alpha   float64
	budget         int
	trials, events int
	logMixture     float64 // log of the averaged likelihood
	outcome        Outcome
}

// NewRateTest tests the claim "the probability of the event is at most
// limit" with error probability at most alpha; budget is the number of
// trials planned, from which the resolution follows. It needs 0 < limit < 1,
// 0 < alpha < 1 and budget ≥ 1.
func NewRateTest(limit, alpha float64, budget int) (*RateTest, error) {
	if !(limit > 0 && limit < 1) {
		return nil, fmt.Errorf("rate limit %v; want a probability above 0 and below 1", limit)
	}
	if !(alpha > 0 && alpha < 1) {
		return nil, fmt.Errorf("alpha %v; want a probability above 0 and below 1", alpha)
	}
	if budget < 1 {
		return nil, fmt.Errorf("budget of %d trials; want at least 1", budget)
	}
	return &RateTest{limit: limit, alpha: alpha, budget: budget}, nil
}

// Add takes the next trial and returns the outcome so far, in constant time.
// Trials after the answer are ignored.
func (t *RateTest) Add(event bool) Outcome {
	if t.outcome != Undecided {
		return t.outcome
	}
	n := float64(t.trials + 1) // total weight of the mixture's posterior
	if event {
		t.logMixture += math.Log((float64(t.events) + 0.5) / n)
		t.events++
	} else {
		t.logMixture += math.Log((float64(t.trials-t.events) + 0.5) / n)
	}
	t.trials++
	if t.excludes(t.limit) {
		t.outcome = Refuted
		if float64(t.events) < t.limit*float64(t.trials) {
			t.outcome = Confirmed
		}
	}
	return t.outcome
}

// excludes says whether p is outside the confidence sequence.
func (t *RateTest) excludes(p float64) bool {
	return t.logMixture-logLikelihood(t.events, t.trials, p) >= -math.Log(t.alpha)
}

// logLikelihood of one particular order of k events in n trials; 0·log 0 = 0.
func logLikelihood(k, n int, p float64) float64 {
	var l float64
	if k > 0 {
		l = float64(k) * math.Log(p)
	}
	if k < n {
		l += float64(n-k) * math.Log1p(-p)
	}
	return l
}

// Interval is the confidence sequence now: it holds p with probability at
// least 1 − α, at all times at once.
func (t *RateTest) Interval() (lo, hi float64) {
	if t.trials == 0 {
		return 0, 1
	}
	mid := float64(t.events) / float64(t.trials)
	if t.events > 0 {
		lo = bisect(0, mid, t.excludes)
	}
	hi = 1
	if t.events < t.trials {
		hi = bisect(1, mid, t.excludes)
	}
	return lo, hi
}

// RateInterval holds the probability of an event that was seen in so many of the trials, with probability at
// least 1 − α, for all numbers of trials at once: the confidence sequence of a RateTest that goes on after its
// answer. It needs 0 ≤ events ≤ trials and 0 < alpha < 1.
func RateInterval(events, trials int, alpha float64) (lo, hi float64) {
	t := RateTest{alpha: alpha, trials: trials, events: events}
	t.logMixture = mixture(float64(events), float64(trials))
	return t.Interval()
}

// mixture is the log of the averaged likelihood of k events in n trials, in one particular order.
func mixture(k, n float64) float64 {
	a, _ := math.Lgamma(k + 0.5)
	b, _ := math.Lgamma(n - k + 0.5)
	c, _ := math.Lgamma(n + 1)
	return a + b - c - math.Log(math.Pi)
}

// bisect finds where outside changes from true at a to false at b and
// returns the last point on a's side.
func bisect(a, b float64, outside func(float64) bool) float64 {
	for range 60 {
		m := a + (b-a)/2
		if outside(m) {
			a = m
		} else {
			b = m
		}
	}
	return a
}

// Resolution is the δ for which events at frequency limit + δ would refute
// the claim within the budget; 1 − limit if none would.
func (t *RateTest) Resolution() float64 {
	n := float64(t.budget)
	refutes := func(p float64) bool {
		likelihood := n*p*math.Log(t.limit) + n*(1-p)*math.Log1p(-t.limit)
		return mixture(n*p, n)-likelihood >= -math.Log(t.alpha)
	}
	if !refutes(1) {
		return 1 - t.limit
	}
	return bisect(1, t.limit, refutes) - t.limit
}

// Verdict is the answer so far.
func (t *RateTest) Verdict() Verdict {
	lo, hi := t.Interval()
	estimate := 0.0
	if t.trials > 0 {
		estimate = float64(t.events) / float64(t.trials)
	}
	return Verdict{
		Kind: Rate, Outcome: t.outcome, Alpha: t.alpha,
		Limit: t.limit, Target: Range{0, t.limit}, Resolution: t.Resolution(),
		Trials: t.trials, Events: t.events, Estimate: estimate, Lo: lo, Hi: hi,
	}
}

// Decided says whether the answer is known.
func (t *RateTest) Decided() bool { return t.outcome != Undecided }
