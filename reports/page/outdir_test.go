package page

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/reports/internal/sample"

	"github.com/stretchr/testify/require"
)

// names are the entries of a folder, hidden ones too.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	out := []string{}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestWriteReplacesFormerReport(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "report")
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, Write(dir, sample.Report())) // empty
	second := sample.Report()
	second.Spec.Seed = 77
	require.NoError(t, Write(dir, second))
	require.Contains(t, contents(t, dir)[jsonName], `"seed": 77`)
	require.Equal(t, []string{"report"}, names(t, base))
}

func TestWriteThroughLink(t *testing.T) {
	base := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(base, "real"), 0o755))
	require.NoError(t, os.Symlink("real", filepath.Join(base, "link")))
	require.NoError(t, Write(filepath.Join(base, "link"), sample.Report()))
	require.Contains(t, names(t, filepath.Join(base, "real")), jsonName)
	require.Equal(t, []string{"link", "real"}, names(t, base))
}

// What stands in the way is named in one line and left alone.
func TestOutputInTheWay(t *testing.T) {
	const want = "want a folder that is new, empty or holds a former report"
	for name, c := range map[string]struct {
		prepare func(base string) string // returns the folder to write
		want    string
	}{
		"a file": {func(base string) string {
			put(t, base, "report", "precious")
			return filepath.Join(base, "report")
		}, "is a file; " + want},
		"a file above": {func(base string) string {
			put(t, base, "file", "precious")
			return filepath.Join(base, "file", "report")
		}, "want a folder"},
		"other files": {func(base string) string {
			put(t, base, "report/notes.txt", "precious")
			return filepath.Join(base, "report")
		}, "holds files but no former report (report.json is missing or something else); " + want},
		"another report.json": {func(base string) string {
			put(t, base, "report/report.json", `{"spec":"mine"}`)
			return filepath.Join(base, "report")
		}, "something else"},
		"a dangling link": {func(base string) string {
			require.NoError(t, os.Symlink("nowhere", filepath.Join(base, "report")))
			return filepath.Join(base, "report")
		}, "a link to nowhere; " + want},
		"a file system without files": {func(string) string { return "/proc/bsnn/report" }, "want a folder that can be written"},
		"no name":                     {func(string) string { return "" }, "want the name of a folder"},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			dir := c.prepare(base)
			before := tree(t, base)
			for _, err := range []error{CheckOutput(dir), Write(dir, sample.Report())} {
				require.ErrorContains(t, err, c.want)
				require.NotContains(t, err.Error(), "\n")
				require.NotContains(t, err.Error(), ".bsnn-report")
			}
			require.Equal(t, before, tree(t, base))
		})
	}
}

// Checking leaves nothing, not even the folder.
func TestCheckOutputLeavesNothing(t *testing.T) {
	base := t.TempDir()
	require.NoError(t, CheckOutput(filepath.Join(base, "a", "b")))
	require.Empty(t, names(t, base))
}

// The journal of a run lies beside its folder, or above it as far as folders
// exist.
func TestJournalPath(t *testing.T) {
	dir := t.TempDir()
	path, err := JournalPath(filepath.Join(dir, "no", "such", "report"), "0123456789abcdef")
	require.NoError(t, err)
	real, err := filepath.EvalSymlinks(dir)
	require.NoError(t, err)
	require.Contains(t, []string{filepath.Join(dir, "report.0123456789ab.journal"), filepath.Join(real, "report.0123456789ab.journal")}, path)
}

// A failure at either renaming leaves the former report as it was, and
// nothing beside it.
func TestFailureWhileReplacing(t *testing.T) {
	for fail := 1; fail <= 2; fail++ {
		base := t.TempDir()
		put(t, base, "report/report.json", "former")
		put(t, base, "report/sub/mine.svg", "precious")
		found := inventory{own: []string{"report.json"}, others: []string{"sub"}}
		before := tree(t, base)
		calls := 0
		err := replaceDir(filepath.Join(base, "report"), map[string][]byte{"index.html": nil}, found, func(from, to string) error {
			if calls++; calls == fail {
				return errors.New("the disk is on fire")
			}
			return os.Rename(from, to)
		})
		require.ErrorContains(t, err, "on fire")
		require.Equal(t, fail, calls)
		require.Equal(t, before, tree(t, base))
	}
}

// A failure while writing a new report takes back the folders made for it.
func TestFailureWhileCreating(t *testing.T) {
	base := t.TempDir()
	err := replaceDir(filepath.Join(base, "a", "b", "report"), map[string][]byte{"no/such/folder": nil}, inventory{}, os.Rename)
	require.Error(t, err)
	require.Empty(t, names(t, base))
}

func put(t *testing.T, base, name, text string) {
	t.Helper()
	path := filepath.Join(base, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

// tree lists a folder with everything in it.
func tree(t *testing.T, base string) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(base, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		line := strings.TrimPrefix(path, base)
		if d.Type().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += ": " + string(data)
		}
		out = append(out, line)
		return nil
	}))
	return out
}
