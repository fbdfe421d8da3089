package page

import (
	"testing"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/reports"
	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

// A page says which width the limit law asks for, where a sweep was too narrow, and
// names the assumption on the weights where they are not Haar distributed.
func TestPageSaysWhichWidthIsAskedFor(t *testing.T) {
	r := sample.Report()
	s := &r.Subjects[0].Series[3]
	s.Verdict = reports.SeriesVerdict{Outcome: montecarlo.Refuted, Width: 1024, LimitLawWidth: 98765}
	text := "refuted at width " + words.Count(s.Cells[len(s.Cells)-1].Width) + ": the limit law asks for 98,765 for this tolerance"
	html, err := newView(r).page(pageLimit)
	require.NoError(t, err)
	require.Contains(t, string(html), text)
	require.Contains(t, string(html), "“1” and “2”, on inputs and weights, are met by the sampling")
	s.Verdict.Outcome, r.Spec.Weights = montecarlo.Confirmed, "gaussian"
	html, err = newView(r).page(pageLimit)
	require.NoError(t, err)
	require.NotContains(t, string(html), "98,765")
	require.Contains(t, string(html), "“2” on the weights; “1”, on inputs, is met by the sampling")
}
