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

// answerWords are the answers to two of the three questions; that about norms is answered for the tolerance of
// the report, by normsWords.
func answerWords(c reports.Card) []string {
	if c.Answers == nil {
		return nil
	}
	return []string{"angles: " + c.Answers.Angles(), "isometry: " + c.Answers.Isometry()}
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

// normsWords say what theory says of norms through depth, for the tolerance that was measured.
func normsWords(spec reports.Spec, s reports.SubjectResult) string {
	need, depth, tolerance := 0, 0, 0.0
	for _, x := range s.Leading() {
		if x.Verdict.LimitLawWidth == 0 {
			return "by theory, no width is known from which on norms are kept"
		}
		need, depth, tolerance = max(need, x.Verdict.LimitLawWidth), x.Depth, x.Tolerance
	}
	if need == 0 {
		return "not measured"
	}
	return fmt.Sprintf("by the limit law within ± %s %% through %s in %s %% of the networks, from width %s on", words.Number(100*tolerance, 3),
		layersWord(depth), words.Number(100*(1-spec.Limit), 3), words.Count(need))
}

// theoremWords say whether a theorem covers the function, and beside it what was measured of its claim: a theorem
// speaks of wide networks, and one that does not apply refutes nothing.
func theoremWords(s reports.SubjectResult, statement string, a reports.Applicability) string {
	text := "does not apply: " + a.Reason
	if a.Applies {
		text = "applies: " + a.Reason
	}
	i := slices.IndexFunc(s.Series, func(x reports.Series) bool { return x.Statement == statement })
	if i < 0 || len(s.Series[i].Cells) == 0 {
		return text
	}
	x := s.Series[i]
	claim := standingOfClaim(x)
	text += fmt.Sprintf(". Measured, ± %s %%: %s", words.Number(100*x.Tolerance, 3), claim)
	switch {
	case claim.Where() != "":
		text += " " + claim.Where()
	case claim.From > 0:
		text += " from width " + words.Count(claim.From) + " on"
	}
	if claim.Class != "holds" && claim.Need > 0 {
		text += ", the limit law asks for " + words.Count(claim.Need)
	}
	return text
}
