package reports

import (
	"math"

	"bsnn/montecarlo"
	"bsnn/network/dataset"
	"bsnn/theorem"
)

// syntheticReport is a plausible report without a run: two activations that
// hold, one that nobody knows, and a control that explodes, with zeros,
// missing numbers and words that need escaping.
func syntheticReport() *Report {
	spec := DefaultSpec()
	spec.Widths = []int{64, 256, 1024, 4096}
	spec.Subjects = []Subject{
		{Key: "tanh", Title: "tanh", Activation: "tanh", Note: "normalised"},
		{Key: "odd", Title: `x<y & "z"`, Activation: "min(x,1)<2", Note: "awkward <name>"},
		{Key: "slow", Title: "slow", Activation: "slow"},
		{Key: "bad", Title: "bad, raw", Activation: "bad", AsIs: true, Control: true},
	}
	r := &Report{Spec: spec, Warnings: []string{"a warning & more"},
		Input: Input{Source: "mnist", Statement: "scaled onto the shell", Used: 32, Images: &dataset.Summary{
			Count: 60000, Dim: 784, GaussianSD: 0.05,
			UnitInterval: dataset.Shell{Mean: 0.1, SD: 0.04, Tail: []dataset.Tail{{Epsilon: 0.1, Fraction: 0.8}}},
			Standardized: dataset.Shell{Mean: 1, SD: 0.4, Tail: []dataset.Tail{{Epsilon: 0.1, Fraction: 0.9}}},
		}}}
	outcomes := []montecarlo.Outcome{montecarlo.Confirmed, montecarlo.Confirmed, montecarlo.Undecided, montecarlo.Refuted}
	for i, s := range spec.Subjects {
		r.Subjects = append(r.Subjects, syntheticSubject(spec, s, outcomes[i], float64(i+1)))
	}
	return r
}

func syntheticSubject(spec Spec, s Subject, o montecarlo.Outcome, scale float64) SubjectResult {
	nan := Number(math.NaN())
	out := SubjectResult{Subject: s, Card: Card{Expression: s.Activation, Mean: 0.1, A: 1.5, B: 0.25, Lipschitz: nan, DerivativeLipschitz: 1.1,
		SecondMoment: Range{0.4, 0.5}, DerivativeSecondMoment: Range{0.5, 0.5}, Stable: true, Warnings: []string{"take <care>"},
		Roots: []Root{{B: 0.25, LengthMapSlope: 0.4, DepthVariance: nan}, {B: -0.25, LengthMapSlope: 1.2}}}}
	for _, st := range theorem.Statements() {
		x := Series{Statement: st.ID, Name: st.Name, Claim: "claim", Statistic: st.Statistic, Direction: st.Direction.String(), Depth: 1,
			Tolerance: spec.LayerTolerance, Assumptions: []theorem.Assumption{{Name: "a <b>", Holds: o != montecarlo.Refuted, Reason: "because"}},
			Fit: Fit{Slope: -0.5, StdErr: 0.01, Predicted: -0.5, Widths: 4}, Verdict: SeriesVerdict{Outcome: o}}
		if st.Deep {
			x.Depth, x.Tolerance = spec.Depth, spec.DepthTolerance
		}
		for i, n := range spec.Widths {
			sd := scale / math.Sqrt(float64(n))
			c := Cell{Width: n, Trials: 1000, Mean: 1, SD: Number(sd), Q05: Number(math.Exp(-1.6 * sd)), Q50: 1, Q95: Number(math.Exp(1.6 * sd)),
				Outside: Number(max(0, 0.3/scale-0.1*float64(i))), PredictedMean: 1, PredictedSD: Number(sd * 1.01), PredictedOutside: Number(math.Exp(-float64(n) / 99)),
				Bound: Number(math.Min(1, 300/float64(n))), Verdict: montecarlo.Verdict{Outcome: o, Alpha: 1e-8, Limit: 0.1, Resolution: 0.05, Trials: 300, Events: 7, Lo: 0.001, Hi: 0.0999}}
			if o == montecarlo.Refuted {
				c.Q05, c.Q50, c.Q95, c.SD, c.Outside, c.Bound = 0, nan, Number(math.Inf(1)), 1e200, 1, nan
				c.PredictedMean, c.PredictedSD, c.PredictedOutside = nan, nan, nan
			}
			x.Cells = append(x.Cells, c)
		}
		if o != montecarlo.Undecided {
			x.Verdict.Width, x.Verdict.Replay = 4096, "bsnn verify --activation '"+s.Activation+"'"
		}
		if o == montecarlo.Confirmed {
			x.Verdict.From = 256
		}
		out.Series = append(out.Series, x)
	}
	out.Layers = Layers{Width: 1024, Trials: 1000}
	for l := 1; l <= spec.Depth+1; l++ {
		b := Band{l, Number(1 - 0.001*float64(l)), 1, Number(1 + 0.001*float64(l))}
		if o == montecarlo.Refuted && l > 3 {
			b = Band{l, 0, nan, Number(math.Inf(1))}
		}
		out.Layers.Forward = append(out.Layers.Forward, b)
		if l <= spec.Depth {
			out.Layers.Backward = append(out.Layers.Backward, b)
			out.Layers.WeightGradient = append(out.Layers.WeightGradient, b)
		}
	}
	return out
}
