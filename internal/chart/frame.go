package chart

// A frame is the inside of a panel, where elements are drawn.
type frame struct {
	*svg
	box
	x, y side
}

func newFrame(out *svg, b box, x, y Axis) frame {
	return frame{svg: out, box: b, x: side{x, b.left, b.right}, y: side{y, b.bottom, b.top}}
}

// at is the pixel of a point.
func (f frame) at(x, y float64) point { return point{f.x.px(x), f.y.px(y)} }

// points are the pixels of a sequence, as far as both coordinates go.
func (f frame) points(xs, ys []float64) []point {
	out := make([]point, min(len(xs), len(ys)))
	for i := range out {
		out[i] = f.at(xs[i], ys[i])
	}
	return out
}

// shows says whether a point lies on the axes.
func (f frame) shows(x, y float64) bool { return f.holds(f.at(x, y)) }

// polyline draws what lies in the frame of a line.
func (f frame) polyline(class, tip string, points []point) {
	var p pen
	for _, run := range f.clipLine(points) {
		p.polyline(run)
	}
	if p.Len() > 0 {
		f.element("path", class, tip, "d", p.String())
	}
}

// area fills what lies in the frame of a polygon.
func (f frame) area(class string, polygon []point) {
	var p pen
	if p.polyline(f.clipArea(polygon)); p.Len() > 0 {
		f.element("path", class, "", "d", p.String()+"Z")
	}
}
