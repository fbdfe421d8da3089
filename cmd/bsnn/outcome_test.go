package main

import (
	"testing"

	"bsnn/montecarlo"
	"bsnn/properties"
	"bsnn/reports"

	"github.com/stretchr/testify/require"
)

// A claim's line does not contradict the rows above it: where widths differ it
// says which.
func TestOutcomeWordsNameTheWidths(t *testing.T) {
	const c, r, u = montecarlo.Confirmed, montecarlo.Refuted, montecarlo.Undecided
	for want, outcomes := range map[string][]montecarlo.Outcome{
		"confirmed": {c, c, c},
		"refuted":   {r},
		"undecided": {u, u},
		"confirmed from width 256 on (refuted up to 64)":    {r, u, c, c},
		"confirmed from width 256 on (refuted up to 128)":   {r, r, c, c},
		"confirmed from width 128 on (undecided up to 64)":  {u, c},
		"confirmed at width 128 (undecided at width 256)":   {r, c, u},
		"confirmed at width 64 (undecided at width 256)":    {c, u, u},
		"refuted from width 128 on (confirmed up to 64)":    {c, r, r},
		"undecided from width 128 on (refuted up to 64)":    {r, u, u},
		"undecided from width 512 on (refuted up to 256)":   {c, c, r, u},
		"confirmed from width 1024 on (refuted up to 512)":  {r, r, r, r, c},
		"undecided from width 256 on (refuted up to 128)":   {u, r, u},
		"confirmed from width 512 on (undecided up to 256)": {u, c, u, c},
		"refuted from width 512 on (undecided up to 256)":   {u, u, u, r},
		"confirmed from width 512 on (refuted up to 128)":   {u, r, u, c},
	} {
		claim := properties.ClaimResult{}
		for i, o := range outcomes {
			claim.Widths = append(claim.Widths, properties.WidthResult{Width: 64 << i, Verdict: montecarlo.Verdict{Outcome: o}})
		}
		claim.Outcome, _ = properties.OutcomeOverWidths(outcomes)
		require.Equal(t, want, outcomeWords(claim), "%v", outcomes)
	}
}

// An enclosure of 0 is printed as 0, and still encloses.
func TestEnclosuresOfZero(t *testing.T) {
	require.Equal(t, "0 ± 4e-15 (proven)", between(reports.Range{Lo: -4e-15, Hi: 3e-15}))
	require.Equal(t, "0 ± 0.3 (proven)", between(reports.Range{Lo: -0.1, Hi: 0.3}))
	require.Equal(t, "0.5 ± 0.1 (proven)", between(reports.Range{Lo: 0.4, Hi: 0.6}))
	_, stdout, _ := command(t, "activation", "relu", "-v")
	require.Regexp(t, `b +0 ± `, stdout)
	require.NotContains(t, stdout, "-0.00000")
}
