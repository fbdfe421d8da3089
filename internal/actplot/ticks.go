package actplot

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// ticks labels the multiples of 1, 2 or 5 times a power of ten, five intervals
// or fewer.
func ticks(lo, hi float64) []plot.Tick {
	if !(lo < hi) {
		return nil
	}
	rough := (hi - lo) / 5
	step := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, factor := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if step >= rough {
			break
		}
		step *= factor
	}
	slack := 1e-9 * step
	places := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	var list []plot.Tick
	for k := math.Ceil((lo - slack) / step); k*step <= hi+slack; k++ {
		list = append(list, plot.Tick{Value: k * step, Label: minus(label(k*step, places))})
	}
	return list
}

func label(v float64, places int) string {
	if math.Abs(v) >= 1e5 || places > 4 {
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	return strconv.FormatFloat(v+0, 'f', places, 64) // + 0 makes −0 a 0
}

// minus writes negative numbers with a minus sign, not a hyphen.
func minus(text string) string { return strings.ReplaceAll(text, "-", "−") }
