package experiment

import (
	"errors"
	"fmt"
	"math"

	"bsnn/internal/limits"
	"bsnn/network/logbook"
	"bsnn/network/training"
)

// A ContentError says that a journal holds what no cell of its grid can be. Its
// checksums say nothing of that: anybody can write one.
type ContentError struct{ Path, Cell, Problem string }

// Error is one line.
func (e *ContentError) Error() string {
	return fmt.Sprintf("%s: cell %s: %s; want the file as bsnn experiment wrote it, or another folder", e.Path, e.Cell, e.Problem)
}

// check says what is impossible in a cell that a journal had for a job.
func (c Cell[R]) check(key string, result func(R) error) error {
	switch {
	case c.Key != key:
		return fmt.Errorf("it says that it is %q", c.Key)
	case c.Result == nil || c.Problem != "":
		return errors.New("it has no result")
	case !(c.Seconds >= 0) || c.Seconds > mostSeconds:
		return fmt.Errorf("it took %v s", c.Seconds)
	}
	return result(*c.Result)
}

// mostSeconds is ten thousand years.
const mostSeconds = 3e11

// check says what is impossible in the result of a cell.
func (s NormsSpec) check(k normsKind, c NormsCell) error {
	switch {
	case c.Activation != k.activation || c.AsIs != k.asIs || c.Weights != k.weights:
		return errors.New("it is of another activation or other weights")
	case len(c.Forward) != s.Depth+1 || len(c.Backward) != s.Depth || len(c.Gradient) != s.Depth:
		return fmt.Errorf("it has %d norms forward, %d backward and %d of gradients in a network of %d layers", len(c.Forward), len(c.Backward),
			len(c.Gradient), s.Depth)
	case len(c.Ratio) != s.Networks:
		return fmt.Errorf("it has %d ratios of %d networks", len(c.Ratio), s.Networks)
	}
	return nil
}

// check says what is impossible in the result of a cell.
func (s AccuracySpec) check(k accuracyKind, c AccuracyCell) error {
	d := c.Divergence
	switch {
	case c.Activation != k.activation || c.AsIs != k.asIs || c.Weights != k.weights || c.Remedy != k.remedy:
		return errors.New("it is of another activation, other weights or another remedy")
	case c.Status != logbook.Complete && c.Status != logbook.Diverged:
		return fmt.Errorf("its status is %q", c.Status)
	case c.Status == logbook.Diverged && (d == nil || d.Layer < 0 || d.Layer > s.Depth+1 || d.Step < 0):
		return errors.New("it diverged nowhere")
	case c.Steps < 0 || !(c.Rate > 0) || math.IsInf(c.Rate, 0):
		return fmt.Errorf("it took %d steps at learning rate %v", c.Steps, c.Rate)
	case !fraction(c.Train.Accuracy) || !fraction(c.Test.Accuracy):
		return fmt.Errorf("its accuracies are %v and %v", c.Train.Accuracy, c.Test.Accuracy)
	}
	return nil
}

func fraction(x float64) bool { return x >= 0 && x <= 1 }

// fitsMemory refuses a grid of which not even the cells that are computed at the
// same time fit, with the bytes that the records of each take.
func fitsMemory(o Options, cells int, one training.Spec, records float64) error {
	if err := limits.Whole("workers", o.Workers, 0, limits.Workers); err != nil {
		return err
	}
	together := min(workers(o.Workers), cells)
	need := float64(together) * (one.Memory(1) + records)
	what := fmt.Sprintf("%d layers of width %d, batch %d, %d cells at a time:", one.Depth, one.Width, one.Batch, together)
	return limits.Fit(what, need, "smaller networks, or fewer workers")
}
