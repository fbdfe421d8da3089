package experiment

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"bsnn/internal/chart"
	"bsnn/internal/table"
	"bsnn/network/logbook"
	"bsnn/network/training"
)

const shortcutsName = "shortcuts.svg"

// write makes the files of a finished grid.
func (r *ShortcutsResults) write(f *folder) error {
	table, err := r.csv()
	if err != nil {
		return err
	}
	return f.writeResults(r, table, map[string]chart.Figure{shortcutsName: r.figure()})
}

// WriteTable prints the kinds of networks as a table with what theory says of each, and the comparisons.
func (r *ShortcutsResults) WriteTable(w io.Writer) error {
	fmt.Fprintf(w, "%s\n%d layers of width %d, normalised, Haar; %d steps of %d rows, %s, seed %d; medians over trials\n\n",
		r.Data.Description, r.Spec.Depth, r.Spec.Width, r.Spec.Steps, r.Spec.Batch, r.Spec.DType, r.Spec.Seed)
	t := table.New(w, table.Left)
	t.Spare("trials", "rate", "least", "most")
	fmt.Fprintln(t, "network\ttest accuracy\tleast\tmost\ttrials\trate\tat the start: ‖x‖²\t‖d‖² at 1 : L\tnorms kept from n\tmerge after\t"+
		"median direction loses\t")
	for _, n := range r.Networks {
		k := shortcutKind{n.Activation, n.C}
		width, merge := "–", orNone(training.Real(n.Theory.MergeDepth))
		if n.Theory.Width > 0 {
			width = strconv.Itoa(n.Theory.Width)
		}
		if n.Theory.Apart {
			merge = "not by then"
		}
		loses := orNone(training.Real(1 / n.Theory.Median))
		if n.Theory.Median == 0 {
			loses = "all"
		}
		fmt.Fprintf(t, "%s\t%.2f %%\t%.2f %%\t%.2f %%\t%d\t%g\t%s\t%s\t%s\t%s\t%s\t\n", k.words(), 100*n.Test, 100*n.Least, 100*n.Most, n.Trials,
			r.rate(k), orNone(n.Signal), orNone(n.Gradient), width, merge, loses)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	var b strings.Builder
	for _, c := range r.Comparisons {
		v := c.Verdict
		fmt.Fprintf(&b, "\n%s better than %s: %s (α = %.2g, better in %d of %d trials); those that were trained: %s",
			shortcutKind{c.Activation, c.Better}.words(), shortcutKind{c.Activation, c.Than}.words(), v.Outcome, v.Alpha, v.Trials-v.Events,
			v.Trials, c.Trained)
	}
	for _, c := range r.Cells {
		switch {
		case c.Result == nil:
			fmt.Fprintf(&b, "\n%s: failed: %s", c.Key, c.Problem)
		case c.Result.Status != logbook.Complete:
			fmt.Fprintf(&b, "\n%s: %s at step %d, layer %d", c.Key, c.Result.Status, c.Result.Divergence.Step, c.Result.Divergence.Layer)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// rate is the learning rate of a kind.
func (r *ShortcutsResults) rate(k shortcutKind) float64 {
	for _, c := range r.Cells {
		if c.Result != nil && c.Result.kind() == k {
			return c.Result.Rate
		}
	}
	return 0
}

// csv has one row for each training.
func (r *ShortcutsResults) csv() ([]byte, error) {
	rows := [][]string{{"activation", "c", "trial", "learning_rate", "status", "steps", "train_loss", "train_accuracy", "test_loss",
		"test_accuracy", "signal_at_start", "gradient_at_start", "problem"}}
	for _, c := range r.Cells {
		if c.Result == nil {
			rows = append(rows, append(make([]string, len(rows[0])-1), c.Key+": "+c.Problem))
			continue
		}
		x := c.Result
		row := []string{x.Activation, exact(training.Real(x.C)), strconv.Itoa(x.Trial), exact(training.Real(x.Rate)), string(x.Status),
			strconv.Itoa(x.Steps)}
		for _, v := range []training.Real{x.Train.Loss, training.Real(x.Train.Accuracy), x.Test.Loss, training.Real(x.Test.Accuracy), x.Signal,
			x.Gradient} {
			row = append(row, exact(v))
		}
		rows = append(rows, append(row, ""))
	}
	return csvText(rows)
}

// figure has the accuracies of all trainings, a row for each kind of network.
func (r *ShortcutsResults) figure() chart.Figure {
	f := chart.Figure{
		Title:   fmt.Sprintf("Test accuracy of %d layers of width %d after %d steps: %s", r.Spec.Depth, r.Spec.Width, r.Spec.Steps, r.Data.Name),
		Columns: 1, Width: 560,
		About: "A mark for each training; a row for each kind of network.",
		Legend: []chart.Entry{chart.Key("plain", chart.SampleMark(chart.Series(0))),
			chart.Key("rotated shortcuts", chart.SampleMark(chart.Series(1)))},
	}
	var names []string
	p := chart.Panel{Alt: f.Title}
	for i, k := range r.Spec.kinds() {
		names = append(names, k.words())
		for _, c := range r.Cells {
			if c.Result == nil || c.Result.kind() != k {
				continue
			}
			words := fmt.Sprintf("%s, trial %d: %.2f %%", k.words(), c.Result.Trial, 100*c.Result.Test.Accuracy)
			series := 0
			if k.c > 0 {
				series = 1
			}
			p.Add(chart.Mark{Marker: chart.Series(series), X: 100 * c.Result.Test.Accuracy, Y: float64(i), Tip: words})
		}
	}
	for i, n := range r.Networks {
		p.Alt += fmt.Sprintf("; %s: median %.2f %%", names[i], 100*n.Test)
	}
	p.X, p.Y = chart.Axis{Title: "test accuracy, %", Scale: chart.Linear(0, 100)}, chart.Names(names)
	f.Height = float64(40 + 22*len(names))
	f.Panels = []chart.Panel{p}
	return f
}
