package page

import (
	"fmt"
	"math"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/reports"
)

// outsideChart shows how often one ratio of norms is off by ε or more: measured,
// by the limit law, and at most by the proven bound.
func outsideChart(r *reports.Report, index int) picture {
	of := r.Subjects[0].Series[index]
	most, bounded := trialsAndBound(r, index)
	p := statementPicture(r, index, "outside")
	p.Title = label(of) + ": norm off by ≥ ε"
	p.About = fmt.Sprintf("Probability that %s differs from 1 by %s or more, against the width on logarithmic axes: "+
		"measured, limit law and proven bound.", of.Ratio, words.Number(of.Tolerance, 3))
	p.Subtitle = "Marks: measured; dashed: limit law; dotted: proven bound."
	if !bounded {
		p.Subtitle = "Marks: measured; dashed: limit law; no proven bound is known."
	}
	y := chart.Logarithmic(chart.RoundDown(0.4/float64(max(most, 10))), 1.3)
	axes := &p.Panels[0]
	axes.Y = chart.Axis{Title: fmt.Sprintf("P(|‖·‖ − 1| ≥ %s)", words.Number(of.Tolerance, 3)), Scale: y, Ticks: outsideTicks}
	for i, s := range r.Subjects {
		if index < len(s.Series) {
			shift := (float64(i) - float64(len(r.Subjects)-1)/2) * zeroSpread / float64(len(r.Subjects))
			outside(axes, s.Series[index], chart.Series(i), s.Subject.Title, shift)
			p.Legend = append(p.Legend, seriesEntry(i, s.Subject.Title))
		}
	}
	axes.Add(chart.Level{Stroke: chart.Stroke{Colour: chart.Soft, Weight: chart.Fine}, Y: r.Spec.Limit,
		Words: "claimed: at most " + words.Number(r.Spec.Limit, 3)})
	axes.Alt = p.Title + ". " + p.About
	return p
}

// trialsAndBound are the largest number of trials in one cell, and whether a
// bound below 1 is proven anywhere.
func trialsAndBound(r *reports.Report, index int) (most int, bounded bool) {
	for _, s := range r.Subjects {
		if index >= len(s.Series) {
			continue
		}
		for _, c := range s.Series[index].Cells {
			most = max(most, c.Trials)
			bounded = bounded || c.Bound.Finite() && c.Bound < 1
		}
	}
	return most, bounded
}

// outsideTicks are the decades, with a place for "none of the trials" at the
// bottom.
func outsideTicks(y chart.Scale, most int) []chart.Tick {
	out := []chart.Tick{{At: zeroFloor(y), Label: "0 of T"}}
	for _, t := range chart.Round(y, most) {
		if t.At > y.Lo*1.5 {
			out = append(out, t)
		}
	}
	return out
}

// zeroSpread is over how many pixels zero counts of one width are spread, so
// that they stay apart.
const zeroSpread = 29

// zeroFloor is where a count of zero is drawn on a logarithmic axis.
func zeroFloor(y chart.Scale) float64 { return y.Lo * 1.25 }

func outside(p *chart.Panel, x reports.Series, look chart.Marker, title string, shift float64) {
	n := widthsOf(x.Cells)
	measured := floats(x.Cells, func(c reports.Cell) reports.Number { return c.Outside })
	law := floats(x.Cells, func(c reports.Cell) reports.Number { return c.PredictedOutside })
	bound := floats(x.Cells, func(c reports.Cell) reports.Number { return c.Bound })
	p.Add(chart.Line{Stroke: look.Stroke(chart.Medium, chart.Dashed), X: n, Y: positive(law)},
		chart.Line{Stroke: look.Stroke(chart.Medium, chart.Dotted), X: n, Y: informative(bound)})
	for i, c := range x.Cells {
		beside := fmt.Sprintf("limit law %s, bound %s", words.Number(law[i], 3), words.Number(bound[i], 3))
		if v := measured[i]; v == 0 {
			none := look
			none.Hollow, none.Size = true, 0.6
			p.Add(chart.Mark{Marker: none, X: n[i], Y: zeroFloor(p.Y.Scale), ShiftX: shift,
				Tip: fmt.Sprintf("%s, n = %s: 0 of %s, %s", title, words.Count(c.Width), words.Count(c.Trials), beside)})
		} else if !math.IsNaN(v) {
			p.Add(chart.Mark{Marker: look, X: n[i], Y: v, Tip: fmt.Sprintf("%s, n = %s: %s of %s trials (%s), %s",
				title, words.Count(c.Width), words.Count(int(math.Round(v*float64(c.Trials)))), words.Count(c.Trials),
				words.Number(v, 3), beside)})
		}
	}
}

// informative drops bounds of 1, which say nothing, but for the one beside
// the first that does.
func informative(bound []float64) []float64 {
	out := make([]float64, len(bound))
	for i, b := range bound {
		out[i] = b
		if !(b < 1) && !(i+1 < len(bound) && bound[i+1] < 1) {
			out[i] = math.NaN()
		}
	}
	return out
}
