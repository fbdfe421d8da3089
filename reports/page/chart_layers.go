package page

import (
	"fmt"
	"math"
	"strconv"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/reports"
)

// A layerKind is one of the norms that are followed through depth.
type layerKind struct {
	file, name, formula string
	stroke              chart.Stroke
	bands               func(reports.LayerNorms) []reports.Band
	backward            bool   // starts at the last layer
	remark              string // how to read it, or ""
}

func layerKinds() []layerKind {
	return []layerKind{
		{file: "layers-forward", name: "Forward signals", formula: "‖x⁽ˡ⁾‖²/n", stroke: strokeOf("forward", chart.Heavy),
			bands: func(l reports.LayerNorms) []reports.Band { return l.Forward }},
		{file: "layers-backward", name: "Backward errors", formula: "‖d⁽ˡ⁾‖²/‖d⁽ᴸ⁾‖²",
			stroke: chart.Stroke{Colour: chart.Backward, Weight: chart.Heavy},
			bands:  func(l reports.LayerNorms) []reports.Band { return l.Backward }, backward: true},
		{file: "layers-weights", name: "Weight gradients", formula: "‖∂E/∂W⁽ˡ⁾‖ / ‖∂E/∂W⁽ᴸ⁾‖",
			stroke: chart.Stroke{Colour: chart.Green, Weight: chart.Heavy},
			bands:  func(l reports.LayerNorms) []reports.Band { return l.WeightGradient }, backward: true,
			remark: " The gradient of a layer’s weights is ‖d⁽ˡ⁾‖·‖x⁽ˡ⁾‖: it can stay flat while both factors vanish, as for tanh as it is. " +
				"Signals and errors have to be flat too."},
	}
}

// layersChart follows one norm through depth, one panel for each activation.
func layersChart(r *reports.Report, k layerKind) picture {
	p := picture{file: k.file + ".svg", numbers: layersTable(r, k), Figure: chart.Figure{
		Columns: 3, Height: 220, Title: k.name + " through depth: " + k.formula, Subtitle: "Line: median; band: 5 to 95 %.",
		About: "One panel for each activation: median and 5 to 95 % quantiles of " + k.formula + " against the layer l." + k.remark,
	}}
	y := layersScale(r, k)
	for _, s := range r.Subjects {
		p.Panels = append(p.Panels, layersPanel(s, k, y))
	}
	return p
}

// layersScale takes in the activations that are not negative controls, and
// of the others the medians, within three decades of 1.
func layersScale(r *reports.Report, k layerKind) chart.Scale {
	var e chart.Extent
	e.Add(0.5, 2)
	near := func(v reports.Number) float64 { return min(max(float64(v), 1e-3), 1e3) }
	for _, s := range r.Subjects {
		for _, b := range k.bands(s.LayerNorms) {
			e.Add(near(b.Q50))
			if !s.Subject.Control {
				e.Add(near(b.Q05), near(b.Q95))
			}
		}
	}
	return e.Log()
}

func layersPanel(s reports.SubjectResult, k layerKind, y chart.Scale) chart.Panel {
	bands := k.bands(s.LayerNorms)
	p := chart.Panel{
		Name: s.Subject.Title, Alt: layersAlternative(s, k, bands),
		Remark: chart.Remark{Words: fmt.Sprintf("n = %s, %s trials", words.Count(s.LayerNorms.Width), words.Count(s.LayerNorms.Trials))},
		X:      countAxis("layer l", len(bands)), Y: chart.Axis{Scale: y},
	}
	l := floats(bands, func(b reports.Band) reports.Number { return reports.Number(b.Layer) })
	low := floats(bands, func(b reports.Band) reports.Number { return b.Q05 })
	mid := floats(bands, func(b reports.Band) reports.Number { return b.Q50 })
	high := floats(bands, func(b reports.Band) reports.Number { return b.Q95 })
	p.Add(startLine(), chart.Band{Colour: k.stroke.Colour, X: l, Low: low, High: high}, chart.Line{Stroke: k.stroke, X: l, Y: mid})
	for i := range bands {
		if i%max(1, len(bands)/16) == 0 || i == len(bands)-1 {
			p.Add(chart.Arrows{Colour: k.stroke.Colour, X: l[i], Low: low[i], High: high[i]})
		}
	}
	return p
}

// layersAlternative puts the far end of a chart in words: the last layer
// forward, the first one backward.
func layersAlternative(s reports.SubjectResult, k layerKind, bands []reports.Band) string {
	text := s.Subject.Title + ", " + k.name
	if len(bands) == 0 {
		return text + ": not measured"
	}
	far := bands[len(bands)-1]
	if k.backward {
		far = bands[0]
	}
	if math.IsNaN(float64(far.Q50)) {
		return text + ": no number"
	}
	return fmt.Sprintf("%s: median %s at layer %d, 5 to 95 %% quantiles %s to %s", text, sig(far.Q50, 3), far.Layer,
		sig(far.Q05, 3), sig(far.Q95, 3))
}

// layersTable holds the bands of one norm.
func layersTable(r *reports.Report, k layerKind) table {
	t := table{file: k.file + ".csv", header: []string{"subject", "norm", "width", "trials", "layer", "q05", "q50", "q95"}}
	for _, s := range r.Subjects {
		for _, b := range k.bands(s.LayerNorms) {
			t.add(s.Subject.Key, k.formula, strconv.Itoa(s.LayerNorms.Width), strconv.Itoa(s.LayerNorms.Trials), strconv.Itoa(b.Layer),
				exact(b.Q05), exact(b.Q50), exact(b.Q95))
		}
	}
	return t
}
