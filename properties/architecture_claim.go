package properties

import (
	"fmt"
	"math"

	"bsnn/montecarlo"
	"bsnn/theorem"
)

// An ArchitectureClaim is a statement about the random networks of an architecture
// made testable: certain events happen in at most certain fractions of them.
type ArchitectureClaim struct {
	// Direction says which factor of squared norms it is about: of the signal from the
	// input, or of the gradient from the output.
	Direction theorem.Direction
	// Block is the outermost block up to which the factor reaches: behind it forward, in front of
	// it backward. −1 for the factor that Factors has of the whole network.
	Block int
	Text  string // what is claimed, in a formula

	value  func(Factors) float64
	events []event
	exact  theorem.ExactLaw // of Exactly
}

// An event should happen with probability limit at most.
type event struct {
	limit   float64
	happens func(factor float64) bool
}

// Value is the factor of one network.
func (c ArchitectureClaim) Value(f Factors) float64 { return c.value(f) }

// Violates says whether the factor of a network is one of those that should be
// rare; that it is no number always is.
func (c ArchitectureClaim) Violates(factor float64) bool { return c.events[0].happens(factor) }

func whole(d theorem.Direction) func(Factors) float64 {
	if d == theorem.Forward {
		return func(f Factors) float64 { return f.Forward }
	}
	return func(f Factors) float64 { return f.Backward }
}

// KeptNorms claim that a fraction 1 − limit of the networks keeps norms within the
// tolerance, which is on norms, not on their squares: forward and backward.
func KeptNorms(tolerance, limit float64) []ArchitectureClaim {
	var out []ArchitectureClaim
	for _, d := range []theorem.Direction{theorem.Forward, theorem.Backward} {
		ratio := "(‖output‖/√n)/(‖input‖/√n)"
		if d == theorem.Backward {
			ratio = "‖∂E/∂h‖ at the first linear map over the last"
		}
		out = append(out, ArchitectureClaim{
			Direction: d, Block: -1, Text: fmt.Sprintf("P(|%s − 1| ≥ %g) ≤ %g", ratio, tolerance, limit), value: whole(d),
			events: []event{{limit, func(factor float64) bool { return !NormKept(factor, tolerance) }}},
		})
	}
	return out
}

// What a predicted law says, and what is claimed of it, since it is one for wide
// networks: so many networks in the tails, and so many in the middle.
const (
	tails, tailsLimit   = 0.05, 0.15
	middle, middleLimit = 0.2, 0.35

	// A factor that does not vary may be off by so much, which rounding leaves, and
	// should never be.
	exactly, exactlyLimit = 1e-9, 0.05
)

// AsPredicted claim that factors have the laws that theory predicts (asymptotic),
// of the whole network and up to each of its outermost blocks. Where no law is
// predicted nothing is claimed: such a claim is only a factor that is looked at.
func AsPredicted(p theorem.Prediction) []ArchitectureClaim {
	out := []ArchitectureClaim{
		{Direction: theorem.Forward, Block: -1, value: whole(theorem.Forward)},
		{Direction: theorem.Backward, Block: -1, value: whole(theorem.Backward)},
	}
	laws := []theorem.LogLaw{p.ForwardLog, p.BackwardLog}
	for i, b := range p.Blocks {
		out = append(out,
			ArchitectureClaim{Direction: theorem.Forward, Block: i, value: func(f Factors) float64 { return f.Signal[i] }},
			ArchitectureClaim{Direction: theorem.Backward, Block: i, value: func(f Factors) float64 { return f.Gradient[i] }})
		laws = append(laws, b.SignalLog, b.GradientLog)
	}
	for i, law := range laws {
		if !math.IsNaN(law.SD) {
			out[i].follow(law)
		}
	}
	return out
}

// deviations is how many standard deviations a factor is off its exact mean in a part
// 1/deviations² of the networks at most (Chebyshev).
const deviations = 2

// Exactly claim that factors have the laws, or the moments, that they have at these very
// widths (proven): of the signal from the input to behind each outermost block where
// something is known.
func Exactly(laws []theorem.ExactLaw) (out []ArchitectureClaim) {
	for i, l := range laws {
		if !l.Known() {
			continue
		}
		c := ArchitectureClaim{Direction: theorem.Forward, Block: i, value: func(f Factors) float64 { return f.Signal[i] }, exact: l}
		switch {
		case l.SD == 0:
			c.Text = fmt.Sprintf("the factor is %.6g: %s", l.Mean, l.Source)
			c.events = []event{{exactlyLimit, func(x float64) bool { return !(math.Abs(x/l.Mean-1) <= exactly) }}}
		case l.Quantile != nil:
			c.Text = fmt.Sprintf("the factor is %s, with mean %.6g and standard deviation %.4g", l.Source, l.Mean, l.SD)
			c.events = lawEvents(l.Quantile)
		default:
			c.Text = fmt.Sprintf("P(|factor − %.6g| ≥ %d·%.4g) ≤ 1/%d: %s at this width", l.Mean, deviations, l.SD, deviations*deviations,
				l.Source)
			c.events = []event{{1. / (deviations * deviations), func(x float64) bool { return !(math.Abs(x-l.Mean) < deviations*l.SD) }}}
		}
		out = append(out, c)
	}
	return out
}

// follow is the claim that the factor has the law.
func (c *ArchitectureClaim) follow(law theorem.LogLaw) {
	if law.SD < exactly {
		factor := math.Exp(law.Mean)
		c.Text = fmt.Sprintf("the factor is %.6g", factor)
		c.events = []event{{exactlyLimit, func(x float64) bool { return !(math.Abs(x/factor-1) <= exactly) }}}
		return
	}
	lo, hi := law.Quantile(tails/2), law.Quantile(1-tails/2)
	a, b := law.Quantile(0.5-middle/2), law.Quantile(0.5+middle/2)
	c.Text = fmt.Sprintf("P(factor outside [%.4g, %.4g]) ≤ %g, where theory has %g; P(inside [%.4g, %.4g]) ≤ %g, where it has %g",
		lo, hi, tailsLimit, tails, a, b, middleLimit, middle)
	c.events = lawEvents(law.Quantile)
}

// lawEvents are what should be rare if a quantity has the law with the quantiles.
func lawEvents(quantile func(p float64) float64) []event {
	lo, hi := quantile(tails/2), quantile(1-tails/2)
	a, b := quantile(0.5-middle/2), quantile(0.5+middle/2)
	return []event{
		{tailsLimit, func(x float64) bool { return !(x >= lo && x <= hi) }},
		{middleLimit, func(x float64) bool { return x >= a && x <= b }},
	}
}

// begin prepares the tests of the claim, with error probability alpha together.
func (c ArchitectureClaim) begin(alpha float64, trials int) (*architectureTest, error) {
	tests, err := newEventTests(c.events, alpha, trials)
	return &architectureTest{tests, c}, err
}

// architectureTest is a claim under test; what is seen are the logarithms of factors, or factors
// of which the law is exact.
type architectureTest struct {
	*eventTests
	claim ArchitectureClaim
}

func (t *architectureTest) add(factor float64) {
	seen := math.Log(factor)
	if t.claim.exact.Source != "" {
		seen = factor
	}
	t.eventTests.add(factor, seen)
}

// eventTests are the events of a claim under test.
type eventTests struct {
	events []event
	tests  []*montecarlo.RateTest
	seen   *montecarlo.Sample
}

// newEventTests share an error probability.
func newEventTests(events []event, alpha float64, trials int) (*eventTests, error) {
	t := &eventTests{events: events, seen: montecarlo.NewSample(nil)}
	for _, e := range events {
		test, err := montecarlo.NewRateTest(e.limit, alpha/float64(len(events)), trials)
		if err != nil {
			return nil, err
		}
		t.tests = append(t.tests, test)
	}
	return t, nil
}

// add takes what the events are about, and what is kept of it.
func (t *eventTests) add(value, seen float64) {
	t.seen.Add(seen)
	for i, e := range t.events {
		t.tests[i].Add(e.happens(value))
	}
}

// decided is also said of what is only looked at.
func (t *eventTests) decided() bool {
	return len(t.tests) == 0 || t.outcome() != montecarlo.Undecided
}

func (t *eventTests) outcome() montecarlo.Outcome {
	var all []montecarlo.Outcome
	for _, v := range t.verdicts() {
		all = append(all, v.Outcome)
	}
	return JointOutcome(all)
}

func (t *eventTests) verdicts() []montecarlo.Verdict {
	var out []montecarlo.Verdict
	for _, test := range t.tests {
		out = append(out, test.Verdict())
	}
	return out
}
