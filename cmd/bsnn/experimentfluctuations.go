package main

import (
	"fmt"

	"bsnn/internal/limits"
	"bsnn/reports/experiment"

	"github.com/spf13/cobra"
)

// fluctuationsFlags are those of bsnn experiment fluctuations.
type fluctuationsFlags struct {
	folderFlags
	spec   experiment.FluctuationsSpec
	widths string
}

func newExperimentFluctuations() *cobra.Command {
	f := fluctuationsFlags{spec: experiment.DefaultFluctuations()}
	c := &cobra.Command{
		Use:   "fluctuations",
		Short: "Whether networks differ from each other more the deeper they are",
		Long: `Whether random networks of one width differ from each other more the deeper they are, in the
norm of the signal and in that of the gradient. It has been published that orthogonal
weights keep such fluctuations bounded in depth for tanh at criticality (arXiv
2310.07765). Each cell is a function, as it is (tanh then sits at its fixed point 0)
or normalised (at length 1), a law of weights and a width. The claim is that from --early to --depth
layers the variance of the logarithm of the squared norm grows by no more than a factor of 3, where
growth like the depth would be a factor of 10; its verdict is anytime-valid.`,
		Example: `  bsnn experiment fluctuations -o fluctuations
  bsnn experiment fluctuations --widths 256,1024 --activation tanh,selu,gelu,relu -o fluctuations-wide`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	s, d := c.Flags(), f.spec
	f.folderFlags.register(c, "experiment-fluctuations")
	s.IntVar(&f.spec.Depth, "depth", d.Depth, "layers")
	s.IntVar(&f.spec.Early, "early", d.Early, "layers of the networks that are compared with")
	s.StringVar(&f.widths, "widths", "64", "a:b doubles from a to b; or a list")
	addActivations(c, &f.spec.Normal, "activation", d.Normal, "activation that is normalised; repeat for more, none for none")
	addActivations(c, &f.spec.AsIs, "activation-as-is", d.AsIs, "activation as it is; repeat for more, none for none")
	addAlias(c, "activations", "activation")
	addAlias(c, "normalised", "activation")
	addAlias(c, "as-is", "activation-as-is")
	addAlias(c, "width", "widths")
	s.StringSliceVar(&f.spec.Weights, "weights", d.Weights, "haar, gaussian (variance 1/n)")
	s.IntVar(&f.spec.Trials, "trials", d.Trials, "most trials in each cell, of two networks of either depth")
	s.Float64Var(&f.spec.Alpha, "alpha", d.Alpha, "probability that any verdict of the grid is wrong")
	return c
}

func (f *fluctuationsFlags) run(c *cobra.Command) (err error) {
	if f.spec.Seed, err = f.check(); err != nil {
		return err
	}
	if f.spec.Widths, err = parseWidths(f.widths); err != nil {
		return err
	}
	if err := probability("alpha", f.spec.Alpha); err != nil {
		return err
	}
	if f.spec.Trials < 1 || f.spec.Trials > limits.Trials {
		return fmt.Errorf("--trials %d; want 1 to %d", f.spec.Trials, limits.Trials)
	}
	if err := limits.Whole("--depth", f.spec.Depth, 3, limits.Depth); err != nil {
		return err
	}
	if err := limits.Whole("--early", f.spec.Early, 2, f.spec.Depth-1); err != nil {
		return err
	}
	f.spec.AsIs, f.spec.Normal = withoutNone(f.spec.AsIs), withoutNone(f.spec.Normal)
	options, done := f.options(c)
	r, err := experiment.Fluctuations(c.Context(), f.output, f.spec, options)
	done()
	if err != nil {
		return f.gridError(err)
	}
	return f.show(c, r, experiment.Failed(r.Cells), "fluctuations.svg")
}

// withoutNone lets "none" name no function.
func withoutNone(names []string) (out []string) {
	for _, n := range names {
		if n != "none" {
			out = append(out, n)
		}
	}
	return out
}
