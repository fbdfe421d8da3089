package page

import (
	"fmt"
	"math"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/reports"
)

// deviationChart shows how far one statistic lies from 1 against the width,
// one panel for each activation: measured, exact, asymptotic and proven on one
// scale.
func deviationChart(r *reports.Report, index int) picture {
	of := r.Subjects[0].Series[index]
	p := picture{file: fileName("deviation", of.Statement, ".svg"), numbers: cellsOf(r, of.Statement), Figure: chart.Figure{
		Columns: 3, Height: 236, Legend: deviationEntries(of),
		Title: label(of) + ": how far " + of.Statistic + " lies from 1",
		About: fmt.Sprintf("One panel for each activation. Against the width, on logarithmic axes: measured median to 95 %% quantile "+
			"of |%s − 1|, measured and exact root mean square, 95 %% quantile by the limit law, and the deviation that is proven to be "+
			"exceeded by at most 5 %%.", of.Statistic),
	}}
	y := deviationScale(r, index)
	for _, s := range r.Subjects {
		if index < len(s.Series) {
			p.Panels = append(p.Panels, deviationPanel(r.Spec.Widths, s, s.Series[index], y))
		}
	}
	return p
}

// deviationScale takes in all that is known of the activations that are not
// negative controls.
func deviationScale(r *reports.Report, index int) chart.Scale {
	lo, hi, any := shownOf(r, index, func(c reports.Cell) []reports.Number {
		d := c.Deviation
		return []reports.Number{d.Q50, d.Q95, d.RMS, d.Exact, d.Law, d.Bound}
	})
	if !any {
		return chart.Logarithmic(1e-3, 1)
	}
	lo, hi = chart.RoundDown(lo), chart.RoundUp(min(max(hi, 1), 100))
	return chart.Logarithmic(lo, max(hi, 10*lo))
}

// shownOf is the range of the positive numbers of one statistic, those of
// negative controls only where there are no others.
func shownOf(r *reports.Report, index int, get func(reports.Cell) []reports.Number) (lo, hi float64, any bool) {
	var inner, outer chart.Extent
	for _, s := range r.Subjects {
		if index >= len(s.Series) {
			continue
		}
		for _, c := range s.Series[index].Cells {
			for _, v := range get(c) {
				outer.Add(float64(v))
				if !s.Subject.Control {
					inner.Add(float64(v))
				}
			}
		}
	}
	if lo, hi, any = inner.Positive(); any {
		return lo, hi, any
	}
	return outer.Positive()
}

func deviationPanel(widths []int, s reports.SubjectResult, x reports.Series, y chart.Scale) chart.Panel {
	p := chart.Panel{
		Name: s.Subject.Title, Remark: chart.Remark{Words: deviationRemark(s, x)}, Alt: deviationAlternative(s, x),
		X: widthAxis(widths), Y: chart.Axis{Scale: y},
	}
	n := widthsOf(x.Cells)
	of := func(get func(reports.Deviation) reports.Number) []float64 {
		return positive(floats(x.Cells, func(c reports.Cell) reports.Number { return get(c.Deviation) }))
	}
	p.Add(
		chart.Band{Colour: markerOf(x.Direction).Colour, X: n, Low: of(func(d reports.Deviation) reports.Number { return d.Q50 }),
			High: of(func(d reports.Deviation) reports.Number { return d.Q95 })},
		chart.Line{Stroke: provenBound, X: n, Y: of(func(d reports.Deviation) reports.Number { return d.Bound })},
		chart.Line{Stroke: exactOf(x.Direction), X: n, Y: of(func(d reports.Deviation) reports.Number { return d.Exact })},
		chart.Line{Stroke: lawOf(x.Direction), X: n, Y: of(func(d reports.Deviation) reports.Number { return d.Law })})
	for i, c := range x.Cells {
		v := float64(c.Deviation.RMS)
		p.Add(chart.Arrows{Colour: markerOf(x.Direction).Colour, X: n[i], Low: v, High: v},
			chart.Mark{Marker: markerOf(x.Direction), X: n[i], Y: v, Tip: deviationTip(c)})
	}
	return p
}

func deviationTip(c reports.Cell) string {
	d := c.Deviation
	return fmt.Sprintf("n = %s: root mean square %s, exact %s; half of the networks within %s, 95 %% within %s, "+
		"by the limit law %s, proven %s; %s trials", words.Count(c.Width), sig(d.RMS, 3), sig(d.Exact, 3), sig(d.Q50, 3),
		sig(d.Q95, 3), sig(d.Law, 3), sig(d.Bound, 3), words.Count(c.Trials))
}

// deviationRemark is what stands beside the name. The slope is that of the
// standard deviation: for functions that are not normalised the deviation from
// 1, which is drawn, is mostly bias and does not fall with it.
func deviationRemark(s reports.SubjectResult, x reports.Series) string {
	f := x.Fit
	if !f.Slope.Finite() || unnormalised(s) {
		return ""
	}
	return "sd: slope " + words.WithError(float64(f.Slope), float64(f.StdErr))
}

func deviationAlternative(s reports.SubjectResult, x reports.Series) string {
	text := s.Subject.Title + ", " + x.Name
	if len(x.Cells) == 0 {
		return text + ": not measured"
	}
	c := x.Cells[len(x.Cells)-1]
	if math.IsNaN(float64(c.Deviation.Q95)) {
		return text + ": no number"
	}
	return fmt.Sprintf("%s: at width %s 95 %% of the networks lie within %s of 1", text, words.Count(c.Width), sig(c.Deviation.Q95, 3))
}

// deviationEntries leave out what is not known of deep networks.
func deviationEntries(x reports.Series) []chart.Entry {
	out := []chart.Entry{
		chart.Key("median to 95 % (measured)", chart.SampleBand(markerOf(x.Direction).Colour)),
		chart.Key("root mean square (measured)", chart.SampleMark(markerOf(x.Direction))),
		chart.Key("95 %, limit law (asymptotic)", chart.SampleLine(lawOf(x.Direction))),
	}
	if x.Depth == 1 {
		out = append(out, chart.Key("root mean square, exact at this width", chart.SampleLine(exactOf(x.Direction))),
			chart.Key("95 %, proven", chart.SampleLine(provenBound)))
	}
	return out
}
