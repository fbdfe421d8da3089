package main

import (
	"fmt"
	"strconv"

	"bsnn/internal/limits"
	"bsnn/network/training"
	"bsnn/reports/experiment"

	"github.com/spf13/cobra"
)

// publishedFlags are those of bsnn experiment published.
type publishedFlags struct {
	gridFlags
	data                string
	trainSize, testSize int
	epochs, trials      int
	pilotSteps          int
	cells, rates        []string
	alpha               float64
	keep                bool
}

func newExperimentPublished() *cobra.Command {
	var f publishedFlags
	d := experiment.DefaultPublished()
	c := &cobra.Command{
		Use:   "published",
		Short: "The authors' table of accuracies, by their own protocol, beside their numbers",
		Long: `The authors' Table 1 by their own protocol ("bsnn train --protocol published"): six
functions as they are and normalised, with and without batch normalisation, on MNIST or
CIFAR-10. What was measured stands beside what was published, and beside what theory says
before any step: the slope κ of the length map, the Poincaré quotient √P^L by which batch
normalisation multiplies gradients, after how many layers inputs merge, and how far the
singular values of the Jacobian spread. Each cell tries every --lr for a few steps and trains
with the best. A cell in which nothing arrives at the output stops at once and says so.
The authors' GELU is x·σ(1.702x), quickgelu.

The grid may be computed in parts, one after the other: --cells takes some of it, and a
folder may get more cells, more epochs (from the checkpoints that --keep-checkpoints leaves, or anew)
and more trials; the results are those of all cells that it has finished. With several
--trials each function is compared with its normalised form by a test that is valid at
every time at once. One epoch of one cell of MNIST takes five minutes on one core.`,
		Example: `  bsnn experiment published --data mnist:DIR -o published
  bsnn experiment published --data mnist:DIR --cells tanh,selu-normalised --epochs 10 -o published
  bsnn experiment published --depth 20 --width 64 --cells elu --epochs 1 -o small`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	s := c.Flags()
	f.registerSizes(c, "experiment-published", d.Depth, d.Width, d.Batch)
	s.StringVar(&f.data, "data", d.Data.Source, "synthetic (made on the fly), mnist:DIR or cifar10:DIR")
	s.IntVar(&f.trainSize, "train-size", 0, "rows to train on; 0 means all (8192 of the synthetic set)")
	s.IntVar(&f.testSize, "test-size", 0, "rows to test on; 0 means all (2048 of the synthetic set)")
	s.StringSliceVar(&f.cells, "cells", nil, "cells, as tanh, selu-normalised, elu-as-is-batch-norm; all unless said")
	addAlias(c, "activation", "cells")
	s.IntVar(&f.epochs, "epochs", d.Epochs, "passes over the training rows; the authors took 50, and 100 on CIFAR-10")
	s.IntVar(&f.trials, "trials", d.Trials, "trainings of each cell, with weights and orders of their own")
	registerRates(c, &f.rates, []string{"1e-5", "1e-4", "3e-4", "1e-3", "3e-3"}, "learning rates to choose from in each cell")
	s.IntVar(&f.pilotSteps, "pilot-steps", d.PilotSteps, "steps to try each learning rate for")
	s.Float64Var(&f.alpha, "alpha", d.Alpha, "largest probability that a comparison is wrong")
	s.BoolVar(&f.keep, "keep-checkpoints", false, "keep checkpoints, so that cells can get more epochs (0.4 GB each at full size)")
	addAlias(c, "keep", "keep-checkpoints")
	return c
}

func (f *publishedFlags) run(c *cobra.Command) error {
	s := experiment.DefaultPublished()
	seed, err := f.check()
	if err != nil {
		return err
	}
	if err := wantsFolder(f.data); err != nil {
		return err
	}
	for _, size := range []struct {
		flag  string
		value int
	}{{"--train-size", f.trainSize}, {"--test-size", f.testSize}} {
		if err := limits.Whole(size.flag, size.value, 0, limits.Rows); err != nil {
			return err
		}
	}
	if s.Rates, err = ratesOf(f.rates); err != nil {
		return err
	}
	s.Seed, s.Depth, s.Width, s.Batch, s.DType = seed, f.depth, f.width, f.batch, training.DType(f.dtype)
	s.Data.Source, s.Data.TrainSize, s.Data.TestSize = f.data, f.trainSize, f.testSize
	s.Cells, s.Epochs, s.Trials, s.PilotSteps, s.Alpha, s.Keep = f.cells, f.epochs, f.trials, f.pilotSteps, f.alpha, f.keep
	options, done := f.options(c)
	r, err := experiment.Published(c.Context(), f.output, s, options)
	done()
	if err != nil {
		return f.gridError(err)
	}
	return f.show(c, r, experiment.Failed(r.Cells), "curves.svg", "results.csv")
}

// registerRates is --lr where several are tried.
func registerRates(c *cobra.Command, rates *[]string, usual []string, help string) {
	c.Flags().StringSliceVar(rates, "lr", usual, help)
	addAlias(c, "rates", "lr")
}

// ratesOf reads --lr where several are tried.
func ratesOf(words []string) (rates []float64, err error) {
	for _, word := range words {
		rate, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return nil, fmt.Errorf("--lr %q; want numbers, as in 0.0001,0.001", word)
		}
		rates = append(rates, rate)
	}
	return rates, nil
}
