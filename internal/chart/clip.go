package chart

import "math"

// A box is a rectangle of pixels.
type box struct{ left, top, right, bottom float64 }

// holds says whether a point lies in the box, up to rounding.
func (b box) holds(p point) bool {
	const near = 0.05
	return b.left-near <= p.x && p.x <= b.right+near && b.top-near <= p.y && p.y <= b.bottom+near
}

// clipLine cuts a polyline off at the box. Points that are not numbers break
// it.
func (b box) clipLine(points []point) [][]point {
	var out [][]point
	var run []point
	flush := func() {
		if len(run) > 1 {
			out = append(out, run)
		}
		run = nil
	}
	for i, q := range points {
		if math.IsNaN(q.x) || math.IsNaN(q.y) {
			flush()
			continue
		}
		if i == 0 || math.IsNaN(points[i-1].x) || math.IsNaN(points[i-1].y) {
			continue
		}
		from, to, any := b.clipSegment(points[i-1], q)
		if !any {
			flush()
			continue
		}
		if len(run) == 0 || run[len(run)-1] != from {
			flush()
			run = []point{from}
		}
		run = append(run, to)
	}
	flush()
	return out
}

// clipSegment is what lies in the box of the segment from p to q (Liang and
// Barsky 1984, doi:10.1145/357332.357333).
func (b box) clipSegment(p, q point) (from, to point, any bool) {
	lo, hi := 0.0, 1.0
	for _, side := range [...]struct{ step, room float64 }{
		{p.x - q.x, p.x - b.left}, {q.x - p.x, b.right - p.x}, {p.y - q.y, p.y - b.top}, {q.y - p.y, b.bottom - p.y},
	} {
		switch t := side.room / side.step; {
		case side.step == 0 && side.room < 0:
			return p, q, false
		case side.step < 0:
			lo = max(lo, t)
		case side.step > 0:
			hi = min(hi, t)
		}
	}
	if lo > hi {
		return p, q, false
	}
	at := func(t float64) point {
		switch t {
		case 0:
			return p
		case 1:
			return q
		}
		return point{p.x + t*(q.x-p.x), p.y + t*(q.y-p.y)}
	}
	return at(lo), at(hi), true
}

// clipArea cuts a polygon off at the edges of the box (Sutherland and Hodgman
// 1974, doi:10.1145/360767.360802).
func (b box) clipArea(polygon []point) []point {
	for _, inside := range []func(p point) float64{
		func(p point) float64 { return p.x - b.left },
		func(p point) float64 { return b.right - p.x },
		func(p point) float64 { return p.y - b.top },
		func(p point) float64 { return b.bottom - p.y },
	} {
		var kept []point
		for i, p := range polygon {
			before := polygon[(i+len(polygon)-1)%len(polygon)]
			here, there := inside(p), inside(before)
			if (here >= 0) != (there >= 0) {
				t := there / (there - here)
				kept = append(kept, point{before.x + t*(p.x-before.x), before.y + t*(p.y-before.y)})
			}
			if here >= 0 {
				kept = append(kept, p)
			}
		}
		polygon = kept
	}
	return polygon
}
