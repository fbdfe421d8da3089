package page

import (
	"encoding/csv"
	"strings"
	"testing"

	"bsnn/network/logbook"
	"bsnn/network/training"
	"bsnn/reports"
	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

// trainingRun has three epochs over two layers, the last without a test.
func trainingRun() reports.TrainingRun {
	record := func(epoch int) training.EpochRecord {
		f := float64(epoch)
		r := training.EpochRecord{Epoch: epoch, Train: training.Score{Loss: training.Real(2 / (1 + f)), Accuracy: 0.3 * f},
			Test: &training.Score{Loss: training.Real(2.1 / (1 + f)), Accuracy: 0.29 * f},
			Layers: []training.LayerRecord{{Layer: 1, X: 1, D: 0.5, Gradient: 0.25},
				{Layer: 2, X: training.Real(1 + f/10), D: 0.4, Gradient: 0.2}}, GradientRatio: 1.25}
		if epoch == 3 {
			r.Test = nil
		}
		return r
	}
	start := record(0)
	return reports.TrainingRun{Name: "my <run>", Data: "synthetic, 99 rows", Status: logbook.Diverged, Problem: "too <fast>", Start: &start,
		Spec: training.Spec{Depth: 2, Width: 16, Activation: "tanh", AsIs: true, Weights: training.He, BatchNorm: true,
			Shortcut: training.PlainShortcut, Constraint: training.Polar},
		Records: []training.EpochRecord{record(1), record(2), record(3)}}
}

func TestTrainingOnThePage(t *testing.T) {
	r := sample.Report()
	r.Training = []reports.TrainingRun{trainingRun(), {Name: "empty", Status: logbook.Running}}
	files := rendered(t, r)
	page := string(files[pageName])
	require.Equal(t, []string{"script on the page"}, problems(files[pageName]))
	for _, want := range []string{"my &lt;run&gt;", "diverged: too &lt;fast&gt;",
		"2 layers of 16 neurons, tanh (as is), he weights, batch normalisation, plain shortcuts, kept orthogonal (polar)",
		"0.9000", "before training", "epoch 3", "no epoch complete"} {
		require.Contains(t, page, want)
	}
	root, err := strict(files[pageName])
	require.NoError(t, err)
	rows, err := csv.NewReader(strings.NewReader(string(downloads(t, root)["training-1.csv"]))).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+4*2)
	require.Equal(t, []string{"my <run>", "2", "0.6666666666666666", "0.6", "0.7000000000000001", "0.58", "2", "1.2", "0.4", "0.2", "0"},
		rows[6])
	require.Equal(t, "", rows[8][4], "no test, no number")
	require.Contains(t, string(files["training-1.svg"]), "epoch 2, test rows: accuracy 0.58")
	require.NotContains(t, string(rendered(t, sample.Report())[pageName]), `id="training"`)
}
