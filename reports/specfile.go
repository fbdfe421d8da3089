package reports

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bsnn/network"

	"go.yaml.in/yaml/v3"
)

// ReadSpec reads a specification from YAML; name stands for the file in error
// messages, which name the line. What the file leaves out is as in
// DefaultSpec; WriteSpec says what may be in it.
func ReadSpec(name string, data []byte) (Spec, error) {
	f := specFile{name: name}
	root, err := f.parse(data)
	if err != nil {
		return Spec{}, err
	}
	spec := DefaultSpec()
	if err := f.mapping(root, "setting", f.settings(&spec)); err != nil {
		return Spec{}, err
	}
	if spec.Effort.Most < spec.Effort.Least {
		return Spec{}, f.errorf(root, "effort: most is %d, below least, %d; want it as large at least", spec.Effort.Most, spec.Effort.Least)
	}
	if err := spec.Validate(); err != nil {
		return Spec{}, fmt.Errorf("%s: %w", name, err)
	}
	return spec, nil
}

// specFile is a file being read.
type specFile struct{ name string }

// reader takes the value of one key.
type reader func(*yaml.Node) error

func (f specFile) errorf(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: "+format, append([]any{f.name, n.Line}, args...)...)
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parse reads the one document of the file.
func (f specFile) parse(data []byte) (*yaml.Node, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	err := d.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s:1: the file is empty; want settings, as bsnn report --print-spec shows them", f.name)
	}
	if err != nil {
		line, words := "1", err.Error()
		if m := yamlLine.FindStringSubmatch(words); m != nil {
			words = words[len(m[0]):]
			if m[1] != "" {
				line = m[1]
			}
		}
		return nil, fmt.Errorf("%s:%s: not YAML: %s", f.name, line, words)
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, f.errorf(&more, "a second document; want one")
	}
	return doc.Content[0], nil
}

// mapping hands every value to the reader of its key; what says what the keys
// are.
func (f specFile) mapping(n *yaml.Node, what string, readers map[string]reader) error {
	n = follow(n)
	if n.Kind != yaml.MappingNode {
		return f.errorf(n, "want %ss, one on a line, as in %s: …", what, slices.Sorted(maps.Keys(readers))[0])
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], follow(n.Content[i+1])
		read, known := readers[key.Value]
		switch {
		case !known:
			return f.errorf(key, "unknown %s %q; %s", what, key.Value, suggestion(key.Value, slices.Sorted(maps.Keys(readers))))
		case seen[key.Value]:
			return f.errorf(key, "%s %q appears twice; want it once", what, key.Value)
		}
		seen[key.Value] = true
		if err := read(value); err != nil {
			return err
		}
	}
	return nil
}

// follow finds what an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func (f specFile) settings(s *Spec) map[string]reader {
	return map[string]reader{
		"seed":            func(n *yaml.Node) error { return f.seed(n, &s.Seed) },
		"activations":     func(n *yaml.Node) error { return f.subjects(n, &s.Subjects) },
		"widths":          func(n *yaml.Node) error { return f.widths(n, &s.Widths) },
		"depth":           f.whole("depth", &s.Depth, 1, 1_000_000),
		"trials":          func(n *yaml.Node) error { return f.trials(n, &s.Trials) },
		"effort":          func(n *yaml.Node) error { return f.mapping(n, "effort", f.effort(&s.Effort)) },
		"layer_tolerance": f.real("layer_tolerance", &s.LayerTolerance, math.Inf(1)),
		"depth_tolerance": f.real("depth_tolerance", &s.DepthTolerance, math.Inf(1)),
		"limit":           f.real("limit", &s.Limit, 1),
		"alpha":           f.real("alpha", &s.Alpha, 1),
		"norm_tolerance":  f.real("norm_tolerance", &s.NormTolerance, 1),
		"confidence":      f.real("confidence", &s.Confidence, 1),
		"weights":         f.choice("weights", &s.Weights, network.Haar.String(), network.Gaussian.String()),
		"input":           f.choice("input", &s.Input, "synthetic", "mnist", "cifar10"),
	}
}

func (f specFile) effort(e *Effort) map[string]reader {
	return map[string]reader{
		"layer": f.whole("layer", &e.Layer, 1, mostWork), "depth": f.whole("depth", &e.Depth, 1, mostWork),
		"least": f.whole("least", &e.Least, 1, maxTrials), "most": f.whole("most", &e.Most, 1, maxTrials),
	}
}

const (
	maxTrials = 10_000_000
	mostWork  = min(1<<50, math.MaxInt) // of an Effort
)

func (f specFile) subjects(n *yaml.Node, out *[]Subject) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return f.errorf(n, "activations: want a list with at least one, as in [tanh, gelu]")
	}
	*out = nil
	for _, item := range n.Content {
		item = follow(item)
		s, err := f.subject(item)
		if err != nil {
			return err
		}
		for _, o := range *out {
			if o.Key == s.Key {
				return f.errorf(item, "activation %q has the same key as one above, %q; "+
					"want each once, or give it another key", s.Activation, s.Key)
			}
		}
		if _, err := s.resolve(); err != nil {
			return f.errorf(item, "activation %q: %w", s.Activation, err)
		}
		*out = append(*out, s)
	}
	return nil
}

// subject reads an activation: its name or formula, or more about it.
func (f specFile) subject(n *yaml.Node) (Subject, error) {
	if n.Kind == yaml.ScalarNode {
		return NewSubject(n.Value, nil, false), nil
	}
	var s Subject
	err := f.mapping(n, "key", map[string]reader{
		"activation": f.words("activation", &s.Activation), "key": f.words("key", &s.Key), "title": f.words("title", &s.Title),
		"note":       f.words("note", &s.Note),
		"parameters": func(n *yaml.Node) error { return f.parameters(n, &s.Parameters) },
		"as_is":      f.yes("as_is", &s.AsIs), "other_root": f.yes("other_root", &s.OtherRoot), "control": f.yes("control", &s.Control),
	})
	switch {
	case err != nil:
		return s, err
	case s.Activation == "":
		return s, f.errorf(n, "an entry without activation; want its name or formula")
	case s.AsIs && s.OtherRoot:
		return s, f.errorf(n, "as_is and other_root exclude each other; want one of them")
	}
	if s.Key != "" {
		if err := checkKey(s.Key); err != nil {
			return s, f.errorf(n, "%w", err)
		}
	}
	return s.Named(), nil
}

func (f specFile) parameters(n *yaml.Node, out *map[string]string) error {
	if n.Kind != yaml.MappingNode {
		return f.errorf(n, "parameters: want names with numbers, as in {alpha: 0.2}")
	}
	*out = map[string]string{}
	for i := 0; i < len(n.Content); i += 2 {
		name, value := n.Content[i], follow(n.Content[i+1])
		if value.Kind != yaml.ScalarNode {
			return f.errorf(value, "parameter %s: want a number", name.Value)
		}
		(*out)[name.Value] = value.Value
	}
	return nil
}

func (f specFile) widths(n *yaml.Node, out *[]int) error {
	text := n.Value
	if n.Kind == yaml.SequenceNode {
		var words []string
		for _, w := range n.Content {
			words = append(words, follow(w).Value)
		}
		text = strings.Join(words, ",")
	}
	widths, err := ParseWidths(text)
	if err != nil {
		return f.errorf(n, "widths %w", err)
	}
	*out = widths
	return nil
}

func (f specFile) seed(n *yaml.Node, out *uint64) error {
	v, err := strconv.ParseUint(n.Value, 10, 64)
	if err != nil {
		return f.errorf(n, "seed %q; want a whole number from 0 to 2^64−1", n.Value)
	}
	*out = v
	return nil
}

func (f specFile) trials(n *yaml.Node, out *int) error {
	if n.Value == "auto" {
		*out = 0
		return nil
	}
	v, err := strconv.Atoi(n.Value)
	if err != nil || v < 1 || v > maxTrials {
		return f.errorf(n, "trials %q; want 1 to %d, or auto", n.Value, maxTrials)
	}
	*out = v
	return nil
}

func (f specFile) whole(name string, out *int, lo, hi int) reader {
	return func(n *yaml.Node) error {
		v, err := strconv.Atoi(n.Value)
		if err != nil || v < lo || v > hi {
			return f.errorf(n, "%s %q; want a whole number from %d to %d", name, n.Value, lo, hi)
		}
		*out = v
		return nil
	}
}

// real reads a finite number above 0 and below a limit.
func (f specFile) real(name string, out *float64, below float64) reader {
	return func(n *yaml.Node) error {
		v, err := strconv.ParseFloat(n.Value, 64)
		switch {
		case err == nil && v > 0 && v < below && !math.IsInf(v, 1):
			*out = v
			return nil
		case math.IsInf(below, 1):
			return f.errorf(n, "%s %q; want a finite number above 0", name, n.Value)
		}
		return f.errorf(n, "%s %q; want a number above 0 and below %g", name, n.Value, below)
	}
}

func (f specFile) choice(name string, out *string, choices ...string) reader {
	return func(n *yaml.Node) error {
		if !slices.Contains(choices, n.Value) {
			return f.errorf(n, "%s %q; %s", name, n.Value, suggestion(n.Value, choices))
		}
		*out = n.Value
		return nil
	}
}

func (f specFile) words(name string, out *string) reader {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || n.Value == "" {
			return f.errorf(n, "%s: want words", name)
		}
		*out = n.Value
		return nil
	}
}

func (f specFile) yes(name string, out *bool) reader {
	return func(n *yaml.Node) error {
		if n.Value != "true" && n.Value != "false" {
			return f.errorf(n, "%s %q; want true or false", name, n.Value)
		}
		*out = n.Value == "true"
		return nil
	}
}

// suggestion says what would be right: the nearest word, or all of them.
func suggestion(word string, words []string) string {
	best, distance := "", len(word)
	for _, w := range words {
		if d := editDistance(strings.ToLower(word), w); d < distance {
			best, distance = w, d
		}
	}
	if distance <= 2+len(word)/4 && best != "" {
		return "did you mean " + best + "?"
	}
	return "want one of " + strings.Join(words, ", ")
}

// editDistance is the least number of letters to insert, remove, change, or
// swap with the next one (once each).
func editDistance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
