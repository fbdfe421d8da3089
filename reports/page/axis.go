package page

import (
	"math"
	"strconv"

	"bsnn/internal/words"
)

// A scale maps values to pixels, logarithmically unless linear is set. Values
// beyond its ends are drawn at most a little outside, where they are clipped.
type scale struct {
	lo, hi   float64 // values
	from, to float64 // pixels
	linear   bool
	pad      float64 // free pixels at both ends of a horizontal axis, 0 for the usual
}

// at is the pixel of a value, NaN for one that has no place.
func (s scale) at(v float64) float64 {
	f := (v - s.lo) / (s.hi - s.lo)
	if !s.linear {
		if v <= 0 {
			v = math.SmallestNonzeroFloat64
		}
		f = math.Log(v/s.lo) / math.Log(s.hi/s.lo)
	}
	return s.from + min(max(f, -0.2), 1.2)*(s.to-s.from)
}

// below and above say that a value is off the scale.
func (s scale) below(v float64) bool { return v < s.lo }
func (s scale) above(v float64) bool { return v > s.hi }

// A tick is a labelled place on an axis; one without label is a grid line.
type tick struct {
	at    float64
	label string
}

// widthTicks labels at most most of the widths, evenly spread.
func widthTicks(widths []int, most int) []tick {
	binary := true
	for _, n := range widths {
		binary = binary && (n < 1024 || n%1024 == 0)
	}
	stride := (len(widths) + most - 1) / most
	var out []tick
	for i, n := range widths {
		t := tick{at: float64(n)}
		if i%stride == 0 {
			t.label = widthLabel(n, binary)
		}
		out = append(out, t)
	}
	return out
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

// widthAxis is the title of an axis of widths.
func widthAxis(widths []int) string {
	for _, n := range widths {
		if n >= 1024 {
			if n%1024 == 0 {
				return "width n (1k = 1,024)"
			}
			return "width n"
		}
	}
	return "width n"
}

// decadeTicks are the powers of ten within a scale, all of them grid lines
// and at most most labelled.
func decadeTicks(s scale, most int) []tick {
	first := int(math.Ceil(math.Log10(s.lo) - 1e-9))
	last := int(math.Floor(math.Log10(s.hi) + 1e-9))
	if last-first < 2 {
		return fineTicks(s)
	}
	stride := max(1, (last-first+most)/most)
	var out []tick
	for k := first; k <= last; k++ {
		t := tick{at: math.Pow(10, float64(k))}
		if k%stride == 0 {
			t.label = decade(k)
		}
		out = append(out, t)
	}
	return out
}

// fineTicks are 1, 2 and 5 times powers of ten, for scales that span few of
// them.
func fineTicks(s scale) []tick {
	var out []tick
	for v := nice125(s.lo, true); v <= s.hi*(1+1e-9); v = nice125(v*1.5, true) {
		out = append(out, tick{v, words.Number(v, 1)})
	}
	return out
}

// linearTicks are round numbers within [lo, hi], at most most.
func linearTicks(lo, hi float64, most int) []tick {
	step := nice125((hi-lo)/float64(most), true)
	var out []tick
	for k := math.Ceil(lo/step - 1e-9); k*step <= hi+1e-9*step; k++ {
		out = append(out, tick{k * step, words.Number(k*step, 3)})
	}
	return out
}

// decade is 10^k in words of an axis.
func decade(k int) string {
	switch {
	case k >= -3 && k <= 3:
		return strconv.FormatFloat(math.Pow(10, float64(k)), 'f', -1, 64)
	}
	return "10" + words.Superscript(k)
}

// layerTicks are round numbers from 1 to last.
func layerTicks(last int) []tick {
	step := 1
	for _, s := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000} {
		step = s
		if last/s <= 6 {
			break
		}
	}
	out := []tick{{1, "1"}}
	for l := step; l <= last; l += step {
		if l > 1 {
			out = append(out, tick{float64(l), words.Count(l)})
		}
	}
	return out
}
