package journal_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bsnn/internal/journal"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const header = `{"seed":1}`

// open opens a journal that must be in order.
func open(t require.TestingT, path string) *journal.Journal {
	j, err := journal.Open(path, header)
	require.NoError(t, err)
	return j
}

type key struct {
	section string
	index   int
}

// kept are those of the wanted entries that the journal has; values must be
// equal to the last bit.
func kept(t require.TestingT, j *journal.Journal, want map[key][]float64) int {
	n := 0
	for k, v := range want {
		got, ok := j.Lookup(k.section, k.index)
		if !ok {
			continue
		}
		n++
		require.Equal(t, len(v), len(got))
		for i := range v {
			require.Equal(t, math.Float64bits(v[i]), math.Float64bits(got[i]))
		}
	}
	return n
}

var sections = []string{"haar n=64 L=50", "haar n=128 L=50", ""}

// entries draws what a run might record, in the order of recording.
func entries(t *rapid.T) ([]key, map[key][]float64) {
	values := map[key][]float64{}
	var order []key
	for range rapid.IntRange(0, 12).Draw(t, "entries") {
		k := key{rapid.SampledFrom(sections).Draw(t, "section"), rapid.IntRange(0, 1<<40).Draw(t, "index")}
		if _, twice := values[k]; twice {
			continue
		}
		order = append(order, k)
		values[k] = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 {
			return math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		}), 0, 4).Draw(t, "values")
	}
	return order, values
}

// written records the entries and returns the file.
func written(t require.TestingT, path string, order []key, values map[key][]float64) []byte {
	os.Remove(path)
	j := open(t, path)
	for _, k := range order {
		j.Record(k.section, k.index, values[k])
	}
	require.NoError(t, j.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	return whole
}

// continued is what a run finds in a file that was cut; it records the rest.
func continued(t require.TestingT, path string, data []byte, order []key, values map[key][]float64) (restored int) {
	require.NoError(t, os.WriteFile(path, data, 0o600))
	j := open(t, path)
	n := j.Restored()
	require.Equal(t, n, kept(t, j, values))
	for i, k := range order {
		_, ok := j.Lookup(k.section, k.index)
		require.Equal(t, i < n, ok, "a prefix is kept")
		if !ok {
			j.Record(k.section, k.index, values[k])
		}
	}
	require.NoError(t, j.Close())
	j = open(t, path)
	require.Equal(t, len(order), kept(t, j, values))
	require.NoError(t, j.Close())
	return n
}

// A file cut anywhere holds a prefix of what was recorded, and a run that
// continues there ends with everything.
func TestTruncatedJournalsAreContinued(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	rapid.Check(t, func(t *rapid.T) {
		order, values := entries(t)
		whole := written(t, path, order, values)
		continued(t, path, whole[:rapid.IntRange(0, len(whole)).Draw(t, "cut")], order, values)
	})
}

func TestEveryTruncationIsContinued(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	order := []key{{"a", 0}, {"a", 2}, {"b", 0}, {"a", 1}, {"", 1 << 40}, {"", 3}}
	values := map[key][]float64{{"a", 0}: {1, math.Pi}, {"a", 2}: {math.NaN()}, {"b", 0}: {}, {"a", 1}: {math.Inf(-1), 0}, {"", 1 << 40}: {2}, {"", 3}: make([]float64, 9)}
	whole := written(t, path, order, values)
	before := 0
	for cut := range len(whole) + 1 {
		// What is left of a record that was cut short never follows a new one.
		require.NoError(t, os.WriteFile(path, whole[:cut], 0o600))
		j := open(t, path)
		j.Record("z", 0, nil)
		require.NoError(t, j.Close())
		require.NoError(t, open(t, path).Close())

		n := continued(t, path, whole[:cut], order, values)
		require.GreaterOrEqual(t, n, before, "more bytes never hold fewer entries")
		before = n
	}
	require.Equal(t, len(order), before)
}

// One changed bit is refused or, where it makes the last record look cut
// short, costs no more than that; no value is ever wrong.
func TestDamageIsNeverBelieved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	rapid.Check(t, func(t *rapid.T) {
		order, values := entries(t)
		whole := written(t, path, order, values)
		bit := rapid.IntRange(0, 8*len(whole)-1).Draw(t, "bit")
		whole[bit/8] ^= 1 << (bit % 8)
		require.NoError(t, os.WriteFile(path, whole, 0o600))
		j, err := journal.Open(path, header)
		if err != nil {
			after, readErr := os.ReadFile(path)
			require.NoError(t, readErr)
			require.True(t, bytes.Equal(whole, after), "a refused file is left alone")
			return
		}
		defer j.Close()
		require.Less(t, j.Restored(), max(len(order), 1))
		require.Equal(t, j.Restored(), kept(t, j, values))
	})
}

func FuzzOpen(f *testing.F) {
	path := filepath.Join(f.TempDir(), "journal")
	j := open(f, path)
	j.Record("a", 0, []float64{1, math.NaN()})
	j.Record("b", 7, nil)
	if err := j.Close(); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte("thesis"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "journal")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		j, err := journal.Open(path, header)
		if err != nil {
			after, readErr := os.ReadFile(path)
			require.NoError(t, readErr)
			require.True(t, bytes.Equal(data, after), "a refused file is left alone")
			return
		}
		j.Record("new", 1, []float64{1})
		n := j.Restored()
		require.NoError(t, j.Close())
		again := open(t, path)
		require.Contains(t, []int{n, n + 1}, again.Restored(), "what was kept stays")
		require.NoError(t, again.Close())
	})
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "journal")
	j := open(t, path)
	_, err := journal.Open(path, header)
	require.ErrorIs(t, err, journal.ErrLocked)
	_, err = journal.SetAside(path, path+".old")
	require.ErrorIs(t, err, journal.ErrLocked)
	require.NoError(t, j.Close())
	require.NoError(t, j.Close())

	var other *journal.HeaderError
	_, err = journal.Open(path, `{"seed":2}`)
	require.ErrorAs(t, err, &other)
	require.Equal(t, header, other.Found)

	var damage *journal.DamageError
	thesis := filepath.Join(dir, "thesis.tex")
	require.NoError(t, os.WriteFile(thesis, []byte(`\documentclass{article}`), 0o600))
	_, err = journal.Open(thesis, header)
	require.ErrorAs(t, err, &damage)
	require.Contains(t, err.Error(), "byte 0")

	_, err = journal.Open(dir, header)
	require.Error(t, err)
	_, err = journal.Open(filepath.Join(dir, "missing", "journal"), header)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAnEntryTwiceIsDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	j.Record("a", 3, []float64{1})
	j.Record("a", 3, []float64{2})
	require.NoError(t, j.Close())
	_, err := journal.Open(path, header)
	require.ErrorContains(t, err, `entry 3 of "a" is there twice`)
}

func TestRemoveAndSetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	there, err := journal.SetAside(path, path+".old")
	require.NoError(t, err)
	require.False(t, there)
	j := open(t, path)
	j.Record("a", 0, []float64{1})
	require.NoError(t, j.Close())
	there, err = journal.SetAside(path, path+".old")
	require.NoError(t, err)
	require.True(t, there)
	require.NoFileExists(t, path)
	j = open(t, path+".old")
	require.Equal(t, 1, j.Restored())
	require.NoError(t, j.Remove())
	require.NoFileExists(t, path+".old")
}

// Workers record at the same time.
func TestConcurrentRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	want := map[key][]float64{}
	var group sync.WaitGroup
	for worker := range 8 {
		for i := range 500 {
			want[key{fmt.Sprint(worker % 3), 500*worker + i}] = []float64{float64(worker), float64(i)}
		}
		group.Go(func() {
			for i := range 500 {
				j.Record(fmt.Sprint(worker%3), 500*worker+i, []float64{float64(worker), float64(i)})
			}
		})
	}
	group.Wait()
	require.NoError(t, j.Close())
	j = open(t, path)
	defer j.Close()
	require.Equal(t, 4000, j.Restored())
	require.Equal(t, 4000, kept(t, j, want))
}

// The file stays near the size of the numbers in it.
func TestJournalsDoNotGrowWithoutNeed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	const n = 10_000
	for i := range n {
		j.Record("haar n=64 L=50", i, []float64{1, 2})
	}
	require.NoError(t, j.Close())
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.LessOrEqual(t, info.Size(), int64(n*(16+12)+200))
}

func TestHeadersAreExact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	require.NoError(t, open(t, path).Close())
	_, err := journal.Open(path, header+" ")
	require.Error(t, err)
	_, err = journal.Open(path, strings.ToUpper(header))
	require.Error(t, err)
}

// BenchmarkRecord is what one finished trial costs; the shortest trial there
// is takes about a microsecond, the default ones take hundreds.
func BenchmarkRecord(b *testing.B) {
	j, err := journal.Open(filepath.Join(b.TempDir(), "journal"), header)
	if err != nil {
		b.Fatal(err)
	}
	defer j.Remove()
	values := []float64{1, 2}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		j.Record("haar n=64 L=50", i, values)
	}
}
