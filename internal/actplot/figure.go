package actplot

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"bsnn/gpnorm"
)

// The range of x: a standard normal variable leaves it once in 16,000 draws.
const reach = 4

// drawFigure fills the canvas with a title and two rows of two panels.
func drawFigure(c draw.Canvas, n gpnorm.Normalized, maps Maps) error {
	length, err := lengthPanel(n, maps.Length)
	if err != nil {
		return fmt.Errorf("length map: %w", err)
	}
	correlation, err := correlationPanel(maps.Correlation)
	if err != nil {
		return fmt.Errorf("correlation map: %w", err)
	}
	panels := [2][2]*panel{
		{
			functionPanel("activation", "φ(x)", "f", "φ = a·f + b", n.Raw.Value, n.Value, n.Kinks),
			functionPanel("derivative", "φ′(x)", "f′", "φ′ = a·f′", n.Raw.Deriv, n.Deriv, n.Kinks),
		},
		{length, correlation},
	}
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	drawPanels(drawTitle(c, n), panels)
	return nil
}

func drawPanels(c draw.Canvas, panels [2][2]*panel) {
	plots := make([][]*plot.Plot, len(panels))
	for i, row := range panels {
		for _, p := range row {
			plots[i] = append(plots[i], p.Plot)
		}
	}
	tiles := draw.Tiles{Rows: 2, Cols: 2, PadX: 24, PadY: 34, PadTop: 24, PadBottom: 8, PadLeft: 8, PadRight: 14}
	for i, row := range plot.Align(plots, tiles, c) {
		for j, tile := range row {
			p := panels[i][j]
			p.Draw(tile)
			data := p.DataCanvas(tile)
			c.FillText(sans(12), vg.Point{X: data.Center().X, Y: data.Max.Y + 20}, p.title)
		}
	}
}

// drawTitle writes the name and the constants and returns what is left of the
// canvas.
func drawTitle(c draw.Canvas, n gpnorm.Normalized) draw.Canvas {
	const longest = 90 // characters that fit
	name := []rune(n.Raw.Name)
	if len(name) > longest {
		name = append(name[:longest-1], '…')
	}
	head, sub := sans(14), sans(11)
	c.FillText(head, vg.Point{X: c.Center().X, Y: c.Max.Y - 10}, string(name))
	kappa := n.Roots[n.Chosen].Slope
	line := fmt.Sprintf("φ = a·f + b,  a = %.6g,  b = %.6g,  κ = %.4g%s", n.A, n.B, kappa, stability(kappa))
	c.FillText(sub, vg.Point{X: c.Center().X, Y: c.Max.Y - 30}, minus(line))
	return draw.Crop(c, 0, 0, 0, -48)
}

func stability(kappa float64) string {
	switch {
	case gpnorm.TrendOf(kappa) == gpnorm.Summing:
		return " (neutral)"
	case kappa < 1:
		return " (stable)"
	}
	return " (unstable)"
}

// sans is the style of all words; the title is centred.
func sans(size vg.Length) text.Style {
	return text.Style{
		Color:   color.Black,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		XAlign:  text.XCenter,
		YAlign:  text.YTop,
		Handler: plot.DefaultTextHandler,
	}
}
