package page

import (
	"html/template"

	"bsnn/internal/chart"
)

// A picture is a figure with the file that it is written to and the numbers
// that it shows.
type picture struct {
	chart.Figure
	file    string
	numbers table
}

// Inline is the picture for the page, one SVG element for each panel.
func (p picture) Inline() template.HTML {
	return template.HTML(p.Figure.Inline()) //nolint:gosec // every text in it is escaped
}

// sampleOf is the sample of a legend's entry.
func sampleOf(e chart.Entry) template.HTML {
	return template.HTML(e.SVG()) //nolint:gosec // no text in it
}

// straight is a line between two points.
func straight(s chart.Stroke, x0, y0, x1, y1 float64) chart.Line {
	return chart.Line{Stroke: s, X: []float64{x0, x1}, Y: []float64{y0, y1}}
}

// swatch is the line and marker of an activation, for tables.
func swatch(i int) template.HTML { return sampleOf(seriesEntry(i, "")) }

// seriesEntry is the entry of the ith of several things that are compared.
func seriesEntry(i int, words string) chart.Entry {
	m := chart.Series(i)
	return chart.Key(words, chart.SampleLine(m.Stroke(chart.Medium, chart.Solid)), chart.SampleMark(m))
}
