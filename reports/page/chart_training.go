package page

import (
	"fmt"
	"math"
	"strconv"

	"bsnn/internal/words"
	"bsnn/network/training"
	"bsnn/reports"
)

// trainingChart shows one run: loss and accuracy over the epochs, and three
// norms through depth as training goes on.
func trainingChart(run reports.TrainingRun, index int) chart {
	c := chart{
		file: fmt.Sprintf("training-%d.svg", index+1), columns: 3, width: 380, height: 226,
		title: "Training: " + run.Name,
		about: "Loss and accuracy over the epochs, on the training and the test rows; then the norms of signals, errors and weight gradients " +
			"against the layer, one line for each of a few epochs.",
		numbers: trainingTable(run, index),
	}
	id := func(what string) string { return fmt.Sprintf("clip-training-%d-%s", index, what) }
	if len(run.Records) > 0 {
		c.panels = append(c.panels,
			scorePanel(run, "loss", id("loss"), func(s training.Score) float64 { return float64(s.Loss) }, trainingScale(run, func(s training.Score) float64 { return float64(s.Loss) })),
			scorePanel(run, "accuracy", id("accuracy"), func(s training.Score) float64 { return s.Accuracy }, scale{lo: 0, hi: 1.02, linear: true}))
	}
	for _, k := range trainingNorms() {
		c.panels = append(c.panels, trainingPanel(run, k, id(k.name)))
	}
	return c
}

// A trainingNorm is one of the norms of a layer.
type trainingNorm struct {
	name, formula string
	of            func(training.LayerRecord) training.Real
}

func trainingNorms() []trainingNorm {
	return []trainingNorm{
		{"forward", "signals ‖x⁽ˡ⁾‖²/n", func(l training.LayerRecord) training.Real { return l.X }},
		{"backward", "errors ‖d⁽ˡ⁾‖", func(l training.LayerRecord) training.Real { return l.D }},
		{"gradient", "weight gradients ‖∂E/∂W⁽ˡ⁾‖", func(l training.LayerRecord) training.Real { return l.Gradient }},
	}
}

// trainingScale takes in the losses of all epochs.
func trainingScale(run reports.TrainingRun, of func(training.Score) float64) scale {
	e := newExtent()
	for _, r := range run.Records {
		e.add(of(r.Train))
		if r.Test != nil {
			e.add(of(*r.Test))
		}
	}
	return e.scale()
}

// scale is a logarithmic scale around the numbers seen.
func (e extent) scale() scale {
	if !e.any() {
		return scale{lo: 0.1, hi: 10}
	}
	lo, hi := nice125(e.lo*0.99, false), nice125(e.hi*1.01, true)
	if hi <= lo*2 {
		lo, hi = lo/2, hi*2
	}
	return scale{lo: lo, hi: hi}
}

func scorePanel(run reports.TrainingRun, name, id string, of func(training.Score) float64, y scale) panel {
	var out svg
	out.head(18, name, "note", "line: training rows, dashed: test rows")
	last := max(2, run.Records[len(run.Records)-1].Epoch)
	p := newPlot(&out, id, 54, 32, 368, 186, scale{lo: 1, hi: float64(last), linear: true}, y)
	ticks := linearTicks(y.lo, y.hi, 6)
	if !y.linear {
		ticks = decadeTicks(y, 6)
	}
	p.axes(layerTicks(last), ticks, "epoch", "")
	var n, train, test []float64
	for _, r := range run.Records {
		n, train = append(n, float64(r.Epoch)), append(train, of(r.Train))
		value := math.NaN()
		if r.Test != nil {
			value = of(*r.Test)
		}
		test = append(test, value)
	}
	p.clip(func() {
		p.curve("curve c0", n, train)
		p.curve("curve c5 dash", n, test)
	})
	for i := range n {
		for _, v := range []struct {
			class, rows string
			value       float64
			shape       marker
		}{{"c0", "training", train[i], markers[0]}, {"c5", "test", test[i], markers[1]}} {
			if !math.IsNaN(v.value) && !p.y.below(v.value) && !p.y.above(v.value) {
				p.mark(v.shape, v.class, p.x.at(n[i]), p.y.at(v.value), fmt.Sprintf("epoch %d, %s rows: %s %s", run.Records[i].Epoch, v.rows, name, words.Number(v.value, 4)))
			}
		}
	}
	text := fmt.Sprintf("%s: %s after epoch %d: training rows %s", run.Name, name, last, words.Number(train[len(train)-1], 3))
	if v := test[len(test)-1]; !math.IsNaN(v) {
		text += ", test rows " + words.Number(v, 3)
	}
	return panel{text, out.String()}
}

func trainingPanel(run reports.TrainingRun, k trainingNorm, id string) panel {
	var out svg
	out.head(18, k.formula, "note", "")
	e := newExtent()
	shown := shownEpochs(run)
	layers := 2
	for _, r := range shown {
		layers = max(layers, len(r.Layers))
		for _, l := range r.Layers {
			e.add(float64(k.of(l)))
		}
	}
	y := e.scale()
	p := newPlot(&out, id, 54, 32, 368, 186, scale{lo: 1, hi: float64(layers), linear: true}, y)
	p.axes(layerTicks(layers), decadeTicks(y, 6), "layer l", "")
	text := run.Name + ", " + k.formula
	p.clip(func() {
		for i, r := range shown {
			var l, v []float64
			for _, x := range r.Layers {
				l, v = append(l, float64(x.Layer)), append(v, float64(k.of(x)))
			}
			p.titled("curve "+trainingLine(i), p.points(l, positive(v)), r.label)
			if len(v) > 0 {
				text += fmt.Sprintf("; %s: %s at layer 1, %s at layer %d", r.label, words.Number(v[0], 3), words.Number(v[len(v)-1], 3), len(v))
			}
		}
	})
	return panel{text, out.String()}
}

// trainingLine tells epochs apart, by colour and by dashes.
func trainingLine(i int) string {
	return [...]string{"c4 dot", "c0", "c2 dash", "c5 dots"}[i%4]
}

// TrainingLegend explains the lines of the epochs.
func (v view) TrainingLegend(run reports.TrainingRun) []legendEntry {
	var out []legendEntry
	for i, r := range shownEpochs(run) {
		var s svg
		s.path("curve "+trainingLine(i), []point{{0, 8}, {36, 8}})
		out = append(out, legendEntry{s.String(), r.label})
	}
	return out
}

func trainingTable(run reports.TrainingRun, index int) table {
	t := table{file: fmt.Sprintf("training-%d.csv", index+1), header: []string{"run", "epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "layer", "x", "d", "gradient", "orthogonality"}}
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
			t.add(append(append([]string{}, head...), strconv.Itoa(l.Layer), real(l.X), real(l.D), real(l.Gradient), real(l.Orthogonality))...)
		}
	}
	return t
}

func real(r training.Real) string { return exact(reports.Number(r)) }
