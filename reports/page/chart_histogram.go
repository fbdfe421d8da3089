package page

import (
	"fmt"
	"math"
	"strconv"

	gonum "gonum.org/v1/gonum/floats"

	"bsnn/internal/words"
	"bsnn/reports"
)

// histogramChart shows the forward statistics of one depth as histograms over
// the limiting normal density, one panel for each activation.
func histogramChart(r *reports.Report, depth int) chart {
	c := chart{
		file: fmt.Sprintf("histogram-%d.svg", depth), columns: 3, width: 380, height: 206,
		title: "√n(‖x‖²/n − 1) after " + layersWord(depth) + ", over the limiting normal density",
		about: fmt.Sprintf("One panel for each activation: histogram of √n(‖x‖²/n − 1) over networks, x the signal after %s, with the density of the normal limit as a line.",
			layersWord(depth)),
		numbers: histogramTable(r, depth),
	}
	for i, s := range r.Subjects {
		for _, h := range s.Histograms {
			if h.Depth == depth {
				c.panels = append(c.panels, histogramPanel(s, histogram{h}, fmt.Sprintf("clip-histogram-%d-%d", depth, i)))
			}
		}
	}
	return c
}

// A histogram is one that is drawn.
type histogram struct{ reports.Histogram }

func histogramPanel(s reports.SubjectResult, h histogram, id string) panel {
	var out svg
	out.head(18, s.Subject.Title, "note", fmt.Sprintf("n = %s, %s networks", words.Count(h.Width), words.Count(h.Trials)))
	lo, step := float64(h.Lo), float64(h.Step)
	hi := lo + step*float64(len(h.Counts))
	top := h.peak()
	p := newPlot(&out, id, 20, 30, 368, 168, scale{lo: lo, hi: hi, linear: true, pad: 0.01}, scale{lo: 0, hi: 1.12 * top, linear: true})
	if h.offAxis() {
		p.axes(nil, nil, "√n(‖x‖²/n − 1)", "")
		if h.Below > 0 {
			p.mark(arrowLeft, "forward", p.left+8, (p.top+p.bottom)/2, "far below 0")
		}
		if h.Above > 0 {
			p.mark(arrowRight, "forward", p.right-8, (p.top+p.bottom)/2, "far above 0")
		}
		p.text("note halo mid", (p.left+p.right)/2, (p.top+p.bottom)/2+4, fmt.Sprintf("far from 0: median %s", words.Number(float64(h.Median), 3)))
		return panel{h.alternative(s), out.String()}
	}
	p.axes(linearTicks(lo, hi, 8), nil, "√n(‖x‖²/n − 1)", "")
	p.clip(func() {
		for i, n := range h.Counts {
			if n > 0 {
				left := lo + step*float64(i)
				p.bar("bar forward", left, left+step, float64(n)/(float64(h.Trials)*step),
					fmt.Sprintf("%s to %s: %s of %s networks, %s expected in the limit", words.Number(left, 3), words.Number(left+step, 3), words.Count(n), words.Count(h.Trials),
						words.Number(h.expected(left, left+step), 2)))
			}
		}
		if h.SD.Finite() {
			xs := gonum.Span(make([]float64, 129), lo, hi)
			p.curve("density", xs, density(xs, float64(h.SD)))
		}
	})
	h.outliers(p)
	return panel{h.alternative(s), out.String()}
}

// offAxis says that the axis shows nothing: no network lies on it, and no law
// chose it.
func (h histogram) offAxis() bool { return h.Below+h.Above == h.Trials && !h.SD.Finite() }

// outliers says how many networks lie outside the axis.
func (h histogram) outliers(p plot) {
	y := p.top + 14
	if h.Below > 0 {
		p.mark(arrowLeft, "forward", p.left+2, y-4, "left of the axis")
		p.text("note halo", p.left+12, y, h.share(h.Below)+" left of this axis")
	}
	if h.Above > 0 {
		p.mark(arrowRight, "forward", p.right-2, y-4, "right of the axis")
		p.text("note halo end", p.right-12, y, h.share(h.Above)+" right of this axis")
	}
	if 2*(h.Below+h.Above) > h.Trials {
		p.text("note halo mid", (p.left+p.right)/2, y+18, "median "+words.Number(float64(h.Median), 3))
	}
}

func (h histogram) share(k int) string {
	if k == h.Trials {
		return "all"
	}
	return words.Number(100*float64(k)/float64(h.Trials), 2) + " %"
}

// peak is the highest density shown.
func (h histogram) peak() float64 {
	top := 0.0
	for _, n := range h.Counts {
		top = max(top, float64(n)/(float64(h.Trials)*float64(h.Step)))
	}
	if h.SD.Finite() {
		top = max(top, 1/(float64(h.SD)*math.Sqrt(2*math.Pi)))
	}
	if top == 0 {
		return 1
	}
	return top
}

// expected is how many networks the limit puts between two values.
func (h histogram) expected(lo, hi float64) float64 {
	sd := float64(h.SD) * math.Sqrt2
	return float64(h.Trials) * (math.Erf(hi/sd) - math.Erf(lo/sd)) / 2
}

func (h histogram) alternative(s reports.SubjectResult) string {
	text := fmt.Sprintf("%s after %s at width %s: %s of %s networks within the axis, median %s", s.Subject.Title, layersWord(h.Depth), words.Count(h.Width),
		words.Count(h.Trials-h.Below-h.Above), words.Count(h.Trials), words.Number(float64(h.Median), 2))
	if h.SD.Finite() {
		text += ", limiting standard deviation " + words.Number(float64(h.SD), 3)
	}
	return text
}

// density of N(0, sd²).
func density(xs []float64, sd float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = math.Exp(-x*x/(2*sd*sd)) / (sd * math.Sqrt(2*math.Pi))
	}
	return out
}

func histogramTable(r *reports.Report, depth int) table {
	t := table{file: fmt.Sprintf("histogram-%d.csv", depth), header: []string{"subject", "depth", "width", "trials", "from", "to", "count", "limit"}}
	for _, s := range r.Subjects {
		for _, h := range s.Histograms {
			if h.Depth != depth {
				continue
			}
			row := func(lo, hi float64, n int) {
				t.add(s.Subject.Key, strconv.Itoa(depth), strconv.Itoa(h.Width), strconv.Itoa(h.Trials), edge(lo), edge(hi), strconv.Itoa(n), exact(reports.Number(histogram{h}.expected(lo, hi))))
			}
			lo, step := float64(h.Lo), float64(h.Step)
			row(math.Inf(-1), lo, h.Below)
			for i, n := range h.Counts {
				row(lo+step*float64(i), lo+step*float64(i+1), n)
			}
			row(lo+step*float64(len(h.Counts)), math.Inf(1), h.Above)
		}
	}
	return t
}

// edge of a bin; open ends are empty.
func edge(v float64) string { return exact(reports.Number(v)) }
