// Package yamlfile reads settings from YAML with errors that name the file, the
// line and the word that was meant.
package yamlfile

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

	"bsnn/internal/bounded"
	"bsnn/internal/limits"
	"bsnn/internal/spelling"
	"bsnn/internal/words"

	"go.yaml.in/yaml/v3"
)

// A File is one that is being read; Name stands for it in error messages.
type File struct{ Name string }

// A Reader takes the value of one key.
type Reader func(*yaml.Node) error

// Errorf is an error at the line of a node.
func (f File) Errorf(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: "+format, append([]any{f.Name, n.Line}, args...)...)
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// Parse reads the one document of the file; want says what an empty one lacks.
func (f File) Parse(data []byte, want string) (*yaml.Node, error) {
	if len(data) > bounded.Settings {
		return nil, fmt.Errorf("%s:1: a file of %s; want settings, at most %s", f.Name, limits.Bytes(float64(len(data))),
			limits.Bytes(bounded.Settings))
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	err := d.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s:1: the file is empty; want %s", f.Name, want)
	}
	if err != nil {
		line, text := "1", err.Error()
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			text = text[len(m[0]):]
			if m[1] != "" {
				line = m[1]
			}
		}
		return nil, fmt.Errorf("%s:%s: not YAML: %s", f.Name, line, text)
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, f.Errorf(&more, "a second document; want one")
	}
	return doc.Content[0], nil
}

// shown is the value of a node, for a message.
func shown(n *yaml.Node) string { return words.Shorten(n.Value, 60) }

// Mapping hands every value to the reader of its key; what says what the keys
// are.
func (f File) Mapping(n *yaml.Node, what string, readers map[string]Reader) error {
	n = Follow(n)
	if n.Kind != yaml.MappingNode {
		return f.Errorf(n, "want %ss, one on a line, as in %s: …", what, slices.Sorted(maps.Keys(readers))[0])
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], Follow(n.Content[i+1])
		read, known := readers[key.Value]
		switch {
		case !known:
			return f.Errorf(key, "unknown %s %q; %s", what, shown(key), spelling.Meant(key.Value, slices.Sorted(maps.Keys(readers))))
		case seen[key.Value]:
			return f.Errorf(key, "%s %q appears twice; want it once", what, shown(key))
		}
		seen[key.Value] = true
		if err := read(value); err != nil {
			return err
		}
	}
	return nil
}

// Follow finds what an alias stands for.
func Follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// Whole reads a whole number from lo to hi.
func (f File) Whole(name string, out *int, lo, hi int) Reader {
	return func(n *yaml.Node) error {
		v, err := strconv.Atoi(n.Value)
		if err != nil || v < lo || v > hi {
			return f.Errorf(n, "%s %q; want a whole number from %d to %d", name, shown(n), lo, hi)
		}
		*out = v
		return nil
	}
}

// Real reads a finite number above 0 and below a limit.
func (f File) Real(name string, out *float64, below float64) Reader {
	return func(n *yaml.Node) error {
		v, err := strconv.ParseFloat(n.Value, 64)
		switch {
		case err == nil && v > 0 && v < below && !math.IsInf(v, 1):
			*out = v
			return nil
		case math.IsInf(below, 1):
			return f.Errorf(n, "%s %q; want a finite number above 0", name, shown(n))
		}
		return f.Errorf(n, "%s %q; want a number above 0 and below %g", name, shown(n), below)
	}
}

// Choice reads one of some words.
func (f File) Choice(name string, out *string, choices ...string) Reader {
	return func(n *yaml.Node) error {
		if !slices.Contains(choices, n.Value) {
			return f.Errorf(n, "%s %q; %s", name, shown(n), spelling.Meant(n.Value, choices))
		}
		*out = n.Value
		return nil
	}
}

// Words reads a text that is not empty.
func (f File) Words(name string, out *string) Reader {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || n.Value == "" {
			return f.Errorf(n, "%s: want words", name)
		}
		*out = n.Value
		return nil
	}
}

// Yes reads true or false.
func (f File) Yes(name string, out *bool) Reader {
	return func(n *yaml.Node) error {
		if n.Value != "true" && n.Value != "false" {
			return f.Errorf(n, "%s %q; want true or false", name, shown(n))
		}
		*out = n.Value == "true"
		return nil
	}
}

// Parameters reads names with numbers, which stay texts.
func (f File) Parameters(name string, out *map[string]string) Reader {
	return func(n *yaml.Node) error {
		var all []map[string]string
		if err := f.Choices(name, 1, &all)(n); err != nil {
			return err
		}
		*out = all[0]
		return nil
	}
}

// Choices reads names with numbers or lists of numbers, which stay texts, as all choices of
// one number for each name: at most so many, in the order of the file, the last name fastest.
func (f File) Choices(name string, most int, out *[]map[string]string) Reader {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.MappingNode {
			return f.Errorf(n, "%s: want names with numbers, as in {alpha: 0.2}", name)
		}
		all := []map[string]string{{}}
		for i := 0; i < len(n.Content); i += 2 {
			name, value := n.Content[i], Follow(n.Content[i+1])
			numbers := []*yaml.Node{value}
			if value.Kind == yaml.SequenceNode {
				numbers = value.Content
			}
			switch {
			case most == 1 && value.Kind != yaml.ScalarNode:
				return f.Errorf(value, "parameter %s: want a number", words.Name(name.Value))
			case len(numbers) == 0 || len(all)*len(numbers) > most:
				return f.Errorf(value, "parameter %s: want at least one number, and at most %d choices in all", words.Name(name.Value), most)
			}
			var more []map[string]string
			for _, former := range all {
				for _, number := range numbers {
					number = Follow(number)
					if number.Kind != yaml.ScalarNode {
						return f.Errorf(number, "parameter %s: want a number, or a list of numbers", words.Name(name.Value))
					}
					choice := maps.Clone(former)
					choice[name.Value] = number.Value
					more = append(more, choice)
				}
			}
			all = more
		}
		*out = all
		return nil
	}
}

// Text is a text as YAML has it, on one line: quoted where it must be.
func Text(s string) (string, error) {
	b, err := yaml.Marshal(s)
	text := strings.TrimSuffix(string(b), "\n")
	if strings.Contains(text, "\n") {
		text = strconv.Quote(s)
	}
	return text, err
}
