package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"bsnn/internal/parts"
	"bsnn/internal/table"
	"bsnn/montecarlo"
	"bsnn/properties"
	"bsnn/reports/page"

	"github.com/spf13/cobra"
)

// spectrumFlags ask how far the Jacobian is from an isometry.
type spectrumFlags struct {
	spectrum bool
	probes   int
	plotFlags
}

func (f *spectrumFlags) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.spectrum, "spectrum", false,
		"ask about the singular values of the Jacobian; all of them with --sampler dense, up to width 2048")
	c.Flags().IntVar(&f.probes, "probes", 4, "random vectors that go back through each network, with --spectrum")
	f.plotFlags.register(c, "SVG file for the quantiles of the squared singular values against depth, with --spectrum")
	_ = c.MarkFlagFilename("plot", "svg") // the flag is there
}

// spectrumVerdicts are those about the Jacobian of one architecture of each width.
type spectrumVerdicts struct {
	Network string                       `json:"network"`
	Widths  []int                        `json:"widths,omitempty"` // of the results, where the architecture has none of its own
	Results []properties.SpectrumResults `json:"results"`
	Along   []properties.SpectrumDepth   `json:"along,omitempty"` // of the picture: the widest networks
	Outcome montecarlo.Outcome           `json:"outcome"`
}

// verifySpectrum is verify where it is asked about singular values.
func (f *verifyFlags) verifySpectrum(c *cobra.Command) error {
	changed := f.architectureFlags.changed
	if i := slices.IndexFunc([]string{"inputs", "correlation", "merged", "limit"}, changed); i >= 0 {
		return fmt.Errorf("--%s beside --spectrum, which is about the Jacobian at one input; want one of them",
			[]string{"inputs", "correlation", "merged", "limit"}[i])
	}
	if f.probes < 2 {
		return fmt.Errorf("--probes %d; want 2 or more: the inner product of two is what measures a spectrum", f.probes)
	}
	if err := f.plotFlags.check(); err != nil {
		return err
	}
	d, err := f.describedNetworks(c)
	if err != nil {
		return err
	}
	out := spectrumVerdicts{Network: d.name, Widths: d.widths}
	runs := make([]properties.SpectrumVerification, len(d.architectures))
	for i, a := range d.architectures {
		q := architectureQuestion(a, f.sampler == "dense", 1, f.runFlags, f.claimFlags, d.seed)
		q.Budget.Alpha /= float64(len(runs))
		runs[i] = properties.SpectrumVerification{Architecture: a, Explicit: q.Explicit, Probes: f.probes, Budget: q.Budget}
		if changed("tolerance") {
			runs[i].Tolerance = f.tolerance
		}
	}
	return f.answer(c, describedQuestion{
		networks: d,
		asked: map[string]any{
			"probes": f.probes, "spectrum": true, "tolerance": runs[0].Tolerance, "trials": runs[0].Budget.Trials, "plot": f.plot != "",
		},
		units: func(ctx context.Context) ([]parts.Unit, error) {
			last := len(runs) - 1
			units, err := unitsOf(runs[:last], func(v properties.SpectrumVerification) ([]parts.Unit, error) { return v.Units(ctx, false) })
			if err != nil {
				return nil, err
			}
			more, err := runs[last].Units(ctx, f.plot != "")
			return append(units, more...), err
		},
		run:    func(j properties.Journal) error { return f.runSpectra(c, d, runs, j, &out) },
		result: func() (any, montecarlo.Outcome) { return out, out.Outcome },
		write:  func(w io.Writer) error { return writeSpectrumVerdicts(w, out, f.alpha) },
	})
}

func (f *verifyFlags) runSpectra(c *cobra.Command, d describedNetworks, runs []properties.SpectrumVerification, j properties.Journal,
	out *spectrumVerdicts) error {
	line := newProgress(c.ErrOrStderr())
	defer line.clear()
	update := line.counted("verifying the spectrum of " + out.Network)
	var all []montecarlo.Outcome
	for i := range runs {
		v := &runs[i]
		v.Budget.Journal = j
		v.Budget.Progress = func(done, total int) { update(i*total+done, len(runs)*total) }
		r, err := v.Run(c.Context())
		if r.Networks > 0 {
			r.Replay = d.replay(c, i, v.Budget.Alpha)
			out.Results, all = append(out.Results, r), append(all, r.Outcome)
		}
		out.Outcome, _ = properties.OutcomeOverWidths(all)
		if err != nil {
			return architectureError(out.Network, err)
		}
	}
	if f.plot == "" {
		return nil
	}
	line.clear()
	return f.plotSpectrum(c.Context(), runs[len(runs)-1], line, out)
}

// plotSpectrum draws the widest networks.
func (f *verifyFlags) plotSpectrum(ctx context.Context, v properties.SpectrumVerification, line *progress,
	out *spectrumVerdicts) (err error) {
	v.Budget.Progress = line.counted("finding quantiles at every depth")
	if out.Along, err = v.Along(ctx); err != nil {
		return err
	}
	if len(out.Along) == 0 {
		return errors.New("--plot of a network whose quantiles theory does not know; want --sampler dense with it")
	}
	return f.plotFlags.write(func(inches float64) []byte {
		return page.SpectrumSVG(fmt.Sprintf("%s, width %d", out.Network, v.Architecture.Input), out.Along, inches)
	})
}

// writeSpectrumVerdicts prints tables for people.
func writeSpectrumVerdicts(w io.Writer, v spectrumVerdicts, alpha float64) error {
	fmt.Fprintf(w, "%s: α = %g for all verdicts together\n", v.Network, alpha)
	for i, r := range v.Results {
		if err := writeNetworks(w, v.Widths, i, r.Input, r.Output, r.Networks); err != nil {
			return err
		}
		fmt.Fprintf(w, ", %d probes in each, seed %d\n", r.Probes, r.Seed)
		t := table.New(w, table.Right)
		fmt.Fprintln(t, "moment of JᵀJ\tlimit\tat this width\tmeasured\tstandard error\tfrom\tto\tverdict\t")
		for k, m := range []properties.SpectrumMoment{r.First, r.Second} {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", [...]string{"τ(JᵀJ)", "τ((JᵀJ)²)"}[k],
				brief(m.Predicted), brief(m.Finite), brief(m.Estimate), brief(m.Error),
				brief(m.Lo), brief(m.Hi), m.Verdict.Outcome)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		if err := writeQuantiles(w, r.Quantiles); err != nil {
			return err
		}
		if err := writeCommand(w, "replay: ", r.Replay); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\nverdict: the Jacobian is as far from an isometry as theory says: %s\n", v.Outcome)
	return err
}

// writeQuantiles of squared singular values, if there are any.
func writeQuantiles(w io.Writer, all []properties.SpectrumQuantile) error {
	if len(all) == 0 {
		return nil
	}
	fmt.Fprintln(w, "squared singular values: a fraction of them is at most")
	t := table.New(w, table.Right)
	measured := all[0].Networks > 0
	heading := "fraction\ttheory\t"
	if measured {
		heading += fmt.Sprintf("median of %d networks\t", all[0].Networks)
	}
	fmt.Fprintln(t, heading)
	for _, q := range all {
		row := fmt.Sprintf("%g\t%s\t", q.P, brief(q.Predicted))
		if measured {
			row += brief(q.Median) + "\t"
		}
		fmt.Fprintln(t, row)
	}
	return t.Flush()
}
