package reports

import (
	"bsnn/montecarlo"
	"bsnn/properties"
)

// Leading are the series about the deepest networks: those that say whether
// norms survive depth.
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

// Outcome joins the answers of the leading series.
func (s SubjectResult) Outcome() montecarlo.Outcome {
	var answers []montecarlo.Outcome
	for _, x := range s.Leading() {
		answers = append(answers, x.Verdict.Outcome)
	}
	return properties.JointOutcome(answers)
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
