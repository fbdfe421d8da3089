package experiment

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"bsnn/internal/chart"
	"bsnn/network/logbook"
	"bsnn/network/training"
)

// write makes the files of a finished grid.
func (r *AccuracyResults) write(f *folder) error {
	table, err := r.csv()
	if err != nil {
		return err
	}
	return f.writeResults(r, table, map[string]chart.Figure{"accuracy.svg": r.accuracyFigure(), "gradient.svg": r.gradientFigure()})
}

func (r *AccuracyResults) csv() ([]byte, error) {
	rows := [][]string{{"activation", "variant", "weights", "remedy", "learning_rate", "status", "diverged_step", "diverged_layer", "steps",
		"train_loss", "train_accuracy", "test_loss", "test_accuracy",
		"gradient_at_start", "gradient_ratio_at_start", "gradient_ratio", "samples_per_second", "seconds", "problem"}}
	for _, c := range r.Cells {
		if c.Result == nil {
			rows = append(rows, append(make([]string, 17), strconv.FormatFloat(c.Seconds, 'f', 1, 64), c.Key+": "+c.Problem))
			continue
		}
		x := c.Result
		row := []string{x.Activation, formWord(x.AsIs), string(x.Weights), string(x.Remedy), exact(training.Real(x.Rate)),
			string(x.Status), "", "", strconv.Itoa(x.Steps)}
		if x.Divergence != nil {
			row[6], row[7] = strconv.Itoa(x.Divergence.Step), strconv.Itoa(x.Divergence.Layer)
		}
		row = append(row, exact(x.Train.Loss), exact(training.Real(x.Train.Accuracy)))
		if x.Status == logbook.Complete {
			row = append(row, exact(x.Test.Loss), exact(training.Real(x.Test.Accuracy)))
		} else {
			row = append(row, "", "")
		}
		rows = append(rows, append(row, exact(x.GradientAtStart), exact(x.RatioAtStart), exact(x.Ratio),
			exact(training.Real(x.SamplesPerSecond)), strconv.FormatFloat(c.Seconds, 'f', 1, 64), ""))
	}
	return csvText(rows)
}

var remedyTitles = map[Remedy]string{
	NoRemedy: "nothing else", BatchNorm: "batch normalisation", Shortcut: "shortcuts x + φ(h)",
	Balanced: "shortcuts (x + φ(h))/√2", BothRemedies: "batch normalisation and shortcuts",
}

// accuracyFigure has a panel for each remedy, a row for each activation.
func (r *AccuracyResults) accuracyFigure() chart.Figure {
	return r.dots(fmt.Sprintf("Accuracy on the test set: %s, depth %d, width %d", r.Data.Name, r.Spec.Depth, r.Spec.Width),
		chart.Axis{Title: "test accuracy, %; a diverged network is at 0", Scale: chart.Linear(0, 100), Room: 8},
		func(c AccuracyCell) (float64, string) {
			if c.Status != logbook.Complete {
				return 0, fmt.Sprintf("diverged at step %d, layer %d", c.Divergence.Step, c.Divergence.Layer)
			}
			return 100 * c.Test.Accuracy, fmt.Sprintf("%.1f %% at learning rate %g", 100*c.Test.Accuracy, c.Rate)
		})
}

// gradientFigure is the same for the gradient that reaches the first layer
// before training.
func (r *AccuracyResults) gradientFigure() chart.Figure {
	return r.dots(
		fmt.Sprintf("Weight gradient of the first layer before training: %s, depth %d, width %d", r.Data.Name, r.Spec.Depth, r.Spec.Width),
		chart.Axis{Title: "‖∂E/∂W⁽¹⁾‖; beyond 10⁻¹² and 10¹² at the ends", Scale: chart.Logarithmic(1/decadesShown, decadesShown), Room: 8},
		func(c AccuracyCell) (float64, string) {
			v := float64(c.GradientAtStart)
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return decadesShown, "beyond the range of the precision"
			}
			return v, fmt.Sprintf("%.3g, max/min over layers %.3g", v, c.RatioAtStart)
		})
}

func (r *AccuracyResults) dots(heading string, x chart.Axis, get func(AccuracyCell) (float64, string)) chart.Figure {
	f := chart.Figure{Title: heading, About: "One panel for each remedy, one row for each activation.", Columns: 2, Width: 420}
	var names []string
	for _, a := range r.Spec.Activations {
		names = append(names, title(a))
	}
	f.Height = 74 + 28*float64(len(names))
	for _, remedy := range r.Spec.Remedies {
		p := chart.Panel{Name: remedyTitles[remedy], X: x, Y: chart.Names(names)}
		p.Alt = p.Name
		for _, c := range r.Cells {
			if c.Result == nil || c.Result.Remedy != remedy {
				continue
			}
			v, words := get(*c.Result)
			asIs, weights := c.Result.AsIs, c.Result.Weights
			words = fmt.Sprintf("%s, %s: %s", functionWords(c.Result.Activation, asIs), weightWords(weights), words)
			row := float64(slices.Index(r.Spec.Activations, c.Result.Activation))
			p.Alt += "; " + words
			p.Add(chart.Mark{Marker: r.marker(asIs, weights), X: x.Scale.Clamp(v), Y: row + r.shift(asIs, weights), Tip: words})
		}
		f.Panels = append(f.Panels, p)
	}
	for _, w := range r.Spec.Weights {
		for _, asIs := range []bool{false, true} {
			f.Legend = append(f.Legend, chart.Key(variantWords(asIs, w), chart.SampleMark(r.marker(asIs, w))))
		}
	}
	return f
}

// marker: colour and shape by weights and variant, hollow for the function as it is.
func (r *AccuracyResults) marker(asIs bool, w training.Weights) chart.Marker {
	m := looks[r.place(asIs, w)%len(looks)]
	m.Hollow = asIs
	return m
}

// looks are how the variants of one activation look.
var looks = [...]chart.Marker{
	{Colour: chart.Blue, Shape: chart.Disc}, {Colour: chart.Vermilion, Shape: chart.Square},
	{Colour: chart.Green, Shape: chart.Triangle}, {Colour: chart.Pink, Shape: chart.Diamond},
	{Colour: chart.Grey, Shape: chart.Star}, {Colour: chart.Brown, Shape: chart.TriangleDown},
}

// place numbers the variants of one activation.
func (r *AccuracyResults) place(asIs bool, w training.Weights) int {
	i := 2 * slices.Index(r.Spec.Weights, w)
	if asIs {
		i++
	}
	return i
}

// shift keeps marks of one row apart.
func (r *AccuracyResults) shift(asIs bool, w training.Weights) float64 {
	return 0.5 * (float64(r.place(asIs, w))/float64(2*len(r.Spec.Weights)-1) - 0.5)
}
