package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/network/training"
	"bsnn/reports"
)

// trainingChart shows one run: loss and accuracy over the epochs, and three
// norms through depth as training goes on.
func trainingChart(run reports.TrainingRun, index int) picture {
	p := picture{file: fmt.Sprintf("training-%d.svg", index+1), numbers: trainingTable(run, index), Figure: chart.Figure{
		Columns: 3, Height: 226, Title: "Training: " + run.Name, Legend: trainingLegend(run),
		About: "Loss and accuracy over the epochs, on the training and the test rows; then the norms of signals, errors and " +
			"weight gradients against the layer, one line for each of a few epochs.",
	}}
	if len(run.Records) > 0 {
		loss := func(s training.Score) float64 { return float64(s.Loss) }
		p.Panels = append(p.Panels, scorePanel(run, "loss", loss, lossScale(run)),
			scorePanel(run, "accuracy", func(s training.Score) float64 { return s.Accuracy }, chart.Linear(0, 1.02)))
	}
	for _, k := range trainingNorms() {
		p.Panels = append(p.Panels, trainingPanel(run, k))
	}
	return p
}

// A trainingNorm is one of the norms of a layer.
type trainingNorm struct {
	formula string
	of      func(training.LayerRecord) training.Real
}

func trainingNorms() []trainingNorm {
	return []trainingNorm{
		{"signals ‖x⁽ˡ⁾‖²/n", func(l training.LayerRecord) training.Real { return l.X }},
		{"errors ‖d⁽ˡ⁾‖", func(l training.LayerRecord) training.Real { return l.D }},
		{"weight gradients ‖∂E/∂W⁽ˡ⁾‖", func(l training.LayerRecord) training.Real { return l.Gradient }},
	}
}

// lossScale takes in the losses of all epochs.
func lossScale(run reports.TrainingRun) chart.Scale {
	var e chart.Extent
	for _, r := range run.Records {
		e.Add(float64(r.Train.Loss))
		if r.Test != nil {
			e.Add(float64(r.Test.Loss))
		}
	}
	return e.Log()
}

// rowsOf are the looks of the rows that a network is scored on.
var rowsOf = []struct {
	name string
	chart.Marker
	chart.Dash
}{
	{"training", chart.Marker{Colour: chart.Blue, Shape: chart.Disc}, chart.Solid},
	{"test", chart.Marker{Colour: chart.Vermilion, Shape: chart.Square}, chart.Dashed},
}

func scorePanel(run reports.TrainingRun, name string, of func(training.Score) float64, y chart.Scale) chart.Panel {
	last := run.Records[len(run.Records)-1].Epoch
	p := chart.Panel{Name: name, Remark: chart.Remark{Words: "line: training rows, dashed: test rows"},
		X: countAxis("epoch", last), Y: chart.Axis{Scale: y}}
	var n []float64
	values := make([][]float64, len(rowsOf))
	for _, r := range run.Records {
		test := math.NaN()
		if r.Test != nil {
			test = of(*r.Test)
		}
		n = append(n, float64(r.Epoch))
		values[0], values[1] = append(values[0], of(r.Train)), append(values[1], test)
	}
	for k, rows := range rowsOf {
		p.Add(chart.Line{Stroke: rows.Stroke(chart.Heavy, rows.Dash), X: n, Y: values[k]})
	}
	for i := range n {
		for k, rows := range rowsOf {
			v := values[k][i]
			p.Add(chart.Mark{Marker: rows.Marker, X: n[i], Y: v,
				Tip: fmt.Sprintf("epoch %d, %s rows: %s %s", run.Records[i].Epoch, rows.name, name, words.Number(v, 4))})
		}
	}
	p.Alt = fmt.Sprintf("%s: %s after epoch %d", run.Name, name, last)
	for k, rows := range rowsOf {
		if v := values[k][len(n)-1]; !math.IsNaN(v) {
			p.Alt += fmt.Sprintf(", %s rows %s", rows.name, words.Number(v, 3))
		}
	}
	return p
}

func trainingPanel(run reports.TrainingRun, k trainingNorm) chart.Panel {
	var e chart.Extent
	layers := 0
	shown := shownEpochs(run)
	for _, r := range shown {
		layers = max(layers, len(r.Layers))
		for _, l := range r.Layers {
			e.Add(float64(k.of(l)))
		}
	}
	p := chart.Panel{Name: k.formula, Alt: run.Name + ", " + k.formula, X: countAxis("layer l", layers), Y: chart.Axis{Scale: e.Log()}}
	for i, r := range shown {
		var l, v []float64
		for _, x := range r.Layers {
			l, v = append(l, float64(x.Layer)), append(v, float64(k.of(x)))
		}
		p.Add(chart.Line{Stroke: epochStroke(i), X: l, Y: positive(v), Tip: r.label})
		if len(v) > 0 {
			p.Alt += fmt.Sprintf("; %s: %s at layer 1, %s at layer %d",
				r.label, words.Number(v[0], 3), words.Number(v[len(v)-1], 3), len(v))
		}
	}
	return p
}

// epochStroke tells epochs apart, by colour and by dashes.
func epochStroke(i int) chart.Stroke {
	return [...]chart.Stroke{
		{Colour: chart.Grey, Weight: chart.Heavy, Dash: chart.Dotted}, {Colour: chart.Blue, Weight: chart.Heavy},
		{Colour: chart.Green, Weight: chart.Heavy, Dash: chart.Dashed}, {Colour: chart.Vermilion, Weight: chart.Heavy, Dash: chart.Chained},
	}[i%4]
}

// trainingLegend explains the lines of the epochs.
func trainingLegend(run reports.TrainingRun) []chart.Entry {
	var out []chart.Entry
	for i, r := range shownEpochs(run) {
		out = append(out, chart.Key(r.label, chart.SampleLine(epochStroke(i))))
	}
	return out
}

func trainingTable(run reports.TrainingRun, index int) table {
	t := table{file: fmt.Sprintf("training-%d.csv", index+1), header: []string{"run", "epoch",
		"train_loss", "train_accuracy", "test_loss", "test_accuracy", "layer", "x", "d", "gradient", "orthogonality"}}
	records := run.Records
	if run.Start != nil {
		records = append([]training.EpochRecord{*run.Start}, records...)
	}
	for _, r := range records {
		head := []string{run.Name, strconv.Itoa(r.Epoch), real(r.Train.Loss), exact(reports.Number(r.Train.Accuracy)), "", ""}
		if r.Test != nil {
			head[4], head[5] = real(r.Test.Loss), exact(reports.Number(r.Test.Accuracy))
		}
		for _, l := range r.Layers {
			t.add(append(slices.Clone(head), strconv.Itoa(l.Layer), real(l.X), real(l.D), real(l.Gradient), real(l.Orthogonality))...)
		}
	}
	return t
}

func real(r training.Real) string { return exact(reports.Number(r)) }
