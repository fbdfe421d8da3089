package page

import (
	"fmt"
	"math"
	"strconv"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/reports"
)

// histogramChart shows the forward statistics of one depth as histograms over
// the limiting normal density, one panel for each activation.
func histogramChart(r *reports.Report, depth int) picture {
	p := picture{file: fmt.Sprintf("histogram-%d.svg", depth), numbers: histogramTable(r, depth), Figure: chart.Figure{
		Columns: 3, Height: 206,
		Title: "√n(‖x‖²/n − 1) after " + layersWord(depth) + ", over the limiting normal density",
		About: fmt.Sprintf("One panel for each activation: histogram of √n(‖x‖²/n − 1) over networks, x the signal after %s, "+
			"with the density of the normal limit as a line.", layersWord(depth)),
	}}
	for _, s := range r.Subjects {
		for _, h := range s.Histograms {
			if h.Depth == depth {
				p.Panels = append(p.Panels, histogramPanel(s, histogram{h}))
			}
		}
	}
	return p
}

// A histogram is drawn.
type histogram struct{ reports.Histogram }

func histogramPanel(s reports.SubjectResult, h histogram) chart.Panel {
	lo, step := float64(h.Lo), float64(h.Step)
	x := chart.Linear(lo, lo+step*float64(len(h.Counts)))
	y := chart.Linear(0, 1.12*h.peak())
	p := chart.Panel{
		Name: s.Subject.Title, Remark: chart.Remark{Words: fmt.Sprintf("n = %s, %s networks", words.Count(h.Width), words.Count(h.Trials))},
		Alt: h.alternative(s), X: chart.Axis{Title: "√n(‖x‖²/n − 1)", Scale: x}, Y: chart.Axis{Scale: y, Ticks: chart.NoTicks},
	}
	if h.offAxis() {
		p.X.Ticks = chart.NoTicks
		if h.Below > 0 {
			p.Add(chart.Mark{Marker: pointer(chart.ArrowLeft), X: x.Lo, Y: y.Hi / 2, ShiftX: 8, Tip: "far below 0"})
		}
		if h.Above > 0 {
			p.Add(chart.Mark{Marker: pointer(chart.ArrowRight), X: x.Hi, Y: y.Hi / 2, ShiftX: -8, Tip: "far above 0"})
		}
		p.Add(chart.Note{X: x.Value(0.5), Y: y.Hi / 2, ShiftY: 4, Anchor: chart.Middle, Words: "far from 0: median " + sig(h.Median, 3)})
		return p
	}
	for i, n := range h.Counts {
		if n > 0 {
			left := lo + step*float64(i)
			p.Add(chart.Bar{Colour: chart.Forward, From: left, To: left + step, Height: float64(n) / (float64(h.Trials) * step),
				Tip: fmt.Sprintf("%s to %s: %s of %s networks, %s expected in the limit", words.Number(left, 3), words.Number(left+step, 3),
					words.Count(n), words.Count(h.Trials), words.Number(h.expected(left, left+step), 2))})
		}
	}
	if h.SD.Finite() {
		xs := make([]float64, 129)
		for i := range xs {
			xs[i] = x.Value(float64(i) / float64(len(xs)-1))
		}
		p.Add(chart.Line{Stroke: chart.Stroke{Colour: chart.Ink}, X: xs, Y: density(xs, float64(h.SD))})
	}
	p.Add(h.outliers(x, y)...)
	return p
}

func pointer(s chart.Shape) chart.Marker { return chart.Marker{Shape: s, Colour: chart.Forward} }

// offAxis says that the axis shows nothing: no network lies on it, and no law
// chose it.
func (h histogram) offAxis() bool { return h.Below+h.Above == h.Trials && !h.SD.Finite() }

// outliers says how many networks lie outside the axis.
func (h histogram) outliers(x, y chart.Scale) []chart.Element {
	var out []chart.Element
	if h.Below > 0 {
		out = append(out, chart.Mark{Marker: pointer(chart.ArrowLeft), X: x.Lo, Y: y.Hi, ShiftX: 2, ShiftY: 10, Tip: "left of the axis"},
			chart.Note{X: x.Lo, Y: y.Hi, ShiftX: 12, ShiftY: 14, Words: h.share(h.Below) + " left of this axis"})
	}
	if h.Above > 0 {
		out = append(out, chart.Mark{Marker: pointer(chart.ArrowRight), X: x.Hi, Y: y.Hi, ShiftX: -2, ShiftY: 10, Tip: "right of the axis"},
			chart.Note{X: x.Hi, Y: y.Hi, ShiftX: -12, ShiftY: 14, Anchor: chart.End, Words: h.share(h.Above) + " right of this axis"})
	}
	if 2*(h.Below+h.Above) > h.Trials {
		out = append(out, chart.Note{X: x.Value(0.5), Y: y.Hi, ShiftY: 32, Anchor: chart.Middle, Words: "median " + sig(h.Median, 3)})
	}
	return out
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
	text := fmt.Sprintf("%s after %s at width %s: %s of %s networks within the axis, median %s",
		s.Subject.Title, layersWord(h.Depth), words.Count(h.Width), words.Count(h.Trials-h.Below-h.Above),
		words.Count(h.Trials), sig(h.Median, 2))
	if h.SD.Finite() {
		text += ", limiting standard deviation " + sig(h.SD, 3)
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
	t := table{file: fmt.Sprintf("histogram-%d.csv", depth),
		header: []string{"subject", "depth", "width", "trials", "from", "to", "count", "limit"}}
	for _, s := range r.Subjects {
		for _, h := range s.Histograms {
			if h.Depth != depth {
				continue
			}
			row := func(lo, hi float64, n int) {
				t.add(s.Subject.Key, strconv.Itoa(depth), strconv.Itoa(h.Width), strconv.Itoa(h.Trials), edge(lo), edge(hi),
					strconv.Itoa(n), exact(reports.Number(histogram{h}.expected(lo, hi))))
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
