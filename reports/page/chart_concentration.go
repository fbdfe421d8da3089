package page

import (
	"fmt"
	"math"

	"bsnn/internal/words"
	"bsnn/reports"
)

// concentrationChart is the picture of the report: for each activation the
// leading statistics against width, forward and backward.
func concentrationChart(r *reports.Report) chart {
	depth := answersOf(r).Depth
	c := chart{
		file: "concentration.svg", columns: 3, width: 380, height: 268, foot: 44,
		title: "Squared norms after " + layersWord(depth) + ", divided by where they started: 1 is preserved",
		about: fmt.Sprintf("One panel for each activation. Against the width of the network, on logarithmic axes: median and 5 to 95 %% quantiles "+
			"of the squared norm of the signal (forward) and of the gradient (backward) after %s. A shaded strip marks 1 ± ε.", layersWord(depth)),
		footer: concentrationLegend,
	}
	c.numbers = cellTable(r, "concentration.csv", func(_ reports.SubjectResult, x reports.Series) bool { return x.Depth == depth })
	y := concentrationScale(r)
	for i, s := range r.Subjects {
		c.panels = append(c.panels, concentrationPanel(r.Spec.Widths, s, y, fmt.Sprintf("clip-concentration-%d", i)))
	}
	return c
}

// concentrationScale takes in what the widest networks do, within limits; an
// unstable activation spans dozens of decades at small widths and is cut.
func concentrationScale(r *reports.Report) scale {
	lo, hi := 0.2, 5.0
	for _, s := range r.Subjects {
		for _, x := range s.Leading() {
			if len(x.Cells) == 0 {
				continue
			}
			widest := x.Cells[len(x.Cells)-1]
			if v := float64(widest.Q50); v > 0 {
				lo = min(lo, v)
			}
			if widest.Q95.Finite() {
				hi = max(hi, float64(widest.Q95))
			}
		}
	}
	return scale{lo: nice125(max(lo, 2e-3), false) / 1.6, hi: nice125(min(hi, 500), true)}
}

func concentrationPanel(widths []int, s reports.SubjectResult, y scale, id string) panel {
	var out svg
	reading := readingOf(s.Outcome())
	out.head(20, s.Subject.Title, "badge "+reading.Class, reading.String())
	out.text("note end", 368, 36, remark(s))
	p := newPlot(&out, id, 54, 44, 368, 228, widthScale(widths), y)
	alternative := fmt.Sprintf("%s: %s", s.Subject.Title, reading.Word)
	leading := s.Leading()
	p.clip(func() {
		if len(leading) > 0 {
			top, bottom := p.y.at(1+leading[0].Tolerance), p.y.at(max(1-leading[0].Tolerance, y.lo/2))
			p.rect("strip", p.left, top, p.right-p.left, bottom-top)
		}
	})
	p.axes(widthTicks(widths, 6), decadeTicks(y, 6), widthAxis(widths), "")
	p.clip(func() {
		p.line("one", p.left, p.y.at(1), p.right, p.y.at(1))
		for _, x := range leading {
			concentrationBand(p, x)
		}
	})
	for i, x := range leading {
		concentrationMarks(p, x, float64(2*i-1)*4)
		if t := x.Tested(); t != nil {
			alternative += fmt.Sprintf("; %s at width %s: median %s, 5 to 95 %% quantiles %s to %s", x.Direction, words.Count(t.Width),
				words.Number(float64(t.Q50), 3), words.Number(float64(t.Q05), 3), words.Number(float64(t.Q95), 3))
		}
	}
	return panel{alternative, out.String()}
}

func widthScale(widths []int) scale {
	lo, hi := float64(widths[0]), float64(widths[len(widths)-1])
	if lo == hi {
		lo, hi = lo/2, hi*2
	}
	return scale{lo: lo, hi: hi}
}

func concentrationBand(p plot, x reports.Series) {
	n := widthsOf(x.Cells)
	low := floats(x.Cells, func(c reports.Cell) reports.Number { return c.Q05 })
	mid := floats(x.Cells, func(c reports.Cell) reports.Number { return c.Q50 })
	high := floats(x.Cells, func(c reports.Cell) reports.Number { return c.Q95 })
	p.band("band "+x.Direction, n, low, high)
	p.curve("edge "+x.Direction, n, low)
	p.curve("edge "+x.Direction, n, high)
	p.curve("curve "+x.Direction+lineOf(x.Direction), n, mid)
	p.curve("law "+x.Direction, n, lawQuantiles(x.Cells, func(c reports.Cell) reports.Number { return c.PredictedQ05 }))
	p.curve("law "+x.Direction, n, lawQuantiles(x.Cells, func(c reports.Cell) reports.Number { return c.PredictedQ95 }))
}

// lawQuantiles leaves out what cannot be drawn and what the law cannot know.
func lawQuantiles(cells []reports.Cell, of func(reports.Cell) reports.Number) []float64 {
	return positive(floats(cells, func(c reports.Cell) reports.Number {
		if c.PredictedSD >= reports.LawReach {
			return reports.Number(math.NaN())
		}
		return of(c)
	}))
}

// lineOf tells the directions apart without colour.
func lineOf(direction string) string {
	if direction == "backward" {
		return " dash"
	}
	return ""
}

// markerOf does the same for the medians.
func markerOf(direction string) marker {
	if direction == "backward" {
		return markers[1]
	}
	return markers[0]
}

func concentrationMarks(p plot, x reports.Series, shift float64) {
	for _, c := range x.Cells {
		mid := float64(c.Q50)
		if !math.IsNaN(mid) && !p.y.below(mid) && !p.y.above(mid) {
			p.mark(markerOf(x.Direction), x.Direction, p.x.at(float64(c.Width)), p.y.at(mid), fmt.Sprintf("%s, n = %s: median %s, 5–95 %% %s to %s, %s trials",
				x.Direction, words.Count(c.Width), words.Number(mid, 4), words.Number(float64(c.Q05), 3), words.Number(float64(c.Q95), 3), words.Count(c.Trials)))
		}
		p.arrows(x.Direction, float64(c.Width), float64(c.Q05), float64(c.Q95), shift)
	}
}

// concentrationLegend explains the marks in a line below the panels.
func concentrationLegend(s *svg, x, y float64) {
	y += 22
	sample := func(direction, words string, at float64) {
		s.rect("band "+direction, at, y-11, 34, 14)
		s.path("curve "+direction+lineOf(direction), []point{{at, y - 4}, {at + 34, y - 4}})
		s.mark(markerOf(direction), direction, at+17, y-4, direction)
		s.text("", at+42, y, words)
	}
	sample("forward", "forward: signal", x)
	sample("backward", "backward: gradient", x+170)
	s.text("note", x+362, y, "line: median, band: 5–95 %, dots: limit law")
	s.rect("strip", x+650, y-11, 34, 14)
	s.line("one", x+650, y-4, x+684, y-4)
	s.text("note", x+692, y, "1 ± ε")
	s.mark(arrowUp, "forward", x+784, y-8, "goes on above")
	s.mark(arrowDown, "backward", x+797, y+1, "goes on below")
	s.text("note", x+810, y, "goes on beyond the axis")
}
