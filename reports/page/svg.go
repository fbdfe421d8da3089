package page

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// svg collects SVG elements. Coordinates are pixels of the view box, rounded
// to a tenth.
type svg struct{ strings.Builder }

// px writes a coordinate.
func px(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
}

func (s *svg) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(s, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`+"\n", class, px(x1), px(y1), px(x2), px(y2))
}

func (s *svg) rect(class string, x, y, w, h float64) {
	fmt.Fprintf(s, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`+"\n", class, px(x), px(y), px(w), px(h))
}

// text places words; class also says how they are anchored: start unless it
// holds "mid" or "end".
func (s *svg) text(class string, x, y float64, words string) {
	order := "" // words with a halo are drawn after it
	if strings.Contains(class, "halo") {
		order = ` paint-order="stroke"`
	}
	fmt.Fprintf(s, `<text class="%s" x="%s" y="%s"%s>%s</text>`+"\n", class, px(x), px(y), order, html.EscapeString(words))
}

// turned is text read from bottom to top.
func (s *svg) turned(class string, x, y float64, words string) {
	fmt.Fprintf(s, `<text class="%s" transform="translate(%s %s) rotate(-90)">%s</text>`+"\n", class, px(x), px(y), html.EscapeString(words))
}

type point struct{ x, y float64 }

// path draws a polyline; NaN breaks it.
func (s *svg) path(class string, points []point) { s.titled(class, points, "") }

// titled is a path with a tooltip.
func (s *svg) titled(class string, points []point, tip string) {
	var d strings.Builder
	pen := "M"
	for _, p := range points {
		if math.IsNaN(p.x) || math.IsNaN(p.y) {
			pen = "M"
			continue
		}
		d.WriteString(pen + px(p.x) + " " + px(p.y))
		pen = "L"
	}
	switch {
	case d.Len() == 0:
	case tip == "":
		fmt.Fprintf(s, `<path class="%s" d="%s"/>`+"\n", class, d.String())
	default:
		fmt.Fprintf(s, `<path class="%s" d="%s">`, class, d.String())
		s.title(tip)
		s.WriteString("</path>\n")
	}
}

// area fills the region between two polylines over the same abscissae.
func (s *svg) area(class string, low, high []point) {
	var d strings.Builder
	pen := "M"
	for _, p := range low {
		d.WriteString(pen + px(p.x) + " " + px(p.y))
		pen = "L"
	}
	for i := len(high) - 1; i >= 0; i-- {
		d.WriteString("L" + px(high[i].x) + " " + px(high[i].y))
	}
	if d.Len() > 0 {
		fmt.Fprintf(s, `<path class="%s" d="%sZ"/>`+"\n", class, d.String())
	}
}

// mark draws the marker of a style with a tooltip; an empty one is hollow.
func (s *svg) mark(m marker, class string, x, y float64, tip string) {
	fmt.Fprintf(s, `<path class="mark %s" d="%s">`, class, m.path(x, y))
	s.title(tip)
	s.WriteString("</path>\n")
}

// title is the tooltip of the element that is open, if there is one.
func (s *svg) title(tip string) {
	if tip != "" {
		s.WriteString("<title>" + html.EscapeString(tip) + "</title>")
	}
}
