package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"bsnn/internal/parts"
	"bsnn/internal/table"
	"bsnn/montecarlo"
	"bsnn/properties"
	"bsnn/theorem"

	"github.com/spf13/cobra"
)

// angleFlags ask what becomes of the angle between two inputs.
type angleFlags struct {
	correlation float64
	merged      float64
}

func (f *angleFlags) register(c *cobra.Command) {
	c.Flags().Float64Var(&f.correlation, "correlation", 0, "cosine between two inputs: ask what becomes of the angle between them")
	addMerged(c, &f.merged)
}

// addMerged is the flag that says when two inputs have become one.
func addMerged(c *cobra.Command, distance *float64) {
	c.Flags().Float64Var(distance, "merged", 0.01, "1 − ρ below which two inputs count as merged")
	addAlias(c, "distance", "merged")
}

// angleVerdicts are those about the angles of one architecture of each width.
type angleVerdicts struct {
	Network string                    `json:"network"`
	Widths  []int                     `json:"widths,omitempty"` // of the results, where the architecture has none of its own
	Results []properties.AngleResults `json:"results"`
	Outcome montecarlo.Outcome        `json:"outcome"`
}

// asksAngles says whether the question is about angles: of plain networks with several inputs, and wherever a
// correlation is given.
func (f *verifyFlags) asksAngles() bool {
	changed := f.architectureFlags.changed
	return changed("correlation") || changed("merged") || changed("inputs") && !f.architectureFlags.asked()
}

// verifyAngles is verify where it is asked about angles.
func (f *verifyFlags) verifyAngles(c *cobra.Command) error {
	if f.architectureFlags.changed("tolerance") {
		return errors.New("--tolerance is about norms; want it left out beside --inputs or --correlation, which ask about angles")
	}
	if f.architectureFlags.changed("inputs") && f.inputs < 2 {
		return fmt.Errorf("--inputs %d have no angle; want 2 or more", f.inputs)
	}
	if !(f.correlation >= -1 && f.correlation <= 1) {
		return fmt.Errorf("--correlation %v; want a number from −1 to 1", f.correlation)
	}
	if !(f.merged > 0 && f.merged < 2) {
		return fmt.Errorf("--merged %v; want a distance 1 − ρ above 0 and below 2", f.merged)
	}
	d, err := f.describedNetworks(c)
	if err != nil {
		return err
	}
	out := angleVerdicts{Network: d.name, Widths: d.widths}
	runs := make([]properties.AngleVerification, len(d.architectures))
	for i, a := range d.architectures {
		q := architectureQuestion(a, f.sampler == "dense", f.inputs, f.runFlags, f.claimFlags, d.seed)
		q.Budget.Alpha /= float64(len(runs))
		runs[i] = properties.AngleVerification{Architecture: a, Explicit: q.Explicit, Inputs: q.Inputs, Merged: f.merged, Limit: f.limit,
			Budget: q.Budget, AngleQuestion: theorem.AngleQuestion{Correlation: f.correlation, GradientCorrelation: 1}}
	}
	return f.answer(c, describedQuestion{
		networks: d,
		asked: map[string]any{
			"inputs": runs[0].Inputs, "correlation": f.correlation, "merged": f.merged, "limit": f.limit, "trials": runs[0].Budget.Trials,
		},
		units: func(ctx context.Context) ([]parts.Unit, error) {
			return unitsOf(runs, func(v properties.AngleVerification) ([]parts.Unit, error) { return v.Units(ctx) })
		},
		run:    func(j properties.Journal) error { return f.runAngles(c, d, runs, j, &out) },
		result: func() (any, montecarlo.Outcome) { return out, out.Outcome },
		write:  func(w io.Writer) error { return writeAngleVerdicts(w, out, f.alpha) },
	})
}

func (f *verifyFlags) runAngles(c *cobra.Command, d describedNetworks, runs []properties.AngleVerification, j properties.Journal,
	out *angleVerdicts) error {
	line := newProgress(c.ErrOrStderr())
	defer line.clear()
	update := line.counted("verifying the angles of " + out.Network)
	var all []montecarlo.Outcome
	for i, v := range runs {
		v.Budget.Journal = j
		v.Budget.Progress = func(done, total int) { update(i*total+done, len(runs)*total) }
		r, err := v.Run(c.Context())
		if len(r.Angles) > 0 {
			r.Replay = d.replay(c, i, v.Budget.Alpha)
			out.Results, all = append(out.Results, r), append(all, r.Outcome)
		}
		out.Outcome, _ = properties.OutcomeOverWidths(all)
		if err != nil {
			return architectureError(out.Network, err)
		}
	}
	return nil
}

// architectureError says what exploded.
func architectureError(name string, err error) error {
	var beyond *theorem.LengthError
	if errors.As(err, &beyond) {
		return answer{exitRefuted, fmt.Sprintf("%s: %v", name, beyond)}
	}
	return err
}

// writeAngleVerdicts prints tables for people.
func writeAngleVerdicts(w io.Writer, v angleVerdicts, alpha float64) error {
	fmt.Fprintf(w, "%s: α = %g for all verdicts together\n", v.Network, alpha)
	for i, r := range v.Results {
		if err := writeNetworks(w, v.Widths, i, r.Input, r.Output, r.Networks); err != nil {
			return err
		}
		fmt.Fprintf(w, ", inputs at once: %d, of which two have the cosine %g, seed %d\n", r.Inputs, r.Correlation, r.Seed)
		if r.NoLaw != "" {
			fmt.Fprintf(w, "theory predicts no law here: %s\n", r.NoLaw)
		}
		if err := writeAngles(w, r); err != nil {
			return err
		}
	}
	if len(v.Results) > 1 {
		if err := writeMergedDepths(w, v); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\nverdict: the angle between two inputs is what theory says: %s\n", v.Outcome)
	return err
}

// writeNetworks says how many networks of which width a result is of.
func writeNetworks(w io.Writer, widths []int, i, in, out, networks int) error {
	what := fmt.Sprintf("%d → %d", in, out)
	if i < len(widths) {
		what = fmt.Sprintf("width %d", widths[i])
	}
	_, err := fmt.Fprintf(w, "\n%s, %d networks", what, networks)
	return err
}

func writeAngles(w io.Writer, r properties.AngleResults) error {
	t := table.New(w, table.Right)
	fmt.Fprintln(t, "of two inputs\tlayers\tlimit\ttheory 5 %\ttheory 95 %\tmedian\t5 %\t95 %\ttheory\t")
	for _, a := range r.Angles {
		fmt.Fprintf(t, "%s\t%.10g\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", a.Name, a.Layers, brief(a.Predicted), rough(a.PredictedQ05),
			rough(a.PredictedQ95), rough(a.Median), rough(a.Q05), rough(a.Q95), angleWord(a))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if m := r.Merging; m != nil {
		fmt.Fprintf(w, "merging law %s: %s: %s\n", m.Name, m.Claim, m.Outcome)
	} else if r.NoMerging != "" {
		fmt.Fprintf(w, "merging law, not claimed: %s\n", r.NoMerging)
	}
	m := r.Merged
	_, err := fmt.Fprintf(w, "%g %% of the networks have merged them (1 − ρ < %g) behind %s layers (with %g %% confidence %s to %s), "+
		"theory %s\n", 100*m.Share, m.Distance, depthWord(r, m.Depth), 100*(1-m.Alpha), depthWord(r, m.Lo), depthWord(r, m.Hi),
		depthWord(r, m.Predicted))
	if err != nil {
		return err
	}
	return writeCommand(w, "replay: ", r.Replay)
}

// writeMergedDepths is the depth by which inputs have merged, against the width.
func writeMergedDepths(w io.Writer, v angleVerdicts) error {
	m := v.Results[0].Merged
	fmt.Fprintf(w, "\nlayers behind which %g %% of the networks have 1 − ρ < %g\n", 100*m.Share, m.Distance)
	t := table.New(w, table.Right)
	fmt.Fprintln(t, "width\tmeasured\tfrom\tto\ttheory\t")
	for _, r := range v.Results {
		m := r.Merged
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t\n", r.Input, depthWord(r, m.Depth), depthWord(r, m.Lo), depthWord(r, m.Hi),
			depthWord(r, m.Predicted))
	}
	return t.Flush()
}

// depthWord is a depth, or that the networks end before.
func depthWord(r properties.AngleResults, x *float64) string {
	if x == nil {
		return fmt.Sprintf("more than %d", r.Depth)
	}
	return fmt.Sprintf("%.10g", *x)
}

// angleWord is the outcome of a claim, or a dash where nothing is claimed.
func angleWord(a properties.AngleResult) string {
	if len(a.Tests) == 0 {
		return "–"
	}
	return a.Outcome.String()
}
