package experiment_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/reports/experiment"

	"github.com/stretchr/testify/require"
)

func shortcuts(seed uint64) experiment.ShortcutsSpec {
	s := experiment.DefaultShortcuts()
	s.Seed, s.Depth, s.Width, s.Steps, s.PilotSteps, s.Trials = seed, 12, 16, 4, 2, 2
	s.Activations, s.Branches, s.Rates, s.Data.TrainSize, s.Data.TestSize = []string{"tanh"}, []float64{0, 1}, []float64{1e-3, 1e-2}, 256, 64
	return s
}

// A grid that was interrupted, or gets more trials, ends with the bits of one that was not; the trials of a kind
// share the rate of its pilots.
func TestShortcutsGoOn(t *testing.T) {
	s := shortcuts(replay.Seed(t))
	whole, broken := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "broken")
	all, err := experiment.Shortcuts(t.Context(), whole, s, experiment.Options{Workers: 2})
	require.NoError(t, err)
	require.Empty(t, experiment.Failed(all.Cells))
	require.Len(t, all.Cells, 4)
	for i, c := range all.Cells {
		require.Equal(t, all.Cells[i%2].Result.Rate, c.Result.Rate, c.Key)
		require.Equal(t, s.Steps, c.Result.Steps, c.Key)
		require.False(t, math.IsNaN(float64(c.Result.Signal)) || math.IsNaN(float64(c.Result.Gradient)), c.Key)
	}
	require.Greater(t, all.Networks[0].Theory.Width, 4*all.Networks[1].Theory.Width, "shortcuts need less width")

	part := s
	part.Trials = 1
	ctx, cancel := context.WithCancel(t.Context())
	_, err = experiment.Shortcuts(ctx, broken, part, experiment.Options{Workers: 1, Progress: func(p experiment.Progress) {
		if p.Done == 1 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	_, err = experiment.Shortcuts(t.Context(), broken, s, experiment.Options{})
	require.NoError(t, err)
	for _, name := range []string{"results.csv", "shortcuts.svg"} {
		want, err := os.ReadFile(filepath.Join(whole, name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(broken, name))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
	s.Steps++
	_, err = experiment.Shortcuts(t.Context(), broken, s, experiment.Options{})
	require.ErrorContains(t, err, "steps")
}

// With enough trials that all end alike, both comparisons are decided.
func TestShortcutsDecide(t *testing.T) {
	s := shortcuts(3)
	s.Depth, s.Width, s.Steps, s.Rates, s.Trials = 80, 8, 30, []float64{0.01}, 7
	s.Activations, s.Data.TrainSize, s.Data.TestSize = []string{"relu"}, 2048, 1000
	r, err := experiment.Shortcuts(t.Context(), filepath.Join(t.TempDir(), "grid"), s, experiment.Options{})
	require.NoError(t, err)
	require.Equal(t, montecarlo.Confirmed, r.Comparisons[0].Verdict.Outcome)
	var b strings.Builder
	require.NoError(t, r.WriteTable(&b))
	require.Contains(t, b.String(), "ReLU, c = 1 better than ReLU, plain: confirmed")
	for _, n := range r.Networks {
		require.Equal(t, 7, n.Trials)
	}
}

func TestImpossibleShortcuts(t *testing.T) {
	for name, change := range map[string]func(*experiment.ShortcutsSpec){
		"no function": func(s *experiment.ShortcutsSpec) { s.Activations = nil },
		"misspelt":    func(s *experiment.ShortcutsSpec) { s.Activations = []string{"tahn"} },
		"no branch":   func(s *experiment.ShortcutsSpec) { s.Branches = nil },
		"too large":   func(s *experiment.ShortcutsSpec) { s.Branches = []float64{13} },
		"negative":    func(s *experiment.ShortcutsSpec) { s.Branches = []float64{-1} },
		"twice":       func(s *experiment.ShortcutsSpec) { s.Branches = []float64{1, 1} },
		"no number":   func(s *experiment.ShortcutsSpec) { s.Branches = []float64{math.NaN()} },
		"no steps":    func(s *experiment.ShortcutsSpec) { s.Steps = 0 },
		"no trials":   func(s *experiment.ShortcutsSpec) { s.Trials = 0 },
		"no pilots":   func(s *experiment.ShortcutsSpec) { s.PilotSteps = 0 },
		"alpha":       func(s *experiment.ShortcutsSpec) { s.Alpha = 0 },
		"rate":        func(s *experiment.ShortcutsSpec) { s.Rates = []float64{-1} },
		"momentum":    func(s *experiment.ShortcutsSpec) { s.Momentum = 1 },
	} {
		s := shortcuts(1)
		change(&s)
		require.Error(t, s.Validate(), name)
	}
}
