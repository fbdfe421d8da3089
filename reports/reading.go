package reports

import (
	"fmt"
	"strings"

	"bsnn/montecarlo"
	"bsnn/properties"
)

// A reading is an outcome in words for people: symbol, word and class of
// style.
type reading struct{ Symbol, Word, Class string }

func (r reading) String() string { return r.Symbol + " " + r.Word }

func readingOf(o montecarlo.Outcome) reading {
	switch o {
	case montecarlo.Confirmed:
		return reading{"✓", "holds", "holds"}
	case montecarlo.Refuted:
		return reading{"✗", "fails", "fails"}
	}
	return reading{"?", "undecided", "open"}
}

// Reading is the answer of a series in words.
func (v SeriesVerdict) Reading() reading { return readingOf(v.Outcome) }

// Leading are the series that answer the question of the page: those about
// the deepest networks.
func (s SubjectResult) Leading() []Series {
	deepest := 0
	for _, x := range s.Series {
		deepest = max(deepest, x.Depth)
	}
	var out []Series
	for _, x := range s.Series {
		if x.Depth == deepest {
			out = append(out, x)
		}
	}
	return out
}

// unnormalised says that networks use a function that is not normalised.
func (s SubjectResult) unnormalised() bool { return s.Subject.AsIs && !s.Card.GPNormalized }

// Outcome joins the answers of the leading series.
func (s SubjectResult) Outcome() montecarlo.Outcome {
	var answers []montecarlo.Outcome
	for _, x := range s.Leading() {
		answers = append(answers, x.Verdict.Outcome)
	}
	return properties.Join(answers)
}

// Reading is the joint answer in words.
func (s SubjectResult) Reading() reading { return readingOf(s.Outcome()) }

// Remark qualifies the joint answer in a few words: from which width on it
// holds, or which direction fails.
func (s SubjectResult) Remark() string {
	var failing []string
	from := 0
	for _, x := range s.Leading() {
		if x.Verdict.Outcome == montecarlo.Refuted {
			failing = append(failing, x.Direction)
		}
		if x.Verdict.From == 0 {
			from = -1
		} else if from >= 0 {
			from = max(from, x.Verdict.From)
		}
	}
	switch s.Outcome() {
	case montecarlo.Confirmed:
		if from > 0 {
			return "from n = " + count(from) + " on"
		}
		return ""
	case montecarlo.Refuted:
		words := list(failing)
		if len(failing) > 1 && len(failing) == len(s.Leading()) {
			words = "in both directions"
		}
		if s.Subject.Control {
			words += " (negative control)"
		}
		return words
	}
	return "too few trials to tell"
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
func answersOf(r *Report) answers {
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
				surprised = append(surprised, s.Subject.Title)
			}
		}
		if len(g.Titles) > 0 {
			out.Groups = append(out.Groups, g)
		}
	}
	if len(surprised) > 0 {
		out.Surprise = fmt.Sprintf("Expected to fail as negative control, but did not: %s.", list(surprised))
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

// Short says which networks a series is about.
func (s Series) Short() string { return layersWord(s.Depth) + ", " + s.Direction }

// Label adds the statement.
func (s Series) Label() string {
	statement, _, _ := strings.Cut(s.Name, ",")
	return s.Short() + " (" + statement + ")"
}

// Title is the label as a heading.
func (s Series) Title() string {
	label := s.Label()
	return strings.ToUpper(label[:1]) + label[1:]
}

// ReplayAfter is the command to print below a series, "" if the next series
// is repeated by the same one.
func (s SubjectResult) ReplayAfter(i int) string {
	replay := s.Series[i].Verdict.Replay
	if i+1 < len(s.Series) && s.Series[i+1].Verdict.Replay == replay {
		return ""
	}
	return replay
}

// Tested is the cell that the numbers beside an answer come from: the one of
// the answer, or the widest where there is none. It is nil without cells.
func (s Series) Tested() *Cell {
	for i := range s.Cells {
		if s.Cells[i].Width == s.Verdict.Width {
			return &s.Cells[i]
		}
	}
	if len(s.Cells) == 0 {
		return nil
	}
	return &s.Cells[len(s.Cells)-1]
}

// Holding are the names of the assumptions that the activation satisfies.
func (s Series) Holding() []string {
	out := []string{}
	for _, a := range s.Assumptions {
		if a.Holds {
			out = append(out, a.Name)
		}
	}
	return out
}

// Failed are the assumptions that the activation violates.
func (s Series) Failed() []string {
	out := []string{}
	for _, a := range s.Assumptions {
		if !a.Holds {
			out = append(out, a.Name+" — "+a.Reason)
		}
	}
	return out
}
