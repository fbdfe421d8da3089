package page

import (
	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/reports"
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

// remark qualifies the joint answer about an activation in a few words: from
// which width on it holds, or which direction fails.
func remark(s reports.SubjectResult) string {
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
			return "from n = " + words.Count(from) + " on"
		}
		return ""
	case montecarlo.Refuted:
		text := words.List(failing)
		if len(failing) > 1 && len(failing) == len(s.Leading()) {
			text = "in both directions"
		}
		if s.Subject.Control {
			text += " (negative control)"
		}
		return text
	}
	return "too few trials to tell"
}

// verdictDifferences are answers that changed, as readings.
func verdictDifferences(changes []reports.VerdictChange) []reports.Difference {
	var out []reports.Difference
	for _, c := range changes {
		out = append(out, reports.Difference{What: c.What, Old: readingOf(c.Old).Word, New: readingOf(c.New).Word})
	}
	return out
}
