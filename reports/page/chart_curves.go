package page

import (
	"fmt"
	"math"
	"strconv"

	"bsnn/internal/words"
	"bsnn/reports"
)

// curvesChart is the picture of an activation's card: φ and φ′, the length
// map and the correlation map.
func curvesChart(s reports.SubjectResult) chart {
	c := chart{
		file: "card-" + s.Subject.Key + ".svg", columns: 3, width: 230, height: 204,
		title: s.Subject.Title, about: "φ and its derivative, the length map Q and the correlation map C, of the function that the networks use.",
		numbers: curvesTable(s),
	}
	v := s.Curves
	if len(v.X) > 0 {
		c.panels = append(c.panels, functionPanel(s))
	}
	if len(v.Q) > 0 {
		c.panels = append(c.panels, lengthPanel(s))
	}
	if len(v.Rho) > 0 {
		c.panels = append(c.panels, correlationPanel(s))
	}
	return c
}

// curvePlot opens the axes of a small panel.
func curvePlot(out *svg, id, title string, x, y scale) plot {
	out.text("label", 8, 14, title)
	x.pad = 0.01
	return newPlot(out, id, 40, 22, 222, 166, x, y)
}

func functionPanel(s reports.SubjectResult) panel {
	var out svg
	v := s.Curves
	y := linearScale(floats(v.Value, same), floats(v.Deriv, same))
	xs := floats(v.X, same)
	x := scale{lo: xs[0], hi: xs[len(xs)-1], linear: true}
	p := curvePlot(&out, "clip-function-"+s.Subject.Key, "φ (line) and φ′ (dashed)", x, y)
	p.axes(linearTicks(x.lo, x.hi, 6), linearTicks(y.lo, y.hi, 5), "x", "")
	p.clip(func() {
		p.line("one", p.left, p.y.at(0), p.right, p.y.at(0))
		p.curve("curve c0", xs, floats(v.Value, same))
		p.curve("curve c5 dash", xs, floats(v.Deriv, same))
	})
	return panel{fmt.Sprintf("%s: φ and φ′ from %s to %s", s.Subject.Title, words.Number(x.lo, 3), words.Number(x.hi, 3)), out.String()}
}

func lengthPanel(s reports.SubjectResult) panel {
	var out svg
	v := s.Curves
	x := scale{lo: float64(v.Q[0]), hi: float64(v.Q[len(v.Q)-1])}
	e := extent{x.lo, x.hi}
	for _, q := range v.Length {
		e.add(float64(q))
	}
	y := scale{lo: max(e.lo, x.lo/4) / 1.05, hi: min(e.hi, 4*x.hi) * 1.05}
	p := curvePlot(&out, "clip-length-"+s.Subject.Key, "length map Q(q)", x, y)
	p.axes(fineTicks(x), fineTicks(y), "q", "")
	p.clip(func() {
		p.curve("one", []float64{x.lo, x.hi}, []float64{x.lo, x.hi})
		p.curve("curve c0", floats(v.Q, same), floats(v.Length, same))
	})
	return panel{s.Subject.Title + ": length map with its diagonal, where lengths stay", out.String()}
}

func correlationPanel(s reports.SubjectResult) panel {
	var out svg
	v := s.Curves
	x := scale{lo: -1, hi: 1, linear: true}
	y := linearScale(floats(v.Correlation, same), []float64{-1, 1})
	p := curvePlot(&out, "clip-correlation-"+s.Subject.Key, "correlation map C(ρ)", x, y)
	p.axes(linearTicks(-1, 1, 4), linearTicks(y.lo, y.hi, 4), "ρ", "")
	p.clip(func() {
		p.curve("one", []float64{-1, 1}, []float64{-1, 1})
		p.curve("curve c0", floats(v.Rho, same), floats(v.Correlation, same))
	})
	return panel{s.Subject.Title + ": correlation map with its diagonal, where correlations stay", out.String()}
}

func same(x reports.Number) reports.Number { return x }

// linearScale takes in all numbers, with some room.
func linearScale(groups ...[]float64) scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, g := range groups {
		for _, v := range g {
			if !math.IsNaN(v) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	if lo > hi {
		lo, hi = -1, 1
	}
	room := max(0.06*(hi-lo), 1e-3)
	return scale{lo: lo - room, hi: hi + room, linear: true}
}

func curvesTable(s reports.SubjectResult) table {
	t := table{file: "card-" + s.Subject.Key + ".csv", header: []string{"curve", "x", "y"}}
	for _, c := range []struct {
		name string
		x, y []reports.Number
	}{{"phi", s.Curves.X, s.Curves.Value}, {"derivative", s.Curves.X, s.Curves.Deriv}, {"length_map", s.Curves.Q, s.Curves.Length}, {"correlation_map", s.Curves.Rho, s.Curves.Correlation}} {
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
