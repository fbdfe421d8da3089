package page

import (
	"strconv"

	"bsnn/internal/chart"
	"bsnn/internal/words"
)

// room keeps marks at the ends of an axis inside the frame, in pixels.
const room = 10

// widthAxis runs over the widths that were measured.
func widthAxis(widths []int) chart.Axis {
	binary := true
	for _, n := range widths {
		binary = binary && (n < 1024 || n%1024 == 0)
	}
	title := "width n"
	var ticks []chart.Tick
	for _, n := range widths {
		if n >= 1024 && binary {
			title = "width n (1k = 1,024)"
		}
		ticks = append(ticks, chart.Tick{At: float64(n), Label: widthLabel(n, binary)})
	}
	scale := chart.Logarithmic(float64(widths[0]), float64(widths[len(widths)-1]))
	return chart.Axis{Title: title, Scale: scale, Ticks: chart.At(ticks), Room: room}
}

// widthLabel is short: with binary widths 1k means 1,024.
func widthLabel(n int, binary bool) string {
	switch {
	case n >= 1<<20 && binary && n%(1<<20) == 0:
		return strconv.Itoa(n>>20) + "M"
	case n >= 1024 && binary:
		return strconv.Itoa(n>>10) + "k"
	case n >= 1_000_000 && n%100_000 == 0:
		return strconv.FormatFloat(float64(n)/1e6, 'f', -1, 64) + "M"
	case n >= 10_000 && n%100 == 0:
		return strconv.FormatFloat(float64(n)/1e3, 'f', -1, 64) + "k"
	}
	return words.Count(n)
}

// countAxis runs over whole numbers from 1: layers or epochs.
func countAxis(title string, last int) chart.Axis {
	return chart.Axis{Title: title, Scale: chart.Linear(1, float64(max(last, 2))), Ticks: chart.Whole, Room: room}
}
