package experiment

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"bsnn/internal/chart"
	"bsnn/network/logbook"
	"bsnn/network/training"
)

// write makes the files of a finished grid.
func (r *PublishedResults) write(f *folder) error {
	table, err := r.csv()
	if err != nil {
		return err
	}
	return f.writeResults(r, table, map[string]chart.Figure{"curves.svg": r.curves()})
}

// WriteTable prints the results as a table, measured beside published, and theory.
func (r *PublishedResults) WriteTable(w io.Writer) error {
	heading := fmt.Sprintf("%s\n%d layers of width %d by the published protocol, %s, batch %d, seed %d", r.Data.Description,
		r.Spec.Depth, r.Spec.Width, r.Spec.DType, r.Spec.Batch, r.Spec.Seed)
	if epochs := map[string]int{"mnist": 50, "cifar10": 100}[r.Data.Name]; epochs > 0 {
		heading += fmt.Sprintf("; published: Table 1 of the authors, after %d epochs", epochs)
	}
	err := writeTable(w, heading,
		"activation\tvariant\tbatch norm\ttrain\tpublished\ttest\tpublished\tepochs\trate\tmax : min gradient\tκ\t√P^L\tmerge\tspread\t",
		[]string{"spread", "merge", "√P^L", "κ", "max : min gradient", "rate"},
		r.Cells, func(c PublishedCell) string {
			train, test := "–", "–"
			if p := c.Published; p != nil {
				train, test = fmt.Sprintf("%.2f %%", p.Train), fmt.Sprintf("%.2f %%", p.Test)
			}
			end := c.last()
			outcome := fmt.Sprintf("%.2f %%\t%s\t%.2f %%", 100*end.Train.Accuracy, train, 100*end.Test.Accuracy)
			if c.Status != logbook.Complete {
				outcome = fmt.Sprintf("%s\t%s\tstep %d", c.Status, train, c.Divergence.Step)
			}
			t := c.Theory
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%d\t%g\t%s\t%s\t%s\t%s\t%s\t", title(c.Activation), formWord(c.AsIs), yes(c.BatchNorm), outcome,
				test, len(c.Curve), c.Rate, orNone(end.MaxRatio), orNone(t.Kappa), orNone(t.PoincareFactor), orNone(t.MergeDepth), orNone(t.Spread))
		})
	text := ""
	for _, c := range r.Comparisons {
		text += fmt.Sprintf("\n%s%s: normalised better than as it is on the test images: %s (α = %g, %d trials)", title(c.Activation),
			map[bool]string{true: " with batch normalisation"}[c.BatchNorm], c.Verdict.Outcome, c.Verdict.Alpha, c.Verdict.Trials)
	}
	for _, c := range r.Cells {
		if c.Result != nil && c.Result.Problem != "" {
			text += fmt.Sprintf("\n%s: %s", c.Key, c.Result.Problem)
		}
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, text)
	return err
}

func yes(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }

// orNone writes three digits, and a dash for what does not exist.
func orNone(x training.Real) string {
	if v := float64(x); math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return brief(float64(x))
}

// csv has one row for each cell and epoch; a cell without epochs has one.
func (r *PublishedResults) csv() ([]byte, error) {
	rows := [][]string{{"activation", "variant", "batch_norm", "trial", "learning_rate", "status", "epoch", "train_loss", "train_accuracy",
		"test_loss", "test_accuracy", "gradient_ratio_median", "gradient_ratio_max", "published_train", "published_test", "kappa", "poincare",
		"poincare_factor", "signal", "gradient", "merge_depth", "spread", "problem"}}
	width := len(rows[0])
	for _, c := range r.Cells {
		if c.Result == nil {
			rows = append(rows, append(make([]string, width-1), c.Key+": "+c.Problem))
			continue
		}
		x := c.Result
		published := []string{"", ""}
		if p := x.Published; p != nil {
			published = []string{exact(training.Real(p.Train)), exact(training.Real(p.Test))}
		}
		t := x.Theory
		curve := x.Curve
		if len(curve) == 0 {
			curve = []CurvePoint{{Train: nowhere, Test: nowhere, MedianRatio: nowhere.Loss, MaxRatio: x.RatioAtStart}}
		}
		for _, p := range curve {
			row := []string{x.Activation, formWord(x.AsIs), yes(x.BatchNorm), strconv.Itoa(x.Trial), exact(training.Real(x.Rate)), string(x.Status),
				strconv.Itoa(p.Epoch), exact(p.Train.Loss), exact(training.Real(p.Train.Accuracy)), exact(p.Test.Loss),
				exact(training.Real(p.Test.Accuracy)), exact(p.MedianRatio), exact(p.MaxRatio)}
			row = append(row, published...)
			for _, v := range []training.Real{t.Kappa, t.Poincare, t.PoincareFactor, t.Signal, t.Gradient, t.MergeDepth, t.Spread} {
				row = append(row, exact(v))
			}
			rows = append(rows, append(row, x.Problem))
		}
	}
	return csvText(rows)
}

// curves are the test accuracies over the epochs, a panel for each function.
func (r *PublishedResults) curves() chart.Figure {
	f := chart.Figure{Title: fmt.Sprintf("Test accuracy over epochs: %s, %d layers of width %d", r.Data.Name, r.Spec.Depth, r.Spec.Width),
		About: "One panel for each function; filled for the normalised one, hollow as it is.", Columns: 3, Width: 300, Height: 220}
	last := 1.0
	for _, c := range r.Cells {
		if c.Result != nil {
			last = max(last, float64(len(c.Result.Curve)))
		}
	}
	seen := map[string]bool{}
	for _, row := range tableOne {
		if seen[row.activation] {
			continue
		}
		seen[row.activation] = true
		p := chart.Panel{Name: title(row.activation), X: chart.Axis{Title: "epoch", Scale: chart.Linear(0, last)},
			Y: chart.Axis{Title: "test accuracy, %", Scale: chart.Linear(0, 100)}}
		p.Alt = p.Name
		for _, c := range r.Cells {
			if c.Result == nil || c.Result.Activation != row.activation {
				continue
			}
			x := c.Result
			m := looks[map[bool]int{false: 0, true: 1}[x.BatchNorm]]
			m.Hollow = x.AsIs
			for _, point := range x.Curve {
				words := fmt.Sprintf("%s, epoch %d: %.2f %%", c.Key, point.Epoch, 100*point.Test.Accuracy)
				p.Alt += "; " + words
				p.Add(chart.Mark{Marker: m, X: float64(point.Epoch), Y: 100 * point.Test.Accuracy, Tip: words})
			}
		}
		f.Panels = append(f.Panels, p)
	}
	for i, words := range []string{"without batch normalisation", "with it"} {
		f.Legend = append(f.Legend, chart.Key(words, chart.SampleMark(looks[i])))
	}
	return f
}
