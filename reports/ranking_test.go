package reports_test

import (
	"math"
	"slices"
	"testing"

	"bsnn/montecarlo"
	"bsnn/reports"
	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

// A ranking puts answers before widths, widths before medians, and what is not known last.
func TestRankingOrder(t *testing.T) {
	r := sample.Report()
	base := r.Subjects[0]
	type entry struct {
		key     string
		outcome montecarlo.Outcome
		need    int
		median  float64
	}
	want := []entry{
		{"first", montecarlo.Confirmed, 100, 3},
		{"wider", montecarlo.Confirmed, 200, 1},
		{"nearer", montecarlo.Confirmed, 0, 0.9},
		{"farther", montecarlo.Confirmed, 0, 1.2},
		{"open", montecarlo.Undecided, 50, 1},
		{"lost", montecarlo.Refuted, 10, 1},
		{"gone", montecarlo.Refuted, 0, 1e-9},
		{"never", montecarlo.Refuted, 0, math.NaN()},
	}
	r.Subjects = nil
	for _, i := range []int{7, 3, 5, 0, 6, 2, 4, 1} {
		s := base
		s.Subject.Key = want[i].key
		s.Series = slices.Clone(base.Series)
		for k := range s.Series {
			x := &s.Series[k]
			x.Cells = slices.Clone(x.Cells)
			x.Verdict.Outcome, x.Verdict.LimitLawWidth = want[i].outcome, want[i].need
			x.Cells[len(x.Cells)-1].Q50 = reports.Number(want[i].median)
			if x.Depth == 1 { // says nothing of depth
				x.Verdict.Outcome, x.Verdict.LimitLawWidth = montecarlo.Refuted, 1
			}
		}
		r.Subjects = append(r.Subjects, s)
	}
	var got []string
	for _, x := range reports.Ranking(r) {
		got = append(got, r.Subjects[x.Subject].Subject.Key)
	}
	require.Equal(t, []string{"first", "wider", "nearer", "farther", "open", "lost", "gone", "never"}, got)
}
