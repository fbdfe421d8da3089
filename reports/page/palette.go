package page

import (
	"fmt"
	"math"
	"strings"
)

// colours is how many chart.css defines, as classes c0, c1, …: those of Okabe
// and Ito (2008), which people with any kind of colour blindness tell apart,
// darkened or lightened for contrast with the background.
const colours = 8

// A style distinguishes one activation in charts, by colour and by marker.
// The number of colours and of markers have no common factor, so that 56
// activations look different.
type style struct {
	class  string
	marker marker
}

func styleOf(i int) style {
	return style{fmt.Sprintf("c%d", i%colours), markers[i%len(markers)]}
}

// A marker is a closed polygon about the origin, in pixels.
type marker []point

var markers = []marker{
	polygon(12, 4, 0),                            // as good as a disc
	polygon(4, 4.6, math.Pi/4),                   // square
	polygon(3, 5, -math.Pi/2),                    // triangle
	polygon(4, 5, 0),                             // diamond
	polygon(3, 5, math.Pi/2),                     // triangle on its tip
	star(4, 5.4, 2),                              // four-pointed star
	{{-5, -1.8}, {5, -1.8}, {5, 1.8}, {-5, 1.8}}, // bar
}

func polygon(corners int, radius, turn float64) marker {
	return star(corners, radius, math.NaN()).turned(turn)
}

// star has points at radius and dents at inner, or no dents for NaN.
func star(points int, radius, inner float64) marker {
	var m marker
	for i := range points {
		a := 2 * math.Pi * float64(i) / float64(points)
		m = append(m, point{radius * math.Cos(a), radius * math.Sin(a)})
		if !math.IsNaN(inner) {
			a += math.Pi / float64(points)
			m = append(m, point{inner * math.Cos(a), inner * math.Sin(a)})
		}
	}
	return m
}

func (m marker) turned(by float64) marker {
	sin, cos := math.Sincos(by)
	for i, p := range m {
		m[i] = point{cos*p.x - sin*p.y, sin*p.x + cos*p.y}
	}
	return m
}

func (m marker) scaled(by float64) marker {
	out := make(marker, len(m))
	for i, p := range m {
		out[i] = point{by * p.x, by * p.y}
	}
	return out
}

func (m marker) path(x, y float64) string {
	var d strings.Builder
	pen := "M"
	for _, p := range m {
		d.WriteString(pen + px(x+p.x) + " " + px(y+p.y))
		pen = "L"
	}
	return d.String() + "Z"
}
