package experiment

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

type number struct {
	Value float64 `json:"value"`
}

// counting makes n jobs that count how often they are worked on.
func counting(n int, worked *[9]atomic.Int32, fail func(i int) error) []job[number] {
	var jobs []job[number]
	for i := range n {
		jobs = append(jobs, job[number]{"cell-" + string(rune('a'+i)), float64(1 + i), func(_ context.Context, progress func(float64)) (number, error) {
			worked[i].Add(1)
			progress(0.5)
			return number{float64(i)}, fail(i)
		}})
	}
	return jobs
}

func never(int) error { return nil }

func newFolder(t *testing.T) folder {
	f, err := openFolder(filepath.Join(t.TempDir(), "grid"), "test", 1)
	require.NoError(t, err)
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

func TestDamagedCellsAreNamed(t *testing.T) {
	f := newFolder(t)
	var worked [9]atomic.Int32
	_, err := runGrid(t.Context(), f, counting(2, &worked, never), Options{})
	require.NoError(t, err)
	path := filepath.Join(string(f), cellsName, "cell-b.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"key": "cell-a", "result": {}}`), 0o600))
	_, err = runGrid(t.Context(), f, counting(2, &worked, never), Options{})
	require.ErrorContains(t, err, path)
}

func TestUnwritableFoldersStopTheGrid(t *testing.T) {
	f := newFolder(t)
	require.NoError(t, os.RemoveAll(filepath.Join(string(f), cellsName)))
	var worked [9]atomic.Int32
	_, err := runGrid(t.Context(), f, counting(3, &worked, never), Options{Workers: 1})
	require.ErrorContains(t, err, cellsName)
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
	_, err := openFolder(mine, "norms", spec{3})
	require.NoError(t, err)
	_, err = openFolder(mine, "norms", spec{3})
	require.NoError(t, err, "the same experiment goes on")

	full := filepath.Join(dir, "full")
	require.NoError(t, os.Mkdir(full, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(full, "thesis.tex"), nil, 0o600))
	damaged := filepath.Join(dir, "damaged")
	require.NoError(t, os.Mkdir(damaged, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(damaged, specName), []byte("{"), 0o600))
	for says, open := range map[string]func() (folder, error){
		"Width 3, not 4":  func() (folder, error) { return openFolder(mine, "norms", spec{4}) },
		"norms":           func() (folder, error) { return openFolder(mine, "accuracy", spec{3}) },
		"thesis.tex":      func() (folder, error) { return openFolder(full, "norms", spec{3}) },
		"damaged":         func() (folder, error) { return openFolder(damaged, "norms", spec{3}) },
		"name":            func() (folder, error) { return openFolder("", "norms", spec{3}) },
		"not a directory": func() (folder, error) { return openFolder(filepath.Join(full, "thesis.tex"), "norms", spec{3}) },
	} {
		_, err := open()
		var occupied *FolderError
		require.ErrorAs(t, err, &occupied, says)
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, "want")
	}
}
