package parts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/internal/journal"
	"bsnn/internal/provenance"

	"github.com/stretchr/testify/require"
)

// sums is a run of three units: a value, and two sections of squares.
func sums(seed int) Sweep {
	return Sweep{
		Run:     provenance.Run{Kind: "sums", Asked: map[string]any{"seed": seed}},
		Units:   []Unit{{Name: "value", Cost: 1}, {Name: "a", Cost: 3, Trials: 7}, {Name: "b", Cost: 2, Trials: 5}},
		Command: Command{"seed": {"1"}},
	}
}

func open(dir string, s Sweep, i, n int) (*Part, error) {
	f, err := s.In(dir, n, journal.Same)
	if err != nil {
		return nil, err
	}
	return f.Open(i)
}

// compute computes a part; more is added to every number.
func compute(t *testing.T, dir string, s Sweep, i, n int, more float64) string {
	t.Helper()
	p, err := open(dir, s, i, n)
	require.NoError(t, err)
	if p.Journal == nil {
		return p.Path
	}
	for _, piece := range p.Pieces {
		u := s.Units[piece.Unit]
		if u.Trials == 0 {
			require.NoError(t, p.Journal.Put("values", u.Name, 7+more))
		}
		for k := piece.First; k < piece.First+piece.Trials; k++ {
			p.Journal.Record(u.Name, k, []float64{float64(k*k) + more})
		}
	}
	require.NoError(t, p.Finish())
	return p.Path
}

// In any order, and twice, the parts are the journal of the whole run.
func TestRead(t *testing.T) {
	s := sums(1)
	for n := 1; n < 15; n++ {
		dir := t.TempDir()
		for i := range n {
			compute(t, filepath.Join(dir, []string{"", "other"}[i%2]), s, n-i, n, 0)
		}
		compute(t, filepath.Join(dir, "again"), s, n, n, 0)
		p, err := Read(dir, journal.Same)
		require.NoError(t, err)
		require.NoError(t, p.Of(s, journal.Same))
		require.Len(t, p.Notes, 1)
		require.Equal(t, Command{"seed": {"1"}}, p.Command)
		var value float64
		found, err := p.Get("values", "value", &value)
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, 7.0, value)
		for _, u := range s.Units[1:] {
			for k := range u.Trials {
				v, ok := p.Lookup(u.Name, k)
				require.True(t, ok)
				require.Equal(t, []float64{float64(k * k)}, v)
			}
			_, ok := p.Lookup(u.Name, u.Trials)
			require.False(t, ok)
		}
		var asked struct{ Seed int }
		require.NoError(t, p.Asked(&asked))
		require.Equal(t, 1, asked.Seed)
	}
}

// Whatever is wrong with a folder is said, with the file.
func TestReadRefuses(t *testing.T) {
	s := sums(1)
	full := func(t *testing.T) string {
		dir := t.TempDir()
		for i := range 3 {
			compute(t, dir, s, i+1, 3, 0)
		}
		return dir
	}
	second := func(dir string) string { return filepath.Join(dir, "part-2-of-3.journal") }
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		want  string
	}{
		"nothing": {func(t *testing.T, dir string) {
			require.NoError(t, os.RemoveAll(dir))
			require.NoError(t, os.Mkdir(dir, 0o700))
		}, "no complete part"},
		"one gone": {func(t *testing.T, dir string) { require.NoError(t, os.Remove(second(dir))) }, "lacks 1 of 3 parts: 2"},
		"begun": {func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(second(dir), second(dir)+unfinished))
		}, "begun and not finished: 2"},
		"other":    {func(t *testing.T, dir string) { compute(t, filepath.Join(dir, "x"), sums(2), 2, 3, 0) }, "its seed is 2, here it is 1"},
		"division": {func(t *testing.T, dir string) { compute(t, filepath.Join(dir, "x"), s, 2, 4, 0) }, "part of 4"},
		"conflict": {func(t *testing.T, dir string) {
			compute(t, filepath.Join(dir, "x"), s, 2, 3, 1)
		}, "part 2 of 3 is there twice with different results"},
		"cut short": {func(t *testing.T, dir string) { cut(t, second(dir), 5) }, "cut short"},
		"empty":     {func(t *testing.T, dir string) { require.NoError(t, os.WriteFile(second(dir), nil, 0o600)) }, "no header"},
		"no part":   {func(t *testing.T, dir string) { plain(t, second(dir)) }, "of no part of a run"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := full(t)
			c.spoil(t, dir)
			_, err := Read(dir, journal.Same)
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
	dir := full(t)
	p, err := Read(dir, journal.Same)
	require.NoError(t, err)
	require.ErrorContains(t, p.Of(sums(3), journal.Same), "its seed is 1, here it is 3")
	longer := sums(1)
	longer.Units = append(longer.Units, longer.Units...)
	require.ErrorContains(t, p.Of(longer, journal.Same), "pieces of the run")
}

// Nothing that is there is written over.
func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	path := compute(t, dir, sums(1), 1, 3, 0)
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	_, err = open(dir, sums(2), 1, 3)
	require.ErrorContains(t, err, "its seed is 1, here it is 2")
	_, err = open(dir, sums(1), 1, 4)
	require.ErrorContains(t, err, "a part of 3, not of 4")
	for _, wrong := range [][2]int{{0, 0}, {5, 4}, {-1, 3}, {1, MaxParts + 1}} {
		_, err = open(t.TempDir(), sums(1), wrong[0], wrong[1])
		require.ErrorContains(t, err, "; want ")
	}
	other := compute(t, dir, sums(1), 3, 3, 0)
	cut(t, other, 5)
	_, err = open(dir, sums(1), 3, 3)
	require.ErrorContains(t, err, "cut short", "what is there is not whole")
	require.NoError(t, os.Remove(other))
	p, err := open(dir, sums(1), 2, 3)
	require.NoError(t, err)
	_, err = open(dir, sums(1), 2, 3)
	require.Error(t, err, "another process works on it")
	require.NoError(t, p.Journal.Close())
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// A part that was killed goes on with what it has.
func TestPartGoesOn(t *testing.T) {
	dir := t.TempDir()
	s := sums(1)
	p, err := open(dir, s, 1, 1)
	require.NoError(t, err)
	p.Journal.Record("a", 0, []float64{0})
	require.NoError(t, p.Journal.Close())
	p, err = open(dir, s, 1, 1)
	require.NoError(t, err)
	_, ok := p.Journal.Lookup("a", 0)
	require.True(t, ok)
	require.NoError(t, p.Finish())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		require.False(t, strings.Contains(e.Name(), unfinished), e.Name())
		require.True(t, IsFile(e.Name()))
	}
}

func cut(t *testing.T, path string, bytes int64) {
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, os.Truncate(path, info.Size()-bytes))
}

// plain puts a journal of something else in the place of a part.
func plain(t *testing.T, path string) {
	require.NoError(t, os.Remove(path))
	j, err := journal.Open(path, provenance.Run{Kind: "verify", Asked: map[string]int{"seed": 1}}, journal.Same)
	require.NoError(t, err)
	require.NoError(t, j.Close())
}

func TestRanges(t *testing.T) {
	require.Equal(t, "1, 2, 4–6, 9", ranges([]int{1, 2, 4, 5, 6, 9}))
	require.Equal(t, "", ranges(nil))
}

// Only the number of the part may differ for headings to be alike.
func TestHeadingsAreCompared(t *testing.T) {
	dir := t.TempDir()
	read := func(path string) *journal.Reading {
		r, err := journal.Read(path)
		require.NoError(t, err)
		return r
	}
	first := read(compute(t, filepath.Join(dir, "a"), sums(1), 9, 12, 0))
	whole, h, err := about(first)
	require.NoError(t, err)
	g := heading{whole, h, first.Header()}
	same, ok := g.like(read(compute(t, filepath.Join(dir, "a"), sums(1), 11, 12, 0)))
	require.True(t, ok)
	require.Equal(t, [2]int{11, 12}, [2]int{same.Part, same.Of})
	for name, path := range map[string]string{
		"another seed":     compute(t, filepath.Join(dir, "b"), sums(2), 11, 12, 0),
		"another division": compute(t, filepath.Join(dir, "c"), sums(1), 11, 13, 0),
	} {
		_, ok := g.like(read(path))
		require.False(t, ok, name)
	}
}
