package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"

	"bsnn/internal/limits"
	"bsnn/internal/parts"
	"bsnn/network/training"
	"bsnn/reports/experiment"

	"github.com/spf13/cobra"
)

func newExperiment() *cobra.Command {
	c := &cobra.Command{
		Use:     "experiment",
		GroupID: groupPages,
		Short:   "Repeat the experiments of the paper",
		Long: `Repeat the experiments of the paper, scaled down unless flags say otherwise.

Each is a grid of cells in a folder: finished cells are kept, so a grid may be
interrupted, or killed, and the same command goes on with it. At the end there are a
table, results.json, results.csv and pictures.

` + partHelp + `

` + mixedHelp,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownVerb(c, args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newExperimentNorms(), newExperimentAccuracy(), newExperimentPublished(), newExperimentSynthetic(),
		newExperimentFluctuations(), newExperimentShortcuts())
	return c
}

// gridFlags mean the same in every experiment.
type gridFlags struct {
	folderFlags
	dtype                string
	depth, width, batch  int
	activations, weights []string
}

// folderFlags are those of every grid in a folder.
type folderFlags struct {
	output, seed string
	workers      int
	tableFlags
	mixedFlag
	partFlags
}

func (f *folderFlags) register(c *cobra.Command, output string) {
	s := c.Flags()
	s.StringVarP(&f.output, "output", "o", output, "folder of the grid")
	s.StringVar(&f.seed, "seed", "1", "seed of all random numbers, a whole number: a grid that goes on needs the same one")
	s.IntVar(&f.workers, "workers", 0, "cells at a time; 0 means one for each core (never changes results)")
	f.registerTables(c, "print results.json on stdout instead of a table")
	f.mixedFlag.register(c)
	f.partFlags.register(c)
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if err := f.partFlags.check(c); err != nil {
			return err
		}
		if err := f.adopt(c, f.policy()); err != nil {
			return err
		}
		if f.merge != "" && !c.Flags().Changed("output") {
			f.output = f.merge
		}
		return nil
	}
}

func (f *gridFlags) register(c *cobra.Command, output string, depth, width, batch int, weights string) {
	s := c.Flags()
	f.registerActivations(c, experiment.DefaultActivations(), "activation, as it is and normalised; repeat for more")
	s.StringSliceVar(&f.weights, "weights", strings.Split(weights, ","),
		"weights: haar, gaussian (variance 1/n) and he (gaussian, variance 2/n)")
	f.registerSizes(c, output, depth, width, batch)
}

// registerActivations is the flag of grids that compare functions.
func (f *gridFlags) registerActivations(c *cobra.Command, usual []string, help string) {
	addActivations(c, &f.activations, "activation", usual, help)
	addAlias(c, "activations", "activation")
}

// registerSizes are the flags of a grid of cells that are given.
func (f *gridFlags) registerSizes(c *cobra.Command, output string, depth, width, batch int) {
	f.folderFlags.register(c, output)
	s := c.Flags()
	s.IntVar(&f.depth, "depth", depth, "layers")
	s.IntVar(&f.width, "width", width, "neurons in each layer")
	s.IntVar(&f.batch, "batch", batch, "rows in a batch")
	s.StringVar(&f.dtype, "dtype", string(training.Float32), "float64 or float32")
	oneOf(c, "dtype", string(training.Float64), string(training.Float32))
}

func (f *folderFlags) check() (seed uint64, err error) {
	if f.seed == "random" {
		return 0, errors.New("--seed random; want a number: a grid that goes on needs the same one")
	}
	if err := limits.Whole("--workers", f.workers, 0, limits.Workers); err != nil {
		return 0, err
	}
	return parseSeed(f.seed)
}

func (f *gridFlags) laws() (out []training.Weights) {
	for _, w := range f.weights {
		out = append(out, training.ParseWeights(w))
	}
	return out
}

// options connects the grid to the terminal.
func (f *folderFlags) options(c *cobra.Command) (o experiment.Options, done func()) {
	line := newProgress(c.ErrOrStderr())
	o = experiment.Options{Workers: f.workers, BLAS: blasWords(c.Context()), Mixed: f.mixed, Warn: warnings(c.ErrOrStderr()),
		Progress: line.cells, Parts: f.all}
	if f.part != "" || f.partFlags.print > 0 || f.all != nil {
		together := f.workers
		if together == 0 {
			together = runtime.GOMAXPROCS(0)
		}
		o.Share = func(s parts.Sweep) (bool, error) {
			s.Command = commandOf(c, stayHere...)
			return f.share(c, shared{func() (parts.Sweep, error) { return s, nil }, f.output, f.policy(), together})
		}
	}
	return o, line.clear
}

// gridError names the flag, or says how to go on.
func (f *folderFlags) gridError(err error) error {
	var ended answer
	switch {
	case errors.Is(err, experiment.ErrShared):
		return nil
	case errors.As(err, &ended):
		return ended
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w; finished cells are kept in %s, the same command goes on", err, f.output)
	}
	return inFlags(outputError(err, nil))
}

// show prints the results of a grid and where its pictures are.
func (f *folderFlags) show(c *cobra.Command, results interface{ WriteTable(io.Writer) error }, failed []string, pictures ...string) error {
	if f.asJSON {
		if err := writeJSON(c.OutOrStdout(), results); err != nil {
			return err
		}
		return f.outcome(failed)
	}
	w := f.page(c)
	if err := results.WriteTable(w); err != nil {
		return err
	}
	text := "\n"
	for _, name := range pictures {
		text += f.path(name) + "\n"
	}
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return f.outcome(failed)
}

// outcome is the exit of a grid whose results are written.
func (f *folderFlags) outcome(failed []string) error {
	if len(failed) == 0 {
		return nil
	}
	again := "the same command tries them again"
	if f.all != nil {
		again = "the same command without --part and --merge tries them again"
	}
	return answer{exitRefuted, fitted(fmt.Sprintf("%d cells failed, %s: %s", len(failed), again, folded(strings.Join(failed, "; "))))}
}

func (f *folderFlags) path(name string) string { return filepath.Join(f.output, name) }

// normsFlags are those of bsnn experiment norms.
type normsFlags struct {
	gridFlags
	architectureFlags
	networks int
}

func newExperimentNorms() *cobra.Command {
	var f normsFlags
	d := experiment.DefaultNorms()
	c := &cobra.Command{
		Use:   "norms",
		Short: "Norms of every layer, forward and backward, in networks as they are drawn",
		Long: `Norms of every layer, forward and backward, in networks as they are drawn: each
activation as it is and normalised, with orthogonal and with Gaussian weights. The paper's
size is --depth 200 --width 500.

With --net or --layers, or with --shortcut, --norm, --gain or --bias, the networks are those
of architectures: one from a file, or one for each activation, form and law of weights
("--weights torch-default" too). Squared norms behind every block stand beside what
theory predicts, in float64; inputs are uniform on the shell, one unless --batch says
how many go through a network at once (64 where a batch is normalised). There are no
gradients of weights then, and no --weights he: gaussian with --gain 1.41421356.
"bsnn help net" shows what a file may say.`,
		Example: `  bsnn experiment norms -o norms
  bsnn experiment norms --width 500 --weights haar,gaussian,he -o norms-full
  bsnn experiment norms --net net.yaml -o norms-net
  bsnn experiment norms --layers 784,256x19,10 --weights torch-default --bias -o norms-torch`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.gridFlags.register(c, "experiment-norms", d.Depth, d.Width, d.Batch, "haar,gaussian")
	f.architectureFlags.register(c)
	c.Flags().IntVar(&f.networks, "trials", d.Networks, "networks in each cell")
	addAlias(c, "networks", "trials")
	return c
}

func (f *normsFlags) run(c *cobra.Command) error {
	if f.asked() {
		return f.runArchitectures(c)
	}
	seed, err := f.check()
	if err != nil {
		return err
	}
	options, done := f.options(c)
	r, err := experiment.Norms(c.Context(), f.output, experiment.NormsSpec{
		Seed: seed, Depth: f.depth, Width: f.width, Networks: f.networks, Batch: f.batch,
		Activations: f.activations, Weights: f.laws(), DType: training.DType(f.dtype),
	}, options)
	done()
	if err != nil {
		return f.gridError(err)
	}
	return f.show(c, r, experiment.Failed(r.Cells), "norms-forward.svg", "norms-backward.svg", "norms-gradient.svg")
}

// accuracyFlags are those of bsnn experiment accuracy.
type accuracyFlags struct {
	gridFlags
	data, schedule            string
	trainSize, testSize       int
	epochs, steps, pilotSteps int
	rates, remedies           []string
	momentum                  float64
}

func newExperimentAccuracy() *cobra.Command {
	var f accuracyFlags
	d := experiment.DefaultAccuracy()
	c := &cobra.Command{
		Use:   "accuracy",
		Short: "Accuracy of deep networks, normalised and as is, with and without the usual remedies",
		Long: `Accuracy of deep networks: each activation as it is and normalised, with and without
batch normalisation and shortcuts. Every cell first tries each --lr for a few
steps and trains with the best. The paper's size is --depth 200 --width 500 on all of
MNIST or CIFAR-10.`,
		Example: `  bsnn experiment accuracy -o accuracy
  bsnn experiment accuracy --data mnist:DIR --depth 200 --width 500 --epochs 3 -o mnist`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.register(c, "experiment-accuracy", d.Depth, d.Width, d.Batch, "haar")
	s := c.Flags()
	s.StringVar(&f.data, "data", d.Data.Source, "synthetic (made on the fly), mnist:DIR or cifar10:DIR")
	s.IntVar(&f.trainSize, "train-size", 0, "rows to train on; 0 means all (8192 of the synthetic set)")
	s.IntVar(&f.testSize, "test-size", 0, "rows to test on; 0 means all (2048 of the synthetic set)")
	s.IntVar(&f.epochs, "epochs", d.Epochs, "passes over the training rows")
	s.IntVar(&f.steps, "steps", d.Steps, "most steps of each training; 0 means no cap")
	s.StringSliceVar(&f.remedies, "remedies", wordsOf(d.Remedies), "none, batch-norm, shortcut (x + φ(h)), balanced ((x + φ(h))/√2), both")
	registerRates(c, &f.rates, []string{"0.0003", "0.003", "0.03"}, "learning rates to choose from in each cell")
	s.IntVar(&f.pilotSteps, "pilot-steps", d.PilotSteps, "steps to try each learning rate for")
	s.Float64Var(&f.momentum, "momentum", d.Momentum, "momentum of the gradient descent")
	s.StringVar(&f.schedule, "schedule", "constant", "constant, step:EVERY:FACTOR (epochs), or cosine, cosine:FINAL")
	return c
}

func (f *accuracyFlags) run(c *cobra.Command) error {
	spec, err := f.spec()
	if err != nil {
		return err
	}
	options, done := f.options(c)
	r, err := experiment.Accuracy(c.Context(), f.output, spec, options)
	done()
	if err != nil {
		return f.gridError(err)
	}
	return f.show(c, r, experiment.Failed(r.Cells), "accuracy.svg", "gradient.svg")
}

func (f *accuracyFlags) spec() (experiment.AccuracySpec, error) {
	s := experiment.DefaultAccuracy()
	seed, err := f.check()
	if err != nil {
		return s, err
	}
	if s.Schedule, err = parseSchedule(f.schedule); err != nil {
		return s, err
	}
	if err := wantsFolder(f.data); err != nil {
		return s, err
	}
	if f.trainSize < 0 || f.testSize < 0 {
		return s, fmt.Errorf("--train-size %d, --test-size %d; want 1 or more, or 0 for all", f.trainSize, f.testSize)
	}
	if s.Rates, err = ratesOf(f.rates); err != nil {
		return s, err
	}
	s.Remedies = nil
	for _, word := range f.remedies {
		s.Remedies = append(s.Remedies, experiment.Remedy(word))
	}
	s.Seed, s.Depth, s.Width, s.Batch, s.Epochs, s.Steps = seed, f.depth, f.width, f.batch, f.epochs, f.steps
	s.Data.Source, s.Data.TrainSize, s.Data.TestSize = f.data, f.trainSize, f.testSize
	s.Activations, s.Weights, s.DType = f.activations, f.laws(), training.DType(f.dtype)
	s.PilotSteps, s.Momentum = f.pilotSteps, f.momentum
	return s, nil
}

// wordsOf are the words of a fixed set.
func wordsOf[S ~string](set []S) (out []string) {
	for _, word := range set {
		out = append(out, string(word))
	}
	return out
}
