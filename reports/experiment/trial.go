package experiment

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"bsnn/internal/disk"
	"bsnn/network/dataset"
	"bsnn/network/logbook"
	"bsnn/network/training"
)

// A trial is the work on one cell of [Accuracy].
type trial struct {
	spec     AccuracySpec
	kind     accuracyKind
	folder   *folder
	rows     *dataset.Examples
	data     logbook.Data
	options  Options
	progress func(fraction float64)
}

func (t trial) run(ctx context.Context) (AccuracyCell, error) {
	cell := AccuracyCell{Activation: t.kind.activation, AsIs: t.kind.asIs, Weights: t.kind.weights, Remedy: t.kind.remedy, Test: nowhere}
	var err error
	if cell.Pilots, err = t.pilots(ctx); err != nil {
		return cell, err
	}
	cell.Rate = t.spec.Rates[0]
	if len(cell.Pilots) > 0 {
		cell.Rate = training.BestRate(cell.Pilots)
	}
	session, err := t.session(cell.Rate)
	if err != nil {
		return cell, err
	}
	defer session.Close()
	done := t.share()
	progress := func(p training.Progress) { t.progress(done + (1-done)*float64(p.Step)/float64(p.Steps)) }
	summary, err := session.Train(ctx, training.Options{Workers: 1, CheckpointInterval: time.Minute, IgnoreDead: true, Progress: progress})
	doc := session.Document()
	var diverged *training.DivergenceError
	if err != nil && !errors.As(err, &diverged) {
		return cell, err
	}
	cell.Status, cell.Divergence, cell.Steps, cell.Train = doc.Status, doc.Divergence, summary.Steps, summary.Train
	cell.Ratio, cell.SamplesPerSecond = summary.GradientRatio, summary.Speed.SamplesPerSecond
	if doc.Start != nil {
		cell.GradientAtStart, cell.RatioAtStart = doc.Start.Layers[0].Gradient, doc.Start.GradientRatio
	}
	if summary.Test != nil && diverged == nil {
		cell.Test = *summary.Test
	}
	return cell, disk.RemoveAll(checkpointOf(t.folder.run(t.kind.key())))
}

// checkpointOf is the part of a training that a finished cell has no use for.
func checkpointOf(dir string) string { return filepath.Join(dir, logbook.CheckpointName) }

// session begins the training or goes on with it.
func (t trial) session(rate float64) (*logbook.Session, error) {
	dir := t.folder.run(t.kind.key())
	spec := t.sized(rate)
	o := logbook.Options{BLAS: t.options.BLAS, Mixed: t.options.Mixed, Warn: t.options.Warn}
	if logbook.Begun(dir) {
		return logbook.Resume(dir, spec, t.data, t.rows, o)
	}
	return logbook.New(dir, spec, t.data, t.rows, o)
}

func (t trial) sized(rate float64) training.Spec {
	spec := t.spec.run(t.kind, rate)
	spec.Inputs, spec.Classes = t.rows.Train.Inputs(), t.rows.Train.Classes()
	return spec
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
	if len(t.spec.Rates) == 1 {
		return 0
	}
	pilots := float64(len(t.spec.Rates) * t.spec.PilotSteps)
	return pilots / (pilots + float64(t.total()))
}

// pilots tries the learning rates, unless there is only one. The result is kept
// so that a killed cell goes on with the same rate.
func (t trial) pilots(ctx context.Context) ([]Pilot, error) {
	if len(t.spec.Rates) == 1 {
		return nil, nil
	}
	var out []Pilot
	if found, err := t.folder.journal.Get(rateSection, t.kind.key(), &out); found || err != nil {
		if err != nil {
			return nil, err
		}
		if err := t.spec.checkPilots(out); err != nil {
			return nil, &ContentError{t.folder.journal.Path(), t.kind.key(), err.Error()}
		}
		return out, nil
	}
	for i, rate := range t.spec.Rates {
		pilot, err := t.pilot(ctx, rate, float64(i))
		if err != nil {
			return nil, err
		}
		out = append(out, pilot)
	}
	return out, t.folder.journal.Put(rateSection, t.kind.key(), out)
}

// pilot tries one rate.
func (t trial) pilot(ctx context.Context, rate, before float64) (Pilot, error) {
	spec := t.sized(rate)
	spec.Steps = min(t.spec.PilotSteps, t.total())
	return training.TryRate(ctx, spec, t.rows.Train, training.Options{Workers: 1, IgnoreDead: true, Progress: func(p training.Progress) {
		t.progress(t.share() * (before + float64(p.Step)/float64(p.Steps)) / float64(len(t.spec.Rates)))
	}})
}
