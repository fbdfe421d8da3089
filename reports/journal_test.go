package reports

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/replay"
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
func counting(t *testing.T, ctx context.Context, spec Spec, j *Journal, fail func(e properties.Ensemble) error) (*Report, int, error) {
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

func openJournal(t *testing.T, path string) *Journal {
	t.Helper()
	j, err := OpenJournal(path)
	require.NoError(t, err)
	return j
}

// A run that is stopped anywhere goes on from there, redoes nothing that it
// finished, and ends with the same bits, infinities and all.
func TestInterruptedSweepGoesOn(t *testing.T) {
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
		require.Equal(t, stopAt, j.Finished())
		require.NoError(t, j.file.Close()) // as when the process is killed

		j = openJournal(t, path)
		require.Equal(t, stopAt, j.Finished())
		again, second, err := counting(t, t.Context(), spec, j, nil)
		require.NoError(t, err)
		require.Equal(t, cells-stopAt, second)
		require.Equal(t, want, bits(t, again))
		require.NoError(t, j.Remove())
		require.NoFileExists(t, path)
		cancel()
	}
}

// A record that was being written when the machine stopped, or that the disk
// spoiled, counts as not written; those before it stand.
func TestTornJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := openJournal(t, path)
	_, _, err := counting(t, t.Context(), tinySpec(), j, nil)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var ends []int
	for at := 0; at < len(data); {
		_, size, ok := readEntry(data[at:])
		require.True(t, ok)
		at += size
		ends = append(ends, at)
	}
	require.Len(t, ends, 8)
	r := rand.New(rand.NewPCG(replay.Seed(t), 1))
	for range 40 {
		cut := r.IntN(len(data))
		torn := append([]byte(nil), data[:cut]...)
		whole := 0
		for _, end := range ends {
			if end <= cut {
				whole++
			}
		}
		requireCells(t, torn, whole, "cut at %d", cut)

		spoiled := append([]byte(nil), data...)
		at := r.IntN(len(data))
		spoiled[at] ^= byte(1 + r.IntN(255))
		before := 0
		for _, end := range ends {
			if end <= at {
				before++
			}
		}
		requireCells(t, spoiled, before, "byte %d", at)
	}
	requireCells(t, []byte("something else entirely"), 0, "other file")
}

func requireCells(t *testing.T, content []byte, want int, format string, args ...any) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	j := openJournal(t, path)
	require.Equal(t, want, j.Finished(), format, fmt.Sprint(args...))
	require.NoError(t, j.add("more", cellResult{}))
	require.NoError(t, j.Close())
	j = openJournal(t, path)
	require.Equal(t, want+1, j.Finished(), "what is added after a torn record can be read")
	require.NoError(t, j.Close())
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
	require.NoError(t, j.file.Close())
	_, measured, err := counting(t, t.Context(), tinySpec(), j, nil)
	require.ErrorContains(t, err, "journal")
	require.Equal(t, 1, measured)
}

func TestEmptyJournalLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	require.NoError(t, openJournal(t, path).Close())
	require.NoFileExists(t, path)
}

// Whatever changes the numbers changes the name of the journal, and what does
// not, does not.
func TestFingerprint(t *testing.T) {
	of := func(s Spec, images, digest string) string {
		f, err := Fingerprint(s, images, digest)
		require.NoError(t, err)
		return f
	}
	base := of(tinySpec(), "", "p")
	require.Equal(t, base, of(tinySpec(), "", "p"))
	other := tinySpec()
	other.Seed++
	seen := map[string]bool{base: true}
	for _, f := range []string{of(other, "", "p"), of(tinySpec(), "x", "p"), of(tinySpec(), "", "q")} {
		require.False(t, seen[f])
		seen[f] = true
	}
}

func TestNumberKeepsItsBits(t *testing.T) {
	for _, v := range []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), math.Pi, 5e-324} {
		b, err := Number(v).GobEncode()
		require.NoError(t, err)
		var back Number
		require.NoError(t, back.GobDecode(b))
		require.Equal(t, math.Float64bits(v), math.Float64bits(float64(back)))
	}
	var x Number
	require.Error(t, x.GobDecode([]byte{1}))
}
