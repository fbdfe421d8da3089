package page

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bsnn/internal/disk"
	"bsnn/internal/disk/disktest"
	"bsnn/internal/journal"
	"bsnn/internal/provenance"

	"github.com/stretchr/testify/require"
)

// few are the files of a small report.
func few(seed string) map[string][]byte {
	files := map[string][]byte{jsonName: []byte(`{"spec": {"seed": ` + seed + `}}`), pageName: []byte("page " + seed), "card-" + seed + ".svg": nil}
	files[listName] = newFileList(files).text()
	return files
}

// written measures a cell, unless it is kept, and writes the report.
func measured(dir string, files map[string][]byte) error {
	o, err := Claim(filepath.Join(dir, "r"))
	if err != nil {
		return err
	}
	defer o.Close()
	j, err := o.Journal(provenance.Run{Kind: "report", Asked: 1}, journal.Same)
	if err != nil {
		return err
	}
	var cell string
	if found, err := j.Get("cell", "a", &cell); !found {
		if err := errors.Join(err, j.Put("cell", "a", "measured")); err != nil {
			return errors.Join(err, j.Close())
		}
	}
	if err := o.put(files); err != nil {
		return errors.Join(err, j.Close())
	}
	return j.Remove()
}

// Whenever the process dies, the page is the former one or the new one, at every
// moment, and the same command ends with the new report and nothing beside it.
func TestKilledWhileReporting(t *testing.T) {
	for name, c := range map[string]disktest.Case{
		"new": {},
		"empty": {Prepare: func(t *testing.T, dir string) {
			require.NoError(t, os.Mkdir(filepath.Join(dir, "r"), 0o700))
		}},
		"former": {Prepare: func(t *testing.T, dir string) {
			require.NoError(t, measured(dir, few("1")))
			put(t, dir, "r/notes.txt", "precious")
		}, Look: func(t *testing.T, dir string) {
			page, err := os.ReadFile(filepath.Join(dir, "r", pageName))
			require.NoError(t, err)
			require.Contains(t, []string{"page 1", "page 2"}, string(page))
			require.FileExists(t, filepath.Join(dir, "r", "notes.txt"))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c.Attempt = func(dir string) error { return measured(dir, few("2")) }
			c.Result = func(t *testing.T, dir string) string { return disktest.Files(t, dir, disktest.Same) }
			require.Greater(t, c.Everywhere(t), 30)
		})
	}
}

// What is measured is forgotten when the report is on the disk, not before.
func TestReportsAreFlushedBeforeJournalsGo(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	changes := disktest.Changes(t, dir, func(dir string) error { return measured(dir, few("1")) })
	last := slices.IndexFunc(changes, func(c disk.Change) bool { return c.Op == "remove" && strings.HasSuffix(c.Path, ".journal") })
	require.Positive(t, last)
	require.Empty(t, disktest.Unflushed(changes[:last]))
	renamed := slices.IndexFunc(changes, func(c disk.Change) bool { return c.To == filepath.Join(dir, "r", pageName) })
	require.NotEmpty(t, disktest.Unflushed(changes[:renamed+1]), "what was renamed last may be lost")
}

// Another report does not get into the folder while one is measured for it, and
// what one has measured is no obstacle to another.
func TestDifferentReportsInOneFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b", "r")
	o, err := Claim(dir)
	require.NoError(t, err)
	_, err = Claim(dir)
	require.ErrorContains(t, err, "another process is using it")
	open := func(asked int) *journal.Journal {
		j, err := o.Journal(provenance.Run{Kind: "report", Asked: asked}, journal.Same)
		require.NoError(t, err)
		return j
	}
	for asked := range 2 {
		j := open(asked)
		require.NoError(t, j.Put("cell", "a", asked))
		require.NoError(t, j.Close())
	}
	o.Close()
	o, err = Claim(dir)
	require.NoError(t, err)
	defer o.Close()
	for asked := range 2 {
		j := open(asked)
		require.Equal(t, 1, j.Restored(), "each has its own")
		require.NoError(t, j.Close())
	}
}
