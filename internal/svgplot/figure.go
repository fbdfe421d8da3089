package svgplot

import (
	_ "embed"
	"fmt"
	"html"
	"strings"
)

//go:embed figure.css
var css string

// A Figure is one or more panels of equal size in rows, with a legend below.
type Figure struct {
	Title   string
	About   string // for those who cannot see it
	Columns int
	Panels  []Panel
	Legend  []Entry
}

// An Entry of the legend shows a style beside its meaning.
type Entry struct {
	Style Style
	Mark  bool // a mark, not a line
	Words string
}

// A Style is a colour (0 … Colours−1), a dash pattern (0, solid, to Dashes−1)
// and a shape of marks (0 … Shapes−1).
type Style struct {
	Colour, Dash, Shape int
	Hollow              bool
}

// How many styles there are.
const (
	Colours = 6
	Dashes  = 4
	Shapes  = 4
)

func (s Style) line() string { return fmt.Sprintf("l k%d d%d", s.Colour%Colours, s.Dash%Dashes) }
func (s Style) mark() string { return fmt.Sprintf("m k%d%s", s.Colour%Colours, hollow(s.Hollow)) }
func hollow(yes bool) string {
	if yes {
		return " hollow"
	}
	return ""
}

// Sizes in pixels of the view box.
const (
	panelWidth   = 380
	panelHeight  = 250
	margin       = 14
	headerHeight = 40
	entryWidth   = 280
	entryHeight  = 22
)

// SVG is the figure as a file.
func (f Figure) SVG() []byte {
	columns := max(1, min(f.Columns, len(f.Panels)))
	rows := (len(f.Panels) + columns - 1) / columns
	width := columns*panelWidth + 2*margin
	perRow := max(1, (width-2*margin)/entryWidth)
	legendRows := (len(f.Legend) + perRow - 1) / perRow
	height := rows*panelHeight + headerHeight + legendRows*entryHeight + 2*margin

	var c canvas
	c.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	fmt.Fprintf(&c, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s">`+"\n", width, height, html.EscapeString(f.Title))
	fmt.Fprintf(&c, "<title>%s</title>\n<desc>%s</desc>\n<style>\n%s</style>\n", html.EscapeString(f.Title), html.EscapeString(f.About), css)
	fmt.Fprintf(&c, `<rect class="plate" width="%d" height="%d"/>`+"\n", width, height)
	c.text("heading", margin+8, margin+20, f.Title)
	for i, p := range f.Panels {
		fmt.Fprintf(&c, "<g transform=\"translate(%d %d)\">\n", margin+i%columns*panelWidth, margin+headerHeight+i/columns*panelHeight)
		p.draw(&c, fmt.Sprintf("clip%d", i))
		c.WriteString("</g>\n")
	}
	for i, e := range f.Legend {
		x := float64(margin + 8 + i%perRow*entryWidth)
		y := float64(height - margin - legendRows*entryHeight + i/perRow*entryHeight + 14)
		if e.Mark {
			c.mark(e.Style, x+14, y-4, e.Words)
		} else {
			c.path(e.Style.line(), fmt.Sprintf("M%s %sH%s", px(x), px(y-4), px(x+28)))
		}
		c.text("note", x+36, y, e.Words)
	}
	c.WriteString("</svg>\n")
	return []byte(c.String())
}

// canvas collects SVG elements.
type canvas struct{ strings.Builder }

func (c *canvas) text(class string, x, y float64, words string) {
	fmt.Fprintf(c, `<text class="%s" x="%s" y="%s">%s</text>`+"\n", class, px(x), px(y), html.EscapeString(words))
}

func (c *canvas) path(class, d string) {
	fmt.Fprintf(c, `<path class="%s" d="%s"/>`+"\n", class, d)
}

func (c *canvas) mark(s Style, x, y float64, tip string) {
	fmt.Fprintf(c, `<path class="%s" transform="translate(%s %s)" d="%s"><title>%s</title></path>`+"\n",
		s.mark(), px(x), px(y), shapes[s.Shape%Shapes], html.EscapeString(tip))
}

// shapes are about equally large: disc, square, triangle, diamond.
var shapes = [Shapes]string{
	"M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z",
	"M-4 -4H4V4H-4Z",
	"M0 -5.4L5 3.6H-5Z",
	"M0 -5.6L5.6 0L0 5.6L-5.6 0Z",
}
