package journal_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"bsnn/internal/folder"
	"bsnn/internal/journal"
	"bsnn/internal/provenance"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// continued is what a run finds in a file that was cut; it keeps the rest.
func continued(t require.TestingT, path string, data []byte, ops []operation) (restored int) {
	require.NoError(t, os.WriteFile(path, data, 0o600))
	j := open(t, path)
	n := held(t, j, ops)
	for _, o := range ops[n:] {
		o.do(t, j)
	}
	require.NoError(t, j.Close())
	j = open(t, path)
	require.Zero(t, j.Dropped())
	require.Equal(t, len(ops), held(t, j, ops))
	require.NoError(t, j.Close())
	return n
}

// A file cut anywhere holds what was kept up to some moment, says whether
// anything was cut off, and a run that continues there ends with everything.
func TestTruncatedJournalsAreContinued(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	rapid.Check(t, func(t *rapid.T) {
		ops := operations(t)
		whole := written(t, path, ops)
		continued(t, path, whole[:rapid.IntRange(0, len(whole)).Draw(t, "cut")], ops)
	})
}

func TestEveryTruncationIsContinued(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	inf, half := real(math.Inf(1)), real(0.5)
	ops := []operation{
		{section: "a", index: 0, vector: []float64{1, math.Pi}},
		{section: "a", index: 2, vector: []float64{math.NaN()}},
		{section: "a", name: "x", value: value{Name: "one", Reals: []real{inf, 1, -inf}}},
		{section: "b", index: 0, vector: []float64{}},
		{section: "a", index: 1, vector: []float64{math.Inf(-1), 0}},
		{section: "a", name: "x", value: value{Name: "two", Single: &half}},
		{section: "", index: math.MaxInt, vector: []float64{2}},
		{section: "", index: 3, vector: make([]float64, 9)},
	}
	whole := written(t, path, ops)
	ends := records(whole)
	before := 0
	for cut := range len(whole) + 1 {
		require.NoError(t, os.WriteFile(path, whole[:cut], 0o600))
		j := open(t, path)
		sound := 0 // up to the last whole record, or nothing
		for _, end := range ends[1:] {
			if end <= cut {
				sound = end
			}
		}
		if cut > 8 {
			require.Equal(t, cut-max(sound, 8), j.Dropped(), "what is cut off is said")
		}
		// What is left of a record that was cut short never follows a new one.
		j.Record("z", 0, nil)
		require.NoError(t, j.Close())
		require.NoError(t, open(t, path).Close())

		n := continued(t, path, whole[:cut], ops)
		require.GreaterOrEqual(t, n, before, "more bytes never hold less")
		before = n
	}
	require.Equal(t, len(ops), before)
}

// One changed bit is refused where anything sound follows, and the file left
// alone; in the last record it costs that record. No value is ever wrong.
func TestDamageIsNeverBelieved(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	rapid.Check(t, func(t *rapid.T) {
		ops := operations(t)
		whole := written(t, path, ops)
		bit := rapid.IntRange(0, 8*len(whole)-1).Draw(t, "bit")
		ends := records(whole)
		last := ends[len(ends)-2] // where the last record begins
		whole[bit/8] ^= 1 << (bit % 8)
		require.NoError(t, os.WriteFile(path, whole, 0o600))
		j, err := journal.Open(path, asked(1), journal.Same)
		if bit/8 < last {
			var damage *journal.DamageError
			require.ErrorAs(t, err, &damage)
			after, readErr := os.ReadFile(path)
			require.NoError(t, readErr)
			require.True(t, bytes.Equal(whole, after), "a refused file is left alone")
			return
		}
		require.NoError(t, err)
		defer j.Close()
		require.Equal(t, len(whole)-last, j.Dropped())
		require.GreaterOrEqual(t, held(t, j, ops), len(ops)-1)
	})
}

// A machine that fails may leave zeros, or what was in the file's place
// before, after the last record.
func TestGarbageAfterTheLastRecordIsATail(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	rapid.Check(t, func(t *rapid.T) {
		ops := operations(t)
		whole := written(t, path, ops)
		garbage := rapid.OneOf(
			rapid.Map(rapid.IntRange(1, 5000), func(n int) []byte { return make([]byte, n) }),
			rapid.SliceOfN(rapid.Byte(), 1, 200),
		).Draw(t, "garbage")
		require.NoError(t, os.WriteFile(path, append(whole, garbage...), 0o600))
		j := open(t, path)
		require.Equal(t, len(garbage), j.Dropped())
		require.Equal(t, len(ops), held(t, j, ops))
		require.NoError(t, j.Close())
		after, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, whole, after)
	})
}

func FuzzOpen(f *testing.F) {
	path := filepath.Join(f.TempDir(), "journal")
	j := open(f, path)
	j.Record("a", 0, []float64{1, math.NaN()})
	require.NoError(f, j.Put("a", "x", value{Name: "one", Reals: []real{real(math.Inf(1))}}))
	j.Record("b", 7, nil)
	if err := j.Close(); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add([]byte("thesis"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "journal")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		j, err := journal.Open(path, asked(1), journal.Same)
		if err != nil {
			after, readErr := os.ReadFile(path)
			require.NoError(t, readErr)
			require.True(t, bytes.Equal(data, after), "a refused file is left alone")
			return
		}
		var v value
		if _, err := j.Get("a", "x", &v); err != nil {
			require.ErrorContains(t, err, path) // of another type; never a panic
		}
		n := j.Restored()
		_, had := j.Lookup("new", 1)
		if !had {
			j.Record("new", 1, []float64{1})
			n++
		}
		if has, _ := j.Get("new", "value", new(any)); !has {
			n++
		}
		require.NoError(t, j.Put("new", "value", 1))
		require.NoError(t, j.Close())
		again := open(t, path)
		require.Equal(t, n, again.Restored(), "what was kept stays")
		require.Zero(t, again.Dropped())
		require.NoError(t, again.Close())
	})
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "journal")
	j := open(t, path)
	_, err := journal.Open(path, asked(1), journal.Same)
	require.ErrorIs(t, err, folder.ErrLocked)
	require.ErrorContains(t, err, path)
	_, err = journal.SetAside(path, path+".old")
	require.ErrorIs(t, err, folder.ErrLocked)
	require.NoError(t, j.Close())
	require.NoError(t, j.Close())

	var other *journal.RunError
	_, err = journal.Open(path, asked(2), journal.Mixed)
	require.ErrorAs(t, err, &other)
	require.EqualError(t, other.Difference, "its seed is 1, here it is 2")

	var damage *journal.DamageError
	thesis := filepath.Join(dir, "thesis.tex")
	require.NoError(t, os.WriteFile(thesis, []byte(`\documentclass{article}`), 0o600))
	_, err = journal.Open(thesis, asked(1), journal.Same)
	require.ErrorAs(t, err, &damage)
	require.Contains(t, err.Error(), "byte 0")
	former := filepath.Join(dir, "former")
	require.NoError(t, os.WriteFile(former, []byte("bsnnjnl1 and more"), 0o600))
	_, err = journal.Open(former, asked(1), journal.Same)
	require.ErrorAs(t, err, &damage)
	require.ErrorContains(t, err, "older bsnn")

	_, err = journal.Open(dir, asked(1), journal.Same)
	require.Error(t, err)
	_, err = journal.Open(filepath.Join(dir, "missing", "journal"), asked(1), journal.Same)
	require.ErrorIs(t, err, os.ErrNotExist)

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 3, "no lock is left")
}

// What another build or machine began is continued when the caller says so,
// and from then on the journal says that it is mixed.
func TestMixedEnvironments(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	require.False(t, j.Mixed())
	j.Record("a", 0, []float64{1})
	require.NoError(t, j.Close())
	other := asked(1)
	other.Environment.Build = "c"
	_, err := journal.Open(path, other, journal.Same)
	var differs *provenance.Difference
	require.ErrorAs(t, err, &differs)
	require.Equal(t, provenance.Around, differs.Part)
	for range 2 {
		j, err = journal.Open(path, other, journal.Mixed)
		require.NoError(t, err)
		require.True(t, j.Mixed())
		require.NoError(t, j.Close())
	}
	j = open(t, path)
	require.True(t, j.Mixed(), "also for the one that began it")
	require.Equal(t, 1, j.Restored())
	require.NoError(t, j.Close())
}

func TestAVectorTwiceIsDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	j.Record("a", 3, []float64{1})
	j.Record("a", 3, []float64{2})
	require.NoError(t, j.Close())
	_, err := journal.Open(path, asked(1), journal.Same)
	require.ErrorContains(t, err, `entry 3 of "a" is there twice`)
}

func TestValuesAreThereAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	defer j.Close()
	var got int
	ok, err := j.Get("a", "x", &got)
	require.NoError(t, err)
	require.False(t, ok)
	for i := range 2 {
		require.NoError(t, j.Put("a", "x", i+1))
		ok, err = j.Get("a", "x", &got)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, i+1, got)
		require.Equal(t, 1, j.Len("a"))
	}
	require.Zero(t, j.Restored())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(whole), "\x01x\x002", "on the disk when Put returns")

	var text string
	_, err = j.Get("a", "x", &text)
	require.ErrorContains(t, err, path)
	require.NoError(t, j.Put("a", "nan", struct{ X real }{real(math.NaN())}))
	var without struct{ Y int }
	_, err = j.Get("a", "nan", &without)
	require.ErrorContains(t, err, "another type")
	require.Error(t, j.Put("a", "x", math.NaN()), "no JSON")
	nan := real(math.NaN())
	require.ErrorContains(t, j.Put("a", "x", value{Single: &nan}), "cannot be read again", "its JSON is that of nil")
	require.NoError(t, j.Close())
	require.ErrorIs(t, j.Put("a", "x", 1), os.ErrClosed)
}

func TestRemoveAndSetAside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "journal")
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
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}

// Of those that open a journal at the same time, one has it; and it is never
// lost, however often others come and go.
func TestOneHolderAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	var group sync.WaitGroup
	var mu sync.Mutex
	holders, most, opened := 0, 0, 0
	count := func(by int) {
		mu.Lock()
		defer mu.Unlock()
		holders += by
		most = max(most, holders)
		if by > 0 {
			opened++
		}
	}
	errs := make(chan error, 8)
	for range 8 {
		group.Go(func() {
			for range 200 {
				j, err := journal.Open(path, asked(1), journal.Same)
				if err == nil {
					count(1)
					time.Sleep(50 * time.Microsecond)
					count(-1)
					err = j.Close()
				}
				if err != nil && !isLocked(err) {
					errs <- err
					return
				}
			}
		})
	}
	group.Wait()
	close(errs)
	require.NoError(t, <-errs)
	require.Equal(t, 1, most)
	require.Positive(t, opened)
	require.NoFileExists(t, path+".lock")
}

// Workers keep things at the same time.
func TestConcurrentRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	var ops []operation
	for worker := range 8 {
		for i := range 500 {
			o := operation{section: fmt.Sprint(worker % 3), index: 500*worker + i, vector: []float64{float64(worker), float64(i)}}
			if i%50 == 0 {
				o = operation{section: o.section, name: fmt.Sprint(o.index), value: value{Count: uint64(i)}}
			}
			ops = append(ops, o)
		}
	}
	var group sync.WaitGroup
	errs := make(chan error, len(ops))
	for mine := range slices.Chunk(ops, 500) {
		group.Go(func() {
			for _, o := range mine {
				if o.name == "" {
					j.Record(o.section, o.index, o.vector)
				} else {
					errs <- j.Put(o.section, o.name, o.value)
				}
			}
		})
	}
	group.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	require.NoError(t, j.Close())
	j = open(t, path)
	defer j.Close()
	require.Equal(t, len(ops), j.Restored())
	require.Equal(t, len(ops), held(t, j, ops))
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

// A write that fails is told, and nothing is written after it.
func TestFailedWritesAreTold(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no device that is always full")
	}
	_, err := journal.Open("/dev/full", asked(1), journal.Same)
	require.ErrorContains(t, err, "not a regular file")
}

// BenchmarkRecord is what one finished trial costs; the shortest trial there
// is takes about a microsecond, the default ones take hundreds.
func BenchmarkRecord(b *testing.B) {
	j, err := journal.Open(filepath.Join(b.TempDir(), "journal"), asked(1), journal.Same)
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
