package main

import (
	"fmt"
	"strconv"

	"bsnn/internal/limits"
	"bsnn/network/training"
	"bsnn/reports/experiment"

	"github.com/spf13/cobra"
)

// shortcutsFlags are those of bsnn experiment shortcuts.
type shortcutsFlags struct {
	gridFlags
	spec            experiment.ShortcutsSpec
	branches, rates []string
}

func newExperimentShortcuts() *cobra.Command {
	f := shortcutsFlags{spec: experiment.DefaultShortcuts()}
	c := &cobra.Command{
		Use:   "shortcuts",
		Short: "Whether deep normalised networks learn, plain and behind rotated shortcuts",
		Long: `Whether it matters for learning that inputs are kept apart and that all directions keep
their norm: deep normalised networks with Haar weights and no batch normalisation, plain
and behind rotated shortcuts αx + βVφ(Wx), β² = c/L. All of them keep the norms of random
vectors. Each kind tries every --lr for a few steps and trains with the best, all for the same
number of steps. Accuracies stand beside what theory says before the first step: from
which width on norms are kept, after how many layers inputs merge, and what half of all
directions lose. A kind is called better if it classifies more test images in more than
half of the trials; the tests are valid at every time at once, and eleven trials are the
fewest that can decide twelve of them. A folder may get more trials.`,
		Example: `  bsnn experiment shortcuts -o shortcuts
  bsnn experiment shortcuts --data mnist:DIR --branches 0,1,4 --trials 12 -o shortcuts-mnist`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	s, d := c.Flags(), f.spec
	f.registerSizes(c, "experiment-shortcuts", d.Depth, d.Width, d.Batch)
	s.StringVar(&f.spec.Data.Source, "data", d.Data.Source, "synthetic (made on the fly), mnist:DIR or cifar10:DIR")
	s.IntVar(&f.spec.Data.TrainSize, "train-size", 0, "rows to train on; 0 means all (8192 of the synthetic set)")
	s.IntVar(&f.spec.Data.TestSize, "test-size", 0, "rows to test on; 0 means all (2048 of the synthetic set)")
	f.registerActivations(c, d.Activations, "activation, normalised; repeat for more")
	s.StringSliceVar(&f.branches, "branches", []string{"0", "1", "4"}, "c of β² = c/L for each kind of network; 0 has no shortcuts")
	s.IntVar(&f.spec.Steps, "steps", d.Steps, "steps of each training")
	s.IntVar(&f.spec.Trials, "trials", d.Trials, "trainings of each kind, with weights and orders of their own")
	registerRates(c, &f.rates,
		[]string{"3e-5", "1e-4", "3e-4", "1e-3", "3e-3", "1e-2", "3e-2"}, "learning rates to choose from for each kind")
	s.IntVar(&f.spec.PilotSteps, "pilot-steps", d.PilotSteps, "steps to try each learning rate for")
	s.Float64Var(&f.spec.Momentum, "momentum", d.Momentum, "momentum of the gradient descent")
	s.Float64Var(&f.spec.Alpha, "alpha", d.Alpha, "probability that any comparison of the grid is wrong")
	return c
}

func (f *shortcutsFlags) run(c *cobra.Command) (err error) {
	s := f.spec
	if s.Seed, err = f.check(); err != nil {
		return err
	}
	if err := wantsFolder(s.Data.Source); err != nil {
		return err
	}
	if err := probability("alpha", s.Alpha); err != nil {
		return err
	}
	for _, size := range []struct {
		flag        string
		value, most int
	}{{"--train-size", s.Data.TrainSize, limits.Rows}, {"--test-size", s.Data.TestSize, limits.Rows}} {
		if err := limits.Whole(size.flag, size.value, 0, size.most); err != nil {
			return err
		}
	}
	if s.Rates, err = ratesOf(f.rates); err != nil {
		return err
	}
	s.Branches = nil
	for _, word := range f.branches {
		x, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return fmt.Errorf("--branches %q; want numbers, as in 0,1,4", word)
		}
		s.Branches = append(s.Branches, x)
	}
	s.Depth, s.Width, s.Batch, s.DType, s.Activations = f.depth, f.width, f.batch, training.DType(f.dtype), f.activations
	options, done := f.options(c)
	r, err := experiment.Shortcuts(c.Context(), f.output, s, options)
	done()
	if err != nil {
		return f.gridError(err)
	}
	return f.show(c, r, experiment.Failed(r.Cells), "shortcuts.svg", "results.csv")
}
