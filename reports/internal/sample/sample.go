// Package sample has a report for tests, made without a run.
package sample

import (
	"math"

	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network/dataset"
	"bsnn/reports"
	"bsnn/theorem"
)

// Report is a plausible one: two activations that hold, one that nobody
// knows, and a control that explodes, with zeros, missing numbers and words
// that need escaping.
func Report() *reports.Report {
	spec := reports.DefaultSpec()
	spec.Widths = []int{64, 256, 1024, 4096}
	spec.Subjects = []reports.Subject{
		{Key: "tanh", Title: "tanh", Activation: "tanh", Note: "normalised"},
		{Key: "odd", Title: `x<y & "z"`, Activation: "min(x,1)<2", Note: "awkward <name>"},
		{Key: "slow", Title: "slow", Activation: "slow"},
		{Key: "bad", Title: "bad, raw", Activation: "bad", AsIs: true, Control: true},
	}
	r := &reports.Report{Format: reports.Format, Spec: spec, Warnings: []string{"a warning & more"},
		Machine:  provenance.Machine{Program: "v1", Go: "go1", System: "linux/amd64", CPU: "a <fast> one", Cores: 2, BLAS: "pure Go"},
		Failures: []reports.Failure{{Subject: "slow", Width: 64, Depth: 50, Error: "out of <luck>"}},
		Input: reports.Input{Source: "mnist", Statement: "scaled onto the shell", Used: 32, SHA256: "0123abcd", Images: &dataset.Summary{
			Count: 60000, Dim: 784, GaussianSD: 0.05,
			UnitInterval: dataset.Shell{Mean: 0.1, SD: 0.04, Tail: []dataset.Tail{{Epsilon: 0.1, Fraction: 0.8}}},
			Standardized: dataset.Shell{Mean: 1, SD: 0.4, Tail: []dataset.Tail{{Epsilon: 0.1, Fraction: 0.9}}},
		}}}
	outcomes := []montecarlo.Outcome{montecarlo.Confirmed, montecarlo.Confirmed, montecarlo.Undecided, montecarlo.Refuted}
	for i, s := range spec.Subjects {
		r.Subjects = append(r.Subjects, subject(spec, s, outcomes[i], float64(i+1)))
	}
	return r
}

func subject(spec reports.Spec, s reports.Subject, o montecarlo.Outcome, scale float64) reports.SubjectResult {
	nan := reports.Number(math.NaN())
	out := reports.SubjectResult{Subject: s,
		Card: reports.Card{Expression: s.Activation, Mean: 0.1, A: 1.5, B: 0.25, Lipschitz: nan, DerivativeLipschitz: 1.1,
			SecondMoment: reports.Range{Lo: 0.4, Hi: 0.5}, DerivativeSecondMoment: reports.Range{Lo: 0.5,
				Hi: 0.5}, Stable: true, Warnings: []string{"take <care>"},
			Roots: []reports.Root{{B: 0.25, LengthMapSlope: 0.4, DepthVariance: nan}, {B: -0.25, LengthMapSlope: 1.2}}}}
	for _, st := range theorem.Statements() {
		x := reports.Series{Statement: st.ID, Name: st.Name, Claim: "claim", Statistic: st.Statistic, Ratio: st.Ratio,
			Direction: st.Direction.String(), Depth: 1, Tolerance: spec.LayerTolerance,
			Assumptions: []theorem.Assumption{{Name: "a <b>", Holds: o != montecarlo.Refuted, Reason: "because"}},
			Fit:         reports.Fit{Slope: -0.5, StdErr: 0.01, Predicted: -0.5, Widths: 4}, Verdict: reports.SeriesVerdict{Outcome: o}}
		if st.Deep {
			x.Depth, x.Tolerance = spec.Depth, spec.DepthTolerance
		}
		for i, n := range spec.Widths {
			sd := scale / math.Sqrt(float64(n))
			c := reports.Cell{Width: n, Trials: 1000, Mean: 1, SD: reports.Number(sd), Q05: reports.Number(math.Exp(-1.6 * sd)), Q50: 1,
				Q95:     reports.Number(math.Exp(1.6 * sd)),
				Outside: reports.Number(max(0, 0.3/scale-0.1*float64(i))), PredictedMean: 1, PredictedSD: reports.Number(sd * 1.01),
				PredictedOutside: reports.Number(math.Exp(-float64(n) / 99)),
				Bound:            reports.Number(math.Min(1, 300/float64(n))), Verdict: montecarlo.Verdict{Outcome: o, Alpha: 1e-8, Limit: 0.1,
					Resolution: 0.05, Trials: 300, Events: 7, Lo: 0.001, Hi: 0.0999}}
			c.Deviation = reports.Deviation{Q05: reports.Number(sd / 10), Q50: reports.Number(0.7 * sd), Q95: reports.Number(2 * sd),
				RMS: reports.Number(sd), Exact: reports.Number(sd * 1.02), Law: reports.Number(1.96 * sd), Bound: reports.Number(4 * sd)}
			c.ExactMean, c.ExactSD = nan, nan
			if !st.Deep {
				c.ExactMean, c.ExactSD = reports.Number(1+sd/100), reports.Number(sd*1.01)
			}
			if o == montecarlo.Refuted {
				c.Deviation = reports.Deviation{Q50: 1, Q95: reports.Number(math.Inf(1)), RMS: nan, Exact: nan, Law: nan, Bound: nan}
				c.Q05, c.Q50, c.Q95, c.SD, c.Outside, c.Bound = 0, nan, reports.Number(math.Inf(1)), 1e200, 1, nan
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
	for _, l := range []int{1, spec.Depth} {
		h := reports.Histogram{Depth: l, Width: 1024, Trials: 100, SD: reports.Number(scale), Lo: reports.Number(-4 * scale),
			Step: reports.Number(scale), Counts: []int{0, 2, 14, 34, 33, 14, 1, 0}, Above: 2}
		if o == montecarlo.Refuted {
			h.SD, h.Counts, h.Below, h.Above, h.Median = nan, make([]int, 8), 100, 0, -77
		}
		out.Histograms = append(out.Histograms, h)
	}
	for _, l := range []int{1, 10, 50, 100, 1000} {
		w := reports.WidthNeed{Depth: l, Forward: reports.SufficientWidth{Law: 30 * l, Bound: 900 * l, Measured: l <= spec.Depth, Short: 64,
			Enough: 256}, Backward: reports.SufficientWidth{Law: 40 * l, Measured: l <= spec.Depth, Enough: 64}}
		if o == montecarlo.Refuted {
			w.Forward, w.Backward = reports.SufficientWidth{Measured: true, Short: 4096}, reports.SufficientWidth{}
		}
		out.Widths = append(out.Widths, w)
	}
	out.Curves = reports.Curves{X: []reports.Number{-1, 0, 1}, Value: []reports.Number{-1, 0, 1}, Deriv: []reports.Number{0, nan, 2},
		Q: []reports.Number{0.25, 1, 4}, Length: []reports.Number{0.5, 1, 2}}
	if o != montecarlo.Refuted {
		out.Curves.Rho, out.Curves.Correlation = []reports.Number{-1, 0, 1}, []reports.Number{-0.5, 0.2, 1}
	}
	out.LayerNorms = reports.LayerNorms{Width: 1024, Trials: 1000}
	for l := 1; l <= spec.Depth+1; l++ {
		b := reports.Band{Layer: l, Q05: reports.Number(1 - 0.001*float64(l)), Q50: 1, Q95: reports.Number(1 + 0.001*float64(l))}
		if o == montecarlo.Refuted && l > 3 {
			b = reports.Band{Layer: l, Q50: nan, Q95: reports.Number(math.Inf(1))}
		}
		out.LayerNorms.Forward = append(out.LayerNorms.Forward, b)
		if l <= spec.Depth {
			out.LayerNorms.Backward = append(out.LayerNorms.Backward, b)
			out.LayerNorms.WeightGradient = append(out.LayerNorms.WeightGradient, b)
		}
	}
	return out
}

// Comparison is one with everything in it.
func Comparison() *reports.Comparison {
	return &reports.Comparison{
		Old: reports.Origin{Program: "v0", System: "linux/amd64", Seed: 7}, Alpha: 0.001, Tests: 40, Differing: 30,
		Beyond: []reports.Change{{Subject: "tanh", Title: "tanh", Statement: "theorem2", Width: 256, Quantity: "mean", Old: 1,
			OldError: 0.01, New: 1.2, NewError: 0.02, P: 1e-9}},
		Verdicts: []reports.VerdictChange{{What: "tanh, Theorem 2, backward", Old: montecarlo.Confirmed,
			New: montecarlo.Refuted}}, Reversed: true,
		Constants: []reports.Difference{{What: "tanh: a", Old: "1", New: "2"}}, Spec: []reports.Difference{{What: "seed", Old: "7",
			New: "1"}}, Unmatched: []string{"x<y (only here)"},
	}
}
