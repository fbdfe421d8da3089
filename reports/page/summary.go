package page

import (
	"fmt"
	"strings"

	"bsnn/internal/words"
	"bsnn/reports"
)

// summaryLines is how many changes of a kind the summary names.
const summaryLines = 8

// Summary is a comparison in a few lines of text.
func Summary(c *reports.Comparison) string {
	var b strings.Builder
	fmt.Fprintf(&b, "compared with a report of seed %d: %d of %d measured numbers differ, "+
		"%d of them by more than chance (α = %g over all)\n",
		c.Old.Seed, c.Differing, c.Tests, len(c.Beyond), c.Alpha)
	for i, x := range c.Beyond {
		if i == summaryLines {
			fmt.Fprintf(&b, "  and %d more, on the page\n", len(c.Beyond)-i)
			break
		}
		fmt.Fprintf(&b, "  %s, %s, n = %s: %s %s ± %s, was %s ± %s (p = %s)\n",
			words.Shorten(x.Title, mostOfTitle), x.Statement, words.Count(x.Width), x.Quantity,
			words.Number(float64(x.New), 4), words.Number(float64(x.NewError), 1),
			words.Number(float64(x.Old), 4), words.Number(float64(x.OldError), 1), words.Number(float64(x.P), 2))
	}
	for _, group := range []struct {
		name string
		list []reports.Difference
	}{{"answer", verdictDifferences(c.Verdicts)}, {"theory", c.Constants}, {"setting", c.Spec}} {
		for i, d := range group.list {
			if i == summaryLines {
				fmt.Fprintf(&b, "  %s: and %d more, on the page\n", group.name, len(group.list)-i)
				break
			}
			fmt.Fprintf(&b, "  %s: %s is %s, was %s\n", group.name, d.What, d.New, d.Old)
		}
	}
	if len(c.Unmatched) > 0 {
		fmt.Fprintf(&b, "  not compared: %s\n", words.List(c.Unmatched))
	}
	return strings.TrimSuffix(b.String(), "\n")
}
