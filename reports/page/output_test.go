package page

import (
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
	const want = "want one that is new, empty or holds a former report"
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
		}, "not a directory; " + want},
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
		}, "is a link to nowhere; " + want},
		"a file system without files": {func(string) string { return "/proc/bsnn/report" }, "want one that can be written"},
		"no name":                     {func(string) string { return "" }, "has no name"},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			dir := c.prepare(base)
			before := tree(t, base)
			for _, err := range []error{check(dir), Write(dir, sample.Report())} {
				require.ErrorContains(t, err, c.want)
				require.NotContains(t, err.Error(), "\n")
				require.NotContains(t, err.Error(), ".bsnn-report")
			}
			require.Equal(t, before, tree(t, base))
		})
	}
}

// check is a claim that comes to nothing.
func check(dir string) error {
	o, err := Claim(dir)
	if err == nil {
		o.Close()
	}
	return err
}

// A claim that comes to nothing leaves nothing, not even the folder.
func TestClaimsLeaveNothing(t *testing.T) {
	base := t.TempDir()
	require.NoError(t, check(filepath.Join(base, "a", "b")))
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
