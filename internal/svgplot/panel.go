package svgplot

import (
	"fmt"
	"math"
	"strings"
)

// A Panel is one pair of axes.
type Panel struct {
	Title string
	X, Y  Axis
	Lines []Line
	Dots  []Dot
}

// A Line joins points. It breaks where a value is NaN and is cut off at the
// frame; where it leaves the panel its rest is not drawn.
type Line struct {
	Style Style
	X, Y  []float64
}

// A Dot is a mark with a tooltip. One beyond the axes sits on the frame.
type Dot struct {
	Style Style
	X, Y  float64
	Tip   string
}

// An Axis runs from Lo to Hi, or over Categories, which lie at 0, 1, ….
type Axis struct {
	Title      string
	Lo, Hi     float64
	Log        bool
	Categories []string // from top to bottom on the Y axis
}

// The frame inside a panel.
const (
	frameLeft, frameRight = 74.0, panelWidth - 12.0
	frameTop, frameBottom = 26.0, panelHeight - 48.0
)

func (p Panel) draw(c *canvas, id string) {
	fmt.Fprintf(c, `<clipPath id="%s"><rect x="%s" y="%s" width="%s" height="%s"/></clipPath>`+"\n",
		id, px(frameLeft), px(frameTop), px(frameRight-frameLeft), px(frameBottom-frameTop))
	c.text("name", frameLeft, frameTop-9, p.Title)
	for _, t := range p.X.ticks() {
		x := p.x(t.at)
		c.path("grid", fmt.Sprintf("M%s %sV%s", px(x), px(frameTop), px(frameBottom)))
		c.text("label mid", x, frameBottom+16, t.label)
	}
	for _, t := range p.Y.ticks() {
		y := p.y(t.at)
		c.path("grid", fmt.Sprintf("M%s %sH%s", px(frameLeft), px(y), px(frameRight)))
		c.text("label end", frameLeft-6, y+4, t.label)
	}
	c.path("frame", fmt.Sprintf("M%s %sH%sV%sH%sZ", px(frameLeft), px(frameTop), px(frameRight), px(frameBottom), px(frameLeft)))
	c.text("label mid", (frameLeft+frameRight)/2, frameBottom+34, p.X.Title)
	if p.Y.Title != "" {
		c.text("label end", frameLeft-6, frameTop-9, p.Y.Title)
	}
	fmt.Fprintf(c, "<g clip-path=\"url(#%s)\">\n", id)
	for _, l := range p.Lines {
		c.path(l.Style.line(), p.polyline(l))
	}
	c.WriteString("</g>\n")
	for _, d := range p.Dots {
		if math.IsNaN(d.X) || math.IsNaN(d.Y) {
			continue
		}
		c.mark(d.Style, clamp(p.x(d.X), frameLeft, frameRight), clamp(p.y(d.Y), frameTop, frameBottom), d.Tip)
	}
}

func (p Panel) x(v float64) float64 { return frameLeft + p.X.place(v)*(frameRight-frameLeft) }

func (p Panel) y(v float64) float64 {
	if len(p.Y.Categories) > 0 { // from top to bottom
		return frameTop + p.Y.place(v)*(frameBottom-frameTop)
	}
	return frameBottom - p.Y.place(v)*(frameBottom-frameTop)
}

// polyline is the path of a line. Far beyond the frame it is flattened, which
// the clipping hides.
func (p Panel) polyline(l Line) string {
	var d strings.Builder
	pen := "M"
	for i := range l.X {
		if math.IsNaN(l.X[i]) || math.IsNaN(l.Y[i]) {
			pen = "M"
			continue
		}
		d.WriteString(pen + px(clamp(p.x(l.X[i]), -panelWidth, 2*panelWidth)) + " " + px(clamp(p.y(l.Y[i]), -panelHeight, 2*panelHeight)))
		pen = "L"
	}
	return d.String()
}

func clamp(v, lo, hi float64) float64 { return math.Min(math.Max(v, lo), hi) }
