package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Figure is one or several panels of equal size. On a page they flow with
// the width of the window; in a file of its own they stand in rows.
type Figure struct {
	Title    string
	Subtitle string // in its own file
	About    string // the text alternative
	Columns  int    // of panels in its own file; 0 is 1
	Width    float64
	Height   float64 // of a panel in pixels; 0 is the usual
	Panels   []Panel
	Legend   []Entry

	inches float64 // its width in its own file, where that is given
}

// Sizes in pixels.
const (
	panelWidth  = 380
	panelHeight = 240
	margin      = 14
)

func (f Figure) size() (width, height float64) {
	if width = f.Width; width == 0 {
		width = panelWidth
	}
	if height = f.Height; height == 0 {
		height = panelHeight
	}
	return width, height
}

// inside is the frame of every panel: the largest that fits them all, so that
// their axes stand in line.
func (f Figure) inside() box {
	width, height := f.size()
	b := box{left: 0, top: 0, right: width, bottom: height}
	for _, p := range f.Panels {
		c := p.inside(width, height)
		b = box{max(b.left, c.left), max(b.top, c.top), min(b.right, c.right), min(b.bottom, c.bottom)}
	}
	return b
}

// Inline is the picture for a page: one SVG element for each panel.
func (f Figure) Inline() string {
	var out svg
	width, height := f.size()
	inside := f.inside()
	for _, p := range f.Panels {
		out.open(width, height, "", p.Alt)
		p.draw(&out, inside, width)
		out.WriteString("</svg>\n")
	}
	return out.String()
}

// Document is the figure as a file of its own: with its style, a title, a
// legend, and a plate that keeps it legible on any background.
func (f Figure) Document() []byte {
	width, height := f.size()
	columns := max(1, min(f.Columns, len(f.Panels)))
	rows := (len(f.Panels) + columns - 1) / columns
	w := float64(columns)*width + 2*margin
	room := w - 2*(margin+edge)
	heading := Wrap(f.Title, room, headingSize*bold)
	top := margin + float64(len(heading))*(headingSize+5) + 8
	var subtitle []string
	if f.Subtitle != "" {
		subtitle = Wrap(f.Subtitle, room, labelSize)
		top += float64(len(subtitle))*(labelSize+5) + 4
	}
	legend := flow(f.Legend, room)
	bottom := top + float64(rows)*height
	h := bottom + margin + legend.height()

	var out svg
	out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	size := ""
	if f.inches > 0 {
		size = fmt.Sprintf(` width="%sin" height="%sin"`, places(f.inches), places(h/w*f.inches))
	}
	out.open(w, h, size, f.Title)
	fmt.Fprintf(&out, "<desc>%s</desc>\n<style>\n%s</style>\n", escaped(f.About), strings.ReplaceAll(StyleSheet(), "&", "&amp;"))
	out.rect("plate", "", 0, 0, w, h)
	y := 6.0
	for _, line := range heading {
		y += headingSize + 5
		out.text("heading", Start, margin+edge, y, line)
	}
	y += 3
	for _, line := range subtitle {
		y += labelSize + 5
		out.text("soft", Start, margin+edge, y, line)
	}
	inside := f.inside()
	for i, p := range f.Panels {
		out.group(margin+float64(i%columns)*width, top+float64(i/columns)*height, func() { p.draw(&out, inside, width) })
	}
	legend.draw(&out, margin+edge, bottom+6)
	out.WriteString("</svg>\n")
	return []byte(out.String())
}

// places writes a length in a few digits.
func places(v float64) string { return strconv.FormatFloat(math.Round(v*1e4)/1e4, 'f', -1, 64) }

// open begins a picture of the given size with its text alternative; shown is the size at which it is shown,
// if that is given.
func (s *svg) open(width, height float64, shown, alternative string) {
	t := escaped(alternative)
	fmt.Fprintf(s, `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 %s %s"%s role="img" aria-label="%s">`,
		px(width), px(height), shown, t)
	s.WriteString("\n<title>" + t + "</title>\n")
}

// group moves what is drawn inside it.
func (s *svg) group(x, y float64, draw func()) {
	fmt.Fprintf(s, "<g transform=\"translate(%s %s)\">\n", px(x), px(y))
	draw()
	s.WriteString("</g>\n")
}
