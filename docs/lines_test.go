package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

const lastColumn = 140

// TestLinesEnd finds lines of code and prose that go beyond the last column. Not
// counted are rows of tables, pictures, lines with a raw string, which leaves no
// place to break, and what an example prints.
func TestLinesEnd(t *testing.T) {
	for _, path := range textFiles(t, "..") {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		for number, line := range overlong(string(data), filepath.Ext(path)) {
			t.Errorf("%s:%d has %d columns; want %d at most", path, number, utf8.RuneCountInString(line), lastColumn)
		}
	}
}

// overlong are the lines that go too far, by number.
func overlong(text, extension string) map[int]string {
	out := map[int]string{}
	raw := false    // within a raw string
	prints := false // within the output of an example
	for i, line := range strings.Split(text, "\n") {
		ticks := strings.Count(line, "`")
		inside := raw || extension == ".go" && ticks > 0
		if extension == ".go" && ticks%2 == 1 {
			raw = !raw
		}
		trimmed := strings.TrimSpace(line)
		prints = extension == ".go" && (trimmed == "// Output:" || prints && strings.HasPrefix(trimmed, "//"))
		excused := inside || prints
		if extension == ".md" {
			excused = strings.HasPrefix(trimmed, "|") || strings.HasPrefix(trimmed, "![")
		}
		if !excused && utf8.RuneCountInString(line) > lastColumn {
			out[i+1] = line
		}
	}
	return out
}

func TestOverlongLinesAreFound(t *testing.T) {
	long := strings.Repeat("word ", 30)
	require.Contains(t, overlong("x\n"+long, ".go"), 2)
	require.Contains(t, overlong(long, ".md"), 1)
	require.Empty(t, overlong(strings.Repeat("é", lastColumn), ".md"))
	require.Empty(t, overlong("| "+long, ".md"))
	require.Empty(t, overlong("x := `\n"+long+"\n`", ".go"))
	require.Contains(t, overlong("x := `\n`\n"+long, ".go"), 3)
	require.Empty(t, overlong("// Output:\n// "+long, ".go"))
	require.Contains(t, overlong("// Output:\n// x\n}\n// "+long, ".go"), 4)
}

// textFiles are the files of code and prose of the project.
func textFiles(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != root:
			return filepath.SkipDir
		case d.Type().IsRegular() && (filepath.Ext(path) == ".go" || filepath.Ext(path) == ".md"):
			out = append(out, path)
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(out), 300)
	return out
}
