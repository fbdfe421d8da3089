package page

import (
	"cmp"
	"fmt"
	"slices"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/reports"
)

// A cause is why norms are not kept, as far as theory knows.
type cause int

const (
	notRefuted cause = iota
	tooNarrow        // they are in wider networks, by the limit law
	heavyTails       // by the limit law they should be, but narrow deep networks have heavier tails
	noTheory         // theory says nothing of such networks
	byTheory         // an assumption fails, and no width is known from which on they are
)

// What a cause is called in tables.
const (
	atTheseWidths = "at these widths"
	byTheoryToo   = "by theory too"
)

// A standing is the answer about an activation, or one claim about it, and what theory adds to it. Everything
// on the page that speaks of the answer reads it: header, pictures, tables and cards.
type standing struct {
	reading
	cause cause

	failing []string // directions that are refuted
	From    int      // width from which on all is confirmed; 0 where there is none
	Need    int      // width that the limit law asks for; 0 where it asks for none
	Control bool
}

// standingOf joins those of the series about the deepest networks.
func standingOf(s reports.SubjectResult) standing {
	out := standing{reading: readingOf(s.Outcome()), Control: s.Subject.Control}
	leading := s.Leading()
	for i, x := range leading {
		one := standingOfClaim(x)
		out.cause, out.Need = max(out.cause, one.cause), max(out.Need, one.Need)
		out.failing = append(out.failing, one.failing...)
		if i == 0 || one.From == 0 || out.From > 0 && one.From > out.From {
			out.From = one.From
		}
	}
	if out.cause == byTheory {
		out.Need = 0
	}
	if len(out.failing) > 1 && len(out.failing) == len(leading) {
		out.failing = []string{"in both directions"}
	}
	return out
}

// standingOfClaim is that of one series.
func standingOfClaim(x reports.Series) standing {
	out := standing{reading: readingOf(x.Verdict.Outcome), From: x.Verdict.From, Need: x.Verdict.LimitLawWidth}
	if x.Verdict.Outcome != montecarlo.Refuted {
		return out
	}
	out.failing = []string{x.Direction}
	widest := 0
	if len(x.Cells) > 0 {
		widest = x.Cells[len(x.Cells)-1].Width
	}
	switch {
	case out.Need > widest:
		out.cause = tooNarrow
	case out.Need > 0:
		out.cause = heavyTails
	case len(violated(x)) > 0:
		out.cause = byTheory
	default:
		out.cause = noTheory
	}
	return out
}

// Remark qualifies the answer in a few words: from which width on it holds, which direction fails, at these
// widths only or by theory too.
func (s standing) Remark() string {
	directions := words.List(s.failing)
	control := ""
	if s.Control {
		control = " (negative control)"
	}
	switch {
	case s.Class == "holds" && s.From > 0:
		return "from n = " + words.Count(s.From) + " on"
	case s.Class == "holds":
		return ""
	case s.Class == "open" && s.Need > 0:
		return "too few trials; the limit law asks for " + words.Count(s.Need)
	case s.Class == "open":
		return "too few trials to tell"
	case s.cause == tooNarrow:
		return directions + ", at these widths: the limit law asks for " + words.Count(s.Need) + control
	case s.cause == byTheory:
		return directions + ", by theory too" + control
	}
	return directions + ", at these widths" + control
}

// Brief is the remark for a cell of a table.
func (s standing) Brief() string {
	switch {
	case s.Class == "holds" && s.From > 0:
		return "from " + words.Count(s.From)
	case s.Class == "holds":
		return ""
	case s.cause == tooNarrow:
		return s.Where() + ", asks for " + words.Count(s.Need)
	case s.cause == notRefuted && s.Need > 0:
		return "asks for " + words.Count(s.Need)
	}
	return s.Where()
}

// Sentence is the whole answer about one activation, for its card.
func (s standing) Sentence(depth int, widths []int) string {
	layers, at := layersWord(depth), widthsWord(widths)
	switch {
	case s.Class == "holds" && s.From > 0:
		return fmt.Sprintf("Through %s norms are kept from width %s on.", layers, words.Count(s.From))
	case s.Class == "holds":
		return fmt.Sprintf("Through %s norms are kept.", layers)
	case s.Class == "open":
		text := fmt.Sprintf("The trials at these widths, %s, do not suffice for an answer through %s.", at, layers)
		if s.Need > 0 {
			text += fmt.Sprintf(" The limit law asks for width %s.", words.Count(s.Need))
		}
		return text
	}
	where := words.List(s.failing)
	switch s.cause {
	case tooNarrow:
		return fmt.Sprintf("At these widths, %s, norms are not kept through %s, %s. They are in wide enough networks: the limit law asks for %s.",
			at, layers, where, words.Count(s.Need))
	case heavyTails:
		return fmt.Sprintf("At these widths, %s, norms are not kept through %s, %s, though the limit law asks for %s only: "+
			"narrow deep networks have heavier tails.", at, layers, where, words.Count(s.Need))
	case byTheory:
		return fmt.Sprintf("Norms are not kept through %s, %s, and theory promises no width at which they are: an assumption fails.",
			layers, where)
	}
	return fmt.Sprintf("At these widths, %s, norms are not kept through %s, %s. Theory says nothing of such networks.", at, layers, where)
}

// widthsWord lists the widths of a sweep, or its ends.
func widthsWord(widths []int) string {
	sorted := slices.SortedFunc(slices.Values(widths), cmp.Compare[int])
	switch len(sorted) {
	case 0:
		return "none"
	case 1:
		return words.Count(sorted[0])
	case 2:
		return words.Count(sorted[0]) + " and " + words.Count(sorted[1])
	}
	return words.Count(sorted[0]) + " to " + words.Count(sorted[len(sorted)-1])
}

// Where says whether a claim is refuted at these widths or by theory too; "" where it is not refuted.
func (s standing) Where() string {
	switch s.cause {
	case notRefuted:
		return ""
	case byTheory:
		return byTheoryToo
	}
	return atTheseWidths
}

// Place is from which width on a claim is confirmed, or where it is refuted.
func (s standing) Place() string {
	if s.Class == "holds" && s.From > 0 {
		return "from " + words.Count(s.From)
	}
	return s.Where()
}
