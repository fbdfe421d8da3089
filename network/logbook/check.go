package logbook

import (
	"errors"
	"fmt"
	"slices"

	"bsnn/internal/limits"
	"bsnn/network/training"
)

// check says what is impossible in a Document: a file, or a journal, may come
// from anyone.
func (d *Document) check() error {
	if err := d.Spec.CheckSizes(); err != nil {
		return err
	}
	if err := d.Data.check(); err != nil {
		return err
	}
	if !slices.Contains([]Status{Running, Interrupted, Complete, Diverged, Dead, Failed}, d.Status) {
		return fmt.Errorf("status %q; want %s, %s, %s, %s, %s or %s", d.Status, Running, Interrupted, Complete, Diverged, Dead, Failed)
	}
	if x := d.Divergence; (d.Status == Diverged || d.Status == Dead) && (x == nil || x.Layer < 0 || x.Layer > d.Spec.Depth+1 || x.Step < 0) {
		return errors.New("the status diverged or dead without the layer and the step")
	}
	if d.Summary != nil && (d.Summary.Steps < 0 || d.Summary.Epochs < 0) {
		return fmt.Errorf("a summary of %d steps, %d epochs; want no negative numbers", d.Summary.Steps, d.Summary.Epochs)
	}
	if err := limits.Whole("workers", d.Machine.Workers, 0, limits.Workers); err != nil {
		return err
	}
	for _, r := range d.all() {
		if err := r.Check(d.Spec.Depth); err != nil {
			return err
		}
	}
	return nil
}

// all are all records.
func (d *Document) all() []training.EpochRecord {
	if d.Start == nil {
		return d.Records
	}
	return append([]training.EpochRecord{*d.Start}, d.Records...)
}

// checkWhole says more of a Document of a run that goes on: its records are whole.
func (d *Document) checkWhole() error {
	for _, r := range d.all() {
		if len(r.Layers) != d.Spec.Depth {
			return fmt.Errorf("a record of %d layers; want %d", len(r.Layers), d.Spec.Depth)
		}
	}
	return d.check()
}

// check says what is impossible in the sizes of a set.
func (d Data) check() error {
	for _, size := range []struct {
		name  string
		value int
	}{{"train_size", d.TrainSize}, {"test_size", d.TestSize}, {"train_rows", d.TrainRows}, {"test_rows", d.TestRows}} {
		if err := limits.Whole(size.name, size.value, 0, limits.Rows); err != nil {
			return err
		}
	}
	return nil
}
