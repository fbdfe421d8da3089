package chart

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// svg collects SVG elements. Coordinates are pixels of the view box, rounded
// to a tenth.
type svg struct{ strings.Builder }

// px writes a coordinate.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64) }

// classes joins the names that are not empty.
func classes(names ...string) string {
	var kept []string
	for _, n := range names {
		if n != "" {
			kept = append(kept, n)
		}
	}
	return strings.Join(kept, " ")
}

// escaped is text for the inside of elements and of attributes. What XML cannot
// hold is replaced.
func escaped(words string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(words)) // a Builder does not fail
	return b.String()
}

// element writes an element with attributes, pairs of names and values, and a
// tooltip unless that is empty.
func (s *svg) element(name, class, tip string, attributes ...string) {
	fmt.Fprintf(s, `<%s class="%s"`, name, class)
	for i := 0; i+1 < len(attributes); i += 2 {
		fmt.Fprintf(s, ` %s="%s"`, attributes[i], attributes[i+1])
	}
	if tip == "" {
		s.WriteString("/>\n")
		return
	}
	fmt.Fprintf(s, "><title>%s</title></%s>\n", escaped(tip), name)
}

func (s *svg) line(class string, x1, y1, x2, y2 float64) {
	s.element("line", class, "", "x1", px(x1), "y1", px(y1), "x2", px(x2), "y2", px(y2))
}

func (s *svg) rect(class, tip string, x, y, w, h float64) {
	s.element("rect", class, tip, "x", px(x), "y", px(y), "width", px(w), "height", px(h))
}

func (s *svg) mark(m Marker, x, y float64, tip string) {
	s.element("path", m.class(), tip, "d", m.path(x, y))
}

// An Anchor is which part of words lies at their place.
type Anchor string

// Anchors.
const (
	Start  Anchor = ""
	Middle Anchor = "mid"
	End    Anchor = "end"
)

func (s *svg) text(class string, anchor Anchor, x, y float64, words string) {
	s.textWithTip(class, anchor, x, y, words, "")
}

// fitted is text cut to a width in pixels for letters of the given size; what was cut has all of it as tooltip.
func (s *svg) fitted(class string, anchor Anchor, x, y float64, words string, room, size float64) {
	shown, tip := Cut(words, room, size), ""
	if shown != words {
		tip = words
	}
	s.textWithTip(class, anchor, x, y, shown, tip)
}

func (s *svg) textWithTip(class string, anchor Anchor, x, y float64, words, tip string) {
	order := "" // words with a halo are drawn after it
	if strings.Contains(class, "halo") {
		order = ` paint-order="stroke"`
	}
	if tip != "" {
		tip = "<title>" + escaped(tip) + "</title>"
	}
	fmt.Fprintf(s, `<text class="%s" x="%s" y="%s"%s>%s%s</text>`+"\n", classes(class, string(anchor)), px(x), px(y), order, tip,
		escaped(words))
}

// turned is text read from bottom to top, centred.
func (s *svg) turned(class string, x, y float64, words string) {
	fmt.Fprintf(s, `<text class="%s mid" transform="translate(%s %s) rotate(-90)">%s</text>`+"\n", class, px(x), px(y), escaped(words))
}

// pen writes the data of paths, without points that would be drawn twice.
type pen struct {
	strings.Builder
	last string
	down bool
}

// polyline starts a new line through points.
func (p *pen) polyline(points []point) {
	p.down, p.last = false, ""
	for _, q := range points {
		here := px(q.x) + " " + px(q.y)
		switch {
		case !p.down:
			p.WriteString("M" + here)
		case here != p.last || len(points) == 2:
			p.WriteString(" " + here)
		}
		p.down, p.last = true, here
	}
}
