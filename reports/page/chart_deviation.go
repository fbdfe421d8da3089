package page

import (
	"fmt"
	"math"

	"bsnn/internal/words"
	"bsnn/reports"
)

// deviationChart shows how far one statistic lies from 1 against the width,
// one panel for each activation: measured, exact, asymptotic and proven on one
// scale.
func deviationChart(r *reports.Report, index int) chart {
	of := r.Subjects[0].Series[index]
	c := chart{
		file: "deviation-" + of.Statement + ".svg", columns: 3, width: 380, height: 236, foot: 44,
		title: label(of) + ": how far " + of.Statistic + " lies from 1",
		about: fmt.Sprintf("One panel for each activation. Against the width, on logarithmic axes: measured median to 95 %% quantile of |%s − 1|, "+
			"measured and exact root mean square, 95 %% quantile by the limit law, and the deviation that is proven to be exceeded by at most 5 %%.", of.Statistic),
		footer: func(s *svg, x, y float64) { deviationLegend(s, x, y, of) }, numbers: cellsOf(r, of.Statement),
	}
	y := deviationScale(r, index)
	for i, s := range r.Subjects {
		if index < len(s.Series) {
			c.panels = append(c.panels, deviationPanel(r.Spec.Widths, s, s.Series[index], y, fmt.Sprintf("clip-%s-%d", of.Statement, i)))
		}
	}
	return c
}

// deviationScale takes in all that is known of the activations that are not
// negative controls.
func deviationScale(r *reports.Report, index int) scale {
	inner, outer := newExtent(), newExtent()
	for _, s := range r.Subjects {
		if index >= len(s.Series) {
			continue
		}
		for _, c := range s.Series[index].Cells {
			d := c.Deviation
			for _, v := range []reports.Number{d.Q50, d.Q95, d.RMS, d.Exact, d.Law, d.Bound} {
				outer.add(float64(v))
				if !s.Subject.Control {
					inner.add(float64(v))
				}
			}
		}
	}
	if !inner.any() {
		inner = outer
	}
	if !inner.any() {
		return scale{lo: 1e-3, hi: 1}
	}
	lo, hi := nice125(inner.lo, false), nice125(min(max(inner.hi, 1), 100), true)
	return scale{lo: lo, hi: max(hi, 10*lo)}
}

func deviationPanel(widths []int, s reports.SubjectResult, x reports.Series, y scale, id string) panel {
	var out svg
	out.head(18, s.Subject.Title, "note", deviationRemark(s, x))
	p := newPlot(&out, id, 54, 32, 368, 196, widthScale(widths), y)
	p.axes(widthTicks(widths, 6), decadeTicks(y, 6), widthAxis(widths), "")
	n := widthsOf(x.Cells)
	of := func(get func(reports.Deviation) reports.Number) []float64 {
		return positive(floats(x.Cells, func(c reports.Cell) reports.Number { return get(c.Deviation) }))
	}
	low, high := of(func(d reports.Deviation) reports.Number { return d.Q50 }), of(func(d reports.Deviation) reports.Number { return d.Q95 })
	p.clip(func() {
		p.band("band "+x.Direction, n, low, high)
		p.curve("edge "+x.Direction, n, low)
		p.curve("edge "+x.Direction, n, high)
		p.curve("bound", n, of(func(d reports.Deviation) reports.Number { return d.Bound }))
		p.curve("exact "+x.Direction, n, of(func(d reports.Deviation) reports.Number { return d.Exact }))
		p.curve("law "+x.Direction, n, of(func(d reports.Deviation) reports.Number { return d.Law }))
	})
	for i, c := range x.Cells {
		deviationMark(p, x.Direction, n[i], c)
	}
	return panel{deviationAlternative(s, x), out.String()}
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

func deviationMark(p plot, direction string, n float64, c reports.Cell) {
	d := c.Deviation
	v := float64(d.RMS)
	if !(v > 0) || p.y.below(v) || p.y.above(v) {
		p.arrows(direction, n, v, v, 0)
		return
	}
	p.mark(markerOf(direction), direction, p.x.at(n), p.y.at(v), fmt.Sprintf(
		"n = %s: root mean square %s, exact %s; half of the networks within %s, 95 %% within %s, by the limit law %s, proven %s; %s trials",
		words.Count(c.Width), words.Number(v, 3), words.Number(float64(d.Exact), 3), words.Number(float64(d.Q50), 3), words.Number(float64(d.Q95), 3), words.Number(float64(d.Law), 3),
		words.Number(float64(d.Bound), 3), words.Count(c.Trials)))
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
	return fmt.Sprintf("%s: at width %s 95 %% of the networks lie within %s of 1", text, words.Count(c.Width), words.Number(float64(c.Deviation.Q95), 3))
}

// deviationLegend explains the marks of the file.
func deviationLegend(s *svg, x, y float64, of reports.Series) {
	for _, e := range deviationEntries(of) {
		s.WriteString(fmt.Sprintf(`<g transform="translate(%s %s)">`, px(x), px(y+8)))
		s.WriteString(e.sample + "</g>\n")
		s.text("note", x+42, y+20, e.words)
		x += 60 + 6.4*float64(len([]rune(e.words)))
	}
}

// A legendEntry is a sample of 36 by 16 pixels with its meaning.
type legendEntry struct{ sample, words string }

// deviationEntries leave out what is not known of deep networks.
func deviationEntries(x reports.Series) []legendEntry {
	direction := x.Direction
	band, rms, exact, law, bound := new(svg), new(svg), new(svg), new(svg), new(svg)
	band.rect("band "+direction, 0, 1, 36, 14)
	rms.mark(markerOf(direction), direction, 18, 8, "")
	exact.path("exact "+direction, []point{{0, 8}, {36, 8}})
	law.path("law "+direction, []point{{0, 8}, {36, 8}})
	bound.path("bound", []point{{0, 8}, {36, 8}})
	out := []legendEntry{{band.String(), "median to 95 % (measured)"}, {rms.String(), "root mean square (measured)"}, {law.String(), "95 %, limit law (asymptotic)"}}
	if x.Depth == 1 {
		out = append(out, legendEntry{exact.String(), "root mean square, exact at this width"}, legendEntry{bound.String(), "95 %, proven"})
	}
	return out
}
