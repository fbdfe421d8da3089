package page

import (
	"fmt"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/reports"
)

// statementPicture is the empty picture of one statement for all activations:
// one panel against the width. index is the statement's place among the series
// of every activation.
func statementPicture(r *reports.Report, index int, kind string) picture {
	of := r.Subjects[0].Series[index]
	x := widthAxis(r.Spec.Widths)
	x.Room = 2 * room
	return picture{file: fileName(kind, of.Statement, ".svg"), numbers: cellsOf(r, of.Statement),
		Figure: chart.Figure{Width: 420, Height: 280, Panels: []chart.Panel{{X: x}}}}
}

// spreadChart shows how the standard deviation of one statistic falls with
// the width: measured, and by the limit law.
func spreadChart(r *reports.Report, index int) picture {
	of := r.Subjects[0].Series[index]
	p := statementPicture(r, index, "sd")
	p.Title = label(of) + ": spread"
	p.About = "Standard deviation of " + of.Statistic +
		" against the width on logarithmic axes, for every activation, beside the limit law."
	p.Subtitle = "Marks: measured; dashed: limit law (asymptotic)."
	axes := &p.Panels[0]
	axes.Y = chart.Axis{Title: "standard deviation", Scale: spreadScale(r, index)}
	for i, s := range r.Subjects {
		if index < len(s.Series) {
			spread(axes, s.Series[index], chart.Series(i), s.Subject.Title)
			p.Legend = append(p.Legend, seriesEntry(i, s.Subject.Title+spreadSlope(s.Series[index])))
		}
	}
	axes.Alt = p.Title + ". " + p.About
	return p
}

// spreadSlope is the fitted slope beside the exact one and that of the limit law.
func spreadSlope(x reports.Series) string {
	if !x.Fit.Slope.Finite() {
		return ""
	}
	law := ", no law"
	if x.Fit.Predicted.Finite() {
		law = ", law " + slopeWord(float64(x.Fit.Predicted))
	}
	return ": slope " + fitWords(x.Fit) + law
}

// fitWords is the fitted slope, its standard error with the degrees of freedom that
// it rests on, and the exact slope over the same widths.
func fitWords(f reports.Fit) string {
	text := words.WithError(float64(f.Slope), float64(f.StdErr))
	if f.Degrees == 0 { // a report of an older build
		return text
	}
	text += fmt.Sprintf(" (%d df)", f.Degrees)
	if f.Exact.Finite() {
		text += ", exact " + words.Fixed(float64(f.Exact), 4)
	}
	return text
}

// slopeWord writes a slope as theory does.
func slopeWord(v float64) string {
	if v == -0.5 {
		return "−½"
	}
	return words.Number(v, 3)
}

func spread(p *chart.Panel, x reports.Series, look chart.Marker, title string) {
	n := widthsOf(x.Cells)
	measured := positive(floats(x.Cells, func(c reports.Cell) reports.Number { return c.SD }))
	law := positive(floats(x.Cells, func(c reports.Cell) reports.Number { return c.PredictedSD }))
	p.Add(chart.Line{Stroke: look.Stroke(chart.Medium, chart.Solid), X: n, Y: measured},
		chart.Line{Stroke: look.Stroke(chart.Medium, chart.Dashed), X: n, Y: law})
	for i, c := range x.Cells {
		v := measured[i]
		p.Add(chart.Arrows{Colour: look.Colour, X: n[i], Low: v, High: v},
			chart.Mark{Marker: look, X: n[i], Y: v, Tip: fmt.Sprintf("%s, n = %s: measured %s, limit law %s, %s trials",
				title, words.Count(c.Width), words.Number(v, 4), words.Number(law[i], 4), words.Count(c.Trials))})
	}
}

// spreadScale takes in the activations that are not negative controls and
// two decades more on either side for the others, never above 10.
func spreadScale(r *reports.Report, index int) chart.Scale {
	var all chart.Extent
	for _, s := range r.Subjects {
		if index < len(s.Series) {
			all.Add(floats(s.Series[index].Cells, func(c reports.Cell) reports.Number { return c.SD })...)
		}
	}
	least, most, any := all.Positive()
	if !any {
		return chart.Logarithmic(1e-3, 1)
	}
	lo, hi, _ := shownOf(r, index, func(c reports.Cell) []reports.Number { return []reports.Number{c.SD} })
	lo = chart.RoundDown(max(least, lo/100))
	hi = chart.RoundUp(min(most, max(hi, 10)))
	if hi <= lo*2 {
		lo, hi = lo/3, hi*3
	}
	return chart.Logarithmic(lo, hi)
}
