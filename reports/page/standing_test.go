package page

import (
	"strings"
	"testing"

	"bsnn/montecarlo"
	"bsnn/reports"
	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

// judged is a report about one activation that every theorem covers, with one answer to all claims.
func judged(o montecarlo.Outcome, lawWidth int, assumption bool) *reports.Report {
	r := sample.Report()
	s := &r.Subjects[0]
	s.Card.Theorems.Forward = reports.Applicability{Applies: assumption, Reason: "because"}
	s.Card.Theorems.Backward = s.Card.Theorems.Forward
	for i := range s.Series {
		x := &s.Series[i]
		x.Verdict.Outcome, x.Verdict.LimitLawWidth, x.Verdict.From = o, lawWidth, 0
		if o == montecarlo.Confirmed {
			x.Verdict.From = 256
		}
		x.Assumptions[0].Holds = assumption
		for k := range x.Cells {
			x.Cells[k].Verdict.Outcome = o
		}
	}
	r.Subjects = r.Subjects[:1]
	return r
}

// Whatever the answer: header, picture, table and card give it in one word, and what is refuted says whether for
// want of width or by theory, with the width that the limit law asks for. No card calls fine what is refuted
// without saying where.
func TestCardAgreesWithVerdict(t *testing.T) {
	const here, theory = "at these widths", "by theory too"
	for name, c := range map[string]struct {
		outcome    montecarlo.Outcome
		lawWidth   int
		assumption bool
		says       []string // the header and the card
		brief      string   // the cell of the table
		never      string
	}{
		"wide enough": {montecarlo.Confirmed, 100, true, []string{"from width 256 on"}, "✓ confirmed from 256", here},
		"confirmed though an assumption fails": {montecarlo.Confirmed, 100, false, []string{"from width 256 on"},
			"✓ confirmed from 256", theory},
		"too narrow": {montecarlo.Refuted, 20000, true, []string{"at these widths, 64 to 4,096", "20,000"},
			"✗ refuted at these widths, asks for 20,000", theory},
		"too narrow, an assumption fails": {montecarlo.Refuted, 20000, false, []string{"at these widths, 64 to 4,096", "20,000"},
			"✗ refuted at these widths, asks for 20,000", theory},
		"heavy tails": {montecarlo.Refuted, 100, true, []string{"at these widths, 64 to 4,096", "heavier tails"},
			"✗ refuted at these widths", theory},
		"by theory": {montecarlo.Refuted, 0, false, []string{"an assumption fails"}, "✗ refuted by theory too", here},
		"no theory": {montecarlo.Refuted, 0, true, []string{"at these widths, 64 to 4,096", "theory says nothing"},
			"✗ refuted at these widths", theory},
		"few trials": {montecarlo.Undecided, 5000, true, []string{"at these widths, 64 to 4,096", "5,000"},
			"? undecided asks for 5,000", theory},
	} {
		t.Run(name, func(t *testing.T) {
			r := judged(c.outcome, c.lawWidth, c.assumption)
			root := htmlDocument(t, rendered(t, r))
			text := func(element string) string {
				e := root.all(element)[0]
				return strings.Join(strings.Fields(e.text), " ")
			}
			card, header := text("article"), text("header")
			word := c.outcome.String()
			require.Contains(t, strings.ToLower(header), word)
			require.Contains(t, card, word)
			require.Equal(t, c.brief, root.all("table")[0].all("td")[0].text)
			for _, want := range c.says {
				if c.outcome != montecarlo.Confirmed {
					require.Contains(t, strings.ToLower(header), strings.ToLower(want))
				}
				require.Contains(t, strings.ToLower(card), strings.ToLower(want))
			}
			glance, _, _ := strings.Cut(text("main"), "Verdicts in full")
			require.NotContains(t, header+glance, c.never)
			for _, dd := range root.all("article")[0].all("dd") {
				if strings.HasPrefix(dd.text, "applies") {
					require.Contains(t, dd.text, readingOf(c.outcome).String(), "what was measured stands beside it")
				}
			}
		})
	}
}

// An α is rounded up, and never by a digit too much.
func TestTwoDigitsUp(t *testing.T) {
	for alpha, want := range map[float64]string{
		7.575757575757576e-07: "7.6e-07", 1.5151515151515152e-06: "1.6e-06", 5e-05: "5e-05", 0.0001: "0.0001", 9.91e-6: "1e-05",
		2.4e-7: "2.4e-07", 0.000121: "0.00013",
	} {
		require.Equal(t, want, twoDigitsUp(alpha))
	}
	require.Equal(t, "bsnn verify --alpha 1.6e-06 --seed 1", shortAlpha("bsnn verify --alpha 1.51e-06 --seed 1"))
}
