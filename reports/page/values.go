package page

import (
	"math"

	"bsnn/internal/words"
	"bsnn/reports"
)

// sig writes a number of a report with the given significant digits.
func sig(x reports.Number, digits int) string { return words.Number(float64(x), digits) }

// floats turns numbers into float64, what is not finite into NaN.
func floats[T any](items []T, get func(T) reports.Number) []float64 {
	out := make([]float64, len(items))
	for i, item := range items {
		out[i] = float64(get(item))
		if math.IsInf(out[i], 0) {
			out[i] = math.NaN()
		}
	}
	return out
}

// widthsOf are the abscissae of a series.
func widthsOf(cells []reports.Cell) []float64 {
	return floats(cells, func(c reports.Cell) reports.Number { return reports.Number(c.Width) })
}

// positive turns what a logarithmic axis cannot show into NaN.
func positive(vs []float64) []float64 {
	out := make([]float64, len(vs))
	for i, v := range vs {
		out[i] = v
		if !(v > 0) {
			out[i] = math.NaN()
		}
	}
	return out
}
