package folder_test

import (
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/disk/disktest"
	"bsnn/internal/folder"

	"github.com/stretchr/testify/require"
)

func take(t *testing.T, dir string) *folder.Claim {
	t.Helper()
	c, err := folder.Take(dir, "another one")
	require.NoError(t, err)
	t.Cleanup(c.Release)
	return c
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

func all(t *testing.T, dir string) string { return disktest.Files(t, dir, disktest.Same) }

// A folder is one process's, and as it was when that lets it go.
func TestClaims(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "a", "b")
	before := all(t, base)
	c := take(t, dir)
	_, err := folder.Take(dir, "another one")
	require.ErrorIs(t, err, folder.ErrLocked)
	require.ErrorContains(t, err, dir)
	entries, err := c.Entries()
	require.NoError(t, err)
	require.Empty(t, entries)
	c.Release()
	c.Release()
	require.Equal(t, before, all(t, base), "what was made for the claim goes again")

	c = take(t, dir)
	put(t, dir, "kept", "")
	c.Release()
	require.FileExists(t, filepath.Join(dir, "kept"))
	c = take(t, dir)
	entries, err = c.Entries()
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

// The working directory is a folder like any other, and so is the root of a file
// system, which may hold a folder that every such root has.
func TestTheWorkingDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir("lost+found", 0o700))
	require.NoError(t, os.Chmod(".", 0o700))
	before, err := os.Stat(".")
	require.NoError(t, err)
	c := take(t, ".")
	entries, err := c.Entries()
	require.NoError(t, err)
	require.Empty(t, entries)
	require.NoError(t, c.Replace(map[string][]byte{"a": []byte("new")}, nil))
	c.Release()
	after, err := os.Stat(".")
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after))
	require.Equal(t, os.FileMode(0o700), after.Mode().Perm())
	require.Contains(t, all(t, "."), "-rw------- a: new\n", "nobody else may read what is in a folder of one user")
}

// What is in the way is named, and left alone.
func TestRefusals(t *testing.T) {
	base := t.TempDir()
	put(t, base, "file", "precious")
	put(t, base, "full/.bsnn.lock", "a file of somebody else")
	require.NoError(t, os.Symlink("nowhere", filepath.Join(base, "link")))
	before := all(t, base)
	for dir, says := range map[string]string{
		"": `folder "": has no name; want the name of a folder`, filepath.Join(base, "file"): "is a file; want another one",
		filepath.Join(base, "file", "below"): "not a directory", filepath.Join(base, "link"): "is a link to nowhere",
		filepath.Join(base, "full"): ".bsnn.lock is in the way, which is no lock of bsnn", "/proc/bsnn/x": "want one that can be written",
	} {
		_, err := folder.Take(dir, "another one")
		var refusal *folder.Error
		require.ErrorAs(t, err, &refusal, dir)
		require.ErrorContains(t, err, says)
	}
	_, err := folder.LockFile(filepath.Join(base, "full", ".bsnn"))
	require.ErrorContains(t, err, "is no lock of bsnn")
	require.Equal(t, before, all(t, base))
}

// Leftovers of processes that died are no entries, and go.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".training.json.0123abcd.tmp", ".checkpoint.00000000.tmp", ".bsnn-report-123/report/index.html",
		".bsnn-report-unfinished/a", ".bsnn.lock"} {
		put(t, dir, name, "")
	}
	c := take(t, dir)
	entries, err := c.Entries()
	require.NoError(t, err)
	require.Empty(t, entries)
	require.NoError(t, c.Sweep())
	put(t, dir, ".my.tmp", "")
	put(t, dir, ".my.0123ABCD.tmp", "")
	entries, err = c.Entries()
	require.NoError(t, err)
	require.Len(t, entries, 2)
	require.NoError(t, c.Sweep())
	c.Release()
	require.Len(t, entriesOf(t, dir), 2)
}

func entriesOf(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	return entries
}

// Whenever the process dies, the folder is there with what the user has in it, and
// either all former files are or the next claim has all new ones.
func TestKilledWhileReplacing(t *testing.T) {
	files := map[string][]byte{"index.html": []byte("new"), "data.csv": []byte("1,2"), "new.svg": {}}
	former := []string{"index.html", "data.csv", "old.svg"}
	old := func(t *testing.T, dir string) {
		put(t, dir, "r/index.html", "former")
		put(t, dir, "r/data.csv", "1")
		put(t, dir, "r/old.svg", "<svg/>")
		put(t, dir, "r/mine/notes.txt", "precious")
		require.NoError(t, os.Chmod(filepath.Join(dir, "r"), 0o751))
		require.NoError(t, os.Chmod(filepath.Join(dir, "r", "data.csv"), 0o604))
	}
	attempt := func(dir string) error {
		c, err := folder.Take(filepath.Join(dir, "r"), "another one")
		if err != nil {
			return err
		}
		defer c.Release()
		if err := c.Sweep(); err != nil {
			return err
		}
		return c.Replace(files, []string{"index.html", "data.csv", "old.svg", "new.svg"}) // also those of a replacement that is complete
	}
	before := t.TempDir()
	old(t, before)
	n := disktest.Case{Prepare: old, Attempt: attempt, Result: all, Look: func(t *testing.T, dir string) {
		require.FileExists(t, filepath.Join(dir, "r", "mine", "notes.txt"))
		index, err := os.ReadFile(filepath.Join(dir, "r", "index.html"))
		require.NoError(t, err, "there at every moment")
		c := take(t, filepath.Join(dir, "r"))
		require.NoError(t, c.Sweep())
		c.Release()
		now := all(t, dir)
		if string(index) == "former" && now == all(t, before) {
			return
		}
		require.Contains(t, now, "index.html: new")
		require.Contains(t, now, "r/new.svg")
		require.NotContains(t, now, "old.svg")
		require.Contains(t, now, "-rw----r-- r/data.csv: 1,2", "a file keeps its permissions")
	}}.Everywhere(t)
	require.Greater(t, n, 20)

	dir := t.TempDir()
	put(t, dir, "index.html", "mine")
	c := take(t, dir)
	require.ErrorContains(t, c.Replace(files, former[1:]), "index.html is in the way")
	c.Release()
	require.Len(t, entriesOf(t, dir), 1, "it is left alone")
}

// A folder that somebody sends cannot name files elsewhere.
func TestReplacementsStayInTheFolder(t *testing.T) {
	base := t.TempDir()
	put(t, base, "victim", "precious")
	put(t, base, "dir/.bsnn-report-ready/.gone", "../victim\n/"+filepath.Join(base, "victim")+"\n..\n.\n")
	put(t, base, "elsewhere/precious", "")
	require.NoError(t, os.Mkdir(filepath.Join(base, "linked"), 0o755))
	require.NoError(t, os.Symlink("../elsewhere", filepath.Join(base, "linked", ".bsnn-report-ready")))
	for _, dir := range []string{"dir", "linked"} {
		c := take(t, filepath.Join(base, dir))
		require.NoError(t, c.Sweep())
		c.Release()
	}
	require.FileExists(t, filepath.Join(base, "victim"))
	require.FileExists(t, filepath.Join(base, "elsewhere", "precious"))
}
