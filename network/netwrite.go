package network

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"bsnn/internal/yamlfile"
)

// WriteArchitecture writes an architecture as YAML that ReadArchitecture reads.
func WriteArchitecture(w io.Writer, a Architecture) error {
	out := netText{}
	fmt.Fprintf(&out.Buffer, "input: %d\nblocks:\n", a.Input)
	out.blocks(a.Blocks, "  ")
	if out.err != nil {
		return out.err
	}
	_, err := w.Write(out.Bytes())
	return err
}

type netText struct {
	bytes.Buffer
	err error
}

func (t *netText) blocks(list []Block, indent string) {
	for _, b := range list {
		t.block(b, indent)
	}
}

func (t *netText) block(b Block, indent string) {
	line := func(format string, args ...any) { fmt.Fprintf(&t.Buffer, indent+format+"\n", args...) }
	switch b := b.(type) {
	case Linear:
		line("- linear: {%s}", strings.Join(t.linear(b), ", "))
	case Activation:
		line("- activation: %s", t.quoted(b.Spec))
		if b.AsIs {
			line("  as_is: true")
		}
		if len(b.Parameters) > 0 {
			line("  parameters: {%s}", t.parameters(b.Parameters))
		}
	case Normalization:
		line("- norm: %s", b.Kind)
	case Shortcut:
		settings := fmt.Sprintf("alpha: %s, beta: %s", decimal(b.Alpha), decimal(b.Beta))
		square := b.Beta * b.Beta
		for _, text := range []string{fmt.Sprintf("1/%.0f", 1/square), decimal(square)} {
			branch, err := ParseFraction(text)
			if c := Balanced(branch); err == nil && c.Alpha == b.Alpha && c.Beta == b.Beta {
				settings = "branch: " + text
				break
			}
		}
		if b.Plain {
			settings += ", plain: true"
		}
		line("- shortcut: {%s}", settings)
		line("  blocks:")
		t.blocks(b.Blocks, indent+"    ")
	case Repeat:
		line("- repeat: %d", b.Times)
		line("  blocks:")
		t.blocks(b.Blocks, indent+"    ")
	default:
		t.err = fmt.Errorf("no text for %T", b)
	}
}

func (t *netText) linear(l Linear) []string {
	list := []string{fmt.Sprintf("to: %d", l.To)}
	if l.Explicit != nil {
		list = append(list, "weights: "+explicitName, "file: "+t.quoted(l.Explicit.File))
		if l.Explicit.Tensor != "" {
			list = append(list, "tensor: "+t.quoted(l.Explicit.Tensor))
		}
	} else if l.Weights != Haar {
		list = append(list, "weights: "+l.Weights.String())
	}
	if g := l.Scale(); g != 1 {
		list = append(list, "gain: "+decimal(g))
	}
	switch {
	case l.BiasSD > 0:
		list = append(list, "bias: "+decimal(l.BiasSD))
	case l.Bias || l.Explicit != nil && l.Explicit.Bias:
		list = append(list, "bias: true")
	}
	return list
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func (t *netText) quoted(s string) string {
	if strings.ContainsAny(s, ",[]{}") { // of lists and mappings in one line
		return strconv.Quote(s)
	}
	text, err := yamlfile.Text(s)
	if err != nil && t.err == nil {
		t.err = err
	}
	return text
}

func (t *netText) parameters(m map[string]string) string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = t.quoted(name) + ": " + t.quoted(m[name])
	}
	return strings.Join(names, ", ")
}
