package reports

import (
	"fmt"
	"path/filepath"

	"bsnn/internal/words"
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
		return TrainingRun{}, err
	}
	path, err := filepath.Abs(dir)
	if err != nil {
		return TrainingRun{}, err
	}
	return TrainingRun{
		Name: filepath.Base(path), Spec: d.Spec, Data: fmt.Sprintf("%s, %s rows", d.Data.Name, words.Count(d.Data.TrainRows)),
		Status: d.Status, Problem: d.Problem, Start: d.Start, Records: append([]training.EpochRecord{}, d.Records...),
	}, nil
}

// TrainedSubject is the function of a network that is trained.
func TrainedSubject(s training.Spec) Subject { return NewSubject(s.Activation, s.Parameters, s.AsIs) }

// DescribedWords say what a described network is.
func DescribedWords(s training.Spec) string {
	return fmt.Sprintf("a network from %s to %s numbers, %s linear maps, at most %s wide", words.Count(s.Inputs), words.Count(s.Classes),
		words.Count(s.Depth), words.Count(s.Width))
}
