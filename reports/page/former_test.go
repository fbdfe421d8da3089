package page

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/reports"
	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

// written is a folder with a report.
func written(t *testing.T, r *reports.Report) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "report")
	require.NoError(t, Write(dir, r))
	return dir
}

// What the user put beside a report stays, the very same files; what the former
// report wrote and the new one does not write goes.
func TestOnlyOwnFilesGo(t *testing.T) {
	dir := written(t, sample.Report())
	put(t, dir, "mine.svg", "<svg/>")
	put(t, dir, "notes.txt", "precious")
	put(t, dir, "card-mine.svg", "a name that a report could use")
	put(t, dir, "figures/deep/er.svg", "precious, too")
	require.NoError(t, os.Symlink("figures/deep", filepath.Join(dir, "link")))
	require.NoError(t, os.Chmod(filepath.Join(dir, "figures", "deep"), 0o555))
	require.NoError(t, os.Chmod(dir, 0o750))
	before, err := os.Stat(filepath.Join(dir, "figures/deep/er.svg"))
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, "card-slow.svg"))

	fewer := sample.Report()
	fewer.Subjects = fewer.Subjects[:1]
	for range 2 {
		require.NoError(t, check(dir))
		require.NoError(t, Write(dir, fewer))
	}
	want := map[string]string{"mine.svg": "<svg/>", "notes.txt": "precious", "card-mine.svg": "a name that a report could use"}
	for name, data := range rendered(t, fewer) {
		want[name] = string(data)
	}
	require.Equal(t, want, contents(t, dir))
	after, err := os.Stat(filepath.Join(dir, "link", "er.svg"))
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after), "not a copy")
	mode := func(name string) os.FileMode {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		return info.Mode().Perm()
	}
	require.Equal(t, os.FileMode(0o555), mode("figures/deep"))
	require.Equal(t, os.FileMode(0o750), mode("."))
	require.Equal(t, []string{"report"}, names(t, filepath.Dir(dir)))
	require.NoError(t, os.Chmod(filepath.Join(dir, "figures", "deep"), 0o755)) // so that it can be removed
}

// A file that the report wrote and the user changed is the user's.
func TestChangedFilesAreNotOverwritten(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"concentration.svg": func(path string) error { return os.WriteFile(path, []byte("with arrows"), 0o600) },
		"index.html":        func(path string) error { return os.Truncate(path, 100) },
		"data.csv": func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.Mkdir(path, 0o700)
		},
	} {
		dir := written(t, sample.Report())
		require.NoError(t, change(filepath.Join(dir, name)))
		before := tree(t, dir)
		for _, err := range []error{check(dir), Write(dir, sample.Report())} {
			require.EqualError(t, err, "folder "+dir+": holds "+name+
				", which was changed since the report was written; give it another name and it stays")
		}
		require.Equal(t, before, tree(t, dir))
		require.NoError(t, os.Rename(filepath.Join(dir, name), filepath.Join(dir, "my "+name)))
		require.NoError(t, Write(dir, sample.Report()))
		require.Contains(t, names(t, dir), "my "+name)
		require.Contains(t, names(t, dir), name)
	}
}

// A user's file whose name a new report needs is not overwritten, either.
func TestNamesInTheWay(t *testing.T) {
	few := sample.Report()
	few.Subjects = few.Subjects[:1]
	dir := written(t, few)
	put(t, dir, "card-slow.svg", "precious")
	before := tree(t, filepath.Dir(dir))
	require.NoError(t, check(dir), "it is not known yet")
	err := Write(dir, sample.Report())
	require.ErrorContains(t, err, "holds card-slow.svg, which is not of the former report, "+
		"and the new one has a file of that name; give it another name and it stays")
	require.Equal(t, before, tree(t, filepath.Dir(dir)))
}

// Reports before version 0.2 have no list; their files are known by name.
func TestReportsWithoutList(t *testing.T) {
	dir := written(t, sample.Report())
	own := names(t, dir)
	require.NoError(t, os.Remove(filepath.Join(dir, listName)))
	put(t, dir, "mine.svg", "precious")
	put(t, dir, "card of mine.svg", "precious")
	put(t, dir, "training-7.svg", "of a run that is shown no more")
	require.NoError(t, Write(dir, sample.Report()))
	require.ElementsMatch(t, append(own, "mine.svg", "card of mine.svg"), names(t, dir))
}

// A list is believed beside a report only, and only as a report wrote it.
func TestForeignLists(t *testing.T) {
	base := t.TempDir()
	put(t, base, "download/thesis.pdf", "precious")
	put(t, base, "download/report.sha256", digest([]byte("precious"))+"  thesis.pdf\n")
	require.ErrorContains(t, check(filepath.Join(base, "download")), "holds files but no former report")
	for _, line := range []string{
		"precious", digest(nil) + "  ../thesis.pdf", digest(nil) + "  ..", digest(nil)[1:] + "  x", digest(nil) + "  a\\b",
	} {
		dir := written(t, sample.Report())
		put(t, dir, listName, line+"\n")
		before := tree(t, dir)
		require.ErrorContains(t, Write(dir, sample.Report()),
			"report.sha256, which lists the files of a former report, is damaged or something else", line)
		require.Equal(t, before, tree(t, dir))
	}
}

// sha256sum reads the list, and finds every file.
func TestListIsThatOfSha256sum(t *testing.T) {
	program, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("no sha256sum to compare with")
	}
	dir := written(t, sample.Report())
	check := exec.CommandContext(t.Context(), program, "--check", "--strict", listName)
	check.Dir = dir
	out, err := check.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, len(names(t, dir))-1, strings.Count(string(out), ": OK\n"))
}
