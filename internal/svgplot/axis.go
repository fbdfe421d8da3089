package svgplot

import (
	"math"
	"strconv"
	"strings"
)

// place is where a value lies along the axis: 0 at Lo, 1 at Hi.
func (a Axis) place(v float64) float64 {
	switch {
	case len(a.Categories) > 0:
		return (v + 0.5) / float64(len(a.Categories))
	case a.Log && v <= 0:
		return -10
	case a.Log:
		return math.Log(v/a.Lo) / math.Log(a.Hi/a.Lo)
	}
	return (v - a.Lo) / (a.Hi - a.Lo)
}

type tick struct {
	at    float64
	label string
}

// ticks are about five round values, or one for each category.
func (a Axis) ticks() []tick {
	var out []tick
	switch {
	case len(a.Categories) > 0:
		for i, name := range a.Categories {
			out = append(out, tick{float64(i), name})
		}
	case a.Log:
		first, last := int(math.Ceil(math.Log10(a.Lo)-1e-9)), int(math.Floor(math.Log10(a.Hi)+1e-9))
		stride := max(1, (last-first+4)/5)
		for k := first; k <= last; k++ {
			if (k-first)%stride == 0 || last-first < 5 {
				out = append(out, tick{math.Pow(10, float64(k)), power(k)})
			}
		}
	default:
		step := roundStep((a.Hi - a.Lo) / 5)
		for k := math.Ceil(a.Lo/step - 1e-9); k*step <= a.Hi*(1+1e-12)+1e-12; k++ {
			out = append(out, tick{k * step, strings.Replace(strconv.FormatFloat(round(k*step), 'g', 6, 64), "-", "−", 1)})
		}
	}
	return out
}

// roundStep is the least of 1, 2 and 5 times a power of ten that is not below
// v > 0.
func roundStep(v float64) float64 {
	base := math.Pow(10, math.Floor(math.Log10(v)))
	for _, s := range []float64{1, 2, 5} {
		if s*base >= v*(1-1e-9) {
			return s * base
		}
	}
	return 10 * base
}

func round(v float64) float64 { return math.Round(v*1e9)/1e9 + 0 }

// power writes 10^k.
func power(k int) string {
	if k >= -2 && k <= 3 {
		return strconv.FormatFloat(math.Pow(10, float64(k)), 'f', -1, 64)
	}
	return "10" + strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
		"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(strconv.Itoa(k))
}

// px writes a coordinate, rounded to a hundredth of a pixel.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100+0, 'f', -1, 64) }
