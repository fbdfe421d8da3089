package page

import (
	"strings"
	"testing"

	"bsnn/reports"
	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

func TestNoChangeOnThePage(t *testing.T) {
	r := sample.Report()
	r.Comparison = reports.Compare(sample.Report(), r)
	require.Contains(t, Summary(r.Comparison), "0 of 112 measured numbers differ")
	page := string(rendered(t, r)[pageName])
	require.Contains(t, page, "Nothing changed beyond chance against an older report of seed 1.")
	require.NotContains(t, page, "Δ changed")
}

// A change is marked where it is, on the page and in the summary.
func TestChangesOnThePage(t *testing.T) {
	r := sample.Report()
	cell := &r.Subjects[0].Series[1].Cells[2]
	cell.Mean += cell.SD / 3
	r.Comparison = reports.Compare(sample.Report(), r)
	require.Contains(t, Summary(r.Comparison), "tanh, theorem2, n = 1,024: mean")
	require.Equal(t, 1, strings.Count(string(rendered(t, r)[pageName]), "Δ changed"))

	r = sample.Report()
	r.Comparison = sample.Comparison()
	require.Contains(t, Summary(r.Comparison), "answer: tanh, Theorem 2, backward is refuted, was confirmed")
	require.Contains(t, string(rendered(t, r)[pageName]),
		`<tr><th scope="row">tanh, Theorem 2, backward</th><td>refuted</td><td>confirmed</td></tr>`)
}
