package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"bsnn/internal/parts"
	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"

	"github.com/spf13/cobra"
)

// architectureVerdicts are those about one architecture of each width.
type architectureVerdicts struct {
	Network string                          `json:"network"`
	Widths  []int                           `json:"widths,omitempty"` // of the results, where the architecture has none of its own
	Results []properties.ArchitectureResult `json:"results"`
	Outcome montecarlo.Outcome              `json:"outcome"` // that norms are kept
	Theory  montecarlo.Outcome              `json:"theory"`  // that the networks are what theory predicts
}

// verifyArchitecture is verify where it is asked about an architecture.
func (f *verifyFlags) verifyArchitecture(c *cobra.Command) error {
	d, err := f.describedNetworks(c)
	if err != nil {
		return err
	}
	out := architectureVerdicts{Network: d.name, Widths: d.widths}
	runs := make([]properties.ArchitectureVerification, len(d.architectures))
	for i, a := range d.architectures {
		if runs[i], err = f.architectureRun(a, d.seed, len(runs)); err != nil {
			return err
		}
	}
	return f.answer(c, describedQuestion{
		networks: d,
		asked: map[string]any{
			"inputs": runs[0].Inputs, "tolerance": runs[0].Tolerance, "limit": f.limit, "trials": runs[0].Budget.Trials,
		},
		units: func(ctx context.Context) ([]parts.Unit, error) {
			return unitsOf(runs, func(v properties.ArchitectureVerification) ([]parts.Unit, error) { return v.Units(ctx) })
		},
		run: func(j properties.Journal) error {
			err := f.runArchitectures(c, runs, j, &out)
			out.join()
			return err
		},
		result: func() (any, montecarlo.Outcome) { return out, out.Outcome },
		write:  func(w io.Writer) error { return writeArchitectureVerdicts(w, out, f.alpha) },
	})
}

func (f *verifyFlags) runArchitectures(c *cobra.Command, runs []properties.ArchitectureVerification, j properties.Journal,
	out *architectureVerdicts) error {
	line := newProgress(c.ErrOrStderr())
	defer line.clear()
	update := line.counted("verifying " + out.Network)
	for i, v := range runs {
		v.Budget.Journal = j
		v.Budget.Progress = func(done, total int) { update(i*total+done, len(runs)*total) }
		r, err := v.Run(c.Context())
		if len(r.Kept) > 0 {
			out.Results = append(out.Results, r)
		}
		if err != nil {
			return architectureError(out.Network, err)
		}
	}
	return nil
}

// architectureWidths are those of the networks, or one that is not used.
func (f *verifyFlags) architectureWidths() ([]int, error) {
	if err := f.runFlags.check(); err != nil {
		return nil, err
	}
	if err := f.claimFlags.check(); err != nil {
		return nil, err
	}
	beside, own := "--net", []string{"layer-tolerance", "other-root", "data"}
	switch {
	case f.net != "":
		own = append(own, append([]string{"activation", "set", "as-is", "weights", "widths", "depth"}, shapeNames...)...)
	case f.layers != "":
		beside, own = "--layers", append(own, "widths", "depth")
	default:
		beside = "an architecture"
	}
	if err := f.architectureFlags.refuse(beside, own...); err != nil {
		return nil, err
	}
	if f.sampler == "reflectors" {
		return nil, errors.New("--sampler reflectors of an architecture; want lazy or dense")
	}
	if f.architectureFlags.fixed() {
		return []int{0}, nil
	}
	return parseWidths(f.widths)
}

func (f *verifyFlags) architectureRun(a network.Architecture, seed uint64, of int) (properties.ArchitectureVerification, error) {
	v := architectureQuestion(a, f.sampler == "dense", f.inputs, f.runFlags, f.claimFlags, seed)
	v.Budget.Alpha /= float64(of)
	if !(v.Tolerance < 1) {
		return v, fmt.Errorf("--tolerance %v of norms; want a number above 0 and below 1", v.Tolerance)
	}
	return v, nil
}

// join sums up the widths.
func (v *architectureVerdicts) join() {
	var kept, theory []montecarlo.Outcome
	for _, r := range v.Results {
		kept, theory = append(kept, r.Outcome), append(theory, r.Theory)
	}
	v.Outcome, _ = properties.OutcomeOverWidths(kept)
	v.Theory, _ = properties.OutcomeOverWidths(theory)
}

// writeArchitectureVerdicts prints tables for people.
func writeArchitectureVerdicts(w io.Writer, v architectureVerdicts, alpha float64) error {
	fmt.Fprintf(w, "%s: α = %g for all verdicts together\n", v.Network, alpha)
	for i, r := range v.Results {
		if i < len(v.Widths) {
			fmt.Fprintf(w, "\nwidth %d", v.Widths[i])
		} else {
			fmt.Fprintf(w, "\n%d → %d", r.Input, r.Output)
		}
		fmt.Fprintf(w, ", %d networks, inputs at once: %d, seed %d\n", r.Networks, r.Inputs, r.Seed)
		for _, a := range r.Assumptions {
			if !a.Holds {
				fmt.Fprintf(w, "assumption fails: %s: %s\n", a.Name, a.Reason)
			}
		}
		if err := writeArchitectureResult(w, r); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\nverdict: norms are kept: %s; theory describes these networks: %s\n", v.Outcome, v.Theory)
	return err
}

func writeArchitectureResult(w io.Writer, r properties.ArchitectureResult) error {
	for _, f := range r.Kept {
		fmt.Fprintf(w, "%s: %s\n", f.Direction, f.Claim)
	}
	t := table.New(w, table.Right)
	t.Spare("δ", "of")
	fmt.Fprintln(t, "squared norms\tmedian\t5 %\t95 %\ttheory 5 %\ttheory 95 %\toutside\tof\tδ\tverdict\ttheory\t")
	for _, f := range r.Kept {
		v := f.Kept
		lo, hi := brief(nil), brief(nil)
		if f.PredictedLog.SD >= 0 {
			lo, hi = words.Number(f.PredictedLog.Quantile(0.05), 4), words.Number(f.PredictedLog.Quantile(0.95), 4)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%.3g\t%s\t%s\t\n", f.Direction, brief(f.Median), brief(f.Q05), brief(f.Q95), lo, hi,
			v.Events, v.Trials, v.Resolution, v.Outcome, predictionWord(f))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nfrom the input to behind each block, and from the output back to in front of it, squared norms: theory, measured")
	t = table.New(w, table.Left)
	fmt.Fprintln(t, "block\tsignal ×\tmedian\tgradient ×\tmedian\ttheory")
	for _, b := range r.Blocks {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", b.Name, brief(b.Signal.Predicted), brief(b.Signal.Median), brief(b.Gradient.Predicted),
			brief(b.Gradient.Median), blockWord(b))
	}
	if err := t.Flush(); err != nil || len(r.Exact) == 0 {
		return err
	}
	fmt.Fprintln(w, "\nsquared signal from the input to behind blocks, exact at these widths")
	t = table.New(w, table.Left)
	fmt.Fprintln(t, "block\tmean\tmeasured\tsd\tmeasured\tverdict\tclaim")
	for _, x := range r.Exact {
		mean, sd := brief(nil), brief(nil)
		if x.SeenAs != nil {
			mean, sd = words.Number(x.SeenAs.Mean, 5), words.Number(x.SeenAs.SD, 3)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.Name, words.Number(x.Mean, 5), mean, words.Number(x.SD, 3), sd, x.Outcome, x.Claim)
	}
	return t.Flush()
}

// predictionWord is the outcome of a prediction, or a dash where there is none.
func predictionWord(f properties.FactorResult) string {
	if len(f.Tests) == 0 {
		return "–"
	}
	return f.Prediction.String()
}

// blockWord is the outcome for both directions.
func blockWord(b properties.BlockResult) string {
	signal, gradient := predictionWord(b.Signal), predictionWord(b.Gradient)
	if signal == gradient {
		return signal
	}
	return signal + ", " + gradient
}
