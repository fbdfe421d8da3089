package page

import (
	"fmt"
	"math"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/reports"
	"bsnn/theorem"
)

// concentrationChart is the picture of the report: for each activation the
// leading statistics against width, forward and backward.
func concentrationChart(r *reports.Report) picture {
	depth := answersOf(r).Depth
	p := picture{file: "concentration.svg", Figure: chart.Figure{
		Columns: 3, Height: 268,
		Title: "Squared norms after " + layersWord(depth) + ", divided by where they started: 1 is preserved",
		About: fmt.Sprintf("One panel for each activation. Against the width of the network, on logarithmic axes: median and 5 to 95 %% "+
			"quantiles of the squared norm of the signal (forward) and of the gradient (backward) after %s. "+
			"A shaded strip marks norms within ± %s %%.", layersWord(depth), words.Number(100*r.Spec.DepthTolerance, 3)),
		Subtitle: "Line: median; band: 5 to 95 %; dots: the same by the limit law; small triangles: goes on beyond the axis.",
		Legend: []chart.Entry{
			concentrationKey("forward", "forward: squared norm of the signal"),
			concentrationKey("backward", "backward: squared norm of the gradient"),
			chart.Key(fmt.Sprintf("preserved: norm within ± %s %%", words.Number(100*r.Spec.DepthTolerance, 3)),
				chart.Strip{Colour: chart.Near, Low: 0, High: 1}, chart.SampleLine(startLine().Stroke)),
		},
	}}
	p.numbers = cellTable(r, "concentration.csv", func(_ reports.SubjectResult, x reports.Series) bool { return x.Depth == depth })
	y := concentrationScale(r)
	for _, s := range r.Subjects {
		p.Panels = append(p.Panels, concentrationPanel(r.Spec.Widths, s, y))
	}
	return p
}

func concentrationKey(direction, words string) chart.Entry {
	m := markerOf(direction)
	return chart.Key(words, chart.SampleBand(m.Colour), chart.SampleLine(strokeOf(direction, chart.Heavy)), chart.SampleMark(m))
}

// concentrationScale takes in what the widest networks do, within limits; an
// unstable activation spans dozens of decades at small widths and is cut.
func concentrationScale(r *reports.Report) chart.Scale {
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
	return chart.Logarithmic(chart.RoundDown(max(lo, 2e-3))/1.6, chart.RoundUp(min(hi, 500)))
}

func concentrationPanel(widths []int, s reports.SubjectResult, y chart.Scale) chart.Panel {
	standing := standingOf(s)
	p := chart.Panel{
		Name: s.Subject.Title, Remark: chart.Remark{Words: standing.String(), Tone: chart.Colour(standing.Class)}, Note: standing.Remark(),
		Alt: fmt.Sprintf("%s: %s", s.Subject.Title, standing.Word), X: widthAxis(widths), Y: chart.Axis{Scale: y},
	}
	leading := s.Leading()
	if len(leading) > 0 {
		lo, hi := theorem.NormWindow(leading[0].Tolerance)
		p.Add(chart.Strip{Colour: chart.Near, Low: lo, High: hi})
	}
	p.Add(startLine())
	for _, x := range leading {
		concentrationBand(&p, x)
	}
	for i, x := range leading {
		concentrationMarks(&p, x, float64(2*i-1)*4)
		if t := x.Tested(); t != nil {
			p.Alt += fmt.Sprintf("; %s at width %s: median %s, 5 to 95 %% quantiles %s to %s", x.Direction, words.Count(t.Width),
				sig(t.Q50, 3), sig(t.Q05, 3), sig(t.Q95, 3))
		}
	}
	return p
}

func concentrationBand(p *chart.Panel, x reports.Series) {
	n := widthsOf(x.Cells)
	low := floats(x.Cells, func(c reports.Cell) reports.Number { return c.Q05 })
	mid := floats(x.Cells, func(c reports.Cell) reports.Number { return c.Q50 })
	high := floats(x.Cells, func(c reports.Cell) reports.Number { return c.Q95 })
	lawLow := lawQuantiles(x.Cells, func(c reports.Cell) reports.Number { return c.PredictedQ05 })
	lawHigh := lawQuantiles(x.Cells, func(c reports.Cell) reports.Number { return c.PredictedQ95 })
	p.Add(chart.Band{Colour: markerOf(x.Direction).Colour, X: n, Low: low, High: high},
		chart.Line{Stroke: strokeOf(x.Direction, chart.Heavy), X: n, Y: mid},
		chart.Line{Stroke: lawOf(x.Direction), X: n, Y: lawLow}, chart.Line{Stroke: lawOf(x.Direction), X: n, Y: lawHigh})
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

func concentrationMarks(p *chart.Panel, x reports.Series, shift float64) {
	for _, c := range x.Cells {
		n := float64(c.Width)
		tip := fmt.Sprintf("%s, n = %s: median %s, 5–95 %% %s to %s, %s trials",
			x.Direction, words.Count(c.Width), sig(c.Q50, 4), sig(c.Q05, 3), sig(c.Q95, 3), words.Count(c.Trials))
		p.Add(chart.Mark{Marker: markerOf(x.Direction), X: n, Y: float64(c.Q50), Tip: tip},
			chart.Arrows{Colour: markerOf(x.Direction).Colour, X: n, Low: float64(c.Q05), High: float64(c.Q95), ShiftX: shift})
	}
}
