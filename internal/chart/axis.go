package chart

// An Axis is one edge of a panel.
type Axis struct {
	Title string
	Scale Scale
	Ticks Ticks   // Round unless said
	Room  float64 // pixels between the ends of the scale and those of the axis
}

// Names is the vertical axis of things that have names: they lie at 0, 1, … from
// top to bottom.
func Names(names []string) Axis {
	var ticks []Tick
	for i, n := range names {
		ticks = append(ticks, Tick{float64(i), n})
	}
	return Axis{Scale: Scale{Lo: float64(len(names)) - 0.5, Hi: -0.5}, Ticks: func(Scale, int) []Tick { return ticks }}
}

// A side is an axis at its place in the picture: pixels of its two ends.
type side struct {
	Axis
	from, to float64
}

// px is the pixel of a value.
func (a side) px(v float64) float64 {
	room := a.Room
	if a.to < a.from {
		room = -room
	}
	return a.from + room + a.Scale.At(v)*(a.to-a.from-2*room)
}

// labels are the ticks with as many labels as have room: extent is the length
// of a label along the axis.
func (a side) labels(most int, extent func(label string) float64) []Tick {
	choose := a.Ticks
	if choose == nil {
		choose = Round
	}
	const fewest = 2
	for n := max(most, fewest); n >= fewest; n-- {
		if ticks := choose(a.Scale, n); a.apart(ticks, extent) {
			return ticks
		}
	}
	return a.thinned(choose(a.Scale, fewest), extent)
}

// gap is the least distance between two labels, in pixels.
const gap = 4

// apart says whether no label touches the next one.
func (a side) apart(ticks []Tick, extent func(string) float64) bool {
	kept := a.thinned(ticks, extent)
	for i := range ticks {
		if kept[i].Label != ticks[i].Label {
			return false
		}
	}
	return true
}

// thinned drops every label that touches the one before it.
func (a side) thinned(ticks []Tick, extent func(string) float64) []Tick {
	out := make([]Tick, len(ticks))
	var at, half float64
	labelled := false
	for i, t := range ticks {
		if t.Label != "" {
			here, size := a.px(t.At), extent(t.Label)/2
			if labelled && abs(here-at) < half+size+gap {
				t.Label = ""
			} else {
				at, half, labelled = here, size, true
			}
		}
		out[i] = t
	}
	return out
}

func abs(v float64) float64 { return max(v, -v) }
