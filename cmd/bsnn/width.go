package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"text/tabwriter"

	"bsnn/internal/limits"
	"bsnn/internal/provenance"
	"bsnn/properties"

	"github.com/spf13/cobra"
)

type widthFlags struct {
	runFlags
	subjectFlags
	stateFlags
	depth                 int
	tolerance, confidence float64
	simulate              bool
	maxWork               float64
	asJSON                bool
}

func newWidth() *cobra.Command {
	var f widthFlags
	c := &cobra.Command{
		Use:     "width",
		GroupID: groupQuestions,
		Short:   "Say how wide a network must be to keep its norms",
		Long: `Say how wide networks of one activation and depth must be for their norms to
lie within a tolerance with a confidence: forward ‖x⁽ᴸ⁺¹⁾‖/√n, from ‖x⁽¹⁾‖ = √n,
and backward ‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖, for an error in a uniformly random direction. Three widths
are given: one that is proven to be enough, the one that follows from the limit
laws, and, with --simulate, between which widths the truth was measured to lie.

Exit code 1 if no width is proven or predicted, as for a function that is not
normalised or whose deviations grow with depth; 3 if the measurement did not
enclose the width on both sides.

What --simulate measures can be continued. ` + stateHelp,
		Example: `  bsnn width --activation tanh --depth 200 --tolerance 0.05 --confidence 0.99
  bsnn width --activation relu --depth 10 --tolerance 0.2 --confidence 0.9 --simulate`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.subjectFlags.register(c)
	f.stateFlags.register(c)
	f.runFlags.register(c, 1e-3, "most networks at each width (default 40/(1 − confidence))")
	c.Flags().IntVar(&f.depth, "depth", 50, "layers L")
	c.Flags().Float64Var(&f.tolerance, "tolerance", 0.05, toleranceHelp)
	c.Flags().Float64Var(&f.confidence, "confidence", 0.99, "share of the networks within the tolerance, in each direction")
	c.Flags().BoolVar(&f.simulate, "simulate", false, "also measure the width on random networks")
	c.Flags().Float64Var(&f.maxWork, "max-work", 2e9, "most neurons × layers to simulate; 1e9 take a minute or two")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	return c
}

func (f *widthFlags) run(c *cobra.Command) error {
	q, title, err := f.question()
	if err != nil {
		return err
	}
	m, err := f.measurement()
	if err != nil {
		return err
	}
	keeping, err := f.keep(c, m)
	if err != nil {
		return err
	}
	defer keeping.close()
	line := newProgress(c.ErrOrStderr())
	if m != nil {
		update := line.counted("measuring " + title)
		m.Progress = func(_, done, total int) { update(done, total) }
	}
	a, err := q.Answer(c.Context(), m)
	line.clear()
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	if f.asJSON {
		if e := writeJSON(c.OutOrStdout(), a); e != nil {
			return e
		}
	} else if e := writeWidths(c.OutOrStdout(), a); e != nil {
		return e
	}
	if err != nil {
		return keeping.interrupted(f.goOn(c, m))
	}
	keeping.complete(c.ErrOrStderr())
	switch {
	case a.Both.Proven == 0 && a.Both.LimitLaw == 0:
		return answer{code: exitRefuted}
	case m != nil && (a.Both.Measured.Enough == 0 || a.Both.Measured.OutOfReach > 0):
		return answer{code: exitUndecided}
	case a.Both.Proven == 0: // the table says why
		return answer{code: exitUndecided}
	}
	return nil
}

// keep opens the state of a measurement, if there is one.
func (f *widthFlags) keep(c *cobra.Command, m *properties.WidthMeasurement) (*state, error) {
	if m == nil {
		return &state{}, nil
	}
	if f.seed == "random" {
		if f.resume {
			return nil, errors.New("--resume with --seed random; want the seed of the run to continue, which it printed when it began")
		}
		note(c.ErrOrStderr(), "seed %d", m.Seed)
	}
	s, err := f.stateFlags.open(c, provenance.Run{
		Kind: "width",
		Asked: map[string]any{
			"activation": f.activation, "set": f.set, "as-is": f.asIs, "other-root": f.otherRoot,
			"depth": f.depth, "tolerance": f.tolerance, "confidence": f.confidence,
			"seed": m.Seed, "trials": m.Trials, "alpha": f.alpha, "max-work": f.maxWork,
		},
		Environment: provenance.Now(""),
	})
	if err == nil && s.journal != nil {
		m.Journal = s.journal
	}
	return s, err
}

// goOn is the command that continues a measurement.
func (f *widthFlags) goOn(c *cobra.Command, m *properties.WidthMeasurement) string {
	if m == nil {
		return commandLine(c, nil)
	}
	return commandLine(c, changes{"seed": fmt.Sprint(m.Seed), "resume": "true"})
}

// question is what is asked, with the title of the function.
func (f *widthFlags) question() (q properties.WidthQuestion, title string, err error) {
	q = properties.WidthQuestion{Depth: f.depth, Tolerance: f.tolerance, Confidence: f.confidence}
	for _, flag := range []string{"trials", "max-work", "alpha", "seed", "workers", "resume", "state", "mixed"} {
		if !f.simulate && f.changed(flag) {
			return q, "", fmt.Errorf("--%s needs --simulate: without it nothing is measured; want both or neither", flag)
		}
	}
	if err := f.runFlags.check(); err != nil {
		return q, "", err
	}
	if err := limits.Whole("--depth", f.depth, 1, limits.Depth); err != nil {
		return q, "", err
	}
	if !(f.tolerance > 0 && f.tolerance < 1) {
		return q, "", fmt.Errorf("--tolerance %v; want a number above 0 and below 1", f.tolerance)
	}
	if err := probability("confidence", f.confidence); err != nil {
		return q, "", err
	}
	if err := positive("max-work", f.maxWork); err != nil {
		return q, "", err
	}
	q.Activation, title, err = f.function()
	return q, title, err
}

// widthResolution is the ratio of widths at which the measurement stops.
const widthResolution = 1.1

// measurement is nil unless asked for.
func (f *widthFlags) measurement() (*properties.WidthMeasurement, error) {
	seed, err := parseSeed(f.seed)
	if err != nil || !f.simulate {
		return nil, err
	}
	m := &properties.WidthMeasurement{
		Seed: seed, Trials: f.trials, Alpha: f.alpha, Workers: f.workers,
		Resolution: widthResolution, MaxWork: f.maxWork,
	}
	if m.Trials == 0 {
		m.Trials = int(math.Min(limits.Trials, math.Round(40/(1-f.confidence))))
	}
	return m, nil
}

// writeWidths prints a table for people.
func writeWidths(w io.Writer, a properties.WidthAnswer) error {
	fmt.Fprintf(w, "φ = %s, depth %d: norms within ±%g of 1 in at least %g of the networks\n\n", a.Activation, a.Depth, a.Tolerance,
		a.Confidence)
	columns := []properties.DirectionWidth{a.Forward, a.Backward, a.Both}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, cell func(properties.DirectionWidth) string) {
		fmt.Fprint(t, name)
		for _, d := range columns {
			fmt.Fprint(t, "\t", cell(d))
		}
		fmt.Fprintln(t, "\t")
	}
	fmt.Fprintln(t, "width n\tforward\tbackward\tboth\t")
	row("proven", func(d properties.DirectionWidth) string { return width(d.Proven) })
	row("limit law", func(d properties.DirectionWidth) string { return width(d.LimitLaw) })
	if a.Both.Measured != nil {
		row("measured", func(d properties.DirectionWidth) string { return measured(*d.Measured) })
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, d := range []struct {
		name string
		properties.DirectionWidth
	}{{"forward", a.Forward}, {"backward", a.Backward}} {
		switch {
		case d.Reason != "" && d.LimitLaw == 0:
			fmt.Fprintf(w, "\n%s: no width is proven or predicted: %s", d.name, d.Reason)
		case d.Reason != "" && d.Proven == 0:
			fmt.Fprintf(w, "\n%s: no width is proven: %s", d.name, d.Reason)
		}
	}
	if m := a.Both.Measured; m != nil {
		fmt.Fprintf(w,
			"\nmeasured: from the largest width shown to be too small to the smallest shown to be enough; all are right with probability %g "+
				"(seed %d)", 1-a.Alpha, a.Seed)
		if m.OutOfReach > 0 {
			fmt.Fprintf(w, "\nout of reach: networks of width %d and more would take more work than --max-work allows", m.OutOfReach)
		}
	}
	_, err := fmt.Fprintln(w)
	return err
}

func width(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}

func measured(m properties.MeasuredWidth) string {
	switch {
	case m.Enough == 0 && m.TooSmall == 0:
		return "–"
	case m.Enough == 0:
		return "> " + strconv.Itoa(m.TooSmall)
	case m.TooSmall == 0:
		return "≤ " + strconv.Itoa(m.Enough)
	}
	return fmt.Sprintf("%d to %d", m.TooSmall, m.Enough)
}
