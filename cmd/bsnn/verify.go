package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/reports"

	"github.com/spf13/cobra"
)

type verifyFlags struct {
	runFlags
	functionFlags
	claimFlags
	activation, sampler, data string
	asIs, otherRoot, asJSON   bool
}

func newVerify() *cobra.Command {
	var f verifyFlags
	c := &cobra.Command{
		Use:   "verify",
		Short: "Test the theory's claims on random networks of one activation",
		Long: `Test the theory's claims on random networks of one activation: norms kept by
one layer, forward (Theorem 1) and backward (Theorem 2), and through the whole
depth (Definition 1). Every verdict is anytime-valid: all of them together are
wrong with probability at most --alpha. A claim is refuted if it is refuted at the
widest width, and confirmed if it is confirmed at the widest width that has an
answer.`,
		Example: `  bsnn verify --activation gelu --widths 64:4096 --depth 50
  bsnn verify --activation tanh --as-is --widths 1024`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.functionFlags.register(c)
	f.claimFlags.register(c, reports.DefaultSpec(), "64:4096")
	f.runFlags.register(c, 1e-6, "most networks for each width and depth (default 1000)")
	c.Flags().StringVar(&f.activation, "activation", "tanh", "name or expression of the activation to test; it is normalised first")
	c.Flags().BoolVar(&f.asIs, "as-is", false, "test the function as given, not normalised")
	c.Flags().BoolVar(&f.otherRoot, "other-root", false, "normalise with the root b that the root rule rejects")
	c.Flags().StringVar(&f.data, "data", "synthetic", "input x⁽¹⁾: synthetic, mnist:DIR or cifar10:DIR")
	c.Flags().StringVar(&f.sampler, "sampler", "lazy", "lazy, dense or reflectors")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	return c
}

func (f *verifyFlags) run(c *cobra.Command) error {
	v, err := f.verification()
	if err != nil {
		return err
	}
	update, done := progress(c.ErrOrStderr(), "verifying "+v.Activation.Name)
	v.Budget.Progress = update
	result, err := v.Run(c.Context())
	done()
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	if f.asJSON {
		if e := writeJSON(c.OutOrStdout(), result); e != nil {
			return e
		}
	} else if e := writeVerification(c.OutOrStdout(), result); e != nil {
		return e
	}
	if err != nil {
		return err
	}
	switch result.Outcome {
	case montecarlo.Refuted:
		return answer{code: exitRefuted}
	case montecarlo.Undecided:
		return answer{code: exitUndecided}
	}
	return nil
}

func (f *verifyFlags) verification() (properties.Verification, error) {
	var v properties.Verification
	if err := f.runFlags.check(); err != nil {
		return v, err
	}
	if err := f.claimFlags.check(); err != nil {
		return v, err
	}
	var err error
	if v.Budget.Seed, err = parseSeed(f.seed); err != nil {
		return v, err
	}
	if v.Widths, err = parseWidths(f.widths); err != nil {
		return v, err
	}
	if v.Weights, err = network.ParseWeights(f.weights); err != nil {
		return v, err
	}
	if v.Sampler, err = parseSampler(f.sampler); err != nil {
		return v, err
	}
	if widest := v.Widths[len(v.Widths)-1]; v.Sampler != properties.Lazy && widest > maxExplicitWidth {
		return v, fmt.Errorf("--widths up to %d with --sampler %s; want at most %d, or the lazy sampler", widest, f.sampler, maxExplicitWidth)
	}
	if v.Activation, err = f.function(); err != nil {
		return v, err
	}
	if v.Input, err = inputs(f.data, v.Budget.Seed); err != nil {
		return v, err
	}
	v.Claims = properties.Claims(f.depth, f.layerTolerance, f.tolerance, f.limit)
	v.Budget.Trials, v.Budget.Alpha, v.Budget.Workers = f.trials, f.alpha, f.workers
	if v.Budget.Trials == 0 {
		v.Budget.Trials = 1000
	}
	return v, nil
}

// function is the activation that the networks use.
func (f *verifyFlags) function() (gpnorm.Activation, error) {
	if f.asIs && f.otherRoot {
		return gpnorm.Activation{}, errors.New("--as-is and --other-root exclude each other: only a normalised function has a root; want one of them")
	}
	j, err := f.judge(f.activation)
	if err != nil {
		return gpnorm.Activation{}, err
	}
	switch {
	case f.asIs:
		return j.Raw, nil
	case f.otherRoot:
		n, err := reports.OtherRoot(j.Normalized)
		return n.Activation, err
	}
	return j.Activation, nil
}

// writeVerification prints a table for people.
func writeVerification(w io.Writer, r properties.VerificationResult) error {
	fmt.Fprintf(w, "φ = %s, %s weights, seed %d, α = %g for all verdicts together\n", r.Activation, r.Weights, r.Seed, r.Alpha)
	for _, a := range r.Assumptions {
		if !a.Holds {
			fmt.Fprintf(w, "assumption fails: %s: %s\n", a.Name, a.Reason)
		}
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, c := range r.Claims {
		fmt.Fprintf(t, "\n%s: %s\n", c.Name, c.Claim)
		fmt.Fprintln(t, "width\tmean\tsd\tlimit law sd\toutside\tproven ≤\tnetworks\tverdict\t")
		for _, row := range c.Widths {
			fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%d/%d\t%s\t%d\t%s\t\n", row.Width, brief(row.Mean), brief(row.SD), brief(row.PredictedSD),
				row.Verdict.Events, row.Verdict.Trials, brief(row.Bound), row.Networks, row.Verdict.Outcome)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		fmt.Fprintf(w, "→ %s\n", c.Outcome)
	}
	_, err := fmt.Fprintf(w, "\nverdict: %s\n", r.Outcome)
	return err
}

// brief prints a number in few digits, or a dash where there is none.
func brief(x *float64) string {
	if x == nil {
		return "–"
	}
	return fmt.Sprintf("%.4g", *x)
}
