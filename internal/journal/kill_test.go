package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/disk/disktest"
	"bsnn/internal/folder"
	"bsnn/internal/journal"

	"github.com/stretchr/testify/require"
)

// keep keeps a vector and two values that the journal does not have yet.
func keep(j *journal.Journal) error {
	if _, ok := j.Lookup("a", 0); !ok {
		j.Record("a", 0, []float64{1, 2})
	}
	var failed error
	for _, name := range []string{"x", "y"} {
		var v string
		if found, err := j.Get("b", name, &v); !found {
			failed = errors.Join(failed, err, j.Put("b", name, "value of "+name))
		}
	}
	return errors.Join(failed, j.Close())
}

// Whenever the process dies, the next one goes on, and ends with the same file and
// nothing beside it; a journal is never without its header.
func TestKilledWhileKeeping(t *testing.T) {
	alone := func(dir string) error {
		j, err := journal.Open(filepath.Join(dir, "journal"), asked(1), journal.Same)
		if err != nil {
			return err
		}
		return keep(j)
	}
	claimed := func(dir string) error {
		c, err := folder.Take(filepath.Join(dir, "run"), "")
		if err != nil {
			return err
		}
		defer c.Release()
		if err := c.Sweep(); err != nil {
			return err
		}
		j, err := journal.OpenIn(c, "journal", asked(1), journal.Same)
		if err != nil {
			return err
		}
		return keep(j)
	}
	header := len(written(t, filepath.Join(t.TempDir(), "journal"), nil))
	for name, attempt := range map[string]func(string) error{"journal": alone, "run/journal": claimed} {
		for _, prepare := range []func(*testing.T, string){
			func(*testing.T, string) {},
			func(t *testing.T, dir string) { // made by mktemp
				path := filepath.Join(dir, name)
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
				require.NoError(t, os.WriteFile(path, nil, 0o600))
			},
		} {
			n := disktest.Case{Prepare: prepare, Attempt: attempt, Look: func(t *testing.T, dir string) {
				if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil && len(data) > 0 {
					require.GreaterOrEqual(t, len(data), header)
				}
			}, Result: func(t *testing.T, dir string) string { return disktest.Files(t, dir, disktest.Same) }}.Everywhere(t)
			require.Greater(t, n, 10)
		}
	}
}

// Links are refused: the file that they lead to is not the one that was meant.
func TestLinksAreRefused(t *testing.T) {
	dir := t.TempDir()
	victim, path := filepath.Join(dir, "victim"), filepath.Join(dir, "journal")
	for _, content := range []string{"", "precious"} {
		require.NoError(t, os.WriteFile(victim, []byte(content), 0o600))
		for _, target := range []string{"victim", "nowhere"} {
			require.NoError(t, os.Symlink(target, path))
			_, err := journal.Open(path, asked(1), journal.Same)
			require.ErrorContains(t, err, "is a link")
			_, err = journal.SetAside(path, path+".old")
			require.ErrorContains(t, err, "is a link")
			require.ErrorContains(t, journal.Discard(path), "is a link")
			require.NoError(t, os.Remove(path))
		}
		data, err := os.ReadFile(victim)
		require.NoError(t, err)
		require.Equal(t, content, string(data))
		require.NoFileExists(t, filepath.Join(dir, "nowhere"))
	}
}

// What is no journal is not removed as one, and nothing is replaced by what is set
// aside.
func TestOnlyJournalsGo(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "journal")
	written(t, path, nil)
	require.NoError(t, os.WriteFile(path+".old", []byte("thesis"), 0o600))
	_, err := journal.SetAside(path, path+".old")
	require.ErrorIs(t, err, os.ErrExist)
	var damage *journal.DamageError
	require.ErrorAs(t, journal.Discard(path+".old"), &damage)
	require.NoError(t, journal.Discard(path))
	require.NoFileExists(t, path)
	require.FileExists(t, path+".old")
}
