package reports_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/reports"
	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

func TestReportIsNoChangeAgainstItself(t *testing.T) {
	c := reports.Compare(sample.Report(), sample.Report())
	require.True(t, c.Same())
	require.Zero(t, c.Differing)
	require.Equal(t, 4*4*4+3*4*4, c.Tests, "counts of all cells, and means of those with a standard deviation up to 1")
	require.Empty(t, c.Verdicts)
}

// Each kind of change is found, and nothing else.
func TestChangesAreFound(t *testing.T) {
	change := func(spoil func(*reports.Report)) *reports.Comparison {
		now := sample.Report()
		spoil(now)
		return reports.Compare(sample.Report(), now)
	}
	cell := func(r *reports.Report) *reports.Cell { return &r.Subjects[0].Series[1].Cells[2] }
	c := change(func(r *reports.Report) { cell(r).Mean += 6 * cell(r).SD / reports.Number(math.Sqrt(1000)) })
	require.Len(t, c.Beyond, 0, "six standard errors of one mean are 4.2 of the difference: not beyond chance among 112")
	c = change(func(r *reports.Report) { cell(r).Mean += 9 * cell(r).SD / reports.Number(math.Sqrt(1000)) })
	require.Len(t, c.Beyond, 1)
	require.Equal(t, "mean", c.Beyond[0].Quantity)
	require.Equal(t, "theorem2", c.Beyond[0].Statement)
	require.Equal(t, 1024, c.Beyond[0].Width)
	require.False(t, c.Same())

	c = change(func(r *reports.Report) { cell(r).Outside += 0.12 })
	require.Len(t, c.Beyond, 1)
	require.Equal(t, "outside", c.Beyond[0].Quantity)

	c = change(func(r *reports.Report) { r.Subjects[0].Card.A *= 1 + 1e-8 })
	require.Equal(t, []reports.Difference{{What: "tanh: a", Old: "1.5", New: "1.500000015"}}, c.Constants)
	require.False(t, c.Same())
	require.True(t, change(func(r *reports.Report) { r.Subjects[0].Card.A *= 1 + 1e-10 }).Same(), "machines round differently")

	c = change(func(r *reports.Report) { r.Subjects[2].Series[0].Verdict.Outcome = montecarlo.Confirmed })
	require.Equal(t, []reports.VerdictChange{{What: "slow, Theorem 1, forward", Old: montecarlo.Undecided, New: montecarlo.Confirmed}},
		c.Verdicts)
	require.True(t, c.Same(), "an answer that appears may be chance")
	c = change(func(r *reports.Report) { r.Subjects[0].Series[0].Verdict.Outcome = montecarlo.Refuted })
	require.False(t, c.Same(), "one that turns around is not")

	c = change(func(r *reports.Report) { r.Spec.Seed, r.Spec.Weights = 5, "gaussian" })
	require.Equal(t, []reports.Difference{{What: "seed", Old: "1", New: "5"}, {What: "weights", Old: "haar", New: "gaussian"}}, c.Spec)
	c = change(func(r *reports.Report) { r.Subjects[1].Subject.AsIs = true })
	require.Len(t, c.Unmatched, 2)
	c = change(func(r *reports.Report) { r.Subjects[0].Series[2].Tolerance = 0.4 })
	require.Equal(t, 112-4, c.Tests, "counts of another ε are another question")
	c = change(func(r *reports.Report) { r.Subjects[0].Series[2].Depth = 40 })
	require.Equal(t, 112-8, c.Tests)
}

// Reports that share no number are not compared in vain.
func TestNothingToCompare(t *testing.T) {
	old := sample.Report()
	require.NoError(t, reports.Comparable(old, old.Spec))
	spec := old.Spec
	spec.Subjects = []reports.Subject{reports.NewSubject("sin", nil, false)}
	require.ErrorContains(t, reports.Comparable(old, spec), "nothing to compare: the reports share no activation; want one of tanh")
	spec = old.Spec
	spec.Widths = []int{7}
	require.ErrorContains(t, reports.Comparable(old, spec), "nothing to compare: the reports share no width; want one of 64")

	now := sample.Report()
	now.Subjects = now.Subjects[2:]
	c := reports.Compare(old, now)
	require.Equal(t, []string{words.List([]string{old.Subjects[0].Subject.Title, old.Subjects[1].Subject.Title}) + " (only there)"},
		c.Unmatched)
}

func TestCompareBits(t *testing.T) {
	same, err := reports.CompareBits(sample.Report(), sample.Report())
	require.NoError(t, err)
	require.True(t, same.Identical())
	require.Greater(t, same.Numbers, 1000)
	require.Contains(t, same.String(), "bit-identical: all ")

	other := sample.Report()
	other.Machine.Cores, other.Comparison, other.Training = 99, sample.Comparison(), []reports.TrainingRun{{Name: "x"}}
	same, err = reports.CompareBits(sample.Report(), other)
	require.NoError(t, err)
	require.True(t, same.Identical(), "another machine is not another number")

	for name, c := range map[string]struct {
		spoil func(*reports.Report)
		first string
	}{
		"one bit": {func(r *reports.Report) {
			x := &r.Subjects[1].Series[2].Cells[3].Mean
			*x = reports.Number(math.Nextafter(float64(*x), 2))
		}, "subjects[1].series[2].cells[3].mean"},
		"a word": {func(r *reports.Report) { r.Warnings[0] = "other" }, "warnings[0]"},
		"an answer": {func(r *reports.Report) { r.Subjects[0].Series[0].Verdict.Outcome = montecarlo.Refuted },
			"subjects[0].series[0].verdict.outcome"},
		"a cell less": {func(r *reports.Report) { r.Subjects[0].Series[0].Cells = r.Subjects[0].Series[0].Cells[:3] },
			"subjects[0].series[0].cells"},
		"no number":    {func(r *reports.Report) { r.Subjects[0].Card.A = reports.Number(math.NaN()) }, "subjects[0].card.a"},
		"a set":        {func(r *reports.Report) { r.Input.SHA256 = "x" }, "input.sha256"},
		"maps appear":  {func(r *reports.Report) { r.Subjects[0].Card.Maps = &reports.Maps{} }, "subjects[0].card.maps"},
		"curves, bins": {func(r *reports.Report) { r.Subjects[0].Histograms[0].Counts[1]++ }, "subjects[0].histograms[0].counts[1]"},
	} {
		r := sample.Report()
		c.spoil(r)
		got, err := reports.CompareBits(sample.Report(), r)
		require.NoError(t, err)
		require.Equal(t, 1, got.Different, name)
		require.Equal(t, c.first, got.First, name)
		require.Contains(t, got.String(), "not bit-identical: 1 of ", name)
	}
}

func TestReadReport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	put := func(text string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o600)) }
	data, err := json.Marshal(sample.Report())
	require.NoError(t, err)
	put(string(data))
	r, err := reports.Read(path)
	require.NoError(t, err)
	same, err := reports.CompareBits(sample.Report(), r)
	require.NoError(t, err)
	require.True(t, same.Identical(), same.String())

	for text, want := range map[string]string{
		"{":                                "is not JSON",
		"{}":                               "holds no specification",
		`{"spec":{}}`:                      "has another format than 3, that of this program; want",
		`{"spec":{},"format":2}`:           "has another format than 3, that of this program (its tolerances are about squared norms)",
		`{"spec":{"seed":"x"},"format":3}`: "want the report.json of a report",
		`{"spec":{"seed":1},"format":3}`:   "no activations",
	} {
		put(text)
		_, err := reports.Read(path)
		require.ErrorContains(t, err, want, text)
	}
	_, err = reports.Read(path + ".none")
	require.ErrorContains(t, err, ".none")
}
