package network

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"bsnn/internal/spelling"
	"bsnn/internal/yamlfile"

	"go.yaml.in/yaml/v3"
)

// ReadArchitecture reads an architecture from YAML; name stands for the file in
// error messages, which name the line:
//
//	input: 784
//	blocks:
//	  - linear: {to: 512, weights: gaussian, gain: 1.41, bias: true}   # haar, 1 and false unless said; a bias may be its standard deviation
//	  - activation: gelu         # a name or an expression, normalised unless as_is: true; parameters: {c: 0.2}
//	  - norm: rms                # rms, layer or batch
//	  - repeat: 30
//	    blocks:
//	      - shortcut: {branch: 1/30, plain: false}   # β², with α² = 1 − β²; or alpha: and beta:
//	        blocks: [{linear: {to: 512}}, {activation: gelu}]
//	  - linear: {to: 10}
//
// The weights of a linear map may be those of a file: {to: 512, file: start.safetensors, tensor: 0.weight,
// bias: true}. They are not read; see ReadExplicit.
func ReadArchitecture(name string, data []byte) (Architecture, error) {
	return ReadExplicit(name, data, nil)
}

// ReadExplicit is ReadArchitecture that has explicit weights read.
func ReadExplicit(name string, data []byte, weights WeightReader) (Architecture, error) {
	f := netFile{explicit: map[*Explicit]*yaml.Node{}, File: yamlfile.File{Name: name}, lines: map[string]*yaml.Node{}}
	root, err := f.Parse(data, "input: and blocks:")
	if err != nil {
		return Architecture{}, err
	}
	var a Architecture
	if err := f.Mapping(root, "setting", map[string]yamlfile.Reader{
		"input":  f.Whole("input", &a.Input, 1, mostWidth),
		"blocks": func(n *yaml.Node) error { return f.blocks(n, place{}, &a.Blocks) },
	}); err != nil {
		return Architecture{}, err
	}
	if a.Input == 0 {
		return Architecture{}, f.Errorf(root, "no input; want how many numbers enter the network, as in input: 784")
	}
	if weights != nil {
		if err := f.readWeights(a, weights); err != nil {
			return Architecture{}, err
		}
	}
	if _, err := a.Output(); err != nil {
		var at *BlockError
		if errors.As(err, &at) && f.lines[at.Path] != nil {
			return Architecture{}, f.Errorf(f.lines[at.Path], "%w", at.Err)
		}
		return Architecture{}, f.Errorf(root, "%w", err)
	}
	return a, nil
}

// readWeights reads explicit weights.
func (f netFile) readWeights(a Architecture, weights WeightReader) (err error) {
	eachLinear(a.Blocks, 1, func(l Linear, times float64) {
		if l.Explicit == nil || err != nil {
			return
		}
		if e := l.Explicit.read(weights, times); e != nil {
			err = f.Errorf(f.explicit[l.Explicit], "%w", e)
		}
	})
	return err
}

// LoadArchitecture reads what ReadExplicit reads. It fails when there is more
// than a megabyte.
func LoadArchitecture(name string, in io.Reader, weights WeightReader) (Architecture, error) {
	data, err := io.ReadAll(io.LimitReader(in, mostBytes+1))
	if err != nil {
		return Architecture{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > mostBytes {
		return Architecture{}, fmt.Errorf("%s: more than %d bytes; want a description of a network", name, mostBytes)
	}
	return ReadExplicit(name, data, weights)
}

const (
	mostBytes   = 1 << 20 // of a file
	mostEntries = 100_000 // of all lists of blocks, aliases followed
	mostNested  = 100     // blocks in blocks
)

// netFile is a description being read.
type netFile struct {
	yamlfile.File
	lines    map[string]*yaml.Node // where the block of a path stands
	explicit map[*Explicit]*yaml.Node
}

func (f netFile) blocks(n *yaml.Node, at place, out *[]Block) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return f.Errorf(n, "blocks: want a list with at least one, as in - linear: {to: 512}")
	}
	if strings.Count(at.path, ".") >= mostNested {
		return f.Errorf(n, "blocks nested more than %d deep", mostNested)
	}
	for i, item := range n.Content {
		here := at.of(i)
		if len(f.lines) >= mostEntries {
			return f.Errorf(item, "more than %d blocks are written out; want repeat:", mostEntries)
		}
		f.lines[here.path] = item
		b, err := f.block(yamlfile.Follow(item), here)
		if err != nil {
			return err
		}
		*out = append(*out, b)
	}
	return nil
}

// kinds are the keys that say what a block is, with those that may stand beside
// them.
var kinds = map[string][]string{
	"linear": nil, "activation": {"as_is", "parameters"}, "norm": nil, "shortcut": {"blocks"}, "repeat": {"blocks"},
}

var kindNames = []string{"linear", "activation", "norm", "shortcut", "repeat"}

func (f netFile) block(n *yaml.Node, at place) (Block, error) {
	if n.Kind != yaml.MappingNode {
		return nil, f.Errorf(n, "a block %q; want a key with its value, as in linear: {to: 512}", n.Value)
	}
	kind, err := f.kind(n)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "linear":
		return f.linear(n)
	case "activation":
		return f.activation(n)
	case "norm":
		return f.norm(n)
	case "shortcut":
		return f.shortcut(n, at)
	}
	return f.repeat(n, at)
}

// kind is the one key of a block that says what it is.
func (f netFile) kind(n *yaml.Node) (string, error) {
	found := ""
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if _, is := kinds[key.Value]; !is {
			continue
		}
		if found != "" {
			return "", f.Errorf(key, "a block that is %s and %s; want one in each entry of the list", found, key.Value)
		}
		found = key.Value
	}
	if found != "" {
		return found, nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		if near := spelling.Nearest(n.Content[i].Value, kindNames); near != "" {
			return "", f.Errorf(n.Content[i], "unknown block %q; did you mean %s?", n.Content[i].Value, near)
		}
	}
	return "", f.Errorf(n, "a block without a kind; want one of %s", strings.Join(kindNames, ", "))
}

func (f netFile) linear(n *yaml.Node) (Block, error) {
	var l Linear
	var e Explicit
	bias := (*yaml.Node)(nil)
	inner := map[string]yamlfile.Reader{
		"to": f.Whole("to", &l.To, 1, mostWidth),
		"weights": func(n *yaml.Node) (err error) {
			if n.Value == explicitName {
				l.Weights = GivenWeights
				return nil
			}
			if l.Weights, err = ParseWeights(n.Value); err != nil {
				return f.Errorf(n, "%w", err)
			}
			return nil
		},
		"gain": f.Real("gain", &l.Gain, math.Inf(1)),
		"bias": func(n *yaml.Node) error { bias = n; return f.bias(n, &l) },
		"file": f.Words("file", &e.File), "tensor": f.Words("tensor", &e.Tensor),
	}
	err := f.Mapping(n, "key", map[string]yamlfile.Reader{
		"linear": func(n *yaml.Node) error {
			if n.Kind == yaml.ScalarNode {
				return f.Errorf(n, "linear: %s; want where to, as in linear: {to: 512}", n.Value)
			}
			return f.Mapping(n, "key", inner)
		},
	})
	if err == nil && l.To == 0 {
		err = f.Errorf(n, "a linear map without to:; want how many numbers leave it, as in linear: {to: 512}")
	}
	if err == nil && (e.File != "" || e.Tensor != "" || l.Weights == GivenWeights) {
		err = f.given(n, bias, &l, e)
	}
	return l, err
}

// given makes the weights explicit.
func (f netFile) given(n, bias *yaml.Node, l *Linear, e Explicit) error {
	if l.Weights != Haar && l.Weights != GivenWeights {
		return f.Errorf(n, "%s weights with file: or tensor:; want weights: explicit, or none of both", l.Weights)
	}
	if l.BiasSD != 0 {
		return f.Errorf(bias, "bias %s of explicit weights; want true for that of the file, or false", bias.Value)
	}
	if err := e.check(); err != nil {
		return f.Errorf(n, "%w", err)
	}
	e.Bias, l.Bias = l.Bias, false
	l.Weights, l.Explicit = GivenWeights, &e
	f.explicit[l.Explicit] = n
	return nil
}

// bias reads true, false or a standard deviation.
func (f netFile) bias(n *yaml.Node, l *Linear) error {
	if n.Value == "true" || n.Value == "false" {
		l.Bias = n.Value == "true"
		return nil
	}
	v, err := strconv.ParseFloat(n.Value, 64)
	if err != nil || !(v >= 0) || math.IsInf(v, 1) {
		return f.Errorf(n, "bias %q; want true, false or a standard deviation", n.Value)
	}
	l.Bias, l.BiasSD = v > 0, v
	return nil
}

func (f netFile) activation(n *yaml.Node) (Block, error) {
	var a Activation
	err := f.Mapping(n, "key", map[string]yamlfile.Reader{
		"activation": f.Words("activation", &a.Spec), "as_is": f.Yes("as_is", &a.AsIs),
		"parameters": f.Parameters("parameters", &a.Parameters),
	})
	if err == nil {
		if e := a.Check(); e != nil {
			err = f.Errorf(n, "activation %q: %w", a.Spec, e)
		}
	}
	return a, err
}

func (f netFile) norm(n *yaml.Node) (Block, error) {
	var name string
	err := f.Mapping(n, "key", map[string]yamlfile.Reader{"norm": f.Choice("norm", &name, NormNames()...)})
	return Normalization{Norm(slices.Index(NormNames(), name))}, err
}

func (f netFile) shortcut(n *yaml.Node, at place) (Block, error) {
	s := Shortcut{Alpha: math.NaN(), Beta: math.NaN()}
	branch := math.NaN()
	inner := map[string]yamlfile.Reader{
		"branch": f.fraction("branch", &branch), "alpha": f.number("alpha", &s.Alpha), "beta": f.number("beta", &s.Beta),
		"plain": f.Yes("plain", &s.Plain),
	}
	if err := f.Mapping(n, "key", map[string]yamlfile.Reader{
		"shortcut": func(n *yaml.Node) error { return f.Mapping(n, "key", inner) },
		"blocks":   func(n *yaml.Node) error { return f.blocks(n, at, &s.Blocks) },
	}); err != nil {
		return nil, err
	}
	if len(s.Blocks) == 0 {
		return nil, f.Errorf(n, "a shortcut without blocks:; want those that it leads around")
	}
	given, one := !math.IsNaN(branch), !math.IsNaN(s.Alpha) || !math.IsNaN(s.Beta)
	switch {
	case given && one:
		return nil, f.Errorf(n, "a shortcut with branch: and alpha: or beta:; want one way to say it")
	case given:
		b := Balanced(branch)
		s.Alpha, s.Beta = b.Alpha, b.Beta
	case one && (math.IsNaN(s.Alpha) || math.IsNaN(s.Beta)):
		return nil, f.Errorf(n, "a shortcut with one of alpha: and beta:; want both, or branch: for β² with α² = 1 − β²")
	case !one:
		return nil, f.Errorf(n, "a shortcut without branch:; want β², as in shortcut: {branch: 1/30}")
	}
	return s, nil
}

func (f netFile) repeat(n *yaml.Node, at place) (Block, error) {
	var r Repeat
	err := f.Mapping(n, "key", map[string]yamlfile.Reader{
		"repeat": f.Whole("repeat", &r.Times, 1, MostBlocks),
		"blocks": func(n *yaml.Node) error { return f.blocks(n, at, &r.Blocks) },
	})
	if err == nil && len(r.Blocks) == 0 {
		err = f.Errorf(n, "repeat without blocks:; want those to repeat")
	}
	return r, err
}

// fraction reads a number from 0 to 1, perhaps as a quotient.
func (f netFile) fraction(name string, out *float64) yamlfile.Reader {
	return func(n *yaml.Node) error {
		v, err := ParseFraction(n.Value)
		if err != nil {
			return f.Errorf(n, "%s %w", name, err)
		}
		*out = v
		return nil
	}
}

// number reads a finite number.
func (f netFile) number(name string, out *float64) yamlfile.Reader {
	return func(n *yaml.Node) error {
		v, err := strconv.ParseFloat(n.Value, 64)
		if err != nil || !finite(v) {
			return f.Errorf(n, "%s %q; want a finite number", name, n.Value)
		}
		*out = v
		return nil
	}
}

// ParseFraction reads a number from 0 to 1, as 0.02 or 1/50.
func ParseFraction(text string) (float64, error) {
	above, below, quotient := strings.Cut(text, "/")
	v, err := strconv.ParseFloat(strings.TrimSpace(above), 64)
	if quotient && err == nil {
		var d float64
		d, err = strconv.ParseFloat(strings.TrimSpace(below), 64)
		v /= d
	}
	if err != nil || !(v >= 0 && v <= 1) {
		return 0, fmt.Errorf("%q; want a number from 0 to 1, as 0.02 or 1/50", text)
	}
	return v, nil
}
