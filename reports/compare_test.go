package reports

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
)

func TestReportIsNoChangeAgainstItself(t *testing.T) {
	c := Compare(syntheticReport(), syntheticReport())
	require.True(t, c.Same())
	require.Zero(t, c.Differing)
	require.Equal(t, 4*4*4+3*4*4, c.Tests, "counts of all cells, and means of those with a standard deviation up to 1")
	require.Empty(t, c.Verdicts)
	require.Contains(t, c.Summary(), "0 of 112 measured numbers differ")
	r := syntheticReport()
	r.Comparison = c
	page := string(rendered(t, r)[pageName])
	require.Contains(t, page, "Nothing changed beyond chance against an older report of seed 1.")
	require.NotContains(t, page, "Δ changed")
}

// Each kind of change is found, and nothing else.
func TestChangesAreFound(t *testing.T) {
	change := func(spoil func(*Report)) *Comparison {
		now := syntheticReport()
		spoil(now)
		return Compare(syntheticReport(), now)
	}
	cell := func(r *Report) *Cell { return &r.Subjects[0].Series[1].Cells[2] }
	c := change(func(r *Report) { cell(r).Mean += 6 * cell(r).SD / Number(math.Sqrt(1000)) })
	require.Len(t, c.Beyond, 0, "six standard errors of one mean are 4.2 of the difference: not beyond chance among 112")
	c = change(func(r *Report) { cell(r).Mean += 9 * cell(r).SD / Number(math.Sqrt(1000)) })
	require.Len(t, c.Beyond, 1)
	require.Equal(t, "mean", c.Beyond[0].Quantity)
	require.Equal(t, "theorem2", c.Beyond[0].Statement)
	require.Equal(t, 1024, c.Beyond[0].Width)
	require.False(t, c.Same())
	require.Contains(t, c.Summary(), "tanh, theorem2, n = 1,024: mean")

	c = change(func(r *Report) { cell(r).Outside += 0.12 })
	require.Len(t, c.Beyond, 1)
	require.Equal(t, "outside", c.Beyond[0].Quantity)
	r := syntheticReport()
	r.Comparison = c
	require.Equal(t, 1, strings.Count(string(rendered(t, r)[pageName]), "Δ changed"))

	c = change(func(r *Report) { r.Subjects[0].Card.A *= 1 + 1e-8 })
	require.Equal(t, []Difference{{"tanh: a", "1.5", "1.500000015"}}, c.Constants)
	require.False(t, c.Same())
	require.True(t, change(func(r *Report) { r.Subjects[0].Card.A *= 1 + 1e-10 }).Same(), "machines round differently")

	c = change(func(r *Report) { r.Subjects[2].Series[0].Verdict.Outcome = montecarlo.Confirmed })
	require.Len(t, c.Verdicts, 1)
	require.True(t, c.Same(), "an answer that appears may be chance")
	c = change(func(r *Report) { r.Subjects[0].Series[0].Verdict.Outcome = montecarlo.Refuted })
	require.False(t, c.Same(), "one that turns around is not")

	c = change(func(r *Report) { r.Spec.Seed, r.Spec.Weights = 5, "gaussian" })
	require.Equal(t, []Difference{{"seed", "1", "5"}, {"weights", "haar", "gaussian"}}, c.Spec)
	c = change(func(r *Report) { r.Subjects[1].Subject.AsIs = true })
	require.Len(t, c.Unmatched, 2)
	c = change(func(r *Report) { r.Subjects[0].Series[2].Tolerance = 0.4 })
	require.Equal(t, 112-4, c.Tests, "counts of another ε are another question")
	c = change(func(r *Report) { r.Subjects[0].Series[2].Depth = 40 })
	require.Equal(t, 112-8, c.Tests)
}

// Reports that share no number are not compared in vain.
func TestNothingToCompare(t *testing.T) {
	old := syntheticReport()
	require.NoError(t, Comparable(old, old.Spec))
	spec := old.Spec
	spec.Subjects = []Subject{NewSubject("sin", nil, false)}
	require.ErrorContains(t, Comparable(old, spec), "nothing to compare: the reports share no activation; want one of tanh")
	spec = old.Spec
	spec.Widths = []int{7}
	require.ErrorContains(t, Comparable(old, spec), "nothing to compare: the reports share no width; want one of 64")

	now := syntheticReport()
	now.Subjects = now.Subjects[2:]
	c := Compare(old, now)
	require.Equal(t, []string{list([]string{old.Subjects[0].Subject.Title, old.Subjects[1].Subject.Title}) + " (only there)"}, c.Unmatched)
}

// Fisher's test, against sums of exact fractions.
func TestFisher(t *testing.T) {
	choose := func(n, k int) *big.Int { return new(big.Int).Binomial(int64(n), int64(k)) }
	r := rand.New(rand.NewPCG(replay.Seed(t), 2))
	for range 200 {
		n, m := 1+r.IntN(40), 1+r.IntN(40)
		k, l := r.IntN(n+1), r.IntN(m+1)
		seen := new(big.Int).Mul(choose(n, k), choose(m, l))
		sum := new(big.Int)
		for i := max(0, k+l-m); i <= min(n, k+l); i++ {
			if w := new(big.Int).Mul(choose(n, i), choose(m, k+l-i)); w.Cmp(seen) <= 0 {
				sum.Add(sum, w)
			}
		}
		want, _ := new(big.Rat).SetFrac(sum, choose(n+m, k+l)).Float64()
		require.InEpsilon(t, want, fisher(k, n, l, m), 1e-9, "%d of %d, %d of %d", k, n, l, m)
		require.InEpsilon(t, fisher(k, n, l, m), fisher(l, m, k, n), 1e-9)
	}
	require.InDelta(t, 1.0/7, fisher(3, 4, 0, 4), 1e-9)
}

// Welch's test, against the example of two samples worked out by hand: means 0
// and 1, variances 1 and 4, ten of each: t = 1/√0.5, freedom 0.25/(0.01/9 +
// 0.16/9) = 225/17.
func TestWelch(t *testing.T) {
	a, b := Cell{Mean: 0, SD: 1, Trials: 10}, Cell{Mean: 1, SD: 2, Trials: 10}
	// ∫ of Student's density with 225/17 degrees of freedom beyond √2, twice:
	// numerically.
	freedom, x := 225.0/17, math.Sqrt2
	lg := func(v float64) float64 { y, _ := math.Lgamma(v); return y }
	norm := math.Exp(lg((freedom+1)/2)-lg(freedom/2)) / math.Sqrt(freedom*math.Pi)
	sum, steps := 0.0, 200_000
	for i := range steps {
		z := x * (float64(i) + 0.5) / float64(steps)
		sum += norm * math.Pow(1+z*z/freedom, -(freedom+1)/2) * x / float64(steps)
	}
	require.InDelta(t, 1-2*sum, welch(a, b), 1e-8)
	require.Equal(t, 1.0, welch(Cell{Mean: 2, Trials: 5}, Cell{Mean: 2, Trials: 5}))
	require.Zero(t, welch(Cell{Mean: 2, Trials: 5}, Cell{Mean: 3, Trials: 5}))
}

// Chance alone finds changes about as rarely as promised: 3,000 pairs of
// samples with heavy tails (log-normal, standard deviation of the statistic
// 0.7), 24 networks each, at a level of 1 %. The number found is Binomial; for
// a true rate of 1 % more than 75 have probability below 1e-9.
func TestChanceIsNoChange(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 3))
	sample := func() Cell {
		s := montecarlo.NewSample(nil)
		outside := 0
		for range 24 {
			v := math.Exp(0.6*r.NormFloat64() - 0.18)
			s.Add(v)
			if math.Abs(v-1) >= 0.5 {
				outside++
			}
		}
		return Cell{Trials: 24, Mean: Number(s.Mean), SD: Number(s.SD()), Outside: Number(float64(outside) / 24)}
	}
	found := map[string]int{}
	for range 3000 {
		for _, x := range testsOf(Change{}, sample(), sample(), true) {
			if x.P <= 0.01 {
				found[x.Quantity]++
			}
		}
	}
	require.LessOrEqual(t, found["mean"], 75)
	require.LessOrEqual(t, found["outside"], 75)
}

func TestCompareBits(t *testing.T) {
	same, err := CompareBits(syntheticReport(), syntheticReport())
	require.NoError(t, err)
	require.True(t, same.Identical())
	require.Greater(t, same.Numbers, 1000)
	require.Contains(t, same.String(), "bit-identical: all ")

	other := syntheticReport()
	other.Machine.Cores, other.Comparison, other.Training = 99, syntheticComparison(), []TrainingRun{{Name: "x"}}
	same, err = CompareBits(syntheticReport(), other)
	require.NoError(t, err)
	require.True(t, same.Identical(), "another machine is not another number")

	for name, c := range map[string]struct {
		spoil func(*Report)
		first string
	}{
		"one bit": {func(r *Report) {
			x := &r.Subjects[1].Series[2].Cells[3].Mean
			*x = Number(math.Nextafter(float64(*x), 2))
		}, "subjects[1].series[2].cells[3].mean"},
		"a word":       {func(r *Report) { r.Warnings[0] = "other" }, "warnings[0]"},
		"an answer":    {func(r *Report) { r.Subjects[0].Series[0].Verdict.Outcome = montecarlo.Refuted }, "subjects[0].series[0].verdict.outcome"},
		"a cell less":  {func(r *Report) { r.Subjects[0].Series[0].Cells = r.Subjects[0].Series[0].Cells[:3] }, "subjects[0].series[0].cells"},
		"no number":    {func(r *Report) { r.Subjects[0].Card.A = Number(math.NaN()) }, "subjects[0].card.a"},
		"a set":        {func(r *Report) { r.Input.SHA256 = "x" }, "input.sha256"},
		"maps appear":  {func(r *Report) { r.Subjects[0].Card.Maps = &Maps{} }, "subjects[0].card.maps"},
		"curves, bins": {func(r *Report) { r.Subjects[0].Histograms[0].Counts[1]++ }, "subjects[0].histograms[0].counts[1]"},
	} {
		r := syntheticReport()
		c.spoil(r)
		got, err := CompareBits(syntheticReport(), r)
		require.NoError(t, err)
		require.Equal(t, 1, got.Different, name)
		require.Equal(t, c.first, got.First, name)
		require.Contains(t, got.String(), "not bit-identical: 1 of ", name)
	}
}

func TestReadReport(t *testing.T) {
	dir := t.TempDir() + "/r"
	require.NoError(t, Write(dir, syntheticReport()))
	r, err := Read(dir + "/" + jsonName)
	require.NoError(t, err)
	same, err := CompareBits(syntheticReport(), r)
	require.NoError(t, err)
	require.True(t, same.Identical(), same.String())

	base := t.TempDir()
	for text, want := range map[string]string{
		"{":                                "is not JSON",
		"{}":                               "holds no specification",
		`{"spec":{}}`:                      "has another format than 2",
		`{"spec":{},"format":1}`:           "has another format than 2",
		`{"spec":{"seed":"x"},"format":2}`: "want the report.json of a report",
		`{"spec":{"seed":1},"format":2}`:   "no activations",
	} {
		put(t, base, "x.json", text)
		_, err := Read(base + "/x.json")
		require.ErrorContains(t, err, want, text)
	}
	_, err = Read(base + "/none.json")
	require.ErrorContains(t, err, "none.json")
}
