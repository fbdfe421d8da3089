package experiment

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"bsnn/internal/chart"
	"bsnn/network/training"
)

// write makes the files of a finished grid.
func (r *FluctuationsResults) write(f *folder) error {
	table, err := r.csv()
	if err != nil {
		return err
	}
	return f.writeResults(r, table, map[string]chart.Figure{fluctuationsName: r.figure()})
}

const fluctuationsName = "fluctuations.svg"

// WriteTable prints the results as a table.
func (r *FluctuationsResults) WriteTable(w io.Writer) error {
	early, late := fmt.Sprintf("L = %d", r.Spec.Early), fmt.Sprintf("L = %d", r.Spec.Depth)
	return writeTable(w, fmt.Sprintf("n·variance of log squared norms at two depths, and whether it grows by no more than a factor %d, "+
		"α = %g together, seed %d", growthFactor, r.Spec.Alpha, r.Spec.Seed),
		fmt.Sprintf("φ\tvariant\tweights\tn\tdirection\t%s\ttheory\t%s\ttheory\tbounded\tα each\tnetworks\t", early, late),
		[]string{"networks", "α each", "theory"},
		r.Cells, func(c FluctuationsCell) string {
			var rows []string
			for i, f := range []Fluctuation{c.Forward, c.Backward} {
				rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%.2g\t%d\t", title(c.Activation), formWord(c.AsIs),
					c.Weights, c.Width, [...]string{"forward", "backward"}[i], brief(float64(f.Early)), optional(f.PredictedEarly),
					brief(float64(f.Late)), optional(f.PredictedLate), f.Verdict.Outcome, f.Verdict.Alpha,
					4*max(c.Forward.Verdict.Trials, c.Backward.Verdict.Trials)))
			}
			return strings.Join(rows, "\n")
		})
}

func optional(v *float64) string {
	if v == nil {
		return "–"
	}
	return brief(*v)
}

// csv has one row for each cell.
func (r *FluctuationsResults) csv() ([]byte, error) {
	head := []string{"activation", "as_is", "weights", "width"}
	for _, d := range []string{"forward", "backward"} {
		head = append(head, d+"_early", d+"_predicted_early", d+"_late", d+"_predicted_late", d+"_verdict", d+"_rate", d+"_trials")
	}
	rows := [][]string{head}
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return exact(training.Real(*v))
	}
	for _, c := range r.Cells {
		if c.Result == nil {
			continue
		}
		k := c.Result
		row := []string{k.Activation, strconv.FormatBool(k.AsIs), k.Weights, strconv.Itoa(k.Width)}
		for _, f := range []Fluctuation{k.Forward, k.Backward} {
			row = append(row, exact(f.Early), number(f.PredictedEarly), exact(f.Late), number(f.PredictedLate), f.Verdict.Outcome.String(),
				number(&f.Verdict.Estimate), strconv.Itoa(f.Verdict.Trials))
		}
		rows = append(rows, row)
	}
	return csvText(rows)
}

// figure shows by which factor the variances grow: a panel for each direction.
func (r *FluctuationsResults) figure() chart.Figure {
	f := chart.Figure{
		Title:   fmt.Sprintf("Growth of the variance of log squared norms from %d to %d layers", r.Spec.Early, r.Spec.Depth),
		Columns: 1, Width: 560,
		About:  "For each function, law of weights and width the ratio of the variances at both depths, forward and backward.",
		Legend: []chart.Entry{chart.Key("forward", chart.SampleMark(chart.Series(0))), chart.Key("backward", chart.SampleMark(chart.Series(1)))},
	}
	var names []string
	var x chart.Extent
	x.Add(1, growthFactor)
	p := chart.Panel{Alt: f.Title}
	for _, c := range r.Cells {
		if c.Result == nil {
			continue
		}
		k := c.Result
		names = append(names, fmt.Sprintf("%s %s %d", functionWords(k.Activation, k.AsIs), k.Weights, k.Width))
		for i, v := range []Fluctuation{k.Forward, k.Backward} {
			growth := float64(v.Late / v.Early)
			if math.IsNaN(growth) { // a network died or exploded
				continue
			}
			x.Add(growth)
			p.Add(chart.Mark{Marker: chart.Series(i), X: growth, Y: float64(len(names) - 1),
				Tip: fmt.Sprintf("%s: × %.3g", names[len(names)-1], growth)})
		}
	}
	claimed := chart.Stroke{Colour: chart.Soft, Dash: chart.Dashed}
	p.Add(chart.Line{Stroke: claimed, X: []float64{growthFactor, growthFactor}, Y: []float64{-0.5, float64(len(names)) - 0.5},
		Tip: "claimed: at most"})
	f.Legend = append(f.Legend, chart.Key("claimed: at most so much", chart.SampleLine(claimed)))
	p.X, p.Y = chart.Axis{Title: "factor", Scale: x.Log()}, chart.Names(names)
	f.Height = float64(40 + 22*len(names))
	f.Panels = []chart.Panel{p}
	return f
}
