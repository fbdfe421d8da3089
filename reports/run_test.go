package reports_test

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"bsnn/montecarlo"
	"bsnn/network/dataset"
	"bsnn/reports"

	"github.com/stretchr/testify/require"
)

// smallSpec is a sweep that takes well under a second.
func smallSpec() reports.Spec {
	s := reports.DefaultSpec()
	s.Widths, s.Depth, s.Trials = []int{16, 32, 64, 128}, 6, 60
	s.Subjects = []reports.Subject{s.Subjects[1], s.Subjects[4], s.Subjects[5]} // ReLU and the controls
	return s
}

func runJSON(t *testing.T, s reports.Spec, opt reports.Options) string {
	r, err := reports.Run(t.Context(), s, opt)
	require.NoError(t, err)
	b, err := json.Marshal(r)
	require.NoError(t, err)
	return string(b)
}

// images is a small set with one blank image, which cannot be embedded.
func images() *dataset.Set {
	im := dataset.Images{Dim: 12}
	for i := range 40 {
		for j := range 12 {
			im.Pixels = append(im.Pixels, byte(i*(j+1)*7))
		}
		im.Labels = append(im.Labels, byte(i%10))
	}
	return &dataset.Set{Name: "mnist", Dim: 12, Train: im}
}

// The same seed gives the same bits for any number of workers.
func TestReportDoesNotDependOnWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, opt := range map[string]reports.Options{"synthetic": {}, "mnist": {Images: images()}} {
		spec := smallSpec()
		spec.Input, spec.Widths, spec.Subjects = name, []int{16, 64}, spec.Subjects[1:] // the controls; one has no maps
		with := func(workers int) string {
			o := opt
			o.Workers = workers
			return runJSON(t, spec, o)
		}
		one := with(1)
		require.True(t, one == with(7), name)
		spec.Seed++
		require.False(t, one == with(1), "another seed, other numbers")
	}
}

func TestReportSurvivesJSON(t *testing.T) {
	r, err := reports.Run(t.Context(), smallSpec(), reports.Options{})
	require.NoError(t, err)
	first, err := json.Marshal(r)
	require.NoError(t, err)
	var back reports.Report
	require.NoError(t, json.Unmarshal(first, &back))
	second, err := json.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(first), string(second))
}

func TestReportHoldsTheWholeSweep(t *testing.T) {
	spec := smallSpec()
	var steps []int // told in goroutines of the workers, one at a time
	total := 0
	r, err := reports.Run(t.Context(), spec, reports.Options{Progress: func(done, n int) { steps, total = append(steps, done), n }})
	require.NoError(t, err)
	require.IsNonDecreasing(t, steps)
	require.Equal(t, total, steps[len(steps)-1], "progress ends at the end")
	require.Len(t, r.Subjects, 3)
	for _, s := range r.Subjects {
		require.Len(t, s.Series, 4)
		for _, series := range s.Series {
			require.Len(t, series.Cells, len(spec.Widths))
			require.Equal(t, len(spec.Widths), series.Fit.Widths)
			for i, c := range series.Cells {
				require.Equal(t, spec.Widths[i], c.Width)
				require.Equal(t, 60, c.Trials)
				require.LessOrEqual(t, c.Q05, c.Q50)
				require.LessOrEqual(t, c.Q50, c.Q95)
				require.Equal(t, s.Subject.AsIs || s.Subject.OtherRoot && series.Depth > 1, !c.PredictedSD.Finite(),
					"a limit law is for normalised functions, over depth with κ ≤ 1")
			}
		}
		require.Equal(t, 128, s.LayerNorms.Width)
		require.Len(t, s.LayerNorms.Forward, 7)
		require.Len(t, s.LayerNorms.Backward, 6)
		require.InDelta(t, 1, float64(s.LayerNorms.Forward[0].Q50), 1e-12, "x⁽¹⁾ is on the shell")
		require.InDelta(t, 1, float64(s.LayerNorms.Backward[5].Q50), 1e-12, "relative to the last layer")
		require.Len(t, s.LayerNorms.WeightGradient, 6)
	}
}

// Confirmed answers count from the first width after the last refutation.
func TestSeriesVerdict(t *testing.T) {
	const c, r, u = montecarlo.Confirmed, montecarlo.Refuted, montecarlo.Undecided
	for _, x := range []struct {
		cells   []montecarlo.Outcome
		outcome montecarlo.Outcome
		width   int
		from    int
	}{
		{[]montecarlo.Outcome{r, u, c, c}, c, 4, 3},
		{[]montecarlo.Outcome{c, r, u, c}, c, 4, 4},
		{[]montecarlo.Outcome{c, c, u, u}, c, 2, 1},
		{[]montecarlo.Outcome{c, c, r, u}, u, 0, 0},
		{[]montecarlo.Outcome{c, c, u, r}, r, 4, 0},
		{[]montecarlo.Outcome{u, u, u, u}, u, 0, 0},
	} {
		var cells []reports.Cell
		var widths []int
		for i, o := range x.cells {
			cells = append(cells, reports.Cell{Width: i + 1, Verdict: montecarlo.Verdict{Outcome: o}})
			widths = append(widths, i+1)
		}
		got := reports.SumUp(cells, widths)
		require.Equal(t, reports.SeriesVerdict{Outcome: x.outcome, Width: x.width, From: x.from}, got, "%v", x.cells)
	}
}

func TestFitRecoversAPowerLaw(t *testing.T) {
	var cells []reports.Cell
	for n := 64; n <= 4096; n *= 2 {
		cells = append(cells, reports.Cell{Width: n, Trials: 100, SD: reports.Number(3 * math.Pow(float64(n), -0.37)),
			PredictedSD: reports.Number(math.Pow(float64(n), -0.5))})
	}
	f := reports.FitSlope(cells)
	require.InDelta(t, -0.37, float64(f.Slope), 1e-12)
	require.InDelta(t, 0, float64(f.StdErr), 1e-7)
	require.InDelta(t, -0.5, float64(f.Law), 1e-12)
	require.Equal(t, 7, f.Widths)

	cells[0].SD = 0
	cells[1].SD = reports.Number(math.NaN())
	require.Equal(t, 5, reports.FitSlope(cells).Widths, "cells without a spread are left out")
	require.False(t, reports.FitSlope(cells[:4]).Slope.Finite(), "two widths make no fit")
}

func TestRunRejects(t *testing.T) {
	for _, c := range []struct {
		says  string
		spoil func(*reports.Spec)
	}{
		{"no activations", func(s *reports.Spec) { s.Subjects = nil }},
		{`"ReLU" has the key of another`, func(s *reports.Spec) { s.Subjects = append(s.Subjects, s.Subjects[0]) }},
		{`unknown activation "nonsense"`, func(s *reports.Spec) { s.Subjects[0].Activation = "nonsense" }},
		{"no widths", func(s *reports.Spec) { s.Widths = nil }},
		{"widths [3]", func(s *reports.Spec) { s.Widths = []int{3} }},
		{"widths [64 32]", func(s *reports.Spec) { s.Widths = []int{64, 32} }},
		{"depth 0", func(s *reports.Spec) { s.Depth = 0 }},
		{"-1 trials", func(s *reports.Spec) { s.Trials = -1 }},
		{"effort", func(s *reports.Spec) { s.Effort.Least = 0 }},
		{"alpha 0", func(s *reports.Spec) { s.Alpha = 0 }},
		{"alpha NaN", func(s *reports.Spec) { s.Alpha = math.NaN() }},
		{"limit 1", func(s *reports.Spec) { s.Limit = 1 }},
		{"depth tolerance 0", func(s *reports.Spec) { s.DepthTolerance = 0 }},
		{"layer tolerance NaN", func(s *reports.Spec) { s.LayerTolerance = math.NaN() }},
		{`weights "uniform"`, func(s *reports.Spec) { s.Weights = "uniform" }},
		{"wants mnist input", func(s *reports.Spec) { s.Input = "mnist" }},
	} {
		s := smallSpec()
		c.spoil(&s)
		_, err := reports.Run(t.Context(), s, reports.Options{})
		require.ErrorContains(t, err, c.says)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := reports.Run(ctx, smallSpec(), reports.Options{})
	require.ErrorIs(t, err, context.Canceled)

	blank := images()
	clear(blank.Train.Pixels)
	s := smallSpec()
	s.Input = "mnist"
	_, err = reports.Run(t.Context(), s, reports.Options{Images: blank})
	require.ErrorContains(t, err, "pixels are all 0")
}

func TestTrialsFallWithWidth(t *testing.T) {
	s := reports.DefaultSpec()
	last := math.MaxInt
	for _, n := range s.Widths {
		trials := s.TrialsAt(n, s.Depth)
		require.LessOrEqual(t, trials, last)
		require.Positive(t, trials)
		last = trials
	}
	s.Trials = 7
	require.Equal(t, 7, s.TrialsAt(1<<20, 50))
}
