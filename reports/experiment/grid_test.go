package experiment

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	claims "bsnn/internal/folder"
	"bsnn/internal/journal"

	"github.com/stretchr/testify/require"
)

type number struct {
	Value float64 `json:"value"`
}

// counting makes n jobs that count how often they are worked on.
func counting(n int, worked *[9]atomic.Int32, fail func(i int) error) []job[number] {
	var jobs []job[number]
	for i := range n {
		jobs = append(jobs, job[number]{key: "cell-" + string(rune('a'+i)), cost: float64(1 + i),
			work: func(_ context.Context, _ *folder, progress func(float64)) (number, error) {
				worked[i].Add(1)
				progress(0.5)
				return number{float64(i)}, fail(i)
			}, check: func(number) error { return nil }})
	}
	return jobs
}

func never(int) error { return nil }

func newFolder(t *testing.T) *folder {
	f, err := openFolder(filepath.Join(t.TempDir(), "grid"), "test", 1, "", Options{})
	require.NoError(t, err)
	t.Cleanup(func() { f.close() })
	return f
}

func TestFinishedCellsAreNeverWorkedOnAgain(t *testing.T) {
	f := newFolder(t)
	var worked [9]atomic.Int32
	first, err := runGrid(t.Context(), f, counting(5, &worked, never), Options{Workers: 2})
	require.NoError(t, err)
	again, err := runGrid(t.Context(), f, counting(9, &worked, never), Options{Workers: 3})
	require.NoError(t, err)
	for i := range again {
		require.EqualValues(t, 1, worked[i].Load())
		require.Equal(t, float64(i), again[i].Result.Value)
	}
	require.Equal(t, first, again[:5])
}

// Whatever cell the grid is stopped at, what was finished stays, and the same
// call ends with all cells.
func TestStoppedGridsGoOn(t *testing.T) {
	for stop := range 6 {
		f := newFolder(t)
		var worked [9]atomic.Int32
		ctx, cancel := context.WithCancel(t.Context())
		jobs := counting(6, &worked, func(i int) error {
			if i == stop {
				cancel()
			}
			return nil
		})
		_, err := runGrid(ctx, f, jobs, Options{Workers: 1})
		require.ErrorIs(t, err, context.Canceled)
		cells, err := runGrid(t.Context(), f, counting(6, &worked, never), Options{Workers: 1})
		require.NoError(t, err)
		require.Empty(t, Failed(cells))
		for i := range cells {
			want := int32(1)
			if i == stop {
				want = 2 // it was stopped before it was written down
			}
			require.Equal(t, want, worked[i].Load(), "cell %d, stopped at %d", i, stop)
		}
	}
}

func TestFailingCellsAreReportedAndTriedAgain(t *testing.T) {
	f := newFolder(t)
	var worked [9]atomic.Int32
	cells, err := runGrid(t.Context(), f, counting(4, &worked, func(i int) error {
		if i == 2 {
			return errors.New("out of luck")
		}
		return nil
	}), Options{})
	require.NoError(t, err)
	require.Equal(t, []string{"cell-c: out of luck"}, Failed(cells))
	cells, err = runGrid(t.Context(), f, counting(4, &worked, never), Options{})
	require.NoError(t, err)
	require.Empty(t, Failed(cells))
	require.EqualValues(t, 2, worked[2].Load())
	require.EqualValues(t, 1, worked[3].Load())
}

// A damaged end of the journal costs a cell, and is said; damage before that is
// not believed.
func TestDamagedJournals(t *testing.T) {
	f := newFolder(t)
	var worked [9]atomic.Int32
	_, err := runGrid(t.Context(), f, counting(2, &worked, never), Options{Workers: 1})
	require.NoError(t, err)
	require.NoError(t, f.close())
	path := filepath.Join(f.dir, journalName)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)

	require.NoError(t, os.WriteFile(path, whole[:len(whole)-1], 0o600))
	var said []string
	f, err = openFolder(f.dir, "test", 1, "", Options{Warn: func(s string) { said = append(said, s) }})
	require.NoError(t, err)
	require.Len(t, said, 1)
	require.Contains(t, said[0], path)
	_, err = runGrid(t.Context(), f, counting(2, &worked, never), Options{})
	require.NoError(t, err)
	require.EqualValues(t, 3, worked[0].Load()+worked[1].Load(), "one of them again")
	require.NoError(t, f.close())

	spoilt := bytes.Clone(whole)
	spoilt[len(spoilt)/2] ^= 1
	require.NoError(t, os.WriteFile(path, spoilt, 0o600))
	_, err = openFolder(f.dir, "test", 1, "", Options{})
	var damage *journal.DamageError
	require.ErrorAs(t, err, &damage)
}

// A cell of another shape, as one that another version wrote, is named.
func TestUnreadableCells(t *testing.T) {
	f := newFolder(t)
	require.NoError(t, f.journal.Put(cellSection, "cell-b", "no cell"))
	var worked [9]atomic.Int32
	_, err := runGrid(t.Context(), f, counting(2, &worked, never), Options{})
	require.ErrorContains(t, err, `cell "cell-b"`)
}

func TestUnwritableJournalsStopTheGrid(t *testing.T) {
	f := newFolder(t)
	require.NoError(t, f.close())
	var worked [9]atomic.Int32
	_, err := runGrid(t.Context(), f, counting(3, &worked, never), Options{Workers: 1})
	require.ErrorContains(t, err, journalName)
	require.Zero(t, worked[0].Load(), "after the first failure, the most expensive cell, nothing more is begun")
}

func TestProgressCoversTheGrid(t *testing.T) {
	f := newFolder(t)
	var worked [9]atomic.Int32
	_, err := runGrid(t.Context(), f, counting(2, &worked, never), Options{})
	require.NoError(t, err)
	var seen []Progress
	_, err = runGrid(t.Context(), f, counting(4, &worked, never), Options{Workers: 1, Progress: func(p Progress) { seen = append(seen, p) }})
	require.NoError(t, err)
	// Costs 1, 2 are done, 4 comes before 3; each reports at its half and end.
	var fractions []float64
	for _, p := range seen {
		fractions = append(fractions, p.Fraction)
		require.Equal(t, 4, p.Cells)
	}
	require.InDeltaSlice(t, []float64{0.5, 0.7, 0.85, 1}, fractions, 1e-12)
	require.Equal(t, 4, seen[3].Done)
	require.Zero(t, seen[3].Remaining)
	require.Positive(t, seen[1].Remaining)
}

func TestFoldersAreNotTakenFromOthers(t *testing.T) {
	dir := t.TempDir()
	type spec struct{ Width int }
	mine := filepath.Join(dir, "mine")
	open := func(dir, kind string, s spec) (*folder, error) { return openFolder(dir, kind, s, "", Options{}) }
	for range 2 { // the same experiment goes on
		f, err := open(mine, "norms", spec{3})
		require.NoError(t, err)
		_, err = open(mine, "norms", spec{3})
		require.ErrorIs(t, err, claims.ErrLocked, "one process at a time")
		require.NoError(t, f.close())
	}
	before := contents(t, mine)

	var other *journal.RunError
	for says, failed := range map[string]func() (*folder, error){
		"its Width is 3, here it is 4":                                    func() (*folder, error) { return open(mine, "norms", spec{4}) },
		"it is of bsnn experiment norms, not of bsnn experiment accuracy": func() (*folder, error) { return open(mine, "accuracy", spec{3}) },
		"it was begun with other data": func() (*folder,
			error) {
			return openFolder(mine, "norms", spec{3}, "rows", Options{})
		},
		"it was begun with another BLAS library": func() (*folder,
			error) {
			return openFolder(mine, "norms", spec{3}, "", Options{BLAS: "other"})
		},
	} {
		_, err := failed()
		require.ErrorAs(t, err, &other, says)
		require.EqualError(t, other.Difference, says)
	}
	require.Equal(t, before, contents(t, mine), "it is left as it is")
	f, err := openFolder(mine, "norms", spec{3}, "", Options{BLAS: "other", Mixed: true})
	require.NoError(t, err)
	require.True(t, f.machine(Options{}).Mixed)
	require.NoError(t, f.close())

	full := filepath.Join(dir, "full")
	require.NoError(t, os.Mkdir(full, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(full, "thesis.tex"), nil, 0o600))
	older := filepath.Join(dir, "older")
	require.NoError(t, os.Mkdir(older, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(older, specName), []byte("{}"), 0o600))
	for says, where := range map[string]string{
		"thesis.tex": full, "older bsnn": older, "name": "", "is a file": filepath.Join(full, "thesis.tex"),
	} {
		_, err := open(where, "norms", spec{3})
		var occupied *FolderError
		require.ErrorAs(t, err, &occupied, says)
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, "want")
	}
}

// contents are the files of a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		out[path] = string(data)
		return err
	}))
	return out
}
