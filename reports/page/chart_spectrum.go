package page

import (
	"fmt"
	"math"
	"slices"

	"bsnn/internal/chart"
	"bsnn/properties"
)

// SpectrumSVG draws the quantiles of the squared singular values of a Jacobian against the depth, as
// an SVG file: those of theory as lines, those of networks as marks. It is so many inches wide, 0 for as wide as it likes.
func SpectrumSVG(title string, along []properties.SpectrumDepth, inches float64) []byte {
	return document(spectrumFigure(title, along), inches)
}

func spectrumFigure(title string, along []properties.SpectrumDepth) chart.Figure {
	f := chart.Figure{
		Title: title, Subtitle: "squared singular values of the Jacobian; lines: theory, marks: networks", Columns: 1, Width: 560, Height: 320,
		About: "Quantiles of the squared singular values of the Jacobian against the number of layers: a fraction of them lies below each line.",
	}
	p := chart.Panel{Alt: title, X: chart.Axis{Title: "layers"}, Y: chart.Axis{}}
	var x, y chart.Extent
	y.Add(1)
	var elements []chart.Element
	for _, d := range along {
		x.Add(float64(d.Layers))
	}
	quantiles := along[0].Quantiles
	for k := len(quantiles) - 1; k >= 0; k-- {
		marker := chart.Series(k)
		var at, theory []float64
		name := fmt.Sprintf("%g %% are below", 100*quantiles[k].P)
		for _, d := range along {
			q := d.Quantiles[k]
			if v := drawnSquare(q.Predicted); v > 0 {
				y.Add(v)
				at, theory = append(at, float64(d.Layers)), append(theory, v)
			}
			if v := drawnSquare(q.Median); v > 0 {
				y.Add(v)
				elements = append(elements, chart.Mark{Marker: marker, X: float64(d.Layers), Y: v,
					Tip: fmt.Sprintf("%s: %.3g at %d", name, v, d.Layers)})
			}
		}
		elements = append(elements, chart.Line{Stroke: marker.Stroke(chart.Medium, chart.Solid), X: at, Y: theory, Tip: name})
		f.Legend = append(f.Legend, chart.Key(name, chart.SampleLine(marker.Stroke(chart.Medium, chart.Solid))))
	}
	slices.Reverse(elements)
	p.X.Scale, p.Y.Scale = x.Log(), y.Log()
	p.Add(elements...)
	f.Panels = []chart.Panel{p}
	return f
}

// leastSquare is what is shown of values that rounding hides.
const leastSquare = 1e-40

func drawnSquare(v *float64) float64 {
	if v == nil || math.IsNaN(*v) || *v < leastSquare {
		return 0
	}
	return *v
}
