package docs_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestErrorsBeginWithWhatIsWrong: no error begins with the name of a package.
// Who prints it, at a command line or in a document, would have to take the name
// off again; who wraps it says where it happened.
func TestErrorsBeginWithWhatIsWrong(t *testing.T) {
	var named []string
	files := token.NewFileSet()
	require.NoError(t, filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(files, p, nil, 0)
		if err != nil {
			return err
		}
		named = append(named, namedErrors(files, f)...)
		return nil
	}))
	require.Empty(t, named)
}

// The rule sees what it is for, and leaves alone panics, which are for
// programmers, and words that are no package's name.
func TestNamedErrorsAreSeen(t *testing.T) {
	source := `package theorem
var (
	a = errors.New("theorem: no width")
	b = fmt.Errorf("theorem: width %d", 3)
	c = errors.New("theorem: " + what + ": nil matrix")
	d = errors.New("width 3")
	e = fmt.Errorf("--weights: %w", err)
	f = "theorem: not an error"
)`
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, "a.go", source, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"a.go:3:17: theorem: no width", "a.go:4:17: theorem: width %d", "a.go:5:17: theorem: "}, namedErrors(files, f))
}

// namedErrors are the texts that begin with the name of the file's package.
func namedErrors(files *token.FileSet, f *ast.File) (out []string) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		function, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if from, ok := function.X.(*ast.Ident); !ok || from.Name+"."+function.Sel.Name != "errors.New" &&
			from.Name+"."+function.Sel.Name != "fmt.Errorf" {
			return true
		}
		first := call.Args[0]
		for {
			sum, ok := first.(*ast.BinaryExpr)
			if !ok {
				break
			}
			first = sum.X
		}
		literal, ok := first.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		if text, err := strconv.Unquote(literal.Value); err == nil && strings.HasPrefix(text, f.Name.Name+": ") {
			out = append(out, fmt.Sprintf("%s: %s", files.Position(literal.Pos()), text))
		}
		return true
	})
	return out
}
