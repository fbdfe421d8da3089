package page

import (
	"fmt"
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
		for _, t := range g.Titles {
			titles = append(titles, words.Shorten(t, mostOfTitle))
		}
		lines = append(lines, fmt.Sprintf("%s %s: %s", g.Symbol, g.Sentence(a.Depth), strings.Join(titles, g.Separator())))
	}
	if a.Surprise != "" {
		lines = append(lines, a.Surprise)
	}
	return strings.Join(lines, "\n")
}

// answers are the sentences below the question of the page.
type answers struct {
	Depth    int
	Groups   []answerGroup
	Surprise string // a control that did not fail, or ""
}

// An answerGroup are the activations with one answer.
type answerGroup struct {
	reading
	Titles []string
}

// answersOf sorts the activations by answer: holding first, then failing,
// then undecided; empty groups are left out.
func answersOf(r *reports.Report) answers {
	out := answers{}
	var surprised []string
	for _, o := range []montecarlo.Outcome{montecarlo.Confirmed, montecarlo.Refuted, montecarlo.Undecided} {
		g := answerGroup{reading: readingOf(o)}
		for _, s := range r.Subjects {
			for _, x := range s.Leading() {
				out.Depth = max(out.Depth, x.Depth)
			}
			if s.Outcome() != o {
				continue
			}
			g.Titles = append(g.Titles, s.Subject.Title)
			if s.Subject.Control && o != montecarlo.Refuted {
				surprised = append(surprised, words.Shorten(s.Subject.Title, mostOfTitle))
			}
		}
		if len(g.Titles) > 0 {
			out.Groups = append(out.Groups, g)
		}
	}
	if len(surprised) > 0 {
		out.Surprise = fmt.Sprintf("Expected to fail as negative control, but did not: %s.", words.List(surprised))
	}
	return out
}

// Separator goes between the titles.
func (g answerGroup) Separator() string {
	for _, t := range g.Titles {
		if strings.Contains(t, ",") {
			return "; "
		}
	}
	return ", "
}

// Sentence says what a group means for a network.
func (g answerGroup) Sentence(depth int) string {
	layers := fmt.Sprintf("%d layers", depth)
	if depth == 1 {
		layers = "one layer"
	}
	switch g.Class {
	case "holds":
		return "Through " + layers + " both norms are kept, forward and backward, once the network is wide enough, with"
	case "fails":
		return "They are not kept, in at least one direction, with"
	}
	return "The trials do not suffice for an answer with"
}
