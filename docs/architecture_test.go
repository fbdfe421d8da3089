// Package docs_test keeps the documents true to the code.
package docs_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
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

const (
	module = "bsnn"
	// everything stands for all rows above.
	everything = "everything above"
	// shared is the row of all folders inside internal/ without a row of
	// their own.
	shared = "internal/…"
)

// TestImportsFlowOneWay compares the imports of the code with the table in
// architecture.md: what the code imports is allowed, and every row is a package.
func TestImportsFlowOneWay(t *testing.T) {
	require.Empty(t, violations(rules(t, "architecture.md"), importsOf(t, "..")))
}

// Each way to break the table is seen.
func TestImportRules(t *testing.T) {
	table := map[string][]string{"base": {}, "base/part": {"base"}, "top": {"base", "base/part"}, shared: {}}
	fine := func() map[string][]string {
		return map[string][]string{
			"base": {"internal/tool", "base/internal/own"}, "base/part": {"base"}, "top": {"base/part", "base"},
			"base/internal/own": {"base", "internal/tool"}, "internal/tool": {"internal/other"}, "internal/other": nil,
		}
	}
	require.Empty(t, violations(table, fine()))
	for want, change := range map[string]func(code map[string][]string){
		"base imports top, which architecture.md does not allow": func(c map[string][]string) { c["base"] = []string{"top"} },
		"base/part imports top, which architecture.md does not allow": func(c map[string][]string) {
			c["base/part"] = []string{"top"}
		},
		"top imports base/internal/own, which architecture.md does not allow": func(c map[string][]string) {
			c["top"] = []string{"base/internal/own"}
		},
		"internal/tool imports base, which architecture.md does not allow": func(c map[string][]string) {
			c["internal/tool"] = []string{"base"}
		},
		"base/internal/own imports base/part, which architecture.md does not allow": func(c map[string][]string) {
			c["base/internal/own"] = []string{"base/part"}
		},
		"architecture.md has no row for new":                     func(c map[string][]string) { c["new"] = nil },
		"architecture.md has no row for base/part/more":          func(c map[string][]string) { c["base/part/more"] = nil },
		"architecture.md has a row for top, which is no package": func(c map[string][]string) { delete(c, "top") },
		"architecture.md has a row for internal/…, which is no package": func(c map[string][]string) {
			delete(c, "internal/tool")
			delete(c, "internal/other")
		},
	} {
		code := fine()
		change(code)
		require.Equal(t, []string{want}, violations(table, code))
	}
	table["top"] = []string{"base", "base/part", "bse"}
	require.Equal(t, []string{"architecture.md allows top to import bse, which has no row above it"}, violations(table, fine()))
}

// TestInternalFoldersAreListed compares the folders of internal/ with the
// second table in architecture.md.
func TestInternalFoldersAreListed(t *testing.T) {
	listed := map[string]bool{}
	for _, row := range rows(t, "architecture.md", folderRow) {
		for name := range strings.SplitSeq(row[1], ",") {
			listed["internal/"+strings.Trim(name, " `")] = true
		}
	}
	found := map[string]bool{}
	for folder := range importsOf(t, "..") {
		if parts := strings.Split(folder, "/"); parts[0] == "internal" {
			found[strings.Join(parts[:2], "/")] = true
		}
	}
	require.Equal(t, found, listed)
}

// violations says where the code and the table differ.
func violations(allowed, code map[string][]string) (out []string) {
	used := map[string]bool{}
	for _, folder := range slices.Sorted(maps.Keys(code)) {
		row := rowOf(allowed, folder)
		targets, known := allowed[row]
		if !known {
			out = append(out, fmt.Sprintf("architecture.md has no row for %s", folder))
			continue
		}
		used[row] = true
		for _, i := range code[folder] {
			if !slices.Contains(targets, i) && !open(row, folder, i) {
				out = append(out, fmt.Sprintf("%s imports %s, which architecture.md does not allow", folder, i))
			}
		}
	}
	for _, row := range slices.Sorted(maps.Keys(allowed)) {
		if !used[row] {
			out = append(out, fmt.Sprintf("architecture.md has a row for %s, which is no package", row))
		}
		for _, i := range allowed[row] {
			if _, known := allowed[i]; !known {
				out = append(out, fmt.Sprintf("architecture.md allows %s to import %s, which has no row above it", row, i))
			}
		}
	}
	return out
}

// rowOf is the row that speaks of a folder: its own; that of the package whose
// internal folder it is; or that of all of internal/.
func rowOf(allowed map[string][]string, folder string) string {
	if _, known := allowed[folder]; known {
		return folder
	}
	if owner, _, nested := strings.Cut(folder, "/internal/"); nested {
		return owner
	}
	if strings.HasPrefix(folder, "internal/") {
		return shared
	}
	return folder
}

// open says whether a folder may import a package without asking the table:
// what is inside internal/ is for all, and a package and its own internal
// folders are one.
func open(row, folder, imported string) bool {
	if strings.HasPrefix(imported, "internal/") {
		return true
	}
	return imported != folder && (imported == row || strings.HasPrefix(imported, row+"/internal/"))
}

var (
	packageRow = regexp.MustCompile("^\\| `([^`]+)` \\| [^|]* \\| ([^|]*) ?\\|$")
	folderRow  = regexp.MustCompile(`^\| ([^|]+) \| [^|]* \|$`)
)

// rows are what a pattern finds in the lines of a file that begin with a
// name.
func rows(t *testing.T, file string, pattern *regexp.Regexp) (out [][]string) {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if m := pattern.FindStringSubmatch(strings.TrimSpace(line)); m != nil && strings.HasPrefix(line, "| `") {
			out = append(out, m)
		}
	}
	require.Greater(t, len(out), 5, "%s has no table of packages", file)
	return out
}

// rules reads which package may import which. All of a row's packages are
// above it.
func rules(t *testing.T, file string) map[string][]string {
	out := map[string][]string{}
	var above []string
	for _, m := range rows(t, file, packageRow) {
		require.NotContains(t, out, m[1], "two rows")
		var targets []string
		for field := range strings.SplitSeq(m[2], ",") {
			if field = strings.Trim(field, " `"); field == everything {
				targets = append(targets, above...)
			} else if field != "" {
				require.Contains(t, above, field, "%s may import what is above it", m[1])
				targets = append(targets, field)
			}
		}
		out[m[1]] = targets
		above = append(above, m[1])
	}
	return out
}

// importsOf lists, for each folder with Go code, the packages of the module
// that its code imports; inside internal/ that of its tests, too.
func importsOf(t *testing.T, root string) map[string][]string {
	out := map[string][]string{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || nestedModule(p, root)):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".go"):
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(p))
		if err != nil {
			return err
		}
		folder := filepath.ToSlash(rel)
		if strings.HasSuffix(p, "_test.go") && !strings.HasPrefix(folder, "internal/") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
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
