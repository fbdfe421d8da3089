package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGoroutines: only two places start goroutines, those that hand on their
// panics. A panic elsewhere would end a program with a trace, whatever its main
// function recovers from. Modules of their own are programs of their own.
func TestGoroutines(t *testing.T) {
	allowed := []string{"internal/parallel/parallel.go", "network/training/crew.go"}
	var found []string
	files := token.NewFileSet()
	require.NoError(t, filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && p != ".." {
			if _, none := os.Stat(filepath.Join(p, "go.mod")); none == nil {
				return fs.SkipDir // a program of its own
			}
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(files, p, nil, 0)
		if err != nil {
			return err
		}
		if startsGoroutines(f) {
			found = append(found, strings.TrimPrefix(filepath.ToSlash(p), "../"))
		}
		return nil
	}))
	require.ElementsMatch(t, allowed, found)
}

func TestStartsGoroutines(t *testing.T) {
	for source, want := range map[string]bool{
		"package a; func f() { go f() }":                                                           true,
		"package a; import \"sync\"; func f() { var g sync.WaitGroup; g.Go(f) }":                   true,
		"package a; import \"sync\"; type T struct { all sync.WaitGroup }":                         true,
		"package a; import \"bsnn/internal/parallel\"; func f() { var g parallel.Group; g.Go(f) }": false,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "a.go", source, 0)
		require.NoError(t, err)
		require.Equal(t, want, startsGoroutines(f), source)
	}
}

// startsGoroutines says whether a file has a go statement or a sync.WaitGroup.
func startsGoroutines(f *ast.File) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = true
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "sync" && n.Sel.Name == "WaitGroup" {
				found = true
			}
		}
		return true
	})
	return found
}
