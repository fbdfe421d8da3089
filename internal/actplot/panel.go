package actplot

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"bsnn/gpnorm"
)

// Colours that people with any kind of colour blindness tell apart (Okabe and
// Ito 2008). Lines differ by dashes as well.
var (
	blue      = color.NRGBA{0x00, 0x72, 0xB2, 0xFF}
	vermilion = color.NRGBA{0xD5, 0x5E, 0x00, 0xFF}
	black     = color.NRGBA{0x00, 0x00, 0x00, 0xFF}
	grey      = color.NRGBA{0x80, 0x80, 0x80, 0xFF}
	faint     = color.NRGBA{0xE4, 0xE4, 0xE4, 0xFF}
)

var (
	solid    = draw.LineStyle{Color: blue, Width: 2}
	dashed   = draw.LineStyle{Color: vermilion, Width: 1.6, Dashes: []vg.Length{6, 3}}
	diagonal = draw.LineStyle{Color: grey, Width: 1, Dashes: []vg.Length{1.5, 2.5}}
	tangent  = draw.LineStyle{Color: vermilion, Width: 1.6, Dashes: []vg.Length{6, 3}}
)

// A panel collects what one plot shows.
type panel struct {
	*plot.Plot
	title string // drawn over the middle of the data
	shown []curve
}

func newPanel(title, x, y string) *panel {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = x, y
	for _, style := range []*text.Style{&p.X.Label.TextStyle, &p.Y.Label.TextStyle, &p.X.Tick.Label, &p.Y.Tick.Label, &p.Legend.TextStyle} {
		style.Font.Variant, style.Font.Size = "Sans", 10
	}
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.LineStyle.Color, axis.Tick.LineStyle.Color = grey, grey
		axis.Padding, axis.Tick.Marker = 0, plot.TickerFunc(ticks)
	}
	g := plotter.NewGrid()
	g.Horizontal.Color, g.Vertical.Color = faint, faint
	p.Add(g)
	p.Legend.ThumbnailWidth, p.Legend.Padding = 26, 2
	return &panel{Plot: p, title: title}
}

// line adds a curve and its entry in the legend.
func (p *panel) line(name string, c curve, style draw.LineStyle) {
	p.shown = append(p.shown, c)
	for i, piece := range c {
		l := &plotter.Line{XYs: piece, LineStyle: style}
		p.Add(l)
		if i == 0 {
			p.Legend.Add(name, l)
		}
	}
}

// mark adds a dot.
func (p *panel) mark(name string, x, y float64) {
	dot := &plotter.Scatter{
		XYs:        plotter.XYs{{X: x, Y: y}},
		GlyphStyle: draw.GlyphStyle{Color: black, Radius: 3.5, Shape: draw.CircleGlyph{}},
	}
	p.Add(dot)
	p.Legend.Add(name, dot)
}

// finish fixes the ranges and puts the legend into the emptiest corner.
func (p *panel) finish(xlo, xhi, ylo, yhi float64) *panel {
	if !(yhi-ylo > 1e-9*math.Max(math.Abs(ylo), math.Abs(yhi))) { // a constant
		ylo, yhi = ylo-1, yhi+1
	}
	margin := (yhi - ylo) / 16
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = xlo, xhi, ylo-margin, yhi+margin
	p.Legend.Left, p.Legend.Top = p.emptiestCorner()
	p.Legend.XOffs, p.Legend.YOffs = -6, 5
	if p.Legend.Left {
		p.Legend.XOffs = 8
	}
	if p.Legend.Top {
		p.Legend.YOffs = -4
	}
	return p
}

// emptiestCorner finds where the fewest visible points of the curves lie in
// the part of the panel that a legend covers.
func (p *panel) emptiestCorner() (left, top bool) {
	fewest := math.MaxInt
	for _, corner := range [][2]bool{{true, true}, {false, false}, {false, true}, {true, false}} {
		if count := p.pointsIn(corner[0], corner[1]); count < fewest {
			fewest, left, top = count, corner[0], corner[1]
		}
	}
	return left, top
}

func (p *panel) pointsIn(left, top bool) int {
	const width, height = 0.45, 0.3
	count := 0
	for _, c := range p.shown {
		for _, piece := range c {
			for _, point := range piece {
				x, y := p.X.Norm(point.X), p.Y.Norm(point.Y)
				if !left {
					x = 1 - x
				}
				if top {
					y = 1 - y
				}
				if 0 <= x && x < width && 0 <= y && y < height {
					count++
				}
			}
		}
	}
	return count
}

// functionPanel shows a raw function dashed and the normalised one solid. The
// latter decides on the range when the former is on another scale.
func functionPanel(title, label, rawName, name string, raw, normalized gpnorm.Func, kinks []float64) *panel {
	p := newPanel(title, "x", label)
	before, after := sample(raw, -reach, reach, kinks), sample(normalized, -reach, reach, kinks)
	lo, hi := after.extent()
	rawLo, rawHi := before.extent()
	if joint := math.Max(hi, rawHi) - math.Min(lo, rawLo); joint <= 3*(hi-lo) {
		lo, hi = math.Min(lo, rawLo), math.Max(hi, rawHi)
	} else {
		rawName += " (mostly outside)"
	}
	p.line(rawName, before, dashed)
	p.line(name, after, solid)
	return p.finish(-reach, reach, lo, hi)
}

// lengthPanel shows Q from 0 to 3 with the diagonal, the fixed point 1 and the
// tangent there, whose slope is κ.
func lengthPanel(n gpnorm.Normalized, length func(float64) (float64, error)) (*panel, error) {
	const last = 3
	q, err := trace(length, 0, last, 91)
	if err != nil {
		return nil, err
	}
	p := newPanel("squared length from layer to layer", "q", "Q(q) = E φ(√q g)²")
	kappa := n.Roots[n.Chosen].Slope
	p.line("Q(q) = q", straight(0, last, 0, 1), diagonal)
	p.line("Q", q, solid)
	reach := 0.6 / math.Max(1, math.Abs(kappa))
	p.line(minus(fmt.Sprintf("slope κ = %.4g", kappa)), straight(1-reach, 1+reach, 1, kappa), tangent)
	p.mark("q = 1", 1, 1)
	lo, hi := q.extent()
	return p.finish(0, last, math.Min(lo, 0), math.Min(math.Max(hi, 1.5), 6)), nil
}

// straight is the line of the given slope through (at, at).
func straight(from, to, at, slope float64) curve {
	var piece plotter.XYs
	for _, x := range grid(from, to, 60) {
		piece = append(piece, plotter.XY{X: x, Y: at + slope*(x-at)})
	}
	return curve{piece}
}

// correlationPanel shows C with the diagonal and the fixed point 1.
func correlationPanel(correlation func(float64) (float64, error)) (*panel, error) {
	c, err := trace(correlation, -1, 1, 201)
	if err != nil {
		return nil, err
	}
	p := newPanel("correlation from layer to layer", "ρ", "C(ρ) = E φ(u) φ(v)")
	p.line("C(ρ) = ρ", straight(-1, 1, 0, 1), diagonal)
	p.line("C", c, solid)
	p.mark("fixed point 1", 1, 1)
	lo, hi := c.extent()
	return p.finish(-1, 1, math.Min(lo, -1), math.Max(hi, 1)), nil
}
