package reports

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"bsnn/gpnorm"
	"bsnn/internal/limits"
	"bsnn/internal/words"
	"bsnn/internal/yamlfile"
	"bsnn/network"

	"go.yaml.in/yaml/v3"
)

// ReadSpec reads a specification from YAML; name stands for the file in error
// messages, which name the line. What the file leaves out is as in
// DefaultSpec; WriteSpec says what may be in it.
func ReadSpec(name string, data []byte) (Spec, error) { return readSpec(name, data, Subject.judged) }

// ReadSharedSpec is ReadSpec for one part of a sweep: functions are read, and only the parts
// that need them find out whether they can be normalised, which takes longer than reading a
// thousand.
func ReadSharedSpec(name string, data []byte) (Spec, error) {
	return readSpec(name, data, Subject.readable)
}

// judged says what is wrong with the function of a subject.
func (s Subject) judged() error {
	_, err := s.resolve()
	return err
}

// readable says what is wrong with how the function of a subject is written.
func (s Subject) readable() error {
	_, err := gpnorm.Resolve(s.Activation, s.Parameters)
	return err
}

func readSpec(name string, data []byte, check func(Subject) error) (Spec, error) {
	f := specFile{yamlfile.File{Name: name}, check}
	root, err := f.Parse(data, "settings, as bsnn report --print-spec shows them")
	if err != nil {
		return Spec{}, err
	}
	spec := DefaultSpec()
	if err := f.Mapping(root, "setting", f.settings(&spec)); err != nil {
		return Spec{}, err
	}
	if spec.Effort.Most < spec.Effort.Least {
		return Spec{}, f.Errorf(root, "effort: most is %d, below least, %d; want it as large at least", spec.Effort.Most, spec.Effort.Least)
	}
	if err := spec.Validate(); err != nil {
		return Spec{}, fmt.Errorf("%s: %w", name, err)
	}
	return spec, nil
}

// specFile is a specification being read.
type specFile struct {
	yamlfile.File
	check func(Subject) error // of each activation
}

func (f specFile) settings(s *Spec) map[string]yamlfile.Reader {
	return map[string]yamlfile.Reader{
		"seed":            func(n *yaml.Node) error { return f.seed(n, &s.Seed) },
		"activations":     func(n *yaml.Node) error { return f.subjects(n, &s.Subjects) },
		"widths":          func(n *yaml.Node) error { return f.widths(n, &s.Widths) },
		"depth":           f.Whole("depth", &s.Depth, 1, limits.Depth),
		"trials":          func(n *yaml.Node) error { return f.trials(n, &s.Trials) },
		"effort":          func(n *yaml.Node) error { return f.Mapping(n, "effort", f.effort(&s.Effort)) },
		"layer_tolerance": f.Real("layer_tolerance", &s.LayerTolerance, math.Inf(1)),
		"depth_tolerance": f.Real("depth_tolerance", &s.DepthTolerance, math.Inf(1)),
		"limit":           f.Real("limit", &s.Limit, 1),
		"alpha":           f.Real("alpha", &s.Alpha, 1),
		"norm_tolerance":  f.former,
		"confidence":      f.former,
		"weights":         f.Choice("weights", &s.Weights, network.Haar.String(), network.Gaussian.String()),
		"input":           f.Choice("input", &s.Input, inputNames()...),
	}
}

// former refuses what told the width needed from the claim.
func (f specFile) former(n *yaml.Node) error {
	return f.Errorf(n, "norm_tolerance and confidence are now depth_tolerance and 1 − limit, and tolerances are about norms; "+
		"want half of what was said of squared norms, and neither of the two")
}

func (f specFile) effort(e *Effort) map[string]yamlfile.Reader {
	return map[string]yamlfile.Reader{
		"layer": f.Whole("layer", &e.Layer, 1, limits.Work), "depth": f.Whole("depth", &e.Depth, 1, limits.Work),
		"least": f.Whole("least", &e.Least, 1, limits.Trials), "most": f.Whole("most", &e.Most, 1, limits.Trials),
	}
}

func (f specFile) subjects(n *yaml.Node, out *[]Subject) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return f.Errorf(n, "activations: want a list with at least one, as in [tanh, gelu]")
	}
	*out = nil
	for _, item := range n.Content {
		item = yamlfile.Follow(item)
		list, err := f.subject(item)
		if err != nil {
			return err
		}
		for _, s := range list {
			if err := f.add(item, s, out); err != nil {
				return err
			}
		}
	}
	return nil
}

// add adds an activation that is not there yet.
func (f specFile) add(item *yaml.Node, s Subject, out *[]Subject) error {
	if len(*out) == limits.Functions {
		return f.Errorf(item, "more than %d activations", limits.Functions)
	}
	for _, o := range *out {
		if o.Key == s.Key {
			return f.Errorf(item, "activation %q has the same key as one above, %q; "+
				"want each once, or give it another key", s.Activation, s.Key)
		}
	}
	if err := f.check(s); err != nil {
		return f.Errorf(item, "activation %q: %w", words.Shorten(s.Activation, 60), err)
	}
	*out = append(*out, s)
	return nil
}

// subject reads an activation: its name or formula, or more about it. Lists of parameters
// make one for each choice.
func (f specFile) subject(n *yaml.Node) ([]Subject, error) {
	if n.Kind == yaml.ScalarNode {
		return []Subject{NewSubject(n.Value, nil, false)}, nil
	}
	var s Subject
	var choices []map[string]string
	err := f.Mapping(n, "key", map[string]yamlfile.Reader{
		"activation": f.Words("activation", &s.Activation), "key": f.Words("key", &s.Key), "title": f.Words("title", &s.Title),
		"note":       f.Words("note", &s.Note),
		"parameters": f.Choices("parameters", limits.Functions, &choices),
		"as_is":      f.Yes("as_is", &s.AsIs), "other_root": f.Yes("other_root", &s.OtherRoot), "control": f.Yes("control", &s.Control),
	})
	switch {
	case err != nil:
		return nil, err
	case s.Activation == "":
		return nil, f.Errorf(n, "an entry without activation; want its name or formula")
	case s.AsIs && s.OtherRoot:
		return nil, f.Errorf(n, "as_is and other_root exclude each other; want one of them")
	case len(choices) > 1 && s.Key != "":
		return nil, f.Errorf(n, "key %q for %d choices of parameters; want it left out", s.Key, len(choices))
	}
	if s.Key != "" {
		if err := checkKey(s.Key); err != nil {
			return nil, f.Errorf(n, "%w", err)
		}
	}
	s.Title, s.Note = words.Line(s.Title), words.Line(s.Note)
	if len(choices) == 0 {
		return []Subject{s.Named()}, nil
	}
	title := s.Title
	var out []Subject
	for _, s.Parameters = range choices {
		if title != "" && len(choices) > 1 {
			s.Title = detailed(title, s.Parameters, "")
		}
		out = append(out, s.Named())
	}
	return out, nil
}

func (f specFile) widths(n *yaml.Node, out *[]int) error {
	text := n.Value
	if n.Kind == yaml.SequenceNode {
		var list []string
		for _, w := range n.Content {
			list = append(list, yamlfile.Follow(w).Value)
		}
		text = strings.Join(list, ",")
	}
	widths, err := ParseWidths(text)
	if err != nil {
		return f.Errorf(n, "widths %w", err)
	}
	*out = widths
	return nil
}

func (f specFile) seed(n *yaml.Node, out *uint64) error {
	v, err := strconv.ParseUint(n.Value, 10, 64)
	if err != nil {
		return f.Errorf(n, "seed %q; want a whole number from 0 to 2^64−1", words.Shorten(n.Value, 60))
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
	if err != nil || v < 1 || v > limits.Trials {
		return f.Errorf(n, "trials %q; want 1 to %d, or auto", words.Shorten(n.Value, 60), limits.Trials)
	}
	*out = v
	return nil
}
