package checkpoint

import (
	"errors"
	"fmt"
	"slices"

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
			names[i] = c.nameOf(names[i])
		}
	}
	if axis, ok := n.Attributes["axis"]; ok && axis.Int > 1 {
		return nil, refuse("want the axis -1")
	}
	c.graph.Norms = append(c.graph.Norms, GraphNorm{Kind: network.Layer, Scale: names[0], Shift: names[1], Epsilon: epsilonOf(n)})
	return []network.Block{network.Normalization{Kind: network.Layer}}, nil
}

// epsilonOf is the attribute, or what the format has for it.
func epsilonOf(n *onnx.Node) float64 {
	if e, ok := n.Attributes["epsilon"]; ok {
		return e.Float
	}
	return 1e-5
}

// batchNormalization is a node of its own too, in evaluation: by the mean and the variance that the file holds.
func (c *chain) batchNormalization(n *onnx.Node, x string, refuse func(string) error) ([]network.Block, error) {
	if n.Attributes["training_mode"].Int != 0 {
		return nil, refuse("want training_mode 0: the file is of a network in training")
	}
	if len(n.Inputs) != 5 || n.Inputs[0] != x {
		return nil, refuse("want a scale, a shift, a mean and a variance")
	}
	norm := GraphNorm{Kind: network.Batch, Epsilon: epsilonOf(n)}
	for i, name := range []*string{&norm.Scale, &norm.Shift, &norm.Mean, &norm.Variance} {
		*name = n.Inputs[1+i]
		if one := float64(1 - i); i < 2 && c.all(*name, one) { // a constant, as of a normalisation that learnt nothing
			*name = ""
			continue
		}
		if !c.vector(*name) {
			return nil, refuse("want a scale, a shift, a mean and a variance that the file holds")
		}
		*name = c.nameOf(*name)
	}
	c.graph.Norms = append(c.graph.Norms, norm)
	return []network.Block{network.Normalization{Kind: network.Batch}}, nil
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
	root, end, epsilon := c.root(centred, first)
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
	c.graph.Norms = append(c.graph.Norms, GraphNorm{Kind: kind, Scale: scale, Shift: shift, Epsilon: epsilon})
	return []network.Block{network.Normalization{Kind: kind}}, out, nil
}

// root follows a value, squared, averaged and with ε added, to its root; end is the other node that uses the
// value.
func (c *chain) root(x string, first []*onnx.Node) (root string, end *onnx.Node, epsilon float64) {
	var square *onnx.Node
	for _, n := range first {
		if n.Op == "Pow" || n.Op == "Mul" && len(n.Inputs) == 2 && n.Inputs[0] == n.Inputs[1] {
			square = n
		} else {
			end = n
		}
	}
	if square == nil || end == nil {
		return "", nil, 0
	}
	at := square
	for _, op := range []string{"ReduceMean", "Add", "Sqrt"} {
		mean := ""
		if at != nil && len(at.Outputs) > 0 {
			mean = at.Outputs[0]
		}
		if at = c.one(at); at == nil || at.Op != op {
			return "", nil, 0
		}
		if op == "Add" {
			var known bool
			if epsilon, known = c.added(at, mean); !known {
				return "", nil, 0
			}
		}
	}
	if len(at.Outputs) == 0 {
		return "", nil, 0
	}
	return at.Outputs[0], end, epsilon
}

// all says whether a constant that is no tensor of the file holds one number alone.
func (c *chain) all(name string, value float64) bool {
	a, ok := c.numbers[name]
	if _, held := c.tensors[name]; !ok || held {
		return false
	}
	numbers, err := Tensor{Name: name, array: a}.constant()
	return err == nil && !slices.ContainsFunc(numbers, func(v float64) bool { return v != value })
}

// mostConstant is how many numbers are read of a constant in a graph.
const mostConstant = 1 << 16

// constant reads a small tensor.
func (t Tensor) constant() ([]float64, error) {
	count, err := t.array.Count()
	if err != nil || count > mostConstant {
		return nil, errors.New("not a small constant")
	}
	in, err := t.array.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return t.numbers(in, nil, int(count))
}

// added is the number that a node adds to a value.
func (c *chain) added(n *onnx.Node, x string) (v float64, known bool) {
	for i, in := range n.Inputs {
		if len(n.Inputs) != 2 || n.Inputs[1-i] != x {
			continue
		}
		a, ok := c.numbers[in]
		if !ok {
			return 0, false
		}
		numbers, err := Tensor{Name: in, array: a}.constant()
		if err != nil || len(numbers) != 1 {
			return 0, false
		}
		return numbers[0], true
	}
	return 0, false
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
	return c.nameOf(other), n.Outputs[0], nil
}

// one is the node that uses what a node puts out, if one does.
func (c *chain) one(n *onnx.Node) *onnx.Node {
	if n == nil || len(n.Outputs) == 0 {
		return nil
	}
	return c.only(n.Outputs[0])
}
