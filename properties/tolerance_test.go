package properties_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/properties"

	"github.com/stretchr/testify/require"
)

func toleranceMeasurement(seed uint64) *properties.ToleranceMeasurement {
	return &properties.ToleranceMeasurement{Seed: seed, Trials: 400, Alpha: 1e-8, MaxWork: 1e9}
}

// The limit law lies in the measured interval, by a tenth of slack: it is an
// approximation at these widths. All intervals are wrong together with probability at
// most 3e-8.
func TestTolerances(t *testing.T) {
	seed := replay.Seed(t)
	for _, name := range []string{"tanh", "relu", "elu"} {
		q := properties.ToleranceQuestion{Activation: normalize(t, name).Activation, Width: 256, Depths: []int{2, 12}, Confidence: 0.8}
		a, err := q.Answer(t.Context(), toleranceMeasurement(seed))
		require.NoError(t, err)
		require.Len(t, a.Depths, 2)
		for _, d := range a.Depths {
			for direction, x := range map[string]properties.DirectionTolerance{"forward": d.Forward, "backward": d.Backward} {
				m, law := x.Measured, float64(x.LimitLaw)
				require.Equal(t, 400, m.Networks)
				require.Less(t, float64(m.Lo), 1.1*law, "%s, depth %d, %s", name, d.Depth, direction)
				require.Greater(t, float64(m.Hi), law/1.1, "%s, depth %d, %s", name, d.Depth, direction)
				// About 1.7 in the mean; its logarithm has a standard deviation of 0.07.
				require.Less(t, m.Hi, 3*m.Lo, "the interval says something")
			}
		}
	}
}

// The measured ends are norms, not squared norms, of networks at the address, and as
// many of them lie within as the confidence asks.
func TestMeasuredTolerancesAreNorms(t *testing.T) {
	q := properties.ToleranceQuestion{Activation: normalize(t, "tanh").Activation, Width: 32, Depths: []int{3}, Confidence: 0.9}
	m := toleranceMeasurement(replay.Seed(t))
	a, err := q.Answer(t.Context(), m)
	require.NoError(t, err)
	e := properties.Ensemble{Activation: q.Activation, Width: 32, Depth: 3}
	norms, err := e.Sample(t.Context(), montecarlo.Plan{Trials: m.Trials}, montecarlo.NewExperiment(m.Seed, "tolerance "+e.Address()))
	require.NoError(t, err)
	var forward, backward []float64
	for _, n := range norms {
		forward = append(forward, math.Abs(math.Sqrt(n.X[3]/32)-1))
		backward = append(backward, math.Abs(math.Sqrt(n.D[0]/n.D[2])-1))
	}
	for _, c := range []struct {
		off []float64
		got *properties.MeasuredTolerance
	}{{forward, a.Depths[0].Forward.Measured}, {backward, a.Depths[0].Backward.Measured}} {
		require.Contains(t, c.off, float64(c.got.Lo))
		require.Contains(t, c.off, float64(c.got.Hi))
		slices.Sort(c.off)
		middle := c.off[360]
		require.Less(t, float64(c.got.Lo), middle)
		require.Greater(t, float64(c.got.Hi), middle)
	}
}

func TestTolerancesDoNotDependOnWorkers(t *testing.T) {
	q := properties.ToleranceQuestion{Activation: normalize(t, "relu").Activation, Width: 64, Depths: []int{1, 4}, Confidence: 0.9}
	run := func(workers int) properties.ToleranceAnswer {
		m := toleranceMeasurement(5)
		m.Workers = workers
		a, err := q.Answer(t.Context(), m)
		require.NoError(t, err)
		for _, d := range a.Depths { // NaN is not equal to itself
			require.False(t, d.Backward.Proven.Finite() && d.Depth > 1)
		}
		return a
	}
	one, three := run(1), run(3)
	for i := range one.Depths {
		require.Equal(t, one.Depths[i].Forward.Measured, three.Depths[i].Forward.Measured)
		require.Equal(t, one.Depths[i].Backward.Measured, three.Depths[i].Backward.Measured)
	}
}

// Where there is no answer the reason says why, and what would be too much work is
// left out.
func TestTolerancesWithoutAnswer(t *testing.T) {
	n := normalize(t, "gelu")
	other, err := n.WithRoot(1 - n.Chosen)
	require.NoError(t, err)
	for says, q := range map[string]properties.ToleranceQuestion{
		"E φ(g)² = 1 fails":              {Activation: lookup(t, "tanh"), Width: 64, Depths: []int{5}},
		"grow by this factor":            {Activation: other.Activation, Width: 64, Depths: []int{5}},
		"not even ±99 % is kept: norms":  {Activation: normalize(t, "tanh").Activation, Width: 8, Depths: []int{500}},
		"the bound is not small enough ": {Activation: normalize(t, "tanh").Activation, Width: 256, Depths: []int{50}},
	} {
		q.Confidence = 0.9
		a, err := q.Theory()
		require.NoError(t, err)
		require.Contains(t, a.Depths[0].Backward.Reason, says)
		require.False(t, a.Depths[0].Backward.Proven.Finite())
	}
	m := toleranceMeasurement(1)
	m.MaxWork = 400 * 64 * 3
	q := properties.ToleranceQuestion{Activation: n.Activation, Width: 64, Depths: []int{3, 4}, Confidence: 0.9}
	a, err := q.Answer(t.Context(), m)
	require.NoError(t, err)
	require.Positive(t, a.Depths[0].Forward.Measured.Networks)
	require.Zero(t, a.Depths[1].Forward.Measured.Networks)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = q.Answer(ctx, toleranceMeasurement(1))
	require.ErrorIs(t, err, context.Canceled)
	for says, change := range map[string]func(*properties.ToleranceQuestion, *properties.ToleranceMeasurement){
		"width 3":      func(q *properties.ToleranceQuestion, _ *properties.ToleranceMeasurement) { q.Width = 3 },
		"no depths":    func(q *properties.ToleranceQuestion, _ *properties.ToleranceMeasurement) { q.Depths = nil },
		"depth 0":      func(q *properties.ToleranceQuestion, _ *properties.ToleranceMeasurement) { q.Depths = []int{0} },
		"confidence 1": func(q *properties.ToleranceQuestion, _ *properties.ToleranceMeasurement) { q.Confidence = 1 },
		"alpha 1":      func(_ *properties.ToleranceQuestion, m *properties.ToleranceMeasurement) { m.Alpha = 1 },
	} {
		bad, m := q, toleranceMeasurement(1)
		change(&bad, m)
		_, err := bad.Answer(t.Context(), m)
		require.ErrorContains(t, err, says)
	}
}
