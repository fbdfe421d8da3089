package checkpoint

import (
	"fmt"

	"bsnn/internal/onnx"
	"bsnn/internal/words"
	"bsnn/network"
)

// layerNormalization is a node of its own.
func (c *chain) layerNormalization(n *onnx.Node, refuse func(string) error) ([]network.Block, error) {
	var names [2]string
	for i := range names {
		if len(n.Inputs) > 1+i && n.Inputs[1+i] != "" {
			if names[i] = n.Inputs[1+i]; !c.vector(names[i]) {
				return nil, refuse("want a scale and a shift that the file holds")
			}
		}
	}
	if axis, ok := n.Attributes["axis"]; ok && axis.Int > 1 {
		return nil, refuse("want the axis -1")
	}
	c.graph.Scales, c.graph.Shifts = append(c.graph.Scales, names[0]), append(c.graph.Shifts, names[1])
	return []network.Block{network.Normalization{Kind: network.Layer}}, nil
}

// vector says whether the file holds the numbers of a value, in one dimension.
func (c *chain) vector(name string) bool {
	t, ok := c.tensors[name]
	return ok && len(t.Shape) == 1
}

// normalization knows layer normalisation as (x − mean x)/√(mean (x − mean x)² + ε) and RMS normalisation as
// x/√(mean x² + ε), or x·(1/√…), with what they are multiplied by and what is added. Of the nodes that use x, two
// are given.
func (c *chain) normalization(x string, first []*onnx.Node) (b []network.Block, out string, err error) {
	kind, centred := network.RMS, x
	for i, n := range first {
		if sub := first[1-i]; n.Op == "ReduceMean" && sub.Op == "Sub" && c.one(n) == sub && len(sub.Outputs) > 0 && sub.Inputs[0] == x {
			kind, centred = network.Layer, sub.Outputs[0]
			first = c.used[centred]
			break
		}
	}
	root, end := c.root(centred, first)
	if root == "" || len(first) != 2 {
		return nil, "", nil
	}
	reciprocal := false
	n := c.only(root)
	if n != nil && (n.Op == "Reciprocal" || n.Op == "Div" && len(n.Inputs) > 1 && n.Inputs[1] == root && c.constant[n.Inputs[0]]) &&
		len(n.Outputs) > 0 {
		root, reciprocal = n.Outputs[0], true
		n = c.only(root)
	}
	switch {
	case n == nil || n != end || len(n.Outputs) == 0 || len(n.Inputs) != 2:
		return nil, "", nil
	case reciprocal && n.Op == "Mul":
	case !reciprocal && n.Op == "Div" && n.Inputs[0] == centred && n.Inputs[1] == root:
	default:
		return nil, "", nil
	}
	out = n.Outputs[0]
	scale, out, err := c.affine(out, "Mul")
	if err != nil {
		return nil, "", err
	}
	shift, out, err := c.affine(out, "Add")
	if err != nil {
		return nil, "", err
	}
	c.graph.Scales, c.graph.Shifts = append(c.graph.Scales, scale), append(c.graph.Shifts, shift)
	return []network.Block{network.Normalization{Kind: kind}}, out, nil
}

// root follows a value, squared, averaged and with ε added, to its root; end is the other node that uses the
// value.
func (c *chain) root(x string, first []*onnx.Node) (root string, end *onnx.Node) {
	var square *onnx.Node
	for _, n := range first {
		if n.Op == "Pow" || n.Op == "Mul" && len(n.Inputs) == 2 && n.Inputs[0] == n.Inputs[1] {
			square = n
		} else {
			end = n
		}
	}
	if square == nil || end == nil {
		return "", nil
	}
	at := square
	for _, op := range []string{"ReduceMean", "Add", "Sqrt"} {
		if at = c.one(at); at == nil || at.Op != op {
			return "", nil
		}
	}
	if len(at.Outputs) == 0 {
		return "", nil
	}
	return at.Outputs[0], end
}

// affine is the vector by which a value is multiplied, or which is added, and what comes out; without one the
// value itself.
func (c *chain) affine(x, op string) (name, out string, err error) {
	n := c.only(x)
	if n == nil || n.Op != op || len(n.Inputs) != 2 || len(n.Outputs) == 0 {
		return "", x, nil
	}
	other := n.Inputs[0]
	if other == x {
		other = n.Inputs[1]
	}
	switch {
	case !c.constant[other]:
		return "", x, nil
	case !c.vector(other):
		return "", "", fmt.Errorf("node %s (%s) behind a normalisation: want a vector that the file holds", words.Name(n.Op), words.Name(n.Name))
	}
	return other, n.Outputs[0], nil
}

// one is the node that uses what a node puts out, if one does.
func (c *chain) one(n *onnx.Node) *onnx.Node {
	if n == nil || len(n.Outputs) == 0 {
		return nil
	}
	return c.only(n.Outputs[0])
}
