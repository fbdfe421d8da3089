package page

import (
	"fmt"
	"math"
	"slices"

	"bsnn/gpnorm"
	"bsnn/internal/words"
	"bsnn/reports"
)

// kappa is the slope of the length map of the function that networks use, in
// words; "" where there is none.
func kappa(s reports.SubjectResult) string {
	if s.Subject.AsIs {
		return ""
	}
	i := chosenRoot(s.Card)
	if i < 0 {
		return ""
	}
	slope := s.Card.Roots[i].LengthMapSlope
	k := sig(slope, 6)
	if i < len(s.Card.Proof.Roots) {
		if p := s.Card.Proof.Roots[i].LengthMapSlope; p.Lo.Finite() && p.Hi.Finite() && p.Hi > p.Lo {
			k += " (proven to within " + words.Number(float64(p.Hi-p.Lo), 1) + ")"
		}
	}
	switch gpnorm.TrendOf(float64(slope)) {
	case gpnorm.Fading:
		return k + ": deviations of the length fade with depth"
	case gpnorm.Summing:
		return k + ": deviations of the length add up with depth"
	}
	return k + ": deviations of the length grow in every layer"
}

// stability says in a word what depth does to deviations of the length.
func stability(kappa float64) string {
	switch gpnorm.TrendOf(kappa) {
	case gpnorm.Fading:
		return "stable"
	case gpnorm.Summing:
		return "neutral"
	}
	return "unstable"
}

// chosenRoot is the place of the root in use, −1 if there is none.
func chosenRoot(c reports.Card) int {
	return slices.IndexFunc(c.Roots, func(r reports.Root) bool { return r.B == c.B })
}

// answerWords are the answers to the three questions.
func answerWords(c reports.Card) []string {
	if c.Answers == nil {
		return nil
	}
	layers := layersWord(int(c.Answers.Layers)) + ": "
	return []string{
		"norms over " + layers + c.Answers.Norms(), "angles: " + c.Answers.Angles(), "isometry: " + c.Answers.Isometry(),
	}
}

// mapWords are the maps in words. How many layers make two inputs alike is
// said for lengths that stay only, not for κ > 1.
func mapWords(c reports.Card) []string {
	m := c.Maps
	if m == nil {
		return nil
	}
	out := []string{
		fixedPointWords("length", "q", m.LengthFixedPoints, m.EveryLengthFixed),
		fixedPointWords("correlation", "ρ", m.CorrelationFixedPoints, m.EveryCorrelationFixed),
	}
	if r := chosenRoot(c); r >= 0 && gpnorm.TrendOf(float64(c.Roots[r].LengthMapSlope)) == gpnorm.Growing {
		return out
	}
	u := m.LayersUntil
	distance := sig(u.Distance, 2)
	if u.Layers.Finite() {
		return append(out, fmt.Sprintf("uncorrelated inputs come within %s of correlation 1 after %s", distance, layersWord(int(u.Layers))))
	}
	return append(out, fmt.Sprintf("uncorrelated inputs never come within %s of correlation 1", distance))
}

// fixedPointWords names the fixed points of one map, with slope and stability.
func fixedPointWords(name, symbol string, points []reports.FixedPoint, every bool) string {
	switch {
	case every:
		return "every " + name + " is kept"
	case len(points) == 0:
		return name + " map: no fixed point found"
	}
	text := name + " map: fixed point"
	if len(points) > 1 {
		text += "s"
	}
	for i, p := range points {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %s = %s (slope %s, %s)", symbol, sig(tidy(p.At), 5), sig(p.Slope, 5), p.Stability)
	}
	return text
}

// tidy turns what is zero but for rounding into zero.
func tidy(x reports.Number) reports.Number {
	if math.Abs(float64(x)) < 1e-13 {
		return 0
	}
	return x
}

// middle of a range.
func middle(r reports.Range) reports.Number { return r.Lo + (r.Hi-r.Lo)/2 }

// radius is half the length of a range.
func radius(r reports.Range) reports.Number { return (r.Hi - r.Lo) / 2 }

// unnormalised says that networks use a function that is not normalised.
func unnormalised(s reports.SubjectResult) bool { return s.Subject.AsIs && !s.Card.GPNormalized }
