package page

import (
	"fmt"

	"bsnn/internal/words"
	"bsnn/network/training"
	"bsnn/reports"
)

// networkWords says what was trained.
func networkWords(r reports.TrainingRun) string {
	s := r.Spec
	if s.Network != "" {
		return reports.DescribedWords(s)
	}
	subject := reports.TrainedSubject(s)
	text := fmt.Sprintf("%s layers of %s neurons, %s", words.Count(s.Depth), words.Count(s.Width), subject.Title)
	if !subject.AsIs {
		text += ", normalised"
	}
	text += ", " + string(s.Weights) + " weights"
	if s.BatchNorm {
		text += ", batch normalisation"
	}
	if s.Shortcut != "" && s.Shortcut != training.NoShortcut {
		text += ", " + string(s.Shortcut) + " shortcuts"
	}
	switch s.Constraint {
	case "", training.Free:
	case training.UnitRows:
		text += ", rows of weights of length 1"
	default:
		text += ", kept orthogonal (" + string(s.Constraint) + ")"
	}
	return text
}

// lastEpoch is the record of the last epoch, nil if there is none.
func lastEpoch(r reports.TrainingRun) *training.EpochRecord {
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

// shownEpochs are the start, the first and the last epoch, and one in the
// middle.
func shownEpochs(r reports.TrainingRun) []epochView {
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
