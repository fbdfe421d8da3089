package page

import (
	"bsnn/montecarlo"
	"bsnn/reports"
)

// A reading is an outcome for people: symbol, word and class of style.
type reading struct{ Symbol, Word, Class string }

func (r reading) String() string { return r.Symbol + " " + r.Word }

func readingOf(o montecarlo.Outcome) reading {
	switch o {
	case montecarlo.Confirmed:
		return reading{"✓", o.String(), "holds"}
	case montecarlo.Refuted:
		return reading{"✗", o.String(), "fails"}
	}
	return reading{"?", o.String(), "open"}
}

// verdictDifferences are answers that changed, as readings.
func verdictDifferences(changes []reports.VerdictChange) []reports.Difference {
	var out []reports.Difference
	for _, c := range changes {
		out = append(out, reports.Difference{What: c.What, Old: readingOf(c.Old).Word, New: readingOf(c.New).Word})
	}
	return out
}
