package chart

import (
	"math"

	"bsnn/internal/words"
)

// A Tick is a labelled place on an axis; one without label is a short line.
type Tick struct {
	At    float64
	Label string
}

// Ticks chooses the ticks of an axis, in ascending order, with labels that
// differ. It is asked for about most labelled ones, and never for fewer than
// two.
type Ticks func(s Scale, most int) []Tick

// Round are round numbers: multiples of 1, 2 or 5 times a power of ten, on a
// logarithmic scale powers of ten where it spans several.
func Round(s Scale, most int) []Tick {
	if !s.Log {
		return multiples(s, RoundUp((s.Hi-s.Lo)/float64(most)))
	}
	first, last := int(math.Ceil(math.Log10(s.Lo)-1e-9)), int(math.Floor(math.Log10(s.Hi)+1e-9))
	if last-first >= 2 {
		return decades(first, last, most)
	}
	var out []Tick
	for v := RoundUp(s.Lo); v <= s.Hi*(1+1e-9); v = RoundUp(v * 1.5) {
		out = append(out, Tick{v, plain(v)})
	}
	if len(out) < 3 || len(out) > most+1 {
		return multiples(s, RoundUp((s.Hi-s.Lo)/float64(most)))
	}
	return out
}

// Whole are whole numbers: the first one on the axis and round multiples.
func Whole(s Scale, most int) []Tick {
	step := max(1, RoundUp((s.Hi-s.Lo)/float64(most)))
	ticks := multiples(s, step)
	first := math.Ceil(s.Lo - 1e-9)
	if first <= s.Hi && (len(ticks) == 0 || first < ticks[0].At) {
		ticks = append([]Tick{{first, plain(first)}}, ticks...)
	}
	return ticks
}

// At are the ticks given. If they are too many, every second keeps its label,
// or every third, and so on.
func At(ticks []Tick) Ticks {
	return func(_ Scale, most int) []Tick {
		stride := max(1, (len(ticks)+most-1)/most)
		out := make([]Tick, len(ticks))
		for i, t := range ticks {
			if i%stride != 0 {
				t.Label = ""
			}
			out[i] = t
		}
		return out
	}
}

// NoTicks leaves an axis empty.
func NoTicks(Scale, int) []Tick { return nil }

// multiples of a step within a linear scale.
func multiples(s Scale, step float64) []Tick {
	var out []Tick
	for k := math.Ceil(s.Lo/step - 1e-9); k*step <= s.Hi+1e-9*step; k++ {
		v := k * step
		digits := 1
		if v != 0 {
			digits += max(0, order(v)-order(step))
		}
		label := plain(v)
		if v != math.Round(v) || math.Abs(v) >= 1e6 {
			label = words.Number(v, digits)
		}
		out = append(out, Tick{v, label})
	}
	return out
}

// order is the power of ten of the first digit.
func order(v float64) int { return int(math.Floor(math.Log10(math.Abs(v)) + 1e-9)) }

// decades are powers of ten, of which at most one more than most have labels.
// Those between them are left out where they are too many.
func decades(first, last, most int) []Tick {
	stride := (last - first + most - 1) / most
	if stride > 3 { // 5, 10, 20, …
		stride = int(RoundUp(float64((last - first) / (most + 1))))
		for (last-first)/stride > most {
			stride = int(RoundUp(float64(stride + 1)))
		}
	}
	var out []Tick
	for k := first; k <= last; k++ {
		t := Tick{At: math.Pow(10, float64(k))}
		if k%stride == 0 {
			t.Label = plain(t.At)
			if k < -3 || k > 3 {
				t.Label = "10" + words.Superscript(k)
			}
		}
		if t.Label != "" || stride <= 3 {
			out = append(out, t)
		}
	}
	return out
}

// plain writes a number with few digits.
func plain(v float64) string {
	switch {
	case v != math.Round(v) || math.Abs(v) >= 1e6:
		return words.Number(v, 1)
	case v < 0:
		return "−" + words.Count(int(-v))
	}
	return words.Count(int(v))
}
