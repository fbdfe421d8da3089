package page

import (
	"fmt"
	"strconv"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/reports"
)

// An along is what is followed along the places of a network, forward and backward.
type along struct {
	title, subtitle, about string
	place                  string // what stands on the axis
	forward, backward      string // titles of the panels
	line                   string // what it is
	bare                   bool   // no band is around it
	theory                 bool   // is drawn beside them
	signal, gradient       []reports.FactorBand
}

// architectureAlong follows squared norms along the blocks.
func architectureAlong(r *reports.ArchitectureReport) along {
	return along{
		title: "Squared norms along " + r.Name, subtitle: "Line: median; band: 5 to 95 % of the networks; dashed, dots: theory.",
		about:   "Squared norms of the signal behind each block and of the gradient in front of it, measured and predicted.",
		forward: "Signal behind the block", backward: "Gradient in front of the block", place: "block", line: "median", theory: true,
		signal: r.Signal, gradient: r.Gradient,
	}
}

// chart is the picture, with its numbers.
func (a along) chart() picture {
	p := picture{file: "along.svg", Figure: chart.Figure{Columns: 2, Height: 260, Title: a.title, Subtitle: a.subtitle, About: a.about}}
	p.numbers = table{file: "along.csv", header: []string{"direction", a.place, "name", "q05", "q50", "q95", "predicted", "predicted_q05",
		"predicted_q95"}}
	forward := chart.Stroke{Colour: strokeOf("forward", chart.Heavy).Colour, Weight: chart.Heavy}
	backward := chart.Stroke{Colour: chart.Backward, Weight: chart.Heavy}
	p.Legend = []chart.Entry{chart.Key(a.line, chart.SampleBand(forward.Colour), chart.SampleLine(forward))}
	if a.bare {
		p.Legend = []chart.Entry{chart.Key(a.line, chart.SampleLine(forward))}
	}
	if a.theory {
		p.Legend = append(p.Legend,
			chart.Key("theory", chart.SampleLine(chart.Stroke{Colour: forward.Colour, Weight: chart.Medium, Dash: chart.Dashed})))
	}
	for _, d := range []struct {
		name, title string
		stroke      chart.Stroke
		bands       []reports.FactorBand
	}{{"forward", a.forward, forward, a.signal}, {"backward", a.backward, backward, a.gradient}} {
		p.Panels = append(p.Panels, a.panel(d.title, d.stroke, d.bands))
		for i, b := range d.bands {
			p.numbers.add(d.name, strconv.Itoa(i+1), b.Block, exact(b.Q05), exact(b.Q50), exact(b.Q95), exact(b.Predicted), exact(b.Low),
				exact(b.High))
		}
	}
	return p
}

func (a along) panel(title string, stroke chart.Stroke, bands []reports.FactorBand) chart.Panel {
	at := make([]float64, len(bands))
	var e chart.Extent
	e.Add(0.5, 2)
	for i, b := range bands {
		at[i] = float64(i + 1)
		for _, v := range []reports.Number{b.Q05, b.Q50, b.Q95, b.Predicted} {
			if v > 0 && v.Finite() {
				e.Add(float64(v))
			}
		}
	}
	values := func(get func(reports.FactorBand) reports.Number) []float64 { return positive(floats(bands, get)) }
	dashed := chart.Stroke{Colour: stroke.Colour, Weight: chart.Medium, Dash: chart.Dashed}
	p := chart.Panel{Name: title, X: countAxis(a.place, len(bands)), Y: chart.Axis{Scale: e.Log()}}
	p.Alt = fmt.Sprintf("%s, %d %ss: nothing measured", title, len(bands), a.place)
	if len(bands) > 0 {
		far := bands[len(bands)-1]
		if stroke.Colour == chart.Backward {
			far = bands[0]
		}
		p.Alt = fmt.Sprintf("%s, %d %ss: at the far end %s %s", title, len(bands), a.place, a.line, sig(far.Q50, 3))
		if a.theory {
			p.Alt += ", predicted " + sig(far.Predicted, 3)
		}
	}
	p.Add(startLine(),
		chart.Band{
			Colour: stroke.Colour, X: at, Low: values(func(b reports.FactorBand) reports.Number { return b.Q05 }),
			High: values(func(b reports.FactorBand) reports.Number { return b.Q95 }),
		},
		chart.Line{Stroke: stroke, X: at, Y: values(func(b reports.FactorBand) reports.Number { return b.Q50 })},
		chart.Line{Stroke: dashed, X: at, Y: values(func(b reports.FactorBand) reports.Number { return b.Predicted })})
	for _, quantile := range [][]float64{
		values(func(b reports.FactorBand) reports.Number { return b.Low }), values(func(b reports.FactorBand) reports.Number { return b.High }),
	} {
		for i := range quantile {
			if i%max(1, len(bands)/12) == 0 || i == len(bands)-1 {
				tip := fmt.Sprintf("%s %d, theory: %s", a.place, i+1, words.Number(quantile[i], 3))
				p.Add(chart.Mark{Marker: chart.Marker{Colour: stroke.Colour, Size: 0.6}, X: at[i], Y: quantile[i], Tip: tip})
			}
		}
	}
	return p
}
