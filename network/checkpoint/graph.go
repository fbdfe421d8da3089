package checkpoint

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"bsnn/internal/onnx"
	"bsnn/internal/tensor"
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
	Norms           []GraphNorm // the normalisations, likewise
}

// A GraphNorm names the tensors of a normalisation; a name is empty where there is none.
type GraphNorm struct {
	Kind           network.Norm
	Scale, Shift   string
	Mean, Variance string // of batches, as they were stored
	Epsilon        float64
}

// Graph reads the architecture where the file has one and it is a chain: Gemm and MatMul with
// what is added as a bias, activations, layer and RMS normalisation, also written out in ReduceMean, Sub, Pow, Sqrt
// and Div as PyTorch exports it, batch normalisation with stored statistics, Flatten, Reshape and other nodes that
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
	c.constant, c.numbers = map[string]bool{}, map[string]tensor.Array{}
	for _, a := range f.graph.Arrays {
		c.constant[a.Name], c.numbers[a.Name] = true, a
	}
	for i := range f.graph.Nodes {
		n := &f.graph.Nodes[i]
		// Exporters keep equal tensors once, and name the others by an Identity.
		same := n.Op == "Identity" && len(n.Inputs) == 1 && c.constant[n.Inputs[0]]
		if n.Op == "Constant" || same {
			for _, out := range n.Outputs {
				c.constant[out] = true
				if a := n.Attributes["value"].Tensor; a != nil {
					c.numbers[out] = *a
				} else if a, ok := c.numbers[first(n.Inputs)]; same && ok {
					c.numbers[out] = a
				}
				if t, ok := c.tensors[first(n.Inputs)]; same && ok {
					c.tensors[out] = t
				}
			}
		}
		for _, in := range n.Inputs {
			if by := c.used[in]; len(by) == 0 || by[len(by)-1] != n { // once, where it is used twice
				c.used[in] = append(by, n)
			}
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
	numbers  map[string]tensor.Array // of constants
	used     map[string][]*onnx.Node // by the value that they use
	graph    Graph
	input    int
	steps    int
	depth    int    // of shortcuts
	linearTo string // what the last linear map put out
}

// functions are the activations that ONNX has a node for.
var functions = map[string]string{
	"Relu": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "Selu": "selu", "Softplus": "softplus", "Gelu": "gelu", "Mish": "mish", "Erf": "erf",
	"Sin": "sin", "LeakyRelu": "leakyrelu", "Elu": "elu", "Celu": "celu", "HardSwish": "hardswish", "Softsign": "softsign",
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
		case len(next) <= 3:
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
		if x == c.linearTo {
			c.linearTo = n.Outputs[0]
		}
		return nil, nil
	case known:
		spec, err := function(n, spec)
		if err != nil {
			return nil, refuse(err.Error())
		}
		return []network.Block{network.Activation{Spec: spec, AsIs: true}}, nil
	case n.Op == "LayerNormalization":
		return c.layerNormalization(n, refuse)
	case n.Op == "BatchNormalization":
		return c.batchNormalization(n, x, refuse)
	case n.Op == "Add" && c.constant[other] && x == c.linearTo && c.graph.Biases[len(c.graph.Biases)-1] == "":
		c.graph.Biases[len(c.graph.Biases)-1] = c.nameOf(other)
		return nil, nil
	case n.Op == "Gemm" || n.Op == "MatMul":
		return c.linear(n, x, refuse)
	}
	return nil, refuse("want Gemm, MatMul, Add, an activation, LayerNormalization, BatchNormalization, Flatten or Reshape")
}

// function is that of an activation node with its attributes, which are what the format says where they are not set.
func function(n *onnx.Node, spec string) (string, error) {
	number := func(name string, without float64) float64 {
		if a, ok := n.Attributes[name]; ok {
			return a.Float
		}
		return without
	}
	switch n.Op {
	case "LeakyRelu":
		return fmt.Sprintf("%s(%g)", spec, number("alpha", 0.01)), nil
	case "Elu", "Celu":
		if a := number("alpha", 1); a != 1 {
			return fmt.Sprintf("%s(%g)", spec, a), nil
		}
	case "Selu":
		if math.Abs(number("alpha", seluAlpha)-seluAlpha) > 1e-4 || math.Abs(number("gamma", seluGamma)-seluGamma) > 1e-4 {
			return "", errors.New("α and γ other than SELU's")
		}
	case "Gelu":
		if n.Attributes["approximate"].Text == "tanh" {
			return "0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))", nil
		}
	}
	return spec, nil
}

// What the format has for Selu.
const (
	seluAlpha = 1.67326319217681884765625
	seluGamma = 1.05070102214813232421875
)

func (c *chain) linear(n *onnx.Node, x string, refuse func(string) error) ([]network.Block, error) {
	if len(n.Inputs) < 2 || n.Inputs[0] != x {
		return nil, refuse("want weights to multiply with")
	}
	t, ok := c.tensors[n.Inputs[1]]
	if !ok || len(t.Shape) != 2 {
		return nil, refuse("want a matrix of weights that the file holds")
	}
	for _, scale := range []string{"alpha", "beta"} {
		if a, ok := n.Attributes[scale]; ok && a.Float != 1 {
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
		bias = c.nameOf(n.Inputs[2])
	}
	c.graph.Weights, c.graph.Biases = append(c.graph.Weights, t.Name), append(c.graph.Biases, bias)
	c.linearTo = n.Outputs[0]
	return []network.Block{network.Linear{To: out}}, nil
}

// maxShortcuts is how deep shortcuts may stand inside each other.
const maxShortcuts = 256

// fork is where a value is used several times: by an activation or a normalisation that is written out, or by
// a shortcut.
func (c *chain) fork(x string, next []*onnx.Node) ([]network.Block, string, error) {
	if b, out, err := c.parts(x, next); b != nil || err != nil {
		return b, out, err
	}
	if c.depth++; c.depth > maxShortcuts {
		return nil, "", fmt.Errorf("more than %d shortcuts inside each other", maxShortcuts)
	}
	defer func() { c.depth-- }()
	for i, add := range next {
		if add.Op != "Add" || len(add.Outputs) == 0 || next[(i+1)%len(next)] == add {
			continue
		}
		first := slices.Delete(slices.Clone(next), i, i+1) // of the branch
		b, start, err := c.begin(x, first)
		if err != nil {
			return nil, "", err
		}
		more, end, err := c.follow(start, add)
		if err != nil {
			return nil, "", err
		}
		if slices.Contains(add.Inputs, end) {
			return []network.Block{network.Shortcut{Alpha: 1, Beta: 1, Plain: true, Blocks: append(b, more...)}}, add.Outputs[0], nil
		}
		break // what was followed is part of the graph by now
	}
	var ops []string
	for _, n := range next {
		ops = append(ops, words.Name(n.Op))
	}
	return nil, "", fmt.Errorf("%s is used by %s; want a shortcut that an Add ends, or an activation or a normalisation written out",
		words.Name(x), words.List(ops))
}

// begin is what the first nodes of a branch do to x: one, or those of something that is written out.
func (c *chain) begin(x string, first []*onnx.Node) (b []network.Block, out string, err error) {
	if len(first) == 1 {
		b, err = c.node(first[0], x)
		if err == nil {
			out = first[0].Outputs[0]
		}
		return b, out, err
	}
	b, out, err = c.parts(x, first)
	if b == nil && err == nil {
		err = fmt.Errorf("%s and %s of %s are no activation or normalisation that is known", words.Name(first[0].Op), words.Name(first[1].Op),
			words.Name(x))
	}
	return b, out, err
}

// parts knows what is written out in several nodes, of which the first two are given; b is nil where they are
// nothing that is known.
func (c *chain) parts(x string, first []*onnx.Node) (b []network.Block, out string, err error) {
	if len(first) != 2 {
		return nil, "", nil
	}
	if spec, out := c.writtenOut(x, first); spec != "" {
		return []network.Block{network.Activation{Spec: spec, AsIs: true}}, out, nil
	}
	return c.normalization(x, first)
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

// first is the first of some names; empty for none.
func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// nameOf is the name of the tensor that a value is.
func (c *chain) nameOf(value string) string {
	if t, ok := c.tensors[value]; ok {
		return t.Name
	}
	return value
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
