package experiment_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/montecarlo"
	"bsnn/reports/experiment"

	"github.com/stretchr/testify/require"
)

func fluctuations() experiment.FluctuationsSpec {
	s := experiment.DefaultFluctuations()
	s.Early, s.Depth, s.Widths, s.Weights, s.Normal = 8, 80, []int{16}, []string{"haar"}, []string{"tanh"}
	return s
}

// Raw tanh behind orthogonal weights does not fluctuate more the deeper it is; the gradients of
// normalised tanh do. The seed is fixed, so that nothing is left to chance.
func TestFluctuations(t *testing.T) {
	r, err := experiment.Fluctuations(t.Context(), filepath.Join(t.TempDir(), "grid"), fluctuations(), experiment.Options{})
	require.NoError(t, err)
	require.Empty(t, experiment.Failed(r.Cells))
	raw, normalised := r.Cells[0].Result, r.Cells[1].Result
	require.Equal(t, montecarlo.Confirmed, raw.Forward.Verdict.Outcome)
	require.Equal(t, montecarlo.Confirmed, normalised.Forward.Verdict.Outcome)
	require.Equal(t, montecarlo.Refuted, normalised.Backward.Verdict.Outcome)
	require.InEpsilon(t, *normalised.Backward.PredictedLate, float64(normalised.Backward.Late), 0.4)
	require.Contains(t, printed(t, r), "refuted")
}

// Where networks die, as narrow ones of ReLU do, there is no variance, and still a result.
func TestFluctuationsOfNetworksThatDie(t *testing.T) {
	s := fluctuations()
	s.Widths, s.Early, s.Depth, s.AsIs, s.Normal = []int{4}, 20, 60, nil, []string{"relu"}
	r, err := experiment.Fluctuations(t.Context(), filepath.Join(t.TempDir(), "grid"), s, experiment.Options{})
	require.NoError(t, err)
	require.Empty(t, experiment.Failed(r.Cells))
	require.False(t, r.Cells[0].Result.Forward.Late.Finite())
	require.Contains(t, printed(t, r), "beyond float")
}

// A grid that was interrupted ends with the bits of one that was not, and another one is refused its
// folder.
func TestFluctuationsGoOn(t *testing.T) {
	s := fluctuations()
	whole := filepath.Join(t.TempDir(), "whole")
	_, err := experiment.Fluctuations(t.Context(), whole, s, experiment.Options{Workers: 2})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	broken := filepath.Join(t.TempDir(), "broken")
	_, err = experiment.Fluctuations(ctx, broken, s, experiment.Options{Workers: 1, Progress: func(p experiment.Progress) {
		if p.Done == 1 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	_, err = experiment.Fluctuations(t.Context(), broken, s, experiment.Options{})
	require.NoError(t, err)
	for _, name := range []string{"results.csv", "fluctuations.svg"} {
		want, err := os.ReadFile(filepath.Join(whole, name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(broken, name))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
	s.Seed++
	_, err = experiment.Fluctuations(t.Context(), broken, s, experiment.Options{})
	require.Error(t, err)
}

func TestImpossibleFluctuations(t *testing.T) {
	for name, change := range map[string]func(*experiment.FluctuationsSpec){
		"no width":     func(s *experiment.FluctuationsSpec) { s.Widths = nil },
		"not deeper":   func(s *experiment.FluctuationsSpec) { s.Early = s.Depth },
		"no function":  func(s *experiment.FluctuationsSpec) { s.AsIs, s.Normal = nil, nil },
		"misspelt":     func(s *experiment.FluctuationsSpec) { s.AsIs = []string{"tahn"} },
		"formed":       func(s *experiment.FluctuationsSpec) { s.Weights = []string{"uniform"} },
		"alpha":        func(s *experiment.FluctuationsSpec) { s.Alpha = 1 },
		"no networks":  func(s *experiment.FluctuationsSpec) { s.Trials = 0 },
		"width is one": func(s *experiment.FluctuationsSpec) { s.Widths = []int{1} },
	} {
		s := fluctuations()
		change(&s)
		require.Error(t, s.Validate(), name)
	}
}

func printed(t *testing.T, r *experiment.FluctuationsResults) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, r.WriteTable(&b))
	return b.String()
}
