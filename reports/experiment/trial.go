package experiment

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"bsnn/internal/disk"
	"bsnn/network/dataset"
	"bsnn/network/logbook"
	"bsnn/network/training"
)

// A trial trains the network of one cell: it chooses a learning rate, begins the
// training or goes on with it, and sees it to its end.
type trial struct {
	key        string
	spec       training.Spec // but for the learning rate
	rates      []float64     // to choose from, each for pilotSteps
	pilotSteps int
	ignoreDead bool // train on where nothing arrives
	ignoreLost bool // train on where nothing comes back to the first layer
	keep       bool // the checkpoint, so that the cell may get more epochs
	folder     *folder
	rows       *dataset.Examples
	data       logbook.Data
	options    Options
	progress   func(fraction float64)
}

// trained is what became of it.
type trained struct {
	pilots  []Pilot
	rate    float64
	doc     *logbook.Document
	summary training.Summary
	stopped bool // it diverged, or a signal is dead
}

// in is the trial in a folder.
func (t trial) in(f *folder, progress func(fraction float64)) trial {
	t.folder, t.progress = f, progress
	return t
}

// seconds is about how long the pilots and the training take one processor.
func (t trial) seconds() float64 {
	steps := t.total()
	if len(t.rates) > 1 {
		steps += len(t.rates) * min(t.pilotSteps, steps)
	}
	return seconds(t.spec, steps)
}

func (t trial) run(ctx context.Context) (trained, error) {
	t.spec.Inputs, t.spec.Classes = t.rows.Train.Inputs(), t.rows.Train.Classes()
	out := trained{rate: t.rates[0]}
	var err error
	if out.pilots, err = t.pilots(ctx); err != nil {
		return out, err
	}
	if len(out.pilots) > 0 {
		out.rate = training.BestRate(out.pilots)
	}
	t.spec.Optimizer.LearningRate = out.rate
	session, err := t.session()
	if err != nil {
		return out, err
	}
	defer session.Close()
	done := t.share()
	progress := func(p training.Progress) { t.progress(done + (1-done)*float64(p.Step)/float64(p.Steps)) }
	out.summary, err = session.Train(ctx, training.Options{Workers: 1, CheckpointInterval: time.Minute, IgnoreDead: t.ignoreDead,
		IgnoreDeadGradient: t.ignoreLost, Progress: progress})
	out.doc = session.Document()
	var diverged *training.DivergenceError
	var dead *training.DeadSignalError
	out.stopped = errors.As(err, &diverged) || errors.As(err, &dead)
	if err != nil && !out.stopped {
		return out, err
	}
	if t.keep && !out.stopped {
		return out, nil
	}
	return out, disk.RemoveAll(checkpointOf(t.folder.run(t.key)))
}

// checkpointOf is the part of a training that a finished cell has no use for.
func checkpointOf(dir string) string { return filepath.Join(dir, logbook.CheckpointName) }

// session begins the training or goes on with it.
func (t trial) session() (*logbook.Session, error) {
	dir := t.folder.run(t.key)
	o := logbook.Options{BLAS: t.options.BLAS, Mixed: t.options.Mixed, Warn: t.options.Warn}
	if err := t.folder.makeRuns(); err != nil {
		return nil, err
	}
	if logbook.Begun(dir) {
		return logbook.Resume(dir, t.spec, t.data, t.rows, o)
	}
	return logbook.New(dir, t.spec, t.data, t.rows, o)
}

// total is the number of steps of the training.
func (t trial) total() int {
	steps := t.spec.Epochs * (t.rows.Train.Len() / t.spec.Batch)
	if t.spec.Steps > 0 {
		steps = min(steps, t.spec.Steps)
	}
	return steps
}

// share is the part of the work that the pilots are.
func (t trial) share() float64 {
	if len(t.rates) == 1 {
		return 0
	}
	pilots := float64(len(t.rates) * t.pilotSteps)
	return pilots / (pilots + float64(t.total()))
}

// pilots tries the learning rates, unless there is only one. The result is kept
// so that a killed cell goes on with the same rate.
func (t trial) pilots(ctx context.Context) ([]Pilot, error) {
	if len(t.rates) == 1 {
		return nil, nil
	}
	var out []Pilot
	if found, err := t.folder.journal.Get(rateSection, t.key, &out); found || err != nil {
		if err != nil {
			return nil, err
		}
		if err := checkPilots(t.rates, out); err != nil {
			return nil, &ContentError{t.folder.journal.Path(), t.key, err.Error()}
		}
		return out, nil
	}
	for i, rate := range t.rates {
		pilot, err := t.pilot(ctx, rate, float64(i))
		if err != nil {
			return nil, err
		}
		out = append(out, pilot)
	}
	return out, t.folder.journal.Put(rateSection, t.key, out)
}

// pilot tries one rate.
func (t trial) pilot(ctx context.Context, rate, before float64) (Pilot, error) {
	spec := t.spec
	spec.Optimizer.LearningRate, spec.Steps = rate, min(t.pilotSteps, t.total())
	o := training.Options{Workers: 1, IgnoreDead: t.ignoreDead, IgnoreDeadGradient: t.ignoreLost, Progress: func(p training.Progress) {
		t.progress(t.share() * (before + float64(p.Step)/float64(p.Steps)) / float64(len(t.rates)))
	}}
	return training.TryRate(ctx, spec, t.rows.Train, o)
}

// checkPilots says what is impossible in the pilots that a journal had.
func checkPilots(rates []float64, pilots []Pilot) error {
	if len(pilots) != len(rates) {
		return fmt.Errorf("it has %d pilots for %d learning rates", len(pilots), len(rates))
	}
	for i, p := range pilots {
		if p.Rate != rates[i] {
			return fmt.Errorf("a pilot has learning rate %v in the place of %v", p.Rate, rates[i])
		}
	}
	return nil
}
