package chart

import (
	"math"
	"strings"
)

// A Marker is how a point looks.
type Marker struct {
	Shape  Shape
	Colour Colour
	Hollow bool
	Size   float64 // relative to the usual; 0 is 1
}

// Stroke is a line in the marker's colour.
func (m Marker) Stroke(w Weight, d Dash) Stroke { return Stroke{m.Colour, w, d} }

// A Shape of markers; all are about equally large.
type Shape int

// Shapes. The arrows have their tips near the place they are put at.
const (
	Disc Shape = iota
	Square
	Triangle
	Diamond
	TriangleDown
	Star
	Slab
	ArrowDown
	ArrowUp
	ArrowLeft
	ArrowRight
)

type point struct{ x, y float64 }

// shapes are the polygons of markers that tell series apart, about the origin
// and in pixels.
var shapes = [...][]point{
	Disc:         polygon(12, 4, 0),
	Square:       polygon(4, 4.6, math.Pi/4),
	Triangle:     polygon(3, 5, -math.Pi/2),
	Diamond:      polygon(4, 5, 0),
	TriangleDown: polygon(3, 5, math.Pi/2),
	Star:         star(4, 5.4, 2),
	Slab:         {{-5, -1.8}, {5, -1.8}, {5, 1.8}, {-5, 1.8}},
}

var arrows = map[Shape][]point{
	ArrowDown:  {{-4, -7}, {4, -7}, {0, -1}},
	ArrowUp:    {{-4, 7}, {4, 7}, {0, 1}},
	ArrowLeft:  {{7, -4}, {7, 4}, {1, 0}},
	ArrowRight: {{-7, -4}, {-7, 4}, {-1, 0}},
}

func polygon(corners int, radius, turn float64) []point {
	out := make([]point, corners)
	for i := range out {
		sin, cos := math.Sincos(turn + 2*math.Pi*float64(i)/float64(corners))
		out[i] = point{radius * cos, radius * sin}
	}
	return out
}

// star has points at one radius and dents at another.
func star(points int, radius, inner float64) []point {
	var out []point
	dents := polygon(points, inner, math.Pi/float64(points))
	for i, p := range polygon(points, radius, 0) {
		out = append(out, p, dents[i])
	}
	return out
}

// path is the outline of the marker at a pixel.
func (m Marker) path(x, y float64) string {
	outline, arrow := arrows[m.Shape]
	if !arrow {
		outline = shapes[int(m.Shape)%len(shapes)]
	}
	size := m.Size
	if size == 0 {
		size = 1
	}
	var d strings.Builder
	for i, p := range outline {
		pen := " "
		if i == 0 {
			pen = "M"
		}
		d.WriteString(pen + px(x+size*p.x) + " " + px(y+size*p.y))
	}
	return d.String() + "Z"
}

func (m Marker) class() string {
	hollow := ""
	if m.Hollow {
		hollow = "hollow"
	}
	return classes("mark", string(m.Colour), hollow)
}
