package netcode

import (
	_ "embed" // templates
	"fmt"
	"go/format"
	"io"
	"strings"
	"text/template"

	"bsnn/internal/emit"
	"bsnn/network"
)

// Languages lists what Write accepts as a language.
func Languages() []string { return emit.Languages() }

// MostNested is how many blocks may stand in each other: compilers have limits of
// their own.
const MostNested = 30

// Write writes the network as source code: a function that draws it, weights and
// biases with their laws, activations with their constants. The note is what the
// code says of itself first.
//
// It fails where Output of an architecture does, where a function cannot be judged,
// for an unknown language, for blocks nested more than MostNested deep, and where w
// does.
func Write(w io.Writer, language string, a network.Architecture, note []string) error {
	l, known := dialects[language]
	if !known {
		return fmt.Errorf("language %q; want one of %s", language, strings.Join(Languages(), ", "))
	}
	output, err := a.Output()
	if err != nil {
		return err
	}
	c := code{dialect: l, uses: map[string]bool{}, functions: map[string]string{}, taken: map[string]bool{}}
	if err := c.blocks(a.Blocks, a.Input, l.depth); err != nil {
		return err
	}
	text, err := l.page(page{
		Note: lines(note), Input: a.Input, Output: output, Uses: c.uses, Functions: c.definitions, Blocks: c.text.String(), Epsilon: epsilon,
		Imports: importsHere,
	})
	if err != nil {
		return fmt.Errorf("%s code of the network: %w", language, err)
	}
	_, err = io.WriteString(w, text)
	return err
}

// lines has one line in each entry, so that comments hold them.
func lines(note []string) []string {
	return strings.FieldsFunc(strings.Join(note, "\n"), func(c rune) bool { return c == '\n' || c == '\r' })
}

// page fills the template, and then in what the code needs to import.
func (l *dialect) page(p page) (string, error) {
	var out strings.Builder
	if err := template.Must(template.New(l.language).Delims("«", "»").Parse(l.template)).Execute(&out, p); err != nil {
		return "", err
	}
	head, body, _ := strings.Cut(out.String(), importsHere)
	return l.finish(head + l.imports(body) + body)
}

const importsHere = "@imports@"

// epsilon is what normalisation adds to a mean square, so that one of zeros is not
// divided by zero.
const epsilon = "1e-12"

// page is what the template of a language is given.
type page struct {
	Note          []string
	Input, Output int
	Uses          map[string]bool // parts that the network needs: names of laws, "bias", "rms", …
	Functions     []string
	Blocks        string
	Epsilon       string
	Imports       string // where they go
}

// A dialect is how a language writes blocks.
type dialect struct {
	language, template string
	depth              int // of the list of blocks
	imports            func(code string) string
	finish             func(code string) (string, error)

	linear        func(l network.Linear, in int) string
	activation    func(name string) string
	normalization func(kind network.Norm, width int) string

	// What stands in front of the blocks of a shortcut and of a repetition, and behind.
	shortcut func(s network.Shortcut, width int) (open, end string)
	repeat   func(times int) (open, end string)
}

//go:embed pytorch.py.tmpl
var pytorchTemplate string

//go:embed jax.py.tmpl
var jaxTemplate string

//go:embed golang.go.tmpl
var goTemplate string

var dialects = map[string]*dialect{
	"pytorch": {
		language: "pytorch", depth: 1, template: pytorchTemplate, imports: emit.Imports, finish: asItIs,
		linear:     pythonLinear,
		activation: func(name string) string { return "Elementwise(" + name + ")" },
		normalization: func(kind network.Norm, width int) string {
			return [...]string{
				"RootMeanSquare()",
				fmt.Sprintf("torch.nn.LayerNorm(%d, eps=%s, elementwise_affine=False)", width, epsilon),
				fmt.Sprintf("torch.nn.BatchNorm1d(%d, eps=%s, affine=False)", width, epsilon),
			}[kind]
		},
		shortcut: pythonShortcut("Shortcut", "RotatedShortcut"),
		repeat: func(times int) (open, end string) {
			return "*(torch.nn.Sequential(", fmt.Sprintf(") for _ in range(%d)),", times)
		},
	},
	"jax": {
		language: "jax", template: jaxTemplate, imports: emit.Imports, finish: asItIs, linear: pythonLinear,
		activation: func(name string) string { return "elementwise(" + name + ")" },
		normalization: func(kind network.Norm, _ int) string {
			return [...]string{"root_mean_square()", "layer_normalisation()", "batch_normalisation()"}[kind]
		},
		shortcut: pythonShortcut("shortcut", "rotated_shortcut"),
		repeat:   func(times int) (open, end string) { return fmt.Sprintf("*repeat(\n%%s%d,", times), ")," },
	},
	"go": {
		language: "go", template: goTemplate, imports: goImports, finish: formatted,
		linear: func(l network.Linear, in int) string {
			bias := "noBias"
			switch {
			case l.BiasSD > 0:
				bias = "normalBias(" + number(l.BiasSD) + ")"
			case l.Bias && l.Weights == network.TorchDefault:
				bias = "torchDefaultBias"
			case l.Bias:
				bias = "normalBias(0)"
			}
			return fmt.Sprintf("newLinear(r, %d, %d, %s, %s, %s)", in, l.To, goLaws[l.Weights], number(l.Scale()), bias)
		},
		activation: func(name string) string { return fmt.Sprintf("elementwise{%s, %sDeriv}", name, name) },
		normalization: func(kind network.Norm, _ int) string {
			return [...]string{"normalization{}", "normalization{centre: true}", "normalization{centre: true, overBatch: true}"}[kind]
		},
		shortcut: func(s network.Shortcut, width int) (open, end string) {
			rotation := "nil"
			if !s.Plain {
				rotation = fmt.Sprintf("haar(r, %d, %d)", width, width)
			}
			return fmt.Sprintf("shortcut{%s, %s, %s, Network{ // β² = %.4g", number(s.Alpha), number(s.Beta), rotation, s.Beta*s.Beta), "}},"
		},
		repeat: func(times int) (open, end string) {
			return fmt.Sprintf("repeat(%d, func() Block { return Network{", times), "}}),"
		},
	},
}

var (
	pythonLaws = [...]string{"haar", "gaussian", "uniform", "torch_default", "keras_default"}
	goLaws     = [...]string{"haar", "gaussian", "uniform", "torchDefault", "kerasDefault"}
)

// pythonLinear is a call of linear, which both libraries have.
func pythonLinear(l network.Linear, in int) string {
	s := fmt.Sprintf("linear(%d, %d, %s", in, l.To, pythonLaws[l.Weights])
	if g := l.Scale(); g != 1 {
		s += ", gain=" + number(g)
	}
	switch {
	case l.BiasSD > 0:
		s += ", bias=" + number(l.BiasSD)
	case l.Bias && l.Weights == network.TorchDefault:
		s += `, bias="torch_default"`
	case l.Bias:
		s += ", bias=0.0"
	}
	return s + ")"
}

// pythonShortcut opens a call of one of two names; %s is the indentation of what follows.
func pythonShortcut(plain, rotated string) func(s network.Shortcut, width int) (open, end string) {
	return func(s network.Shortcut, width int) (open, end string) {
		name, first := plain, ""
		if !s.Plain {
			name, first = rotated, fmt.Sprintf("%d, ", width)
		}
		return fmt.Sprintf("%s(  # β² = %.4g\n%%s%s%s, %s,", name, s.Beta*s.Beta, first, number(s.Alpha), number(s.Beta)), "),"
	}
}

func goImports(code string) string {
	if strings.Contains(code, "math.") {
		return "import (\n\"math\"\n\"math/rand/v2\"\n)\n"
	}
	return "import \"math/rand/v2\"\n"
}

func asItIs(code string) (string, error) { return code, nil }

func formatted(code string) (string, error) {
	out, err := format.Source([]byte(code))
	return string(out), err
}
