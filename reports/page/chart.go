package page

import (
	_ "embed"
	"fmt"
	"html"
	"html/template"
	"strings"
)

//go:embed chart.css
var chartCSS string

// A chart is a figure of one or several panels of equal size. On the page the
// panels flow with the width of the window; in its own file they stand in
// rows.
type chart struct {
	file    string // name of its SVG file
	title   string
	about   string // the text alternative
	columns int    // in its own file
	width   float64
	height  float64 // of a panel
	panels  []panel
	footer  func(s *svg, x, y float64) // legend of the file, drawn below the panels
	foot    float64                    // its height
	numbers table                      // what it shows
}

// A panel is one picture.
type panel struct {
	title string // text alternative
	body  string // SVG elements
}

// Inline is the chart for the page, one SVG element for each panel.
func (c chart) Inline() template.HTML {
	var b strings.Builder
	for _, p := range c.panels {
		open(&b, c.width, c.height, p.title)
		b.WriteString(p.body + "</svg>\n")
	}
	return template.HTML(b.String()) //nolint:gosec // built by this package, every text escaped
}

// Title and About are for the page.
func (c chart) Title() string { return c.title }
func (c chart) About() string { return c.about }

// Panels says how many there are.
func (c chart) Panels() int { return len(c.panels) }

const (
	margin = 14
	header = 40
)

// document is the chart as a file of its own: with its style, a title and a
// plate that keeps it legible on any background.
func (c chart) document() []byte {
	columns := min(c.columns, len(c.panels))
	rows := (len(c.panels) + columns - 1) / columns
	w := float64(columns)*c.width + 2*margin
	h := float64(rows)*c.height + 2*margin + header + c.foot
	var s svg
	s.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	open(&s, w, h, c.title)
	fmt.Fprintf(&s, "<desc>%s</desc>\n<style>\n%s</style>\n", html.EscapeString(c.about), strings.ReplaceAll(chartCSS, "&", "&amp;"))
	s.rect("plate", 0, 0, w, h)
	s.text("heading", margin+8, margin+20, c.title)
	for i, p := range c.panels {
		fmt.Fprintf(&s, "<g transform=\"translate(%s %s)\">\n%s</g>\n",
			px(margin+float64(i%columns)*c.width), px(margin+header+float64(i/columns)*c.height), p.body)
	}
	if c.footer != nil {
		c.footer(&s, margin+8, h-margin-c.foot)
	}
	s.WriteString("</svg>\n")
	return []byte(s.String())
}

func open(b interface{ WriteString(string) (int, error) }, w, h float64, title string) {
	t := html.EscapeString(title)
	b.WriteString(fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 %s %s" role="img" aria-label="%s">`+"\n<title>%s</title>\n",
		px(w), px(h), t, t))
}
