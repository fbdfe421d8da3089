package page

import (
	"fmt"
	"unicode/utf8"

	"bsnn/reports"
)

// Charts of one statement against width have one panel and a legend with one
// entry for each activation.
const (
	widthChartWidth = 440
	widthChartPlot  = 300 // height without legend
	legendRow       = 19
	legendColumn    = 214
	legendLetters   = 58 // that fit beside a marker
)

// widthChart frames the chart of one statement; index is its place among the
// series of every activation.
func widthChart(r *reports.Report, index int, file, title, about, id, yTitle string, y scale, yTicks []tick,
	draw func(p plot, s reports.SubjectResult, i int), after func(p plot), entry func(s reports.SubjectResult) string, note string) chart {
	var out svg
	x := widthScale(r.Spec.Widths)
	x.pad = 20
	p := newPlot(&out, id, 66, 12, widthChartWidth-12, widthChartPlot-42, x, y)
	p.axes(widthTicks(r.Spec.Widths, 7), yTicks, widthAxis(r.Spec.Widths), yTitle)
	for i, s := range r.Subjects {
		if index < len(s.Series) {
			draw(p, s, i)
		}
	}
	if after != nil {
		after(p)
	}
	top := float64(widthChartPlot) + 14
	bottom := top + widthLegend(&out, r, top, entry)
	out.text("note", 12, bottom+2, note)
	return chart{
		file: file, numbers: cellsOf(r, r.Subjects[0].Series[index].Statement), title: title, about: about, columns: 1, width: widthChartWidth, height: bottom + 12,
		panels: []panel{{fmt.Sprintf("%s. %s", title, about), out.String()}},
	}
}

// widthLegend names the activations from y down, in two columns if the words
// are short, and returns its height.
func widthLegend(out *svg, r *reports.Report, y float64, entry func(s reports.SubjectResult) string) float64 {
	columns := 2
	for _, s := range r.Subjects {
		if utf8.RuneCountInString(s.Subject.Title+entry(s)) > 26 {
			columns = 1
		}
	}
	rows := (len(r.Subjects) + columns - 1) / columns
	for i, s := range r.Subjects {
		x := 12 + legendColumn*float64(i/rows)
		at := y + legendRow*float64(i%rows)
		st := styleOf(i)
		out.path("thin "+st.class, []point{{x, at - 4}, {x + 22, at - 4}})
		out.mark(st.marker, "key "+st.class, x+11, at-4, "")
		text := entry(s)
		out.text("", x+29, at, cut(s.Subject.Title, legendLetters-utf8.RuneCountInString(text))+text)
	}
	return legendRow * float64(rows)
}
