package page

import (
	"fmt"
	"math"

	"bsnn/internal/words"
	"bsnn/reports"
)

// A plot is one pair of axes at a place of a chart.
type plot struct {
	*svg
	id          string // unique in the page
	x, y        scale
	left, right float64
	top, bottom float64
}

// newPlot opens axes in the given rectangle; x runs over columns, y over
// rows.
func newPlot(s *svg, id string, left, top, right, bottom float64, x, y scale) plot {
	pad := 10.0
	if x.pad > 0 {
		pad = x.pad
	}
	x.from, x.to = left+pad, right-pad
	y.from, y.to = bottom, top
	fmt.Fprintf(s, `<clipPath id="%s">`, id)
	s.rect("", left, top, right-left, bottom-top)
	s.WriteString("</clipPath>\n")
	return plot{svg: s, id: id, x: x, y: y, left: left, right: right, top: top, bottom: bottom}
}

// axes draws the grid, the frame and the labels.
func (p plot) axes(xTicks, yTicks []tick, xTitle, yTitle string) {
	for _, t := range xTicks {
		at := p.x.at(t.at)
		if t.label == "" {
			p.line("tick", at, p.bottom, at, p.bottom+3)
			continue
		}
		p.line("grid", at, p.top, at, p.bottom)
		p.line("tick", at, p.bottom, at, p.bottom+5)
		p.text("label mid", at, p.bottom+17, t.label)
	}
	for _, t := range yTicks {
		at := p.y.at(t.at)
		p.line("grid", p.left, at, p.right, at)
		if t.label != "" {
			p.line("tick", p.left-4, at, p.left, at)
			p.text("label end", p.left-7, at+4, t.label)
		}
	}
	p.rect("frame", p.left, p.top, p.right-p.left, p.bottom-p.top)
	p.text("title mid", (p.left+p.right)/2, p.bottom+34, xTitle)
	if yTitle != "" {
		p.turned("title mid", p.left-52, (p.top+p.bottom)/2, yTitle)
	}
}

// clip draws what lies within the frame.
func (p plot) clip(draw func()) {
	fmt.Fprintf(p, "<g clip-path=\"url(#%s)\">\n", p.id)
	draw()
	fmt.Fprint(p, "</g>\n")
}

// curve draws a line through values over abscissae.
func (p plot) curve(class string, xs, ys []float64) {
	p.path(class, p.points(xs, ys))
}

// band fills between two sequences, separately on every stretch where both
// exist.
func (p plot) band(class string, xs, low, high []float64) {
	start := 0
	for i := range len(xs) + 1 {
		if i < len(xs) && !math.IsNaN(low[i]) && !math.IsNaN(high[i]) {
			continue
		}
		if i > start {
			p.area(class, p.points(xs[start:i], low[start:i]), p.points(xs[start:i], high[start:i]))
		}
		start = i + 1
	}
}

func (p plot) points(xs, ys []float64) []point {
	out := make([]point, len(xs))
	for i := range xs {
		out[i] = point{p.x.at(xs[i]), math.NaN()}
		if !math.IsNaN(ys[i]) {
			out[i].y = p.y.at(ys[i])
		}
	}
	return out
}

// Arrows have their tips near the place they are put at.
var (
	arrowDown = marker{{-4, -7}, {4, -7}, {0, -1}}
	arrowUp   = marker{{-4, 7}, {4, 7}, {0, 1}}

	arrowLeft  = marker{{7, -4}, {7, 4}, {1, 0}}
	arrowRight = marker{{-7, -4}, {-7, 4}, {-1, 0}}
)

// arrows mark where values leave the axes.
func (p plot) arrows(class string, x float64, low, high float64, shift float64) {
	at := p.x.at(x) + shift
	if p.y.below(low) {
		p.mark(arrowDown, class, at, p.bottom, "continues below the axis, to "+words.Number(low, 3))
	}
	if p.y.above(high) {
		p.mark(arrowUp, class, at, p.top, "continues above the axis, to "+words.Number(high, 3))
	}
}

// bar fills a bin up to a height, with a tooltip.
func (p plot) bar(class string, lo, hi, height float64, tip string) {
	left, right, top := p.x.at(lo), p.x.at(hi), p.y.at(height)
	fmt.Fprintf(p, `<rect class="%s" x="%s" y="%s" width="%s" height="%s">`, class, px(left), px(top), px(right-left), px(p.bottom-top))
	p.title(tip)
	fmt.Fprint(p, "</rect>\n")
}

// floats turns numbers into float64, what is not finite into NaN.
func floats[T any](items []T, get func(T) reports.Number) []float64 {
	out := make([]float64, len(items))
	for i, item := range items {
		out[i] = float64(get(item))
		if math.IsInf(out[i], 0) {
			out[i] = math.NaN()
		}
	}
	return out
}

// widthsOf are the abscissae of a series.
func widthsOf(cells []reports.Cell) []float64 {
	return floats(cells, func(c reports.Cell) reports.Number { return reports.Number(c.Width) })
}

// nice125 rounds a positive number to 1, 2 or 5 times a power of ten, down or
// up.
func nice125(v float64, up bool) float64 {
	base := math.Pow(10, math.Floor(math.Log10(v)))
	steps := []float64{1, 2, 5, 10}
	if up {
		for _, s := range steps {
			if s*base >= v*(1-1e-9) {
				return s * base
			}
		}
		return 10 * base
	}
	for i := len(steps) - 1; i > 0; i-- {
		if steps[i]*base <= v*(1+1e-9) {
			return steps[i] * base
		}
	}
	return base
}
