package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"bsnn/gpnorm"
	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/reports"
)

// A portrait is what the picture of an activation shows.
type portrait struct {
	title  string
	curves reports.Curves
	a, b   float64 // φ = a·f + b; a is 0 where φ is f, as it is
	kappa  float64 // slope of the length map at 1, NaN where 1 is no fixed point
}

// ActivationSVG is the picture of a normalised activation as an SVG file: φ and
// φ′ beside the function that they came from, and the two maps that say what
// wide layers do to the lengths of inputs and to the angles between them. It is
// the picture of the activation's card in a report, over a wider range. The
// same arguments give the same bytes. It is so many inches wide, 0 for as wide as it likes.
func ActivationSVG(n gpnorm.Normalized, inches float64) []byte {
	const reach, points = 4, 401 // a standard normal variable leaves the range once in 16,000 draws
	p := portrait{n.Raw.Name, reports.NewCurves(n.Activation, true, reach, points), n.A, n.B, n.Roots[n.Chosen].Slope}
	return document(p.figure(), inches)
}

// document is a figure as a file, so many inches wide if that is not 0.
func document(f chart.Figure, inches float64) []byte {
	if inches > 0 {
		f = f.Printed(inches)
	}
	return f.Document()
}

// cardPicture is the picture of an activation of a report.
func cardPicture(s reports.SubjectResult) picture {
	p := portrait{title: s.Subject.Title, curves: s.Curves, kappa: math.NaN()}
	if !s.Subject.AsIs {
		p.a, p.b = float64(s.Card.A), float64(s.Card.B)
		if i := chosenRoot(s.Card); i >= 0 {
			p.kappa = float64(s.Card.Roots[i].LengthMapSlope)
		}
	}
	return picture{p.figure(), fileName("card", s.Subject.Key, ".svg"), curvesTable(s)}
}

// How the curves of an activation look.
var (
	phiLine     = chart.Stroke{Colour: chart.Blue, Weight: chart.Heavy}
	givenLine   = chart.Stroke{Colour: chart.Vermilion, Dash: chart.Dashed}
	keptLine    = chart.Stroke{Colour: chart.Soft, Dash: chart.Dotted}
	tangentLine = chart.Stroke{Colour: chart.Green, Dash: chart.Chained}
	fixedMark   = chart.Marker{Colour: chart.Ink, Shape: chart.Disc}
	zeroLine    = chart.Level{Stroke: chart.Stroke{Colour: chart.Soft, Weight: chart.Fine}}
)

func (p portrait) figure() chart.Figure {
	f := chart.Figure{
		Title: p.title, Columns: 2, Width: 290, Height: 216,
		About:  "φ and its derivative, the length map Q and the correlation map C, of the function that the networks use.",
		Legend: []chart.Entry{chart.Key("φ, φ′ and the maps of φ", chart.SampleLine(phiLine))},
	}
	c := p.curves
	if p.a != 0 {
		f.Subtitle = fmt.Sprintf("φ = a·f + b, a = %s, b = %s", words.Number(p.a, 6), words.Number(p.b, 6))
		if !math.IsNaN(p.kappa) {
			f.Subtitle += fmt.Sprintf(", κ = %s (%s)", words.Number(p.kappa, 4), stability(p.kappa))
		}
		f.Legend = append(f.Legend, chart.Key("f and f′, as they are", chart.SampleLine(givenLine)))
	}
	if len(c.X) > 0 {
		f.Panels = append(f.Panels, p.function("activation φ", "φ", c.Value, func(v float64) float64 { return (v - p.b) / p.a }),
			p.function("derivative φ′", "φ′", c.Deriv, func(v float64) float64 { return v / p.a }))
	}
	if len(c.Q) > 0 {
		f.Panels = append(f.Panels, p.length())
	}
	if len(c.Rho) > 0 {
		f.Panels = append(f.Panels, p.correlation())
	}
	if len(c.Q) > 0 || len(c.Rho) > 0 {
		f.Legend = append(f.Legend, chart.Key("Q(q) = q, C(ρ) = ρ: kept", chart.SampleLine(keptLine)))
	}
	if len(c.Q) > 0 && !math.IsNaN(p.kappa) {
		f.Legend = append(f.Legend, chart.Key("fixed point 1", chart.SampleMark(fixedMark)),
			chart.Key("tangent of slope κ", chart.SampleLine(tangentLine)))
	}
	return f
}

// function shows φ or its derivative beside what it came from. The latter takes
// part in the range unless it is on another scale.
func (p portrait) function(name, symbol string, values []reports.Number, given func(float64) float64) chart.Panel {
	x, y := floats(p.curves.X, same), floats(values, same)
	lo, hi := worthShowing(y)
	var e chart.Extent
	e.Add(lo, hi)
	panel := chart.Panel{
		Name: name, X: chart.Axis{Title: "x", Scale: chart.Linear(x[0], x[len(x)-1])},
		Alt: fmt.Sprintf("%s: %s from %s to %s", p.title, symbol, words.Number(x[0], 3), words.Number(x[len(x)-1], 3)),
	}
	panel.Add(zeroLine)
	if p.a != 0 {
		f := make([]float64, len(y))
		for i, v := range y {
			f[i] = given(v)
		}
		if l, h := worthShowing(f); max(h, hi)-min(l, lo) <= 3*(hi-lo) {
			e.Add(l, h)
		} else {
			panel.Remark.Words = "f lies mostly outside"
		}
		panel.Add(chart.Line{Stroke: givenLine, X: x, Y: f})
	}
	panel.Add(chart.Line{Stroke: phiLine, X: x, Y: y})
	panel.Y.Scale = e.Linear(0.06)
	return panel
}

// worthShowing is the range of the values: of all of them, or without a pole's
// few points if those would flatten the rest.
func worthShowing(values []float64) (lo, hi float64) {
	var sorted []float64
	for _, v := range values {
		if !math.IsNaN(v) {
			sorted = append(sorted, v)
		}
	}
	if len(sorted) == 0 {
		return -1, 1
	}
	slices.Sort(sorted)
	lo, hi = sorted[0], sorted[len(sorted)-1]
	few := len(sorted) / 50
	low, high := sorted[few], sorted[len(sorted)-1-few]
	if spread := high - low; hi-lo > 3*spread && spread > 0 {
		lo, hi = max(lo, low-spread/2), min(hi, high+spread/2)
	}
	return lo, hi
}

// length shows Q with its diagonal, where lengths stay, and the tangent at the
// fixed point 1. On logarithmic axes its slope there is κ as well.
func (p portrait) length() chart.Panel {
	q, mapped := floats(p.curves.Q, same), positive(floats(p.curves.Length, same))
	x := chart.Logarithmic(q[0], q[len(q)-1])
	var e chart.Extent
	e.Add(x.Lo, x.Hi)
	e.Add(mapped...)
	lo, hi, _ := e.Positive()
	panel := chart.Panel{
		Name: "length map Q", X: chart.Axis{Title: "q", Scale: x},
		Y:   chart.Axis{Scale: chart.Logarithmic(max(lo, x.Lo/4)/1.05, min(hi, 4*x.Hi)*1.05)},
		Alt: p.title + ": length map with its diagonal, where lengths stay",
	}
	panel.Add(straight(keptLine, x.Lo, x.Lo, x.Hi, x.Hi), chart.Line{Stroke: phiLine, X: q, Y: mapped})
	if !math.IsNaN(p.kappa) {
		reach := 0.8 / max(1, math.Abs(p.kappa))
		panel.Add(straight(tangentLine, math.Exp(-reach), math.Exp(-reach*p.kappa), math.Exp(reach), math.Exp(reach*p.kappa)),
			chart.Mark{Marker: fixedMark, X: 1, Y: 1, Tip: "q = 1 stays, slope κ = " + words.Number(p.kappa, 4)})
		panel.Alt += fmt.Sprintf("; slope %s at 1", words.Number(p.kappa, 4))
	}
	return panel
}

// correlation shows C with its diagonal, where correlations stay.
func (p portrait) correlation() chart.Panel {
	rho, mapped := floats(p.curves.Rho, same), floats(p.curves.Correlation, same)
	var e chart.Extent
	e.Add(-1, 1)
	e.Add(mapped...)
	panel := chart.Panel{
		Name: "correlation map C", X: chart.Axis{Title: "ρ", Scale: chart.Linear(-1, 1)}, Y: chart.Axis{Scale: e.Linear(0.04)},
		Alt: p.title + ": correlation map with its diagonal, where correlations stay",
	}
	panel.Add(straight(keptLine, -1, -1, 1, 1), chart.Line{Stroke: phiLine, X: rho, Y: mapped})
	if !math.IsNaN(p.kappa) {
		panel.Add(chart.Mark{Marker: fixedMark, X: 1, Y: 1, Tip: "ρ = 1 stays"})
	}
	return panel
}

func same(x reports.Number) reports.Number { return x }
func curvesTable(s reports.SubjectResult) table {
	t := table{file: fileName("card", s.Subject.Key, ".csv"), header: []string{"curve", "x", "y"}}
	for _, c := range []struct {
		name string
		x, y []reports.Number
	}{
		{"phi", s.Curves.X, s.Curves.Value}, {"derivative", s.Curves.X, s.Curves.Deriv},
		{"length_map", s.Curves.Q, s.Curves.Length}, {"correlation_map", s.Curves.Rho, s.Curves.Correlation},
	} {
		for i := range c.x {
			t.add(c.name, exact(c.x[i]), exact(c.y[i]))
		}
	}
	for k, a := range hermite(s) {
		t.add("hermite", strconv.Itoa(k), exact(a))
	}
	return t
}

func hermite(s reports.SubjectResult) []reports.Number {
	if s.Card.Maps == nil {
		return nil
	}
	return s.Card.Maps.Hermite
}
