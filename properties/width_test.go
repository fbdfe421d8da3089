package properties_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/properties"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
)

func measurement(seed uint64) *properties.WidthMeasurement {
	return &properties.WidthMeasurement{Seed: seed, Trials: 800, Alpha: 1e-8, Resolution: 1.3, MaxWork: 1e9}
}

// What is proven is enough and the limit law is right, by simulation. Each of
// the eight measured intervals is wrong with probability at most 1e-8 in all
// four questions. The limit law is an approximation at these widths, which is
// why it may miss the interval by the factor slack; the probability that a law
// within the slack fails is 4e-8 in all.
func TestWidths(t *testing.T) {
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	seed := replay.Seed(t)
	const slack = 1.25
	for _, c := range []struct {
		name       string
		depth      int
		tolerance  float64
		confidence float64
	}{
		{"tanh", 6, 0.1, 0.8}, {"gelu", 4, 0.12, 0.8}, {"relu", 5, 0.15, 0.8}, {"elu", 10, 0.12, 0.8},
	} {
		q := properties.WidthQuestion{Activation: normalize(t, c.name).Activation, Depth: c.depth, Tolerance: c.tolerance,
			Confidence: c.confidence}
		a, err := q.Answer(t.Context(), measurement(seed))
		require.NoError(t, err)
		for direction, w := range map[string]properties.DirectionWidth{"forward": a.Forward, "backward": a.Backward, "both": a.Both} {
			where := fmt.Sprintf("%s, %s: proven %d, limit law %d, measured %d to %d", c.name, direction, w.Proven, w.LimitLaw,
				w.Measured.TooSmall, w.Measured.Enough)
			t.Log(where)
			require.Empty(t, w.Reason, where)
			require.Less(t, w.Measured.TooSmall, w.Measured.Enough, where)
			require.Greater(t, w.Proven, w.Measured.TooSmall, where)
			require.GreaterOrEqual(t, w.Proven, w.Measured.Enough, where)
			require.LessOrEqual(t, float64(w.Measured.TooSmall), slack*float64(w.LimitLaw), where)
			require.GreaterOrEqual(t, float64(w.Measured.Enough), float64(w.LimitLaw)/slack, where)
			// The interval says something.
			if w.LimitLaw > 100 {
				require.LessOrEqual(t, w.Measured.Enough, 8*w.Measured.TooSmall, where)
			}
		}
		require.Equal(t, max(a.Forward.Proven, a.Backward.Proven), a.Both.Proven)
		require.Equal(t, max(a.Forward.Measured.Enough, a.Backward.Measured.Enough), a.Both.Measured.Enough)
	}
}

// The evidence at each width is that of the networks at its address, with the
// tolerance on norms.
func TestWidthTestsAreAboutNorms(t *testing.T) {
	seed := replay.Seed(t)
	q := properties.WidthQuestion{Activation: normalize(t, "tanh").Activation, Depth: 3, Tolerance: 0.15, Confidence: 0.9}
	m := measurement(seed)
	forward, backward, err := m.Run(t.Context(), q, theorem.Widths{})
	require.NoError(t, err)
	for direction, found := range map[theorem.Direction]properties.MeasuredWidth{theorem.Forward: forward, theorem.Backward: backward} {
		require.NotEmpty(t, found.Tests)
		for _, w := range found.Tests {
			e := properties.Ensemble{Activation: q.Activation, Width: w.Width, Depth: q.Depth}
			norms, err := e.Sample(t.Context(), montecarlo.Plan{Trials: w.Verdict.Trials}, montecarlo.NewExperiment(seed, "width "+e.Address()))
			require.NoError(t, err)
			events := 0
			for _, n := range norms {
				x := math.Sqrt(n.X[3] / float64(w.Width))
				if direction == theorem.Backward {
					x = math.Sqrt(n.D[0] / n.D[2])
				}
				if x <= 0.85 || x >= 1.15 {
					events++
				}
			}
			require.Equal(t, events, w.Verdict.Events)
			require.InDelta(t, 0.1, w.Verdict.Limit, 1e-15)
			require.LessOrEqual(t, w.Verdict.Alpha, m.Alpha/2/float64(len(found.Tests)))
		}
	}
}

func TestMeasuredWidthsDoNotDependOnWorkers(t *testing.T) {
	q := properties.WidthQuestion{Activation: normalize(t, "relu").Activation, Depth: 3, Tolerance: 0.3, Confidence: 0.8}
	run := func(workers int) properties.WidthAnswer {
		m := measurement(5)
		m.Workers, m.Alpha, m.Trials = workers, 1e-3, 300
		a, err := q.Answer(t.Context(), m)
		require.NoError(t, err)
		return a
	}
	require.Equal(t, run(1), run(3))
}

// What never changes norms needs no width.
func TestIdentityNeedsNoWidth(t *testing.T) {
	q := properties.WidthQuestion{Activation: normalize(t, "identity").Activation, Depth: 20, Tolerance: 0.01, Confidence: 0.9}
	a, err := q.Answer(t.Context(), measurement(1))
	require.NoError(t, err)
	require.Equal(t, theorem.MinWidth, a.Both.Measured.Enough)
	require.Zero(t, a.Both.Measured.TooSmall)
	require.Equal(t, theorem.MinWidth, a.Both.LimitLaw)
}

// The measurement says when it ran into its limit of work, and keeps what it
// has shown.
func TestWidthsOutOfReach(t *testing.T) {
	q := properties.WidthQuestion{Activation: normalize(t, "tanh").Activation, Depth: 20, Tolerance: 0.01, Confidence: 0.9}
	m := measurement(1)
	m.MaxWork = 5e6
	a, err := q.Answer(t.Context(), m)
	require.NoError(t, err)
	w := a.Backward.Measured
	require.Zero(t, w.Enough)
	require.Positive(t, w.OutOfReach)
	require.Positive(t, w.TooSmall)
	require.Less(t, w.TooSmall, a.Backward.LimitLaw)
	require.Positive(t, a.Both.Measured.OutOfReach)
}

func TestWidthsOfWhatTheTheoryExcludes(t *testing.T) {
	for name, says := range map[string]string{"raw": "E φ(g)² = 1 fails", "unstable": "grow by this factor",
		"unknown": "no Lipschitz constant"} {
		a := normalize(t, "gelu")
		q := properties.WidthQuestion{Activation: a.Activation, Depth: 10, Tolerance: 0.1, Confidence: 0.9}
		switch name {
		case "raw":
			q.Activation = lookup(t, "tanh")
		case "unstable":
			other, err := a.WithRoot(1 - a.Chosen)
			require.NoError(t, err)
			q.Activation = other.Activation
		case "unknown":
			q.Activation.Lipschitz = math.NaN()
		}
		w, err := q.Answer(t.Context(), nil)
		require.NoError(t, err)
		for _, d := range []properties.DirectionWidth{w.Forward, w.Backward, w.Both} {
			require.Zero(t, d.Proven, name)
			require.Equal(t, name == "unknown", d.LimitLaw > 0, name)
			require.Contains(t, d.Reason, says)
			require.Nil(t, d.Measured)
		}
	}
}

func TestWidthQuestionsAreChecked(t *testing.T) {
	good := properties.WidthQuestion{Activation: normalize(t, "tanh").Activation, Depth: 3, Tolerance: 0.1, Confidence: 0.9}
	for says, change := range map[string]func(*properties.WidthQuestion, *properties.WidthMeasurement){
		"depth 0":         func(q *properties.WidthQuestion, _ *properties.WidthMeasurement) { q.Depth = 0 },
		"tolerance 1":     func(q *properties.WidthQuestion, _ *properties.WidthMeasurement) { q.Tolerance = 1 },
		"confidence NaN":  func(q *properties.WidthQuestion, _ *properties.WidthMeasurement) { q.Confidence = math.NaN() },
		"0 trials":        func(_ *properties.WidthQuestion, m *properties.WidthMeasurement) { m.Trials = 0 },
		"alpha 1":         func(_ *properties.WidthQuestion, m *properties.WidthMeasurement) { m.Alpha = 1 },
		"resolution 1.01": func(_ *properties.WidthQuestion, m *properties.WidthMeasurement) { m.Resolution = 1.01 },
		"at most 0":       func(_ *properties.WidthQuestion, m *properties.WidthMeasurement) { m.MaxWork = 0 },
	} {
		q, m := good, measurement(1)
		change(&q, m)
		_, err := q.Answer(t.Context(), m)
		require.ErrorContains(t, err, says)
	}
}

func TestInterruptedWidths(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	q := properties.WidthQuestion{Activation: normalize(t, "tanh").Activation, Depth: 5, Tolerance: 0.1, Confidence: 0.9}
	m := measurement(1)
	widths := map[int]bool{}
	m.Progress = func(width, done, total int) {
		if widths[width] = true; len(widths) == 3 {
			cancel()
		}
	}
	a, err := q.Answer(ctx, m)
	require.ErrorIs(t, err, context.Canceled)
	require.GreaterOrEqual(t, len(a.Forward.Measured.Tests)+len(a.Backward.Measured.Tests), 2)
	require.Positive(t, a.Backward.Proven)
}
