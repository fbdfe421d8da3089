package netcode

import (
	"fmt"
	"strconv"
	"strings"

	"bsnn/internal/emit"
	"bsnn/network"
)

// code is the text of the blocks in the making.
type code struct {
	*dialect
	text        strings.Builder
	uses        map[string]bool
	functions   map[string]string // names by the key of the activation
	taken       map[string]bool   // names in use
	definitions []string
}

// blocks writes a list; depth is that of its lines.
func (c *code) blocks(list []network.Block, in, depth int) error {
	if depth-c.depth > MostNested {
		return fmt.Errorf("blocks nested more than %d deep; want fewer, for code", MostNested)
	}
	for _, b := range list {
		out, err := c.block(b, in, depth)
		if err != nil {
			return err
		}
		in = out
	}
	return nil
}

func (c *code) block(b network.Block, in, depth int) (out int, err error) {
	switch b := b.(type) {
	case network.Linear:
		if b.Weights < network.Haar || b.Weights > network.KerasDefault {
			return in, fmt.Errorf("%s: code draws its weights; want one of %s", b, strings.Join(network.WeightsNames(), ", "))
		}
		c.use(b.Weights.String(), "linear")
		if b.Bias {
			c.use("bias")
		}
		if b.Bias && b.Weights == network.TorchDefault && b.BiasSD == 0 {
			c.use("torch-default bias")
		}
		if b.Scale() != 1 {
			c.use("gain")
		}
		c.line(depth, c.linear(b, in)+",")
		return b.To, nil
	case network.Activation:
		name, err := c.function(b)
		if err != nil {
			return in, fmt.Errorf("%s: %w", b, err)
		}
		c.use("activation")
		c.line(depth, c.activation(name)+",")
	case network.Normalization:
		c.use(b.Kind.String(), "norm")
		c.line(depth, c.normalization(b.Kind, in)+",")
	case network.Shortcut:
		c.use("shortcut")
		if !b.Plain {
			c.use("rotated", network.Haar.String())
		}
		open, end := c.shortcut(b, in)
		return in, c.nested(open, end, b.Blocks, in, depth)
	case network.Repeat:
		return c.repetition(b, in, depth)
	default:
		return in, fmt.Errorf("no code for %T", b)
	}
	return in, nil
}

// repetition writes blocks out once where they change the width: the second time
// other widths meet.
func (c *code) repetition(r network.Repeat, in, depth int) (out int, err error) {
	out = behind(r.Blocks, in)
	if out != in || r.Times == 1 {
		if err := c.blocks(r.Blocks, in, depth); err != nil || r.Times == 1 {
			return out, err
		}
		r.Times--
	}
	if r.Times == 1 {
		return out, c.blocks(r.Blocks, out, depth)
	}
	c.use("repeat")
	open, end := c.repeat(r.Times)
	return out, c.nested(open, end, r.Blocks, out, depth)
}

func (c *code) nested(open, end string, list []network.Block, in, depth int) error {
	if strings.Contains(open, "%s") {
		open = fmt.Sprintf(open, indent(depth+1))
	}
	c.line(depth, open)
	if err := c.blocks(list, in, depth+1); err != nil {
		return err
	}
	c.line(depth, end)
	return nil
}

// behind is the width behind blocks that fit.
func behind(list []network.Block, in int) int {
	for _, b := range list {
		switch b := b.(type) {
		case network.Linear:
			in = b.To
		case network.Repeat:
			in = behind(b.Blocks, in)
		}
	}
	return in
}

func (c *code) use(parts ...string) {
	for _, p := range parts {
		c.uses[p] = true
	}
}

func (c *code) line(depth int, text string) {
	c.text.WriteString(indent(depth) + text + "\n")
}

func indent(depth int) string { return strings.Repeat("    ", depth+1) }

// function defines an activation the first time, and returns its name.
func (c *code) function(a network.Activation) (string, error) {
	key := a.Key()
	if name, known := c.functions[key]; known {
		return name, nil
	}
	j, err := a.Judge()
	if err != nil {
		return "", err
	}
	base := j.ShortName()
	name := emit.Named(c.language, base, a.AsIs)
	for i := 2; c.taken[name]; i++ {
		name = emit.Named(c.language, base+strconv.Itoa(i), a.AsIs)
	}
	text, err := emit.Text(c.language, j.Code(name, a.AsIs))
	if err != nil {
		return "", err
	}
	c.functions[key], c.taken[name] = name, true
	c.definitions = append(c.definitions, text)
	return name, nil
}

// number writes the fewest digits that are read as v, with a point.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}
