package emit

import (
	"math"

	"bsnn/internal/expr"
)

// A node is one operation of a graph; its operands are the indices of earlier
// nodes, −1 where it has fewer. Nodes are compared as values, so that equal
// sub-expressions are one node.
type node struct {
	op      expr.Op
	a, b, c int32
	n       int    // PowInt: the exponent
	bits    uint64 // Const: the number; PowRat: the exponent
	name    string // Const: how the languages call the number, if they do
}

func (n node) value() float64 { return math.Float64frombits(n.bits) }

func (n node) operands() []int32 { return []int32{n.a, n.b, n.c}[:n.op.Arity()] }

// A graph holds what is to be printed. Conditions that are decided are the
// constants named true and false.
type graph struct {
	nodes []node
	index map[node]int32

	degrees map[int32]int32 // of the nodes asked about: see degree
}

func newGraph() *graph { return &graph{index: map[node]int32{}, degrees: map[int32]int32{}} }

func (g *graph) intern(n node) int32 {
	if i, ok := g.index[n]; ok {
		return i
	}
	i := int32(len(g.nodes))
	g.nodes = append(g.nodes, n)
	g.index[n] = i
	return i
}

func (g *graph) number(v float64) int32 { return g.named("", v) }

func (g *graph) named(name string, v float64) int32 {
	return g.intern(node{op: expr.Const, a: -1, b: -1, c: -1, bits: math.Float64bits(v), name: name})
}

func (g *graph) truth(v bool) int32 {
	if v {
		return g.named("true", 1)
	}
	return g.named("false", 0)
}

// isNumber reports whether node i is a number without a name and which.
func (g *graph) isNumber(i int32) (v float64, ok bool) {
	n := &g.nodes[i]
	return n.value(), n.op == expr.Const && n.name == ""
}

// put adds an operation. One that does not depend on x is evaluated: the
// compilers would do so too, or refuse to, as with a division by zero.
func (g *graph) put(n node) int32 {
	operands := n.operands()
	var v [3]float64
	for k, o := range operands {
		if g.nodes[o].op != expr.Const {
			return g.intern(n)
		}
		v[k] = g.nodes[o].value()
	}
	if len(operands) == 0 {
		return g.intern(n)
	}
	r := apply(&n, v[0], v[1], v[2])
	if n.op.Condition() {
		return g.truth(r == 1)
	}
	return g.number(r)
}

func (g *graph) op1(op expr.Op, a int32) int32 { return g.put(node{op: op, a: a, b: -1, c: -1}) }

func (g *graph) op2(op expr.Op, a, b int32) int32 { return g.put(node{op: op, a: a, b: b, c: -1}) }

// load adds the program and returns the node of its value.
func (g *graph) load(p *expr.Program) int32 {
	code := p.Code()
	at := make([]int32, len(code))
	operand := func(i int32) int32 {
		if i < 0 {
			return -1
		}
		return at[i]
	}
	for i := range code {
		in := &code[i]
		n := node{op: in.Op, a: operand(in.A), b: operand(in.B), c: operand(in.C), n: in.N}
		if in.Const != nil {
			n.bits, n.name = math.Float64bits(in.Const.Value), in.Const.Name
		}
		switch in.Op {
		case expr.And:
			at[i] = g.and(n.a, n.b)
		case expr.Or:
			at[i] = g.or(n.a, n.b)
		case expr.Not:
			at[i] = g.not(n.a)
		case expr.Select:
			at[i] = g.choose(n.a, n.b, n.c)
		default:
			at[i] = g.put(n)
		}
	}
	return at[len(at)-1]
}

// reachable marks what root needs.
func (g *graph) reachable(root int32) []bool {
	need := make([]bool, len(g.nodes))
	need[root] = true
	for i := root; i >= 0; i-- {
		if need[i] {
			for _, o := range g.nodes[i].operands() {
				need[o] = true
			}
		}
	}
	return need
}

// rewrite adds a copy of what root needs in which change replaces the nodes
// that it wants to: it is given each node, its operands already replaced, and
// returns −1 to keep it.
func (g *graph) rewrite(root int32, change func(n node) int32) int32 {
	need := g.reachable(root)
	at := make([]int32, root+1)
	for i := range root + 1 {
		if !need[i] {
			continue
		}
		n := g.nodes[i]
		for _, o := range []*int32{&n.a, &n.b, &n.c}[:n.op.Arity()] {
			*o = at[*o]
		}
		if at[i] = change(n); at[i] < 0 {
			at[i] = g.put(n)
		}
	}
	return at[root]
}
