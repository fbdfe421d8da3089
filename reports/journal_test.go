package reports

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"math"
	"path/filepath"
	"testing"

	"bsnn/internal/journal"
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"

	"github.com/stretchr/testify/require"
)

// tinySpec has six cells and takes milliseconds, with a subject that explodes.
func tinySpec() Spec {
	s := DefaultSpec()
	s.Subjects = []Subject{{Key: "tanh", Title: "tanh", Activation: "tanh"}, {Key: "bang", Title: "bang", Activation: "1e50*x", AsIs: true}}
	s.Widths, s.Depth, s.Trials = []int{8, 16}, 4, 12
	return s
}

// counting runs a sweep and counts the cells that it measures; fail says which
// fail, and how.
func counting(t *testing.T, ctx context.Context, spec Spec, j Journal, fail func(e properties.Ensemble) error) (*Report, int, error) {
	t.Helper()
	s, err := newSweep(spec, Options{Journal: j})
	require.NoError(t, err)
	// The maps take longer than all the networks.
	s.describe = func(context.Context, Subject, resolved) (description, error) { return description{}, nil }
	measured := 0
	s.sample = func(ctx context.Context, e properties.Ensemble, p montecarlo.Plan, x montecarlo.Experiment) ([]network.Norms, error) {
		if fail != nil {
			if err := fail(e); err != nil {
				return nil, err
			}
		}
		measured++
		return sampleNetworks(ctx, e, p, x)
	}
	r, err := s.report(ctx)
	return r, measured, err
}

// bits are all numbers of a report.
func bits(t *testing.T, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, gob.NewEncoder(&b).Encode(r))
	return b.Bytes()
}

func openJournal(t *testing.T, path string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(path, provenance.Run{Kind: "report"}, journal.Same)
	require.NoError(t, err)
	return j
}

// A run that is stopped anywhere goes on from there, redoes nothing that it
// finished, and ends with the same bits, infinities and all.
func TestInterruptedSweepGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	spec := tinySpec()
	whole, cells, err := counting(t, t.Context(), spec, nil, nil)
	require.NoError(t, err)
	require.Equal(t, 8, cells)
	want := bits(t, whole)
	require.True(t, math.IsInf(float64(whole.Subjects[1].Series[2].Cells[0].Q95), 1))
	for _, stopAt := range []int{0, 1, 4, cells - 1} {
		path := filepath.Join(t.TempDir(), "journal")
		ctx, cancel := context.WithCancel(t.Context())
		done := 0
		j := openJournal(t, path)
		_, first, err := counting(t, ctx, spec, j, func(properties.Ensemble) error {
			if done == stopAt {
				cancel()
				return ctx.Err()
			}
			done++
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, stopAt, first)
		require.NoError(t, j.Close())

		j = openJournal(t, path)
		require.Equal(t, stopAt, j.Len(CellSection))
		again, second, err := counting(t, t.Context(), spec, j, nil)
		require.NoError(t, err)
		require.Equal(t, cells-stopAt, second)
		require.Equal(t, want, bits(t, again))
		require.NoError(t, j.Remove())
		require.NoFileExists(t, path)
		cancel()
	}
}

// A cell that fails is reported, and the others are measured.
func TestFailingCell(t *testing.T) {
	spec := tinySpec()
	r, measured, err := counting(t, t.Context(), spec, nil, func(e properties.Ensemble) error {
		if e.Width == 16 && e.Depth == 4 && e.Activation.Name != "tanh" && e.Activation.Lipschitz > 1e40 {
			return errors.New("the <machine> is out of luck")
		}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 7, measured)
	require.Equal(t, []Failure{{"bang", 16, 4, "the <machine> is out of luck"}}, r.Failures)
	require.Len(t, r.Subjects[1].Series[0].Cells, 2)
	require.Len(t, r.Subjects[1].Series[2].Cells, 1)
	require.Equal(t, montecarlo.Undecided, r.Subjects[1].Series[2].Verdict.Outcome, "the widest width is not known")
}

// What a journal holds under the name of a cell and is none, as one that an
// older program wrote, is said before anything is measured.
func TestUnreadableCell(t *testing.T) {
	spec := tinySpec()
	j := openJournal(t, filepath.Join(t.TempDir(), "journal"))
	defer j.Close()
	require.NoError(t, j.Put(CellSection, cellKey(spec.Subjects[0], 8, 1), []string{"no cell"}))
	_, err := newSweep(spec, Options{Journal: j})
	require.ErrorContains(t, err, "tanh n=8 L=1")
}

// When nothing can be measured there is no report.
func TestEveryCellFails(t *testing.T) {
	spec := tinySpec()
	s, err := newSweep(spec, Options{})
	require.NoError(t, err)
	s.sample = func(context.Context, properties.Ensemble, montecarlo.Plan, montecarlo.Experiment) ([]network.Norms, error) {
		return nil, errors.New("no luck")
	}
	_, err = s.report(t.Context())
	require.ErrorContains(t, err, "every cell failed")
	require.ErrorContains(t, err, "no luck")
}

// A journal that cannot be written ends the run: going on would lose work.
func TestJournalCannotBeWritten(t *testing.T) {
	j := openJournal(t, filepath.Join(t.TempDir(), "journal"))
	require.NoError(t, j.Close())
	_, measured, err := counting(t, t.Context(), tinySpec(), j, nil)
	require.ErrorContains(t, err, "journal")
	require.Equal(t, 1, measured)
}
