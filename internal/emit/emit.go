// Package emit writes a Gaussian–Poincaré normalised activation as source
// code to be pasted into another project.
//
// The code follows the program of the function, operation by operation, in
// forms that neither overflow nor cancel where they need not: values that are
// used more than once get a name, the rest is written in place. The Go code
// has the derivative too, by the chain rule over the operations; the PyTorch
// and JAX code leaves it to automatic differentiation and keeps the arguments
// of operations inside their domain in branches that are not taken, because
// where() differentiates both branches and 0·∞ is not a number.
//
// The code agrees with the function wherever that is defined, and keeps NaN.
// Where an exponential overflows inside of something that is flat by then, its
// argument is limited; where kinks coincide, all take what holds to the right,
// so that those that cancel leave no trace in the derivative. Where another
// intermediate value overflows, the derivative can be NaN.
package emit

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"bsnn/internal/expr"
)

// A Function is φ = A·f + B, to be written under a name.
type Function struct {
	Program *expr.Program // f
	Formula string        // how f is written, by its program if empty
	A, B    float64

	// Name is an ASCII identifier, "activation" if empty. Go code starts it
	// with an upper-case letter, Python functions with a lower-case one.
	Name string

	// Origin is the program that writes the code, "bsnn" if empty, and Proven are lines on
	// what is known for certain of the numbers. Both stand in the comment.
	Origin string
	Proven []string

	// AsIs leaves A and B out: φ = f.
	AsIs bool

	// Package, for Go: the code becomes a file of that package. If it is
	// empty the code is a fragment for a file that imports math.
	Package string
}

// Languages returns what Write accepts as a language.
func Languages() []string { return []string{"go", "pytorch", "jax"} }

// Write writes φ and, in Go, φ′ as source code. The constants A and B appear
// with 17 significant digits, which determine them.
//
// The error reports an unknown language, a name that cannot be used and
// constants that are not finite.
func Write(w io.Writer, language string, f Function) error {
	text, err := Text(language, f)
	if err != nil {
		return err
	}
	if language == "pytorch" {
		text += pythonModule(f)
	}
	if language != "go" {
		text = Imports(text) + text
	}
	_, err = io.WriteString(w, text)
	return err
}

// Text is what Write writes, as a part of a larger text: Python without imports and
// without a module.
func Text(language string, f Function) (string, error) {
	if f.Name == "" {
		f.Name = "activation"
	}
	if err := f.check(); err != nil {
		return "", err
	}
	var text string
	var err error
	switch language {
	case "go":
		text, err = writeGo(f)
	case "pytorch":
		text = writePython(f, pytorch)
	case "jax":
		text = writePython(f, jax)
	default:
		return "", fmt.Errorf("unknown language %q, want one of %s", language, strings.Join(Languages(), ", "))
	}
	if err != nil {
		return "", fmt.Errorf("%s code of %s: %w", language, f.Program, err)
	}
	return text, nil
}

func (f Function) check() error {
	for _, v := range []float64{f.A, f.B} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("the constants a = %v, b = %v are not finite", f.A, f.B)
		}
	}
	if !identifier(f.Name) || slices.Contains(reserved, f.Name) {
		return fmt.Errorf("%q cannot name a function: want ASCII letters and digits, and no word that the code uses otherwise", f.Name)
	}
	if f.Package != "" && (!identifier(f.Package) || slices.Contains(reserved, f.Package)) {
		return fmt.Errorf("%q cannot name a package", f.Package)
	}
	return nil
}

// identifier reports whether name starts with a letter and goes on with
// letters, digits and underscores.
func identifier(name string) bool {
	for i, c := range name {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c != '_' && (c < '0' || '9' < c)) {
			return false
		}
	}
	return name != ""
}

// reserved are the keywords of Go and Python, and the modules that the code
// imports.
var reserved = strings.Fields(`
	break case chan const continue default defer else fallthrough for func go goto if import interface map package range return
	select struct switch type var
	False None True and as assert async await class def del elif except finally from global in is lambda nonlocal not or pass raise
	try while with yield
	torch jax jnp math F init main`)

func exported(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// heading describes φ in lines of text; formula lines start with a tab.
func (f Function) heading() []string {
	if f.Formula == "" {
		f.Formula = f.Program.String()
	}
	if f.Origin == "" {
		f.Origin = "bsnn"
	}
	if f.AsIs {
		return []string{"an activation function as it is, by " + f.Origin + ":", "", fmt.Sprintf("\tφ(x) = %s.", f.Formula), ""}
	}
	return append([]string{
		"a Gaussian–Poincaré normalised activation function, by " + f.Origin + ":",
		"",
		fmt.Sprintf("\tφ(x) = a·f(x) + b, f(x) = %s,", f.Formula),
		fmt.Sprintf("\ta = %s, b = %s.", exactly(f.A), exactly(f.B)),
		"",
		"For standard normal g, E φ(g)² = E φ′(g)² = 1.",
	}, f.Proven...)
}

// affine is a·root + b with the constants by name.
func (f Function) affine(g *graph, root int32) int32 {
	if f.AsIs {
		return root
	}
	return g.add(f.scaled(g, root), g.named("b", f.B))
}

// scaled is a·root.
func (f Function) scaled(g *graph, root int32) int32 {
	if f.AsIs {
		return root
	}
	return g.mul(g.named("a", f.A), root)
}
