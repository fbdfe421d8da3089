package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"bsnn/reports"

	"github.com/spf13/cobra"
)

type reportFlags struct {
	runFlags
	functionFlags
	claimFlags
	output, data string
	activations  []string
	asIs, asJSON bool
}

func newReport() *cobra.Command {
	var f reportFlags
	d := reports.DefaultSpec()
	c := &cobra.Command{
		Use:     "report",
		GroupID: groupPages,
		Short:   "Measure concentration against width and write a page about it",
		Long: `Measure how norms concentrate as width grows, forward and backward, through one
layer and through a deep network, and write a self-contained page: index.html,
report.json, data.csv and every picture as SVG. Without --activation it shows
tanh, ReLU, ELU and GELU beside two negative controls.`,
		Example: `  bsnn report -o report
  bsnn report -o report --activation silu --widths 64:4096`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.functionFlags.register(c)
	f.claimFlags.register(c, d, "64:65536")
	f.runFlags.register(c, d.Alpha, "networks in each cell (default: falls with the width)")
	c.Flags().StringVarP(&f.output, "output", "o", "report", "folder to write")
	c.Flags().StringArrayVar(&f.activations, "activation", nil, "name or expression of an activation to show, normalised first; repeat for more (default: four and two controls)")
	c.Flags().BoolVar(&f.asIs, "as-is", false, "take the activations as given, not normalised")
	c.Flags().StringVar(&f.data, "data", "synthetic", "input x⁽¹⁾: synthetic, mnist:DIR or cifar10:DIR")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print report.json on stdout too")
	return c
}

func (f *reportFlags) run(c *cobra.Command) error {
	spec, err := f.spec()
	if err != nil {
		return err
	}
	set, err := loadData(f.data)
	if err != nil {
		return err
	}
	if set != nil {
		spec.Input = set.Name
	}
	if err := spec.Validate(); err != nil {
		return err
	}
	if err := reports.CheckOutput(f.output); err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	update, done := progress(c.ErrOrStderr(), "measuring")
	report, err := reports.Run(c.Context(), spec, reports.Options{Workers: f.workers, Images: set, Progress: update})
	done()
	if err != nil {
		return fmt.Errorf("%w; nothing was written", err)
	}
	if err := reports.Write(f.output, report); err != nil {
		return err
	}
	if f.asJSON {
		return writeJSON(c.OutOrStdout(), report)
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "%s\n%s\n", report.Answer(), filepath.Join(f.output, "index.html"))
	return err
}

func (f *reportFlags) spec() (reports.Spec, error) {
	spec := reports.DefaultSpec()
	if err := f.runFlags.check(); err != nil {
		return spec, err
	}
	if err := f.claimFlags.check(); err != nil {
		return spec, err
	}
	var err error
	if spec.Seed, err = parseSeed(f.seed); err != nil {
		return spec, err
	}
	if spec.Widths, err = parseWidths(f.widths); err != nil {
		return spec, err
	}
	if f.asIs && len(f.activations) == 0 {
		return spec, errors.New("--as-is speaks of the functions that --activation names; want at least one")
	}
	if len(f.activations) > 0 {
		spec.Subjects = nil
	}
	parameters, err := f.parameters()
	if err != nil {
		return spec, err
	}
	for _, name := range f.activations {
		spec.Subjects = append(spec.Subjects, reports.NewSubject(name, parameters, f.asIs))
	}
	spec.Depth, spec.Trials, spec.Alpha, spec.Weights = f.depth, f.trials, f.alpha, f.weights
	spec.LayerTolerance, spec.DepthTolerance, spec.Limit = f.layerTolerance, f.tolerance, f.limit
	return spec, nil
}
