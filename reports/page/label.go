package page

import (
	"strings"

	"bsnn/internal/words"
	"bsnn/properties"
	"bsnn/reports"
)

// networksOf says which networks a series is about.
func networksOf(s reports.Series) string { return layersWord(s.Depth) + ", " + s.Direction }

// label adds the statement.
func label(s reports.Series) string {
	statement, _, _ := strings.Cut(s.Name, ",")
	return networksOf(s) + " (" + statement + ")"
}

// heading is the label as a heading.
func heading(s reports.Series) string {
	l := label(s)
	return strings.ToUpper(l[:1]) + l[1:]
}

func layersWord(depth int) string {
	if depth == 1 {
		return "one layer"
	}
	return words.Count(depth) + " layers"
}

// replayAfter is the command to print below a series, "" if the next series
// is repeated by the same one.
func replayAfter(s reports.SubjectResult, i int) string {
	replay := s.Series[i].Verdict.Replay
	if i+1 < len(s.Series) && s.Series[i+1].Verdict.Replay == replay {
		return ""
	}
	return replay
}

// asked says which width the limit law asks for, where a claim is not confirmed.
func asked(s reports.Series) string {
	if len(s.Cells) == 0 {
		return ""
	}
	return properties.WidthAdvice(s.Verdict.Outcome, s.Cells[len(s.Cells)-1].Width, s.Verdict.LimitLawWidth)
}

// holding are the names of the assumptions that the activation satisfies.
func holding(s reports.Series) []string {
	out := []string{}
	for _, a := range s.Assumptions {
		if a.Holds {
			out = append(out, a.Name)
		}
	}
	return out
}

// violated are the assumptions that the activation violates, with the reason.
func violated(s reports.Series) []string {
	out := []string{}
	for _, a := range s.Assumptions {
		if !a.Holds {
			out = append(out, a.Name+" — "+a.Reason)
		}
	}
	return out
}
