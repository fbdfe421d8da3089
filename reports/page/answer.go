package page

import (
	"fmt"
	"slices"
	"strings"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/reports"
)

// mostOfTitle is how many letters of a title stand in a line of text.
const mostOfTitle = 60

// Answer is the result of a report in a few lines of text, one for each
// outcome; those of a ranking name the first activations alone.
func Answer(r *reports.Report) string {
	if ranked(r) {
		return rankingAnswer(r)
	}
	a := answersOf(r)
	var lines []string
	for _, g := range a.Groups {
		var titles []string
		for i, t := range g.Titles {
			titles = append(titles, words.Shorten(t, mostOfTitle)+g.Needs[i])
		}
		lines = append(lines, fmt.Sprintf("%s %s: %s", g.Symbol, g.Sentence(a.Depth, a.Widths), strings.Join(titles, g.Separator())))
	}
	if a.Surprise != "" {
		lines = append(lines, a.Surprise)
	}
	return strings.Join(lines, "\n")
}

// answers are the sentences below the question of the page.
type answers struct {
	Depth    int
	Widths   []int
	Groups   []answerGroup
	Surprise string // a control that was not refuted, or ""
}

// An answerGroup are the activations with one answer for one cause.
type answerGroup struct {
	reading
	cause  cause
	Titles []string
	Needs  []string // what to say in brackets behind each title: the width that the limit law asks for, or ""
}

// answersOf sorts the activations by answer: confirmed first, then refuted, by cause, then undecided; empty
// groups are left out.
func answersOf(r *reports.Report) answers {
	out := answers{Widths: r.Spec.Widths}
	var surprised []string
	for _, o := range []montecarlo.Outcome{montecarlo.Confirmed, montecarlo.Refuted, montecarlo.Undecided} {
		for c := notRefuted; c <= byTheory; c++ {
			g := answerGroup{reading: readingOf(o), cause: c}
			for _, s := range r.Subjects {
				for _, x := range s.Leading() {
					out.Depth = max(out.Depth, x.Depth)
				}
				standing := standingOf(s)
				if s.Outcome() != o || standing.cause != c {
					continue
				}
				g.add(s.Subject.Title, standing)
				if s.Subject.Control && o != montecarlo.Refuted {
					surprised = append(surprised, words.Shorten(s.Subject.Title, mostOfTitle))
				}
			}
			if len(g.Titles) > 0 {
				out.Groups = append(out.Groups, g)
			}
		}
	}
	if len(surprised) > 0 {
		out.Surprise = fmt.Sprintf("Expected to be refuted as negative control, but was not: %s.", words.List(surprised))
	}
	return out
}

func (g *answerGroup) add(title string, s standing) {
	need := ""
	if s.Need > 0 && s.Class != "holds" {
		need = " (" + words.Count(s.Need) + ")"
	}
	g.Titles, g.Needs = append(g.Titles, title), append(g.Needs, need)
}

// Separator goes between the titles.
func (g answerGroup) Separator() string {
	for i, t := range g.Titles {
		if strings.Contains(t+g.Needs[i], ",") {
			return "; "
		}
	}
	return ", "
}

// Sentence says what a group means for a network; the titles follow.
func (g answerGroup) Sentence(depth int, widths []int) string {
	layers, at := layersWord(depth), widthsWord(widths)
	switch g.Class {
	case "holds":
		return "Confirmed: through " + layers + " both norms are kept, forward and backward, once the network is wide enough, with"
	case "fails":
		return "Refuted" + g.cause.sentence(layers, at)
	}
	text := "Undecided: through " + layers + ", the trials at these widths, " + at + ", do not suffice for an answer"
	if g.needs() {
		return text + "; the limit law asks for the width in brackets"
	}
	return text + " with"
}

// needs says whether any width is asked for.
func (g answerGroup) needs() bool {
	return slices.ContainsFunc(g.Needs, func(s string) bool { return s != "" })
}

// sentence says why norms are not kept through layers at some widths.
func (c cause) sentence(layers, at string) string {
	here := " at these widths, " + at + ": through " + layers + " norms are not kept, in at least one direction"
	switch c {
	case tooNarrow:
		return here + ". They are in wide enough networks; the limit law asks for the width in brackets"
	case heavyTails:
		return here + ", though the limit law asks for the width in brackets only; narrow deep networks have heavier tails"
	case byTheory:
		return ", by theory too: through " + layers + " norms are not kept, in at least one direction, and an assumption fails, with"
	}
	return here + ", and theory says nothing of such networks, with"
}
