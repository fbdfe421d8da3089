package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"bsnn/internal/table"
	"bsnn/network/logbook"
	"bsnn/network/training"

	"github.com/spf13/cobra"
)

func newTrain() *cobra.Command {
	var f trainFlags
	c := &cobra.Command{
		Use:     "train",
		GroupID: groupNetworks,
		Short:   "Train a deep network and watch the norms of every layer",
		Long: `Train a fully connected network by stochastic gradient descent, on MNIST, CIFAR-10
or a synthetic set that needs no files, and record the norms of every layer on the
way. The defaults are the networks of the theory; flags turn them into the usual
remedies: the activation as it is, Gaussian weights, batch normalisation, shortcuts.
--net FILE, or --layers with the flags of predict, trains any other network instead:
rectangular maps with their laws and biases, shortcuts, normalisation ("bsnn help net").
What enters it are the rows as they are, and what leaves it the classes.

With -o the run can be interrupted, or killed, and resumed with --resume -o: it then
computes the same bits. The folder holds training.json, and checkpoint and
training.journal to go on with. A run that
diverges, or in which nothing arrives at the output, stops with the layer, the step and
the likely cause, and exit code 1.

--protocol published is what the authors did on images: 200 layers of width 500 behind an
embedding that is trained and has the activation too, weights with rows of length 1,
PyTorch's biases at both ends, momentum 0.5, batches of 64, learning rate 1e-4, 50 epochs
(they took 100 on CIFAR-10), pixels standardised by the published constants. Flags beside
it change single points. With unit rows an evaluation uses the weights of the last batch.

` + mixedHelp,
		Example: `  bsnn train -o run
  bsnn train --resume --epochs 8 -o run
  bsnn train --layers 8,128x20,4 --activation gelu --shortcut rotated --norm rms
  bsnn train --optimizer adam --lr auto --steps 200
  bsnn train --protocol published --data mnist:DIR --activation selu -o published-one
  bsnn train --data mnist:DIR --depth 200 --width 500 --epochs 3 -o mnist200`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.register(c)
	return c
}

func (f *trainFlags) run(c *cobra.Command) error {
	if err := f.check(); err != nil {
		return err
	}
	options, err := f.options()
	if err != nil {
		return err
	}
	session, err := f.session(c)
	if err != nil {
		return inFlags(err)
	}
	defer session.Close() // whose records are on the disk already
	out := f.page(c)
	view := trainView{out: out, rows: table.NewBeside(out), asJSON: f.asJSON, all: f.verbose}
	if err := view.begin(session.Document(), blasWords(c.Context())); err != nil {
		return err
	}
	if f.resume && options.Workers == 0 {
		options.Workers = session.Document().Machine.Workers
	}
	f.warn(c, session.Document())
	line := newProgress(c.ErrOrStderr())
	options.Progress = line.training
	options.Epoch = func(r training.EpochRecord) error {
		line.clear()
		return view.epoch(r)
	}
	summary, err := session.Train(c.Context(), options)
	line.clear()
	return f.conclude(&view, session, summary, err)
}

func (f *trainFlags) options() (training.Options, error) {
	steps, interval, err := f.checkpointing()
	return training.Options{Workers: f.workers, CheckpointSteps: steps, CheckpointInterval: interval}, err
}

// session begins the run that the flags describe, or goes on with it.
func (f *trainFlags) session(c *cobra.Command) (*logbook.Session, error) {
	var begun *logbook.Document
	if f.resume {
		var err error
		if begun, err = awaited(c.Context(), func() (*logbook.Document, error) { return logbook.Read(f.output) }); err != nil {
			return nil, fmt.Errorf("--resume: %w", err)
		}
	}
	spec, data, err := f.spec(begun, c.Flags().Changed)
	if err != nil {
		return nil, err
	}
	if err := wantsFolder(data.Source); err != nil {
		return nil, err
	}
	if err := feasible(spec, f.workers); err != nil { // before the data are read
		return nil, err
	}
	examples, data, err := data.Open(c.Context())
	switch {
	case errors.Is(err, context.Canceled):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("--data: %w", err)
	}
	switch rows := examples.Train; {
	case spec.Network == "":
		spec.Inputs, spec.Classes = rows.Inputs(), rows.Classes()
	case spec.Inputs != rows.Inputs() || spec.Classes != rows.Classes():
		return nil, fmt.Errorf("a network from %d to %d numbers, but the rows of %s have %d and %d classes; want a network from %d to %d",
			spec.Inputs, spec.Classes, data.Name, rows.Inputs(), rows.Classes(), rows.Inputs(), rows.Classes())
	}
	if f.lr == automatic {
		if spec.Optimizer.LearningRate, err = f.automaticRate(c, spec, examples.Train); err != nil {
			return nil, err
		}
	}
	f.foretell(c, spec, examples.Train.Len(), begun)
	if begun != nil {
		return logbook.Resume(f.output, spec, data, examples, f.keeping(c))
	}
	return logbook.New(f.output, spec, data, examples, f.keeping(c))
}

// foretell says how long a long run will take, before it is begun.
func (f *trainFlags) foretell(c *cobra.Command, spec training.Spec, rows int, begun *logbook.Document) {
	done := 0
	if begun != nil && begun.Summary != nil {
		done = begun.Summary.Steps
	}
	if text := foretold(spec, rows, done); text != "" {
		note(c.ErrOrStderr(), "%s", text)
	}
}

// feasible looks at a run as far as that is possible without its data.
func feasible(spec training.Spec, workers int) error {
	if spec.Network == "" {
		spec.Inputs, spec.Classes = max(spec.Inputs, 1), max(spec.Classes, 1)
	}
	if err := spec.Validate(); err != nil {
		return err
	}
	return spec.Feasible(workers)
}

// keeping connects the folder to the terminal.
func (f *trainFlags) keeping(c *cobra.Command) logbook.Options {
	return logbook.Options{BLAS: blasWords(c.Context()), Mixed: f.mixed, Warn: warnings(c.ErrOrStderr())}
}

// inFlags names the flag that an error of the engine is about.
func inFlags(err error) error {
	var spec *training.SpecError
	switch {
	case errors.As(err, &spec) && spec.Err != nil:
		return fmt.Errorf("%s: %w; want %s", flagOf(spec.Field), spec.Err, spec.Want)
	case errors.As(err, &spec):
		return fmt.Errorf("%s %s; want %s", flagOf(spec.Field), spec.Problem, spec.Want)
	}
	return outputError(err, flagOf)
}

// warn says on stderr what a user should know before waiting.
func (f *trainFlags) warn(c *cobra.Command, d *logbook.Document) {
	for _, w := range d.Data.Warnings {
		fmt.Fprintln(c.ErrOrStderr(), "bsnn: note:", w)
	}
	if f.resume && !hasCheckpoint(f.output) {
		note(c.ErrOrStderr(), "beginning at the beginning: %s has no checkpoint%s", f.output, doneBefore(d))
	}
	if then := d.Machine.Workers; training.BitsDependOnWorkers() && f.resume && then > 0 && f.workers > 0 && f.workers != then {
		note(c.ErrOrStderr(), "begun with %d workers, now %d: the last bits may differ", then, f.workers)
	}
}

// conclude reports the outcome and turns it into an exit code.
func (f *trainFlags) conclude(view *trainView, s *logbook.Session, summary training.Summary, err error) error {
	var diverged *training.DivergenceError
	var dead *training.DeadSignalError
	stopped := errors.Is(err, context.Canceled) || errors.As(err, &diverged) || errors.As(err, &dead)
	if err != nil && !stopped {
		return err
	}
	if e := view.end(s.Document(), summary, f.output); e != nil {
		return e
	}
	switch {
	case diverged != nil:
		return answer{exitRefuted, oneLine(diverged)}
	case dead != nil:
		return answer{exitRefuted, oneLine(dead)}
	case err != nil && f.output == "":
		return answer{exitUndecided, fmt.Sprintf("interrupted after %d steps; nothing was kept, -o FOLDER would keep it", summary.Steps)}
	case err != nil:
		return answer{exitUndecided, fmt.Sprintf("interrupted after %d steps; continue with: bsnn train --resume -o %s", summary.Steps,
			shellWord(f.output))}
	}
	return nil
}

// hasCheckpoint says whether the folder of a run has one to go on from.
func hasCheckpoint(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, logbook.CheckpointName))
	return err == nil
}

// doneBefore says what is lost with the checkpoint of a run that had taken steps.
func doneBefore(d *logbook.Document) string {
	if d.Summary == nil || d.Summary.Steps == 0 {
		return ""
	}
	return fmt.Sprintf(", though %s says that %d steps were done", logbook.DocumentName, d.Summary.Steps)
}

// documentPath is where the Document of a folder is.
func documentPath(dir string) string { return filepath.Join(dir, logbook.DocumentName) }
