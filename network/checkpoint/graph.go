package checkpoint

import (
	"errors"
	"fmt"

	"bsnn/internal/onnx"
	"bsnn/internal/words"
	"bsnn/network"
)

// ErrNoGraph is the error of a file that does not say how its tensors are connected.
var ErrNoGraph = errors.New("the file holds tensors, and not how they are connected")

// A Graph is the architecture in an ONNX file.
type Graph struct {
	Architecture network.Architecture
	// Weights and Biases are the names of the tensors of the linear maps, in the order in which
	// they are applied; a name is empty where there is no bias.
	Weights, Biases []string
}

// Graph reads the architecture where the file has one and it is a chain: Gemm and MatMul with
// what is added as a bias, activations, layer normalisation, Flatten, Reshape and other nodes that
// change no number, and Add of what led around a part of the chain. Anything else is refused by
// name. It is ErrNoGraph for other files.
func (f *File) Graph() (Graph, error) {
	if f.graph == nil {
		return Graph{}, ErrNoGraph
	}
	c := chain{model: f.graph, tensors: map[string]Tensor{}, used: map[string][]*onnx.Node{}}
	for _, t := range f.Tensors {
		c.tensors[t.Name] = t
	}
	c.constant = map[string]bool{}
	for _, a := range f.graph.Arrays {
		c.constant[a.Name] = true
	}
	for i := range f.graph.Nodes {
		n := &f.graph.Nodes[i]
		if n.Op == "Constant" {
			for _, out := range n.Outputs {
				c.constant[out] = true
			}
		}
		for _, in := range n.Inputs {
			c.used[in] = append(c.used[in], n)
		}
	}
	if len(f.graph.Inputs) != 1 {
		return Graph{}, fmt.Errorf("a graph of %d inputs; want one", len(f.graph.Inputs))
	}
	blocks, end, err := c.follow(f.graph.Inputs[0].Name, nil)
	if err != nil {
		return Graph{}, err
	}
	if len(c.graph.Weights) == 0 {
		return Graph{}, errors.New("a graph without a linear map")
	}
	if len(f.graph.Outputs) != 1 || f.graph.Outputs[0].Name != end {
		return Graph{}, errors.New("a graph whose chain does not end in its output")
	}
	c.graph.Architecture = network.Architecture{Input: c.input, Blocks: blocks}
	_, err = c.graph.Architecture.Output()
	return c.graph, err
}

// chain is a graph that is being followed.
type chain struct {
	model    *onnx.Model
	tensors  map[string]Tensor
	constant map[string]bool
	used     map[string][]*onnx.Node // by the value that they use
	graph    Graph
	input    int
	steps    int
}

// functions are the activations that ONNX has a node for.
var functions = map[string]string{
	"Relu": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "Selu": "selu", "Softplus": "softplus", "Gelu": "gelu", "Mish": "mish", "Erf": "erf",
	"Sin": "sin",
}

// transparent are nodes that change no number.
var transparent = map[string]bool{"Flatten": true, "Reshape": true, "Identity": true, "Dropout": true, "Squeeze": true, "Unsqueeze": true,
	"Cast": true}

// follow reads blocks from a value on, until a node, or to the end.
func (c *chain) follow(x string, until *onnx.Node) (blocks []network.Block, end string, err error) {
	for {
		if c.steps++; c.steps > 4*len(c.model.Nodes)+4 {
			return nil, "", errors.New("a graph that does not end")
		}
		next := c.used[x]
		var b []network.Block
		switch {
		case len(next) == 0:
			return blocks, x, nil
		case len(next) == 1 && next[0] == until:
			return blocks, x, nil
		case len(next) == 1:
			b, err = c.node(next[0], x)
			if err == nil {
				x = next[0].Outputs[0]
			}
		case len(next) == 2:
			b, x, err = c.fork(x, next)
		default:
			err = fmt.Errorf("%s is used by %d nodes; want a chain with shortcuts", words.Name(x), len(next))
		}
		if err != nil {
			return nil, "", err
		}
		blocks = append(blocks, b...)
	}
}

// node is what one node does to x.
func (c *chain) node(n *onnx.Node, x string) ([]network.Block, error) {
	refuse := func(why string) error {
		return fmt.Errorf("node %s (%s): %s", words.Name(n.Op), words.Name(n.Name), why)
	}
	if len(n.Outputs) == 0 {
		return nil, refuse("no output")
	}
	other := ""
	for _, in := range n.Inputs {
		if in != x && other == "" {
			other = in
		}
	}
	switch spec, known := functions[n.Op]; {
	case transparent[n.Op]:
		return nil, nil
	case known:
		return []network.Block{network.Activation{Spec: spec, AsIs: true}}, nil
	case n.Op == "LeakyRelu":
		return []network.Block{network.Activation{Spec: fmt.Sprintf("leakyrelu(%g)", n.Attributes["alpha"].Float), AsIs: true}}, nil
	case n.Op == "Elu":
		if a := n.Attributes["alpha"].Float; a != 0 && a != 1 {
			return nil, refuse("α other than 1")
		}
		return []network.Block{network.Activation{Spec: "elu", AsIs: true}}, nil
	case n.Op == "LayerNormalization":
		return []network.Block{network.Normalization{Kind: network.Layer}}, nil
	case n.Op == "Add" && c.constant[other] && len(c.graph.Biases) > 0 && c.graph.Biases[len(c.graph.Biases)-1] == "":
		c.graph.Biases[len(c.graph.Biases)-1] = other
		return nil, nil
	case n.Op == "Gemm" || n.Op == "MatMul":
		return c.linear(n, x, refuse)
	}
	return nil, refuse("want Gemm, MatMul, Add, an activation, LayerNormalization, Flatten or Reshape")
}

func (c *chain) linear(n *onnx.Node, x string, refuse func(string) error) ([]network.Block, error) {
	if len(n.Inputs) < 2 || n.Inputs[0] != x {
		return nil, refuse("want weights to multiply with")
	}
	t, ok := c.tensors[n.Inputs[1]]
	if !ok || len(t.Shape) != 2 {
		return nil, refuse("want a matrix of weights that the file holds")
	}
	for _, scale := range []string{"alpha", "beta"} {
		if v := n.Attributes[scale].Float; v != 0 && v != 1 {
			return nil, refuse(scale + " other than 1")
		}
	}
	if n.Attributes["transA"].Int != 0 {
		return nil, refuse("transA")
	}
	in, out := t.Shape[0], t.Shape[1]
	if n.Attributes["transB"].Int != 0 {
		in, out = out, in
	}
	if c.input == 0 {
		c.input = in
	}
	bias := ""
	if len(n.Inputs) > 2 {
		bias = n.Inputs[2]
	}
	c.graph.Weights, c.graph.Biases = append(c.graph.Weights, t.Name), append(c.graph.Biases, bias)
	return []network.Block{network.Linear{To: out}}, nil
}

// fork is where a value is used twice: a shortcut, or an activation that is written out.
func (c *chain) fork(x string, next []*onnx.Node) ([]network.Block, string, error) {
	if spec, out := c.writtenOut(x, next); spec != "" {
		return []network.Block{network.Activation{Spec: spec, AsIs: true}}, out, nil
	}
	for i, add := range next {
		if add.Op != "Add" || len(add.Outputs) == 0 || next[1-i] == add {
			continue
		}
		start := next[1-i]
		b, err := c.node(start, x)
		if err != nil {
			return nil, "", err
		}
		more, end, err := c.follow(start.Outputs[0], add)
		if err != nil {
			return nil, "", err
		}
		for _, in := range add.Inputs {
			if in == end {
				return []network.Block{network.Shortcut{Alpha: 1, Beta: 1, Plain: true, Blocks: append(b, more...)}}, add.Outputs[0], nil
			}
		}
	}
	return nil, "", fmt.Errorf("%s is used by %s and %s; want a shortcut that an Add ends", words.Name(x), words.Name(next[0].Op),
		words.Name(next[1].Op))
}

// writtenOut knows x·sigmoid(x), and x·(1 + erf(x/√2))/2.
func (c *chain) writtenOut(x string, next []*onnx.Node) (spec, out string) {
	for i, n := range next {
		mul := next[1-i]
		if mul.Op != "Mul" || len(mul.Outputs) == 0 || len(n.Outputs) == 0 {
			continue
		}
		if n.Op == "Sigmoid" && c.only(n.Outputs[0]) == mul {
			return "silu", mul.Outputs[0]
		}
		at := n
		for _, op := range []string{"Div", "Erf", "Add"} {
			if at == nil || at.Op != op || len(at.Outputs) == 0 {
				at = nil
				break
			}
			at = c.only(at.Outputs[0])
		}
		if at == mul {
			if half := c.only(mul.Outputs[0]); half != nil && half.Op == "Mul" && len(half.Outputs) > 0 {
				return "gelu", half.Outputs[0]
			}
		}
	}
	return "", ""
}

// only is the node that uses a value, if one does.
func (c *chain) only(x string) *onnx.Node {
	if n := c.used[x]; len(n) == 1 {
		return n[0]
	}
	return nil
}

// Bias is the name of the bias that goes with a weight: by the graph where there is one,
// otherwise by their names.
func (f *File) Bias(weight string) string {
	if f.graph != nil {
		if f.biases == nil {
			f.biases = map[string]string{}
			if g, err := f.Graph(); err == nil {
				for i, w := range g.Weights {
					f.biases[w] = g.Biases[i]
				}
			}
		}
		if b := f.biases[weight]; b != "" {
			return b
		}
	}
	return BiasName(weight)
}
