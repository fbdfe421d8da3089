package theorem

import (
	"slices"

	"bsnn/network"
)

// Mend is an architecture of the same widths and functions that keeps norms in both
// directions at its start: functions normalised; Haar weights of gain 1 and zero biases;
// rms normalisation in place of one that takes a mean away; and a rotated shortcut with
// β² = 1/L around every linear map with its activation that keeps the width, L the number of
// shortcuts, where the given architecture has more than deep of them. Shortcuts of the given
// architecture become rotated ones of that size.
func Mend(a network.Architecture) network.Architecture {
	m := mender{}
	m.count(a.Blocks, a.Input, 1, false)
	m.wrap = m.layers > deep
	m.branch = m.layers
	if !m.wrap {
		m.branch = m.shortcuts
	}
	return network.Architecture{Input: a.Input, Blocks: m.blocks(a.Blocks, a.Input, false)}
}

// deep is how many layers that keep the width need no shortcuts.
const deep = 10

type mender struct {
	layers, shortcuts float64 // layers that keep the width, outside shortcuts or in them; shortcuts
	wrap              bool
	branch            float64 // 1/β²
}

// keepsWidth says whether a linear map with its activation starts at blocks[i].
func keepsWidth(blocks []network.Block, i, in int) bool {
	l, linear := blocks[i].(network.Linear)
	if !linear || l.To != in || i+1 >= len(blocks) {
		return false
	}
	_, is := blocks[i+1].(network.Activation)
	return is
}

// count fills in the numbers, and returns the width behind.
func (m *mender) count(blocks []network.Block, in int, times float64, inside bool) int {
	for i, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			if !inside && keepsWidth(blocks, i, in) {
				m.layers += times
			}
			in = b.To
		case network.Shortcut:
			m.layers += times
			m.shortcuts += times
			m.count(b.Blocks, in, times, true)
		case network.Repeat:
			in = m.count(b.Blocks, in, times*float64(b.Times), inside)
		}
	}
	return in
}

func (m *mender) blocks(blocks []network.Block, in int, inside bool) []network.Block {
	var out []network.Block
	for i := 0; i < len(blocks); i++ {
		switch b := blocks[i].(type) {
		case network.Linear:
			layer := []network.Block{network.Linear{To: b.To}}
			if m.wrap && !inside && keepsWidth(blocks, i, in) {
				i++
				layer = append(layer, m.blocks(blocks[i:i+1], in, true)...)
				layer = []network.Block{network.Balanced(1/m.branch, layer...)}
			}
			out, in = append(out, layer...), b.To
		case network.Activation:
			b.AsIs = false
			out = append(out, b)
		case network.Normalization:
			out = append(out, network.Normalization{Kind: network.RMS})
		case network.Shortcut:
			out = append(out, network.Balanced(1/m.branch, m.blocks(b.Blocks, in, true)...))
		case network.Repeat:
			inner := m.blocks(b.Blocks, in, inside)
			out = append(out, network.Repeat{Times: b.Times, Blocks: inner})
			if last := lastLinear(b.Blocks); last >= 0 {
				in = behind(b.Blocks, in)
			}
		}
	}
	return slices.Clip(out)
}

// behind is the width behind blocks that fit.
func behind(blocks []network.Block, in int) int {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			in = b.To
		case network.Repeat:
			in = behind(b.Blocks, in)
		}
	}
	return in
}
