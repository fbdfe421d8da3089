package properties

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"

	"gonum.org/v1/gonum/stat/distuv"
)

// An AngleClaim is a statement about two inputs in random networks made testable: certain
// events happen in at most certain fractions of them.
type AngleClaim struct {
	Name   string
	Layers float64 // linear maps from the input on; those of the whole network for gradients
	Text   string  // what is claimed, in a formula

	// What theory has: the limit for wide networks, and the normal law of one network, of the
	// logarithm where Log is set. NaN where there is none.
	Limit    float64
	Mean, SD float64
	Log      bool

	value  func(Pair) float64
	events []event
}

// Value is what the claim is about, in one network.
func (c AngleClaim) Value(p Pair) float64 { return c.value(p) }

// Violates says whether a value is one of those that should be rare.
func (c AngleClaim) Violates(value float64) bool {
	return len(c.events) > 0 && c.events[0].happens(value)
}

// quantile is that of the law, on the scale of the limit.
func (c AngleClaim) quantile(p float64) float64 {
	return c.shown(c.Mean + c.SD*distuv.UnitNormal.Quantile(p))
}

// shown is a value on the scale of the limit.
func (c AngleClaim) shown(value float64) float64 {
	if c.Log {
		return math.Exp(value)
	}
	return value
}

// follow is the claim that the value has the law.
func (c *AngleClaim) follow() {
	switch {
	case math.IsNaN(c.SD):
		return
	case c.SD < exactly:
		c.Text = fmt.Sprintf("%s is %.6g", c.Name, c.shown(c.Mean))
		c.events = []event{{exactlyLimit, func(x float64) bool { return !(math.Abs(x-c.Mean) <= exactly) }}}
		return
	}
	law := distuv.Normal{Mu: c.Mean, Sigma: c.SD}
	c.events = lawEvents(law.Quantile)
	c.Text = fmt.Sprintf("P(%s outside [%.4g, %.4g]) ≤ %g, where theory has %g; P(inside [%.4g, %.4g]) ≤ %g, where it has %g", c.Name,
		c.quantile(tails/2), c.quantile(1-tails/2), tailsLimit, tails, c.quantile(0.5-middle/2), c.quantile(0.5+middle/2), middleLimit, middle)
}

// mostAngleSD is how many standard deviations of a cosine have to fit between it and 1 for a
// normal law.
const mostAngleSD = 3

// AngleClaims are that two inputs have the law that theory predicts (asymptotic): how far they are
// apart behind 1, 2, 5, 10, 20, … layers, of which the first is the correlation map C(ρ),
// how much their lengths differ at the end, and the same of their gradients at the input.
func AngleClaims(a theorem.Angles) []AngleClaim {
	var out []AngleClaim
	last := len(a.Path) - 1
	for i, s := range a.Path {
		if i < last && (a.Path[i+1].Layers == s.Layers || !checkpoint(s.Layers)) || s.Layers == 0 {
			continue
		}
		c := AngleClaim{Name: "1 − ρ", Layers: s.Layers, Limit: s.Distance, Mean: s.DistanceLog.Mean, SD: s.DistanceLog.SD, Log: true,
			value: func(p Pair) float64 { return math.Log(p.Distances[i]) }}
		out = append(out, c)
	}
	if last < 0 {
		return nil
	}
	end, in := a.Path[last], a.Input
	gradients := AngleClaim{Name: "cosine of the gradients", Layers: end.Layers, Limit: in.GradientCorrelation, Mean: in.GradientCorrelation,
		SD: in.GradientCorrelationSD, value: func(p Pair) float64 { return p.GradientCorrelation }}
	if gradients.SD >= exactly && 1-math.Abs(gradients.Mean) < mostAngleSD*gradients.SD {
		gradients.SD = math.NaN() // too near to 1 for a normal law
	}
	out = append(out,
		AngleClaim{Name: "‖x₁‖²/‖x₂‖²", Layers: end.Layers, Limit: 1, Mean: end.LengthsLog.Mean, SD: end.LengthsLog.SD, Log: true,
			value: func(p Pair) float64 { return p.Lengths }},
		gradients,
		AngleClaim{Name: "‖y₁‖²/‖y₂‖²", Layers: end.Layers, Limit: 1, Mean: in.GradientLengthsLog.Mean, SD: in.GradientLengthsLog.SD, Log: true,
			value: func(p Pair) float64 { return p.GradientLengths }})
	for i := range out {
		out[i].follow()
	}
	return out
}

// checkpoint says whether a depth is 1, 2 or 5 times a power of 10.
func checkpoint(layers float64) bool {
	for layers >= 10 && math.Mod(layers, 10) == 0 {
		layers /= 10
	}
	return layers == 1 || layers == 2 || layers == 5
}

// mergingFactor is by how much a distance may be off the merging law: the law is one for many
// layers.
const mergingFactor = 1.5

// A mergingLaw is that of the layers of a plain network.
type mergingLaw struct {
	theorem.Merging
	depth int
}

// mergingOf is the merging law of a network of equal layers of one normalised function; ok is
// false for every other.
func mergingOf(a network.Architecture) (law mergingLaw, ok bool, err error) {
	plain, is := a.Plain()
	if !is || plain.Activation.AsIs {
		return law, false, nil
	}
	j, err := plain.Activation.Judge()
	if err != nil {
		return law, false, err
	}
	used := plain.Activation.Function(j)
	p, err := gpnorm.Describe(used)
	if err != nil {
		return law, false, err
	}
	m, err := theorem.MergingOf(used, p)
	if err != nil { // ±x, or not normalised: there is no law
		return law, false, nil
	}
	return mergingLaw{m, plain.Depth}, true, nil
}

// claim is the law at the depth of the network, in a fraction 1 − limit of them; reason says why
// it is not claimed.
func (m mergingLaw) claim(a theorem.Angles, limit float64) (c AngleClaim, reason string) {
	law, last := m.Distance(float64(m.depth)), len(a.Path)-1
	end := a.Path[last]
	if off := math.Abs(math.Log(end.Distance / law)); !(off <= math.Log(mergingFactor)/2) {
		return c, fmt.Sprintf("%s begins to hold at more layers: behind %d wide networks have 1 − ρ = %.3g, the law %.3g", m, m.depth,
			end.Distance, law)
	}
	c = AngleClaim{Name: m.String(), Layers: end.Layers, Limit: law, Mean: math.NaN(), SD: math.NaN(), Log: true,
		Text:  fmt.Sprintf("P(1 − ρ outside [%.4g, %.4g] behind %d layers) ≤ %g", law/mergingFactor, law*mergingFactor, m.depth, limit),
		value: func(p Pair) float64 { return math.Log(p.Distances[last]) }}
	at := math.Log(law)
	c.events = []event{{limit, func(x float64) bool { return !(math.Abs(x-at) <= math.Log(mergingFactor)) }}}
	return c, ""
}

// angleTest is a claim under test.
type angleTest struct {
	*eventTests
	claim AngleClaim
}

func (c AngleClaim) begin(alpha float64, trials int) (angleTest, error) {
	t, err := newEventTests(c.events, alpha, trials)
	return angleTest{t, c}, err
}

// result is what was found.
func (t angleTest) result() AngleResult {
	c := t.claim
	r := AngleResult{Name: c.Name, Layers: c.Layers, Claim: c.Text, Predicted: existing(c.Limit)}
	if !math.IsNaN(c.SD) {
		r.PredictedQ05, r.PredictedQ95 = existing(c.quantile(0.05)), existing(c.quantile(0.95))
		r.PredictedSD = existing(c.SD)
	}
	if t.seen.Count > 0 {
		quantile := func(p float64) *float64 { return existing(c.shown(t.seen.Quantile(p))) }
		r.Median, r.Q05, r.Q95, r.SD = quantile(0.5), quantile(0.05), quantile(0.95), existing(t.seen.SD())
	}
	r.Outcome, r.Tests = montecarlo.Undecided, t.verdicts()
	if len(t.tests) > 0 {
		r.Outcome = t.outcome()
	}
	return r
}
