package chart

import (
	"math"

	"bsnn/internal/words"
)

// An Element is something drawn on the axes of a panel, in the coordinates of
// the data. Elements are drawn one over the other, in their order; strips and
// the grid lie below all of them. What is NaN is left out.
type Element interface{ draw(f frame) }

// A Line joins points. It breaks at NaN.
type Line struct {
	Stroke
	X, Y []float64
	Tip  string
}

func (l Line) draw(f frame) { f.polyline(l.class(), l.Tip, f.points(l.X, l.Y)) }

// A Band fills the region between two sequences, separately on every stretch
// where both exist.
type Band struct {
	Colour    Colour
	X         []float64
	Low, High []float64
}

func (b Band) draw(f frame) {
	low, high := f.points(b.X, b.Low), f.points(b.X, b.High)
	for start, i := 0, 0; i <= len(low); i++ {
		if i < len(low) && !math.IsNaN(low[i].y) && !math.IsNaN(high[i].y) {
			continue
		}
		if i > start {
			polygon := append([]point{}, low[start:i]...)
			for k := i - 1; k >= start; k-- {
				polygon = append(polygon, high[k])
			}
			f.area(classes("band", string(b.Colour)), polygon)
		}
		start = i + 1
	}
	f.polyline(classes("edge", string(b.Colour)), "", low)
	f.polyline(classes("edge", string(b.Colour)), "", high)
}

// A Strip marks a range of ordinates, below the grid.
type Strip struct {
	Colour    Colour
	Low, High float64
}

func (s Strip) draw(f frame) {
	top, bottom := f.y.px(s.High), f.y.px(s.Low)
	top, bottom = max(top, f.top), min(bottom, f.bottom)
	if !(top < bottom) {
		return
	}
	f.rect(classes("strip", string(s.Colour)), "", f.left, top, f.right-f.left, bottom-top)
}

// A Level is a line across the panel at one ordinate, with words above its
// right end if it has any.
type Level struct {
	Stroke
	Y     float64
	Words string
}

func (r Level) draw(f frame) {
	at := f.y.px(r.Y)
	if !(f.top <= at && at <= f.bottom) {
		return
	}
	f.line(r.class(), f.left, at, f.right, at)
	if r.Words != "" {
		f.text("note halo soft", End, f.right-4, at-4, r.Words)
	}
}

// A Mark is a point, left out beyond the axes.
type Mark struct {
	Marker
	X, Y           float64
	ShiftX, ShiftY float64 // pixels to the right and down
	Tip            string
}

func (m Mark) draw(f frame) {
	if f.shows(m.X, m.Y) {
		at := f.at(m.X, m.Y)
		f.mark(m.Marker, at.x+m.ShiftX, at.y+m.ShiftY, m.Tip)
	}
}

// Arrows mark where values from Low to High leave the axes at the top or at the
// bottom.
type Arrows struct {
	Colour    Colour
	X         float64
	Low, High float64
	ShiftX    float64 // pixels to the right
}

func (a Arrows) draw(f frame) {
	at := f.x.px(a.X)
	if !(f.left <= at && at <= f.right) {
		return
	}
	at += a.ShiftX
	if f.y.Scale.Below(a.Low) {
		f.mark(Marker{Shape: ArrowDown, Colour: a.Colour}, at, f.bottom, "continues below the axis, to "+words.Number(a.Low, 3))
	}
	if f.y.Scale.Above(a.High) {
		f.mark(Marker{Shape: ArrowUp, Colour: a.Colour}, at, f.top, "continues above the axis, to "+words.Number(a.High, 3))
	}
}

// A Bar fills the region from the lower edge up to a height.
type Bar struct {
	Colour   Colour
	From, To float64
	Height   float64
	Tip      string
}

func (b Bar) draw(f frame) {
	left, right, top := f.x.px(b.From), f.x.px(b.To), f.y.px(b.Height)
	left, right, top = max(left, f.left), min(right, f.right), max(top, f.top)
	if left < right && top <= f.bottom {
		f.rect(classes("bar", string(b.Colour)), b.Tip, left, top, right-left, f.bottom-top)
	}
}

// A Span is a vertical bar with caps.
type Span struct {
	Colour    Colour
	X         float64
	Low, High float64
	ShiftX    float64 // pixels to the right
	Tip       string
}

func (s Span) draw(f frame) {
	x, top, bottom := f.x.px(s.X), max(f.y.px(s.High), f.top), min(f.y.px(s.Low), f.bottom)
	if !(f.left <= x && x <= f.right && top <= bottom) {
		return
	}
	x += s.ShiftX
	const half = 3
	f.element("path", classes("span", string(s.Colour)), s.Tip,
		"d", "M"+px(x-half)+" "+px(top)+"H"+px(x+half)+"M"+px(x)+" "+px(top)+"V"+px(bottom)+"M"+px(x-half)+" "+px(bottom)+"H"+px(x+half))
}

// A Note is words beside a point.
type Note struct {
	X, Y           float64
	ShiftX, ShiftY float64 // pixels to the right and down
	Anchor         Anchor
	Words          string
}

func (n Note) draw(f frame) {
	if f.shows(n.X, n.Y) {
		at := f.at(n.X, n.Y)
		f.text("note halo soft", n.Anchor, at.x+n.ShiftX, at.y+n.ShiftY, n.Words)
	}
}
