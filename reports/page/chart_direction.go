package page

import "bsnn/internal/chart"

// The two directions differ by colour, by dashes and by marker.

func markerOf(direction string) chart.Marker {
	if direction == "backward" {
		return chart.Marker{Colour: chart.Backward, Shape: chart.Square}
	}
	return chart.Marker{Colour: chart.Forward, Shape: chart.Disc}
}

func strokeOf(direction string, w chart.Weight) chart.Stroke {
	if direction == "backward" {
		return chart.Stroke{Colour: chart.Backward, Weight: w, Dash: chart.Dashed}
	}
	return chart.Stroke{Colour: chart.Forward, Weight: w}
}

// lawOf is the line of a limit law, exactOf that of an exact number, boundOf
// that of what is proven.
func lawOf(direction string) chart.Stroke {
	return chart.Stroke{Colour: markerOf(direction).Colour, Dash: chart.Dotted}
}

func exactOf(direction string) chart.Stroke {
	return chart.Stroke{Colour: markerOf(direction).Colour, Weight: chart.Fine}
}

var provenBound = chart.Stroke{Colour: chart.Ink, Dash: chart.Chained}

// startLine is where a norm is preserved.
func startLine() chart.Level {
	return chart.Level{Stroke: chart.Stroke{Colour: chart.Ink, Weight: chart.Fine}, Y: 1}
}
