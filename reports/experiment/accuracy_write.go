package experiment

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"

	"bsnn/internal/svgplot"
	"bsnn/network/logbook"
	"bsnn/network/training"
)

// write makes the files of a finished grid.
func (r *AccuracyResults) write(f *folder) error {
	if err := f.writeJSON(resultsName, r); err != nil {
		return err
	}
	table, err := r.csv()
	if err != nil {
		return err
	}
	files := map[string][]byte{csvName: table, "accuracy.svg": r.accuracyFigure().SVG(), "gradient.svg": r.gradientFigure().SVG()}
	for name, data := range files {
		if err := f.write(name, data); err != nil {
			return err
		}
	}
	return nil
}

func (r *AccuracyResults) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"activation", "variant", "weights", "remedy", "learning_rate", "status", "diverged_step", "diverged_layer", "steps",
		"train_loss", "train_accuracy", "test_loss", "test_accuracy", "gradient_at_start", "gradient_ratio_at_start", "gradient_ratio", "samples_per_second", "seconds", "problem"}}
	for _, c := range r.Cells {
		if c.Result == nil {
			rows = append(rows, append(make([]string, 17), strconv.FormatFloat(c.Seconds, 'f', 1, 64), c.Key+": "+c.Problem))
			continue
		}
		x := c.Result
		row := []string{x.Activation, normalizedWord(x.Raw), string(x.Weights), string(x.Remedy), exact(training.Real(x.Rate)), string(x.Status), "", "", strconv.Itoa(x.Steps)}
		if x.Divergence != nil {
			row[6], row[7] = strconv.Itoa(x.Divergence.Step), strconv.Itoa(x.Divergence.Layer)
		}
		row = append(row, exact(x.Train.Loss), exact(training.Real(x.Train.Accuracy)))
		if x.Status == logbook.Complete {
			row = append(row, exact(x.Test.Loss), exact(training.Real(x.Test.Accuracy)))
		} else {
			row = append(row, "", "")
		}
		rows = append(rows, append(row, exact(x.GradientAtStart), exact(x.RatioAtStart), exact(x.Ratio), exact(training.Real(x.SamplesPerSecond)), strconv.FormatFloat(c.Seconds, 'f', 1, 64), ""))
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("%s: %w", csvName, err)
	}
	return b.Bytes(), nil
}

var remedyTitles = map[Remedy]string{
	NoRemedy: "nothing else", BatchNorm: "batch normalisation", Shortcut: "shortcuts x + φ(h)",
	Balanced: "shortcuts (x + φ(h))/√2", BothRemedies: "batch normalisation and shortcuts",
}

// accuracyFigure has a panel for each remedy, a row for each activation.
func (r *AccuracyResults) accuracyFigure() svgplot.Figure {
	return r.dots(fmt.Sprintf("Accuracy on the test set: %s, depth %d, width %d", r.Data.Name, r.Spec.Depth, r.Spec.Width),
		svgplot.Axis{Title: "test accuracy, %; a diverged network is at 0", Lo: 0, Hi: 100},
		func(c AccuracyCell) (float64, string) {
			if c.Status != logbook.Complete {
				return 0, fmt.Sprintf("diverged at step %d, layer %d", c.Divergence.Step, c.Divergence.Layer)
			}
			return 100 * c.Test.Accuracy, fmt.Sprintf("%.1f %% at learning rate %g", 100*c.Test.Accuracy, c.Rate)
		})
}

// gradientFigure is the same for the gradient that reaches the first layer
// before training.
func (r *AccuracyResults) gradientFigure() svgplot.Figure {
	return r.dots(fmt.Sprintf("Weight gradient of the first layer before training: %s, depth %d, width %d", r.Data.Name, r.Spec.Depth, r.Spec.Width),
		svgplot.Axis{Title: "‖∂E/∂W⁽¹⁾‖; beyond 10⁻¹² and 10¹² at the frame", Lo: 1 / decadesShown, Hi: decadesShown, Log: true},
		func(c AccuracyCell) (float64, string) {
			v := float64(c.GradientAtStart)
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return decadesShown, "beyond the range of the precision"
			}
			return v, fmt.Sprintf("%.3g, max/min over layers %.3g", v, c.RatioAtStart)
		})
}

func (r *AccuracyResults) dots(heading string, x svgplot.Axis, get func(AccuracyCell) (float64, string)) svgplot.Figure {
	f := svgplot.Figure{Title: heading, About: "One panel for each remedy, one row for each activation.", Columns: 2}
	var names []string
	for _, a := range r.Spec.Activations {
		names = append(names, title(a))
	}
	for _, remedy := range r.Spec.Remedies {
		p := svgplot.Panel{Title: remedyTitles[remedy], X: x, Y: svgplot.Axis{Categories: names}}
		for _, c := range r.Cells {
			if c.Result == nil || c.Result.Remedy != remedy {
				continue
			}
			v, words := get(*c.Result)
			row := float64(slices.Index(r.Spec.Activations, c.Result.Activation))
			s := r.style(c.Result.Raw, c.Result.Weights)
			p.Dots = append(p.Dots, svgplot.Dot{Style: s, X: v, Y: row + r.shift(c.Result.Raw, c.Result.Weights),
				Tip: fmt.Sprintf("%s %s, %s: %s", normalizedWord(c.Result.Raw), title(c.Result.Activation), weightWords(c.Result.Weights), words)})
		}
		f.Panels = append(f.Panels, p)
	}
	for _, w := range r.Spec.Weights {
		for _, raw := range []bool{false, true} {
			f.Legend = append(f.Legend, svgplot.Entry{Style: r.style(raw, w), Mark: true, Words: normalizedWord(raw) + ", " + weightWords(w)})
		}
	}
	return f
}

// style: colour and shape by weights and variant, hollow for the raw function.
func (r *AccuracyResults) style(raw bool, w training.Weights) svgplot.Style {
	i := 2 * slices.Index(r.Spec.Weights, w)
	if raw {
		i++
	}
	return svgplot.Style{Colour: i, Shape: i, Hollow: raw}
}

// shift keeps marks of one row apart.
func (r *AccuracyResults) shift(raw bool, w training.Weights) float64 {
	all := 2 * len(r.Spec.Weights)
	i := 2 * slices.Index(r.Spec.Weights, w)
	if raw {
		i++
	}
	return 0.36 * (float64(i)/float64(all-1) - 0.5)
}
