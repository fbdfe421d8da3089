package chart

import "math"

// Pixels in an inch, as style sheets count them: letters of 12 pixels are 9 points high.
const perInch = 96

// The smallest and the largest width of a picture in inches.
const (
	MinInches = 2
	MaxInches = 60
)

// narrowest is how narrow a panel may be beside another.
const narrowest = 240

// Printed is the figure as a file that is so many inches wide, in a column of a paper or on a
// slide: its letters keep their size, and panels stand in as many columns as there is room for.
func (f Figure) Printed(inches float64) Figure {
	_, height := f.size()
	room := inches*perInch - 2*margin
	f.inches = inches
	f.Columns = max(1, min(len(f.Panels), f.Columns, int(room/narrowest)))
	f.Width = room / float64(f.Columns)
	shape := 0.7
	if len(f.Panels) > 2*f.Columns { // so that they fit on a page
		shape = 0.58
	}
	f.Height = math.Round(min(height, shape*f.Width))
	return f
}
