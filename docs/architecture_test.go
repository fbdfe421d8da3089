// Package docs_test keeps the documents true to the code.
package docs_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "bsnn"

// everything stands for all rows above.
const everything = "everything above"

// TestImportsFlowOneWay compares the imports of the code, tests left out,
// with the table in architecture.md.
func TestImportsFlowOneWay(t *testing.T) {
	allowed := rules(t, "architecture.md")
	for folder, imports := range importsOf(t, "..") {
		row := folder
		if strings.HasPrefix(folder, "internal/") {
			row = "internal/…"
		}
		if strings.HasPrefix(folder, "bench") {
			continue // a program on its own, which may use anything
		}
		targets, known := allowed[row]
		require.True(t, known, "architecture.md has no row for %s", row)
		for _, i := range imports {
			inside := strings.HasPrefix(i, "internal/") || i == folder || strings.HasPrefix(i, folder+"/internal/")
			require.True(t, inside || slices.Contains(targets, i), "%s imports %s, which architecture.md does not allow", folder, i)
		}
	}
}

var tableRow = regexp.MustCompile("^\\| `([^`]+)` \\| [^|]* \\| ([^|]*) ?\\|$")

// rules reads which package may import which.
func rules(t *testing.T, file string) map[string][]string {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	out := map[string][]string{}
	var above []string
	for line := range strings.Lines(string(text)) {
		m := tableRow.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		var targets []string
		for field := range strings.SplitSeq(m[2], ",") {
			if field = strings.Trim(field, " `"); field != "" {
				targets = append(targets, field)
			}
		}
		if slices.Contains(targets, everything) {
			targets = slices.Clone(above)
		}
		out[m[1]] = targets
		above = append(above, m[1])
	}
	require.Greater(t, len(out), 5, "%s has no table of packages", file)
	return out
}

// importsOf lists, for each folder with Go code, the packages of the module
// that its code imports.
func importsOf(t *testing.T, root string) map[string][]string {
	out := map[string][]string{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || nestedModule(p, root)):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(p))
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(rel)
		out[folder] = append(out[folder], []string{}...)
		for _, i := range f.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if inside, ok := strings.CutPrefix(name, module+"/"); ok {
				out[folder] = append(out[folder], path.Clean(inside))
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(out), 10)
	return out
}

func nestedModule(dir, root string) bool {
	if filepath.Clean(dir) == filepath.Clean(root) {
		return false
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}
