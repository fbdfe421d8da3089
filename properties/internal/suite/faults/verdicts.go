package faults

import (
	"context"
	"math"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/properties/internal/suite"
)

// peeking is an interval for a fixed number of trials that is looked at after
// each: mean ± z·sd/√n.
type peeking struct {
	claim   montecarlo.MeanClaim
	z       float64
	sample  montecarlo.Moments
	refuted bool
}

func (p *peeking) Add(x float64) montecarlo.Outcome {
	p.sample.Add(x)
	lo, hi := p.Interval()
	if lo > p.claim.Hi || hi < p.claim.Lo {
		p.refuted = true
	}
	if p.refuted {
		return montecarlo.Refuted
	}
	return montecarlo.Undecided
}

func (p *peeking) Interval() (lo, hi float64) {
	n := float64(p.sample.Count)
	if n < 10 {
		return p.claim.Min, p.claim.Max
	}
	half := p.z * p.sample.SD() / math.Sqrt(n)
	return p.sample.Mean - half, p.sample.Mean + half
}

// hoeffding is an exact interval for a fixed number of trials.
type hoeffding struct {
	limit, alpha float64
	n, k         float64
	outcome      montecarlo.Outcome
}

func (h *hoeffding) Add(event bool) montecarlo.Outcome {
	h.n++
	if event {
		h.k++
	}
	if lo, hi := h.Interval(); h.outcome == montecarlo.Undecided {
		switch {
		case lo > h.limit:
			h.outcome = montecarlo.Refuted
		case hi < h.limit:
			h.outcome = montecarlo.Confirmed
		}
	}
	return h.outcome
}

// Interval by the relative entropy: n·KL(k/n, p) ≤ log(2/α).
func (h *hoeffding) Interval() (lo, hi float64) {
	mean, level := h.k/h.n, math.Log(2/h.alpha)/h.n
	outside := func(p float64) bool {
		kl := 0.0
		if mean > 0 {
			kl += mean * math.Log(mean/p)
		}
		if mean < 1 {
			kl += (1 - mean) * math.Log((1-mean)/(1-p))
		}
		return kl > level
	}
	return bisect(0, mean, outside), bisect(1, mean, outside)
}

func bisect(a, b float64, outside func(float64) bool) float64 {
	for range 40 {
		if m := (a + b) / 2; outside(m) {
			a = m
		} else {
			b = m
		}
	}
	return a
}

// silent never answers.
type silent struct{ montecarlo.MeanTest }

func (*silent) Add(float64) montecarlo.Outcome { return montecarlo.Undecided }
func (*silent) Interval() (lo, hi float64)     { return 0, 1 }

// inverted counts what did not happen.
type inverted struct{ *montecarlo.RateTest }

func (i inverted) Add(event bool) montecarlo.Outcome { return i.RateTest.Add(!event) }

func verdicts() []Fault {
	return []Fault{
		{"rate-forgets-peeking", "confidence sequence of a rate", "an interval for one look, looked at after every trial", "rate-coverage",
			func(s *suite.System) {
				s.RateTest = func(limit, alpha float64, _ int) (suite.RateTest, error) {
					return &hoeffding{limit: limit, alpha: alpha}, nil
				}
			}},
		{"mean-forgets-peeking", "confidence sequence of a mean", "mean ± z·sd/√n, looked at after every trial", "mean-coverage",
			func(s *suite.System) {
				s.MeanTest = func(c montecarlo.MeanClaim, alpha float64, _ int) (suite.MeanTest, error) {
					return &peeking{claim: c, z: math.Sqrt2 * math.Erfinv(1-alpha)}, nil
				}
			}},
		{"alpha-times-8", "confidence sequence of a rate", "eight times the α that was asked for", "rate-coverage", func(s *suite.System) {
			s.RateTest = func(limit, alpha float64, budget int) (suite.RateTest, error) {
				return montecarlo.NewRateTest(limit, math.Min(8*alpha, 0.9), budget)
			}
		}},
		{"mean-never-refutes", "confidence sequence of a mean", "it never answers", "mean-power", func(s *suite.System) {
			s.MeanTest = func(montecarlo.MeanClaim, float64, int) (suite.MeanTest, error) { return &silent{}, nil }
		}},
		{"rate-inverted", "confidence sequence of a rate", "counts the trials without the event", "rate-power", func(s *suite.System) {
			s.RateTest = func(limit, alpha float64, budget int) (suite.RateTest, error) {
				t, err := montecarlo.NewRateTest(limit, alpha, budget)
				return inverted{t}, err
			}
		}},
		{"depth-1-for-depth", "verification", "networks of one layer stand in for deep ones", "negative-controls", func(s *suite.System) {
			s.Test = func(ctx context.Context, e properties.Ensemble, claims []properties.Claim, b properties.Budget) ([]properties.Result, error) {
				e.Depth = 1
				shallow := append([]properties.Claim(nil), claims...)
				for i := range shallow {
					shallow[i].Depth = 1
				}
				return properties.Test(ctx, e, shallow, b)
			}
		}},
		{"one-stream-for-x-and-y", "ensemble", "input and output gradient come from one stream", "ensemble", func(s *suite.System) {
			s.Sample = func(ctx context.Context, e properties.Ensemble, p montecarlo.Plan, x montecarlo.Experiment) ([]network.Norms, error) {
				e.Gradient = func(trial int, _ montecarlo.Stream, dst []float64) error {
					return properties.OnShell(trial, x.Trial(trial).Layer(0), dst)
				}
				return e.Sample(ctx, p, x)
			}
		}},
	}
}
