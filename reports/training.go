package reports

import (
	"fmt"
	"path/filepath"

	"bsnn/network/logbook"
	"bsnn/network/training"
)

// A TrainingRun is a network that was trained, as network/logbook keeps it,
// without the paths of the machine that did it.
type TrainingRun struct {
	Name    string         `json:"name"` // of its folder
	Spec    training.Spec  `json:"spec"`
	Data    string         `json:"data"` // what it was trained on, in words
	Status  logbook.Status `json:"status"`
	Problem string         `json:"problem,omitempty"`

	Start   *training.EpochRecord  `json:"start,omitempty"` // before the first step
	Records []training.EpochRecord `json:"records"`
}

// ReadTraining reads the run in a folder that bsnn train wrote.
func ReadTraining(dir string) (TrainingRun, error) {
	d, err := logbook.Read(dir)
	if err != nil {
		return TrainingRun{}, fmt.Errorf("reports: %w", err)
	}
	path, err := filepath.Abs(dir)
	if err != nil {
		return TrainingRun{}, fmt.Errorf("reports: %w", err)
	}
	return TrainingRun{
		Name: filepath.Base(path), Spec: d.Spec, Data: fmt.Sprintf("%s, %s rows", d.Data.Name, count(d.Data.TrainRows)),
		Status: d.Status, Problem: d.Problem, Start: d.Start, Records: append([]training.EpochRecord{}, d.Records...),
	}, nil
}

// Network says what was trained.
func (r TrainingRun) Network() string {
	s := r.Spec
	words := fmt.Sprintf("%s layers of %s neurons, %s", count(s.Depth), count(s.Width), s.Activation)
	if s.Raw {
		words += " as given"
	} else {
		words += ", normalised"
	}
	words += ", " + string(s.Weights) + " weights"
	if s.BatchNorm {
		words += ", batch normalisation"
	}
	if s.Shortcut != "" && s.Shortcut != training.NoShortcut {
		words += ", " + string(s.Shortcut) + " shortcuts"
	}
	if s.Constraint != "" && s.Constraint != training.Free {
		words += ", kept orthogonal (" + string(s.Constraint) + ")"
	}
	return words
}

// Last is the record of the last epoch, nil if there is none.
func (r TrainingRun) Last() *training.EpochRecord {
	if len(r.Records) == 0 {
		return nil
	}
	return &r.Records[len(r.Records)-1]
}

// An epochView is one epoch that is drawn layer by layer.
type epochView struct {
	training.EpochRecord
	label string
}

// shown are the start, the first and the last epoch, and one in the middle.
func (r TrainingRun) shown() []epochView {
	var out []epochView
	if r.Start != nil {
		out = append(out, epochView{*r.Start, "before training"})
	}
	last := len(r.Records) - 1
	for i, e := range r.Records {
		if i == 0 || i == last || i == last/2 && last > 2 {
			out = append(out, epochView{e, fmt.Sprintf("epoch %d", e.Epoch)})
		}
	}
	return out
}
