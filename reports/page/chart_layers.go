package page

import (
	"fmt"
	"math"
	"strconv"

	"bsnn/internal/words"
	"bsnn/reports"
)

// A layerKind is one of the norms that are followed through depth.
type layerKind struct {
	file, name, formula, class string
	bands                      func(reports.Layers) []reports.Band
	remark                     string // how to read it, or ""
}

func layerKinds() []layerKind {
	return []layerKind{
		{"layers-forward", "Forward signals", "‖x⁽ˡ⁾‖²/n", "forward", func(l reports.Layers) []reports.Band { return l.Forward }, ""},
		{"layers-backward", "Backward errors", "‖d⁽ˡ⁾‖²/‖d⁽ᴸ⁾‖²", "backward", func(l reports.Layers) []reports.Band { return l.Backward }, ""},
		{"layers-weights", "Weight gradients", "‖∂E/∂W⁽ˡ⁾‖ / ‖∂E/∂W⁽ᴸ⁾‖", "c2", func(l reports.Layers) []reports.Band { return l.WeightGradient },
			" The gradient of a layer’s weights is ‖d⁽ˡ⁾‖·‖x⁽ˡ⁾‖: it can stay flat while both factors vanish, as for raw tanh. Signals and errors have to be flat too."},
	}
}

// layersChart follows one norm through depth, one panel for each activation.
func layersChart(r *reports.Report, k layerKind) chart {
	c := chart{
		file: k.file + ".svg", columns: 3, width: 380, height: 220,
		title: k.name + " through depth: " + k.formula,
		about: fmt.Sprintf("One panel for each activation: median and 5 to 95 %% quantiles of %s against the layer l.", k.formula) + k.remark,
	}
	c.numbers = layersTable(r, k)
	y := layersScale(r, k)
	for i, s := range r.Subjects {
		c.panels = append(c.panels, layersPanel(s, k, y, fmt.Sprintf("clip-%s-%d", k.file, i)))
	}
	return c
}

// layersScale takes in the activations that are not negative controls, and
// of the others the medians, within three decades of 1.
func layersScale(r *reports.Report, k layerKind) scale {
	e := extent{0.5, 2}
	for _, s := range r.Subjects {
		for _, b := range k.bands(s.Layers) {
			e.add(within(float64(b.Q50)))
			if !s.Subject.Control {
				e.add(within(float64(b.Q05)))
				e.add(within(float64(b.Q95)))
			}
		}
	}
	return scale{lo: nice125(e.lo*0.99, false), hi: nice125(e.hi*1.01, true)}
}

func within(v float64) float64 {
	if !(v > 0) {
		return 1
	}
	return min(max(v, 1e-3), 1e3)
}

func layersPanel(s reports.SubjectResult, k layerKind, y scale, id string) panel {
	var out svg
	bands := k.bands(s.Layers)
	last := max(len(bands), 2)
	out.head(18, s.Subject.Title, "note", fmt.Sprintf("n = %s, %s trials", words.Count(s.Layers.Width), words.Count(s.Layers.Trials)))
	p := newPlot(&out, id, 54, 34, 368, 180, scale{lo: 1, hi: float64(last), linear: true}, y)
	p.axes(layerTicks(last), decadeTicks(y, 5), "layer l", "")
	l := floats(bands, func(b reports.Band) reports.Number { return reports.Number(b.Layer) })
	low := floats(bands, func(b reports.Band) reports.Number { return b.Q05 })
	mid := floats(bands, func(b reports.Band) reports.Number { return b.Q50 })
	high := floats(bands, func(b reports.Band) reports.Number { return b.Q95 })
	p.clip(func() {
		p.line("one", p.left, p.y.at(1), p.right, p.y.at(1))
		p.band("band "+k.class, l, low, high)
		p.curve("edge "+k.class, l, low)
		p.curve("edge "+k.class, l, high)
		p.curve("curve "+k.class, l, mid)
	})
	for i := range bands {
		if i%max(1, len(bands)/16) == 0 || i == len(bands)-1 {
			p.arrows(k.class, l[i], low[i], high[i], 0)
		}
	}
	return panel{layersAlternative(s, k, bands), out.String()}
}

// layersAlternative puts the far end of a chart in words: the last layer
// forward, the first one backward.
func layersAlternative(s reports.SubjectResult, k layerKind, bands []reports.Band) string {
	text := s.Subject.Title + ", " + k.name
	if len(bands) == 0 {
		return text + ": not measured"
	}
	far := bands[0]
	if k.class == "forward" {
		far = bands[len(bands)-1]
	}
	if math.IsNaN(float64(far.Q50)) {
		return text + ": no number"
	}
	return fmt.Sprintf("%s: median %s at layer %d, 5 to 95 %% quantiles %s to %s", text, words.Number(float64(far.Q50), 3), far.Layer,
		words.Number(float64(far.Q05), 3), words.Number(float64(far.Q95), 3))
}

// layersTable holds the bands of one norm.
func layersTable(r *reports.Report, k layerKind) table {
	t := table{file: k.file + ".csv", header: []string{"subject", "norm", "width", "trials", "layer", "q05", "q50", "q95"}}
	for _, s := range r.Subjects {
		for _, b := range k.bands(s.Layers) {
			t.add(s.Subject.Key, k.formula, strconv.Itoa(s.Layers.Width), strconv.Itoa(s.Layers.Trials), strconv.Itoa(b.Layer), exact(b.Q05), exact(b.Q50), exact(b.Q95))
		}
	}
	return t
}
