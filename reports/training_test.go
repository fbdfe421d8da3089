package reports

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/network/logbook"
	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

// trainingRun has three epochs over two layers, the last without a test.
func trainingRun() TrainingRun {
	record := func(epoch int) training.EpochRecord {
		f := float64(epoch)
		r := training.EpochRecord{Epoch: epoch, Train: training.Score{Loss: training.Real(2 / (1 + f)), Accuracy: 0.3 * f},
			Test:   &training.Score{Loss: training.Real(2.1 / (1 + f)), Accuracy: 0.29 * f},
			Layers: []training.LayerRecord{{Layer: 1, X: 1, D: 0.5, Gradient: 0.25}, {Layer: 2, X: training.Real(1 + f/10), D: 0.4, Gradient: 0.2}}, GradientRatio: 1.25}
		if epoch == 3 {
			r.Test = nil
		}
		return r
	}
	start := record(0)
	return TrainingRun{Name: "my <run>", Data: "synthetic, 99 rows", Status: logbook.Diverged, Problem: "too <fast>", Start: &start,
		Spec:    training.Spec{Depth: 2, Width: 16, Activation: "tanh", Raw: true, Weights: training.He, BatchNorm: true, Shortcut: training.PlainShortcut, Constraint: training.Polar},
		Records: []training.EpochRecord{record(1), record(2), record(3)}}
}

func TestTrainingOnThePage(t *testing.T) {
	r := syntheticReport()
	r.Training = []TrainingRun{trainingRun(), {Name: "empty", Status: logbook.Running}}
	files := rendered(t, r)
	page := string(files[pageName])
	require.Empty(t, problems(files[pageName]))
	for _, want := range []string{"my &lt;run&gt;", "diverged: too &lt;fast&gt;", "2 layers of 16 neurons, tanh as given, he weights, batch normalisation, plain shortcuts, kept orthogonal (polar)",
		"0.9000", "before training", "epoch 3", "no epoch complete"} {
		require.Contains(t, page, want)
	}
	root, err := strict(files[pageName])
	require.NoError(t, err)
	rows, err := csv.NewReader(strings.NewReader(string(downloads(t, root)["training-1.csv"]))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+4*2)
	require.Equal(t, []string{"my <run>", "2", "0.6666666666666666", "0.6", "0.7000000000000001", "0.58", "2", "1.2", "0.4", "0.2", "0"}, rows[6])
	require.Equal(t, "", rows[8][4], "no test, no number")
	require.Contains(t, string(files["training-1.svg"]), "epoch 2, test rows: accuracy 0.58")
	require.NotContains(t, string(rendered(t, syntheticReport())[pageName]), `id="training"`)
}

func TestReadTraining(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "the-run")
	require.NoError(t, os.Mkdir(dir, 0o700))
	put(t, dir, logbook.DocumentName, `{"format":"`+logbook.Format+`","status":"complete","data":{"source":"mnist:/secret/place","name":"mnist","train_rows":1200},
		"spec":{"depth":3,"width":9,"activation":"relu","weights":"haar"},"records":[{"epoch":1,"train":{"loss":0.5,"accuracy":0.75},"layers":[{"layer":1,"x":1,"d":null,"gradient":2}]}]}`)
	run, err := ReadTraining(dir)
	require.NoError(t, err)
	require.Equal(t, "the-run", run.Name)
	require.Equal(t, "mnist, 1,200 rows", run.Data)
	require.Equal(t, 0.75, run.Last().Train.Accuracy)
	r := syntheticReport()
	r.Training = []TrainingRun{run}
	for name, data := range rendered(t, r) {
		require.NotContains(t, string(data), "secret", name)
	}
	_, err = ReadTraining(t.TempDir())
	require.ErrorContains(t, err, "no training run")
}
