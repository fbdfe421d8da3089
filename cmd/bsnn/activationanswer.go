package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/reports"
)

// writeAnswer prints what most people want to know of a card, in a dozen lines.
func writeAnswer(w *table.Page, c reports.Card, digits int) error {
	var rows [][2]string
	longest := 0
	row := func(name, format string, args ...any) {
		rows = append(rows, [2]string{name, fmt.Sprintf(format, args...)})
		longest = max(longest, utf8.RuneCountInString(name))
	}
	row("f", "%s", c.Expression)
	row("as it is", "%s", asItIs(c, digits))
	if !c.GPNormalized {
		row("normalised", "φ = a·f + b with %s", proven(digits, named{"a", c.Proof.A}, named{"b", chosenRoot(c)}))
	}
	if !c.GPNormalized {
		row("gains", "of weights, for it as it is: %.*g for signals, %.*g for gradients", digits, c.Gains.Forward, digits, c.Gains.Backward)
	}
	if p := c.Published; p != nil && p.B < 0 && p.Of != "" {
		row("published", "a = %.4f, b = −%.4f belong to %s, not to this function", float64(p.A), math.Abs(float64(p.B)), p.Of)
	}
	if i := chosenRow(c); i >= 0 {
		p := proofOf(c.Proof.Roots, c.B)
		row("κ", "%s: by which layers multiply errors of the length; %s", digitsOf(c.Roots[i].LengthMapSlope, p.LengthMapSlope, digits),
			stableWords(c.Stable))
		if v := c.Roots[i].DepthVariance; v.Finite() {
			row("V", "%s: squared gradients vary by e^±√(V·L/n) at depth L and width n", digitsOf(v, p.DepthVariance, digits))
		}
	}
	row("theorems", "%s", theoremWords(c.Theorems))
	if a := c.Answers; a != nil {
		row(fmt.Sprintf("%s layers", words.Number(a.Layers, 8)), "of it, where they are wide (--depth for another number):")
		row("  norms", "%s", a.Norms())
		row("  angles", "%s", a.Angles())
		row("  isometry", "%s", a.Isometry())
	}
	for _, warning := range c.Warnings {
		row("warning", "%s", warning)
	}
	for _, r := range rows {
		fmt.Fprintf(w, "%-*s  %s\n", longest, r[0], r[1])
	}
	_, err := fmt.Fprintln(w, "More: --verbose has every number, --emit pytorch the code, --plot the picture.")
	return err
}

// asItIs says whether the function needs a and b.
func asItIs(c reports.Card, digits int) string {
	moments := proven(digits, named{"E f²", c.SecondMoment}, named{"E f′²", c.DerivativeSecondMoment})
	switch {
	case c.GPNormalized:
		return "normalised: " + moments
	case c.GPUndecided:
		return "undecided: " + moments
	}
	return "not normalised: " + moments
}

func stableWords(stable bool) string {
	if stable {
		return "≤ 1: stable"
	}
	return "> 1: unstable"
}

// theoremWords say which theorems apply, and of the others why not.
func theoremWords(t reports.Theorems) string {
	if t.Forward.Applies && t.Backward.Applies {
		return "1 (signals keep their norm) and 2 (gradients do) apply"
	}
	one := func(name string, a reports.Applicability) string {
		if a.Applies {
			return name + " applies"
		}
		reason, remark, _ := strings.Cut(a.Reason, "; ")
		text := name + " does not apply, " + reason
		if strings.HasPrefix(remark, "the conclusion is proven without it") {
			text += ", but its conclusion is proven without it"
		}
		return text
	}
	return one("1 (signals)", t.Forward) + "; " + one("2 (gradients)", t.Backward)
}

// chosenRow is the place of the chosen root among the roots; −1 for none.
func chosenRow(c reports.Card) int {
	for i, r := range c.Roots {
		if r.B == c.B {
			return i
		}
	}
	return -1
}

// chosenRoot is the enclosure of the chosen root.
func chosenRoot(c reports.Card) reports.Range {
	for _, r := range c.Proof.Roots {
		if r.B.Lo <= c.B && c.B <= r.B.Hi {
			return r.B
		}
	}
	return reports.Range{Lo: c.B, Hi: c.B}
}

// named is a number that is proven to lie in a range.
type named struct {
	name string
	r    reports.Range
}

// proven writes numbers with so many digits, all of them proven; those that are not known so
// well stand with how far they may be off.
func proven(digits int, numbers ...named) string {
	var out []string
	all := true
	for _, n := range numbers {
		text, ok := known(n.r, digits)
		if !ok {
			text, all = between(n.r), false
		}
		out = append(out, n.name+" = "+text)
	}
	text := strings.Join(out, ", ")
	if all {
		text += " (proven)"
	}
	return text
}

// known is a number with so many digits where its enclosure leaves no doubt about them: all of
// it is within one unit of the last.
func known(r reports.Range, digits int) (text string, ok bool) {
	lo, hi := float64(r.Lo), float64(r.Hi)
	if !(hi-lo < math.Inf(1)) {
		return "", false
	}
	if lo <= 0 && 0 <= hi {
		return "0", max(-lo, hi) < math.Pow(10, -float64(digits))
	}
	text = strconv.FormatFloat(lo/2+hi/2, 'g', digits, 64)
	v, _ := strconv.ParseFloat(text, 64)
	unit := math.Pow(10, float64(decade(v)-digits+1))
	return strings.Replace(text, "-", "−", 1), max(hi-v, v-lo) <= unit
}

// digitsOf is a number with so many digits, or with as many as its enclosure carries.
func digitsOf(x reports.Number, r reports.Range, digits int) string {
	if text, ok := known(r, digits); ok {
		return text
	}
	return carried(x, r)
}
