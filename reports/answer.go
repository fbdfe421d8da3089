package reports

import (
	"fmt"
	"strings"
)

// Answer is the result of the report in a few lines of text, one for each
// outcome.
func (r *Report) Answer() string {
	a := answersOf(r)
	var lines []string
	for _, g := range a.Groups {
		lines = append(lines, fmt.Sprintf("%s %s: %s", g.Symbol, g.Sentence(a.Depth), strings.Join(g.Titles, g.Separator())))
	}
	if a.Surprise != "" {
		lines = append(lines, a.Surprise)
	}
	return strings.Join(lines, "\n")
}
