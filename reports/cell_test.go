package reports_test

import (
	"fmt"
	"math"
	"testing"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/reports"

	"github.com/stretchr/testify/require"
)

// Every cell, worked out a second time from the networks at its address.
func TestCellsAreWhatTheNetworksShow(t *testing.T) {
	spec := smallSpec()
	spec.Seed, spec.Widths, spec.Trials = 12, []int{512, 1024}, 30
	spec.Subjects = []reports.Subject{
		{Key: "t", Title: "t", Activation: "tanh"}, {Key: "r", Title: "r", Activation: "tanh", AsIs: true}, {Key: "u", Title: "u",
			Activation: "gelu", OtherRoot: true},
	}
	raw, err := gpnorm.Lookup("tanh")
	require.NoError(t, err)
	tanh, err := gpnorm.Normalize(raw)
	require.NoError(t, err)
	gelu, err := gpnorm.Lookup("gelu")
	require.NoError(t, err)
	unstable, err := gpnorm.Normalize(gelu)
	require.NoError(t, err)
	unstable, err = unstable.WithRoot(1 - unstable.Chosen)
	require.NoError(t, err)
	require.Greater(t, unstable.Roots[unstable.Chosen].Slope, 1.0)
	functions := []gpnorm.Activation{tanh.Activation, raw, unstable.Activation}

	r, err := reports.Run(t.Context(), spec, reports.Options{})
	require.NoError(t, err)
	claims := properties.Claims(spec.Depth, spec.LayerTolerance, spec.DepthTolerance, spec.Limit)
	alpha := spec.Alpha / (3 * 2 * 4)
	for i, f := range functions {
		profile, err := gpnorm.Describe(f)
		require.NoError(t, err)
		for j, c := range claims {
			asked := 0
			if profile.Normalized(1e-6) {
				asked, err = c.Statement.WidthByLimitLaw(profile, network.Haar, c.Depth, c.Tolerance, c.Limit)
				require.NoError(t, err)
			}
			require.Equal(t, asked, r.Subjects[i].Series[j].Verdict.LimitLawWidth, c)
			require.Equal(t, c.Statement.Ratio, r.Subjects[i].Series[j].Ratio)
			for k, n := range spec.Widths {
				e := properties.Ensemble{Activation: f, Width: n, Depth: c.Depth}
				trials, err := e.Sample(t.Context(), montecarlo.Plan{Trials: 30}, montecarlo.NewExperiment(12, e.Address()))
				require.NoError(t, err)
				cell := r.Subjects[i].Series[j].Cells[k]
				requireCell(t, c, e, profile, trials, alpha, cell)
				if c.Depth > 1 && n == 1024 {
					requireLayers(t, trials, r.Subjects[i].LayerNorms)
				}
			}
		}
	}
}

func requireCell(t *testing.T, c properties.Claim, e properties.Ensemble, p gpnorm.Profile, trials []network.Norms, alpha float64,
	cell reports.Cell) {
	test, err := montecarlo.NewRateTest(c.Limit, alpha, len(trials))
	require.NoError(t, err)
	s, outside := montecarlo.NewSample(nil), 0
	for _, n := range trials {
		v := c.Value(n, e.Width)
		s.Add(v)
		test.Add(c.Violated(v))
		if c.Violated(v) {
			outside++
		}
	}
	near := func(want float64, got reports.Number) {
		if math.IsNaN(want) {
			require.False(t, got.Finite())
			return
		}
		require.InEpsilon(t, 1+want, 1+float64(got), 1e-9)
	}
	near(s.Mean, cell.Mean)
	near(s.SD(), cell.SD)
	near(s.Quantile(0.05), cell.Q05)
	near(s.Quantile(0.5), cell.Q50)
	near(s.Quantile(0.95), cell.Q95)
	near(float64(outside)/30, cell.Outside)
	require.InEpsilon(t, alpha, cell.Verdict.Alpha, 1e-12)
	require.Equal(t, test.Verdict().Outcome, cell.Verdict.Outcome)
	want, err := properties.Predict(c, e, p)
	require.NoError(t, err)
	if c.Depth > 1 && p.Slope > 1.001 { // deviations grow: the law says nothing
		want.Mean, want.SD, want.Outside = math.NaN(), math.NaN(), math.NaN()
	}
	near(want.Mean, cell.PredictedMean)
	near(want.SD, cell.PredictedSD)
	near(want.Outside, cell.PredictedOutside)
	near(want.Bound, cell.Bound)
}

func requireLayers(t *testing.T, trials []network.Norms, l reports.LayerNorms) {
	depth := trials[0].Depth()
	require.Equal(t, 1024, l.Width)
	quantile := func(p float64, f func(network.Norms) float64) float64 {
		s := montecarlo.NewSample(nil)
		for _, n := range trials {
			s.Add(f(n))
		}
		return s.Quantile(p)
	}
	for i := range depth {
		weight := func(n network.Norms) float64 { return n.WeightGradient(i+1) / n.WeightGradient(depth) }
		require.InEpsilon(t, quantile(0.05, weight), float64(l.WeightGradient[i].Q05), 1e-9)
		require.InEpsilon(t, quantile(0.5, weight), float64(l.WeightGradient[i].Q50), 1e-9)
		require.InEpsilon(t, quantile(0.95, weight), float64(l.WeightGradient[i].Q95), 1e-9)
		back := func(n network.Norms) float64 { return n.D[i] / n.D[depth-1] }
		require.InEpsilon(t, quantile(0.05, back), float64(l.Backward[i].Q05), 1e-9)
		require.InEpsilon(t, quantile(0.95, back), float64(l.Backward[i].Q95), 1e-9)
		forward := func(n network.Norms) float64 { return n.X[i] / 1024 }
		require.InEpsilon(t, quantile(0.5, forward), float64(l.Forward[i].Q50), 1e-9)
	}
}

// Whoever writes the commands is asked about every verdict that there is.
func TestReplayIsAskedForVerdicts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	spec := reports.DefaultSpec()
	spec.Seed, spec.Widths, spec.Depth = 5, []int{64, 4096}, 100
	spec.Subjects = []reports.Subject{{Key: "u", Title: "u", Activation: "gelu", OtherRoot: true}}
	var asked []reports.Question
	r, err := reports.Run(t.Context(), spec, reports.Options{Replay: func(q reports.Question) string {
		asked = append(asked, q)
		return fmt.Sprint("again ", len(asked))
	}})
	require.NoError(t, err)
	verdicts := 0
	for _, s := range r.Subjects[0].Series {
		if s.Verdict.Width == 0 {
			require.Empty(t, s.Verdict.Replay)
			continue
		}
		require.Equal(t, fmt.Sprint("again ", verdicts+1), s.Verdict.Replay)
		require.Equal(t, reports.Question{Subject: spec.Subjects[0], Width: s.Verdict.Width, Depth: s.Depth,
			Trials: spec.TrialsAt(s.Verdict.Width, s.Depth), Alpha: spec.Alpha / 8}, asked[verdicts])
		verdicts++
	}
	require.Positive(t, verdicts)
	require.Len(t, asked, verdicts)
}

// Trials use many images, from the whole set.
func TestInputUsesManyImages(t *testing.T) {
	in, err := reports.DescribeInput(images())
	require.NoError(t, err)
	first := func(seed uint64) map[float64]bool {
		v, err := in.Vectors(seed, images(), 20)
		require.NoError(t, err)
		seen := map[float64]bool{}
		x := make([]float64, 20)
		for i := range in.Used {
			s := montecarlo.NewExperiment(0, "").Trial(0).Layer(0)
			require.NoError(t, v(i, s, x))
			seen[x[0]] = true
			again := append([]float64(nil), x...)
			require.NoError(t, v(i+in.Used, s, x))
			require.Equal(t, again, x, "in turn")
		}
		return seen
	}
	require.Greater(t, len(first(1)), in.Used*3/4)
}

func TestFitWeighsByTrials(t *testing.T) {
	cell := func(n, trials int, logSD float64) reports.Cell {
		return reports.Cell{Width: n, Trials: trials, SD: reports.Number(math.Exp(logSD))}
	}
	f := reports.FitSlope([]reports.Cell{cell(1, 1, 0), cell(2, 1, 1), cell(4, 2, 0)})
	require.InDelta(t, -1/(11*math.Ln2), float64(f.Slope), 1e-12)
	require.InDelta(t, math.Sqrt(32)/(11*math.Ln2), float64(f.StdErr), 1e-12)
}
