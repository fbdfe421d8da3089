package experiment

import (
	"path/filepath"
	"slices"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network/logbook"
	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

func smallPublished(seed uint64) PublishedSpec {
	s := DefaultPublished()
	s.Seed, s.Depth, s.Width, s.Epochs, s.PilotSteps, s.Rates = seed, 60, 16, 1, 2, []float64{1e-4, 1e-3}
	s.Data.TrainSize, s.Data.TestSize, s.Cells = 256, 64, []string{"selu", "relu-as-is-none"}
	return s
}

// A grid in parts ends with what it ends with in one piece; it may get more cells, epochs and
// trials, and refuses another protocol, seed or data.
func TestPublishedInParts(t *testing.T) {
	s := smallPublished(replay.Seed(t))
	dir := filepath.Join(t.TempDir(), "parts")
	part := s
	part.Cells, part.Keep = []string{"selu-normalised-none"}, true
	first, err := Published(t.Context(), dir, part, Options{})
	require.NoError(t, err)
	require.Len(t, first.Cells, 1)
	require.Equal(t, 1, len(first.Cells[0].Result.Curve))
	all, err := Published(t.Context(), dir, s, Options{})
	require.NoError(t, err)
	require.Empty(t, Failed(all.Cells))
	require.Len(t, all.Cells, 5)
	whole, err := Published(t.Context(), filepath.Join(t.TempDir(), "whole"), s, Options{})
	require.NoError(t, err)
	for i, c := range whole.Cells {
		require.Equal(t, c.Result.Curve, all.Cells[i].Result.Curve, c.Key)
		require.Equal(t, c.Result.Rate, all.Cells[i].Result.Rate, c.Key)
	}
	part.Epochs = 2 // from the checkpoint
	more, err := Published(t.Context(), dir, part, Options{})
	require.NoError(t, err)
	require.Len(t, more.Cells, 5, "those that were finished before too")
	at := slices.IndexFunc(more.Cells, func(c Cell[PublishedCell]) bool { return c.Result.Epochs == 2 })
	require.Equal(t, "selu-normalised-none-epochs2", more.Cells[at].Key)
	require.Equal(t, "selu-normalised-none-epochs1", all.Cells[at].Key, "in the same place of Table 1")
	require.Len(t, more.Cells[at].Result.Curve, 2)
	require.Equal(t, first.Cells[0].Result.Curve[0], more.Cells[at].Result.Curve[0])
	part.Cells, part.Epochs = []string{"relu-as-is-none"}, 1
	last, err := Published(t.Context(), dir, part, Options{})
	require.NoError(t, err)
	require.Equal(t, 2, last.Cells[at].Result.Epochs, "the most epochs of what was not asked for")
	part = s
	pictures(t, dir, "curves.svg")
	for says, change := range map[string]func(*PublishedSpec){
		"seed is ":            func(s *PublishedSpec) { s.Seed++ },
		"its width is 16":     func(s *PublishedSpec) { s.Width = 17 },
		"its pilot_steps is ": func(s *PublishedSpec) { s.PilotSteps++ },
		"train_size":          func(s *PublishedSpec) { s.Data.TrainSize++ },
	} {
		other := part
		change(&other)
		_, err := Published(t.Context(), dir, other, Options{})
		require.ErrorContains(t, err, says)
	}
}

// A cell in which nothing arrives says so, and is beaten by any other.
func TestPublishedDeadCells(t *testing.T) {
	s := smallPublished(replay.Seed(t))
	s.Cells, s.Trials, s.Alpha = []string{"relu-as-is-none", "relu-normalised-none"}, 8, 0.2
	r, err := Published(t.Context(), filepath.Join(t.TempDir(), "dead"), s, Options{})
	require.NoError(t, err)
	require.Empty(t, Failed(r.Cells))
	dead := r.Cells[0].Result
	require.True(t, dead.AsIs)
	require.Equal(t, logbook.Dead, dead.Status)
	require.Contains(t, dead.Problem, "nothing arrives")
	require.Empty(t, dead.Curve)
	require.Contains(t, tableOf(t, r), "dead")
	require.Contains(t, tableOf(t, r), "nothing arrives")
	require.Len(t, r.Comparisons, 1)
	require.Equal(t, montecarlo.Confirmed, r.Comparisons[0].Verdict.Outcome, "8 of 8 trials")
}

// What theory says of a cell orders the authors' column of batch normalisation, as it
// is known of these functions: √P^200 from 10³ to 4·10¹⁶.
func TestPublishedTheory(t *testing.T) {
	s := DefaultPublished()
	for name, want := range map[string]float64{"selu": 1e3, "elu": 2e3, "tanh": 1.3e7, "quickgelu": 7e11,
		"leakyrelu": 1.7e16, "relu": 4.4e16} {
		plain, err := s.theory(t.Context(), publishedKind{name, true, false})
		require.NoError(t, err)
		mended, err := s.theory(t.Context(), publishedKind{name, false, true})
		require.NoError(t, err)
		for _, got := range []training.Real{plain.PoincareFactor, mended.PoincareFactor} {
			require.InDelta(t, 1, float64(got)/want, 0.06, name)
		}
	}
	relu, err := s.theory(t.Context(), publishedKind{"relu", false, false})
	require.NoError(t, err)
	require.Less(t, float64(relu.MergeDepth), 100.0, "inputs merge, though norms are kept")
	require.InDelta(t, 1+200*(2-1), float64(relu.Spread), 1e-6, "1 + L(E φ′⁴ − 1)")
}

// The table of the authors is whole.
func TestTableOne(t *testing.T) {
	for _, data := range []string{"mnist", "cifar10"} {
		best := 0.0
		for _, r := range tableOne {
			for _, norm := range []bool{false, true} {
				p := publishedScore(publishedKind{r.activation, r.asIs, norm}, data)
				require.NotNil(t, p)
				require.Greater(t, p.Train, 9.0)
				best = max(best, p.Test)
			}
		}
		require.Equal(t, map[string]float64{"mnist": 97.48, "cifar10": 45.90}[data], best)
	}
	require.Len(t, tableOne, 12)
	require.Nil(t, publishedScore(publishedKind{"tanh", true, false}, "synthetic"))
}
