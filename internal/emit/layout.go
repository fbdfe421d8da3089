package emit

import (
	"strconv"

	"bsnn/internal/expr"
)

// maxWeight is how many operations a line holds before a part of it gets a
// name of its own.
const maxWeight = 10

// A layout says which values of a graph are computed on lines of their own,
// under a name; the others are written where they are used.
type layout struct {
	g     *graph
	root  int32
	need  []bool
	uses  []int    // by node: how often other nodes use it
	names []string // by node; "" where the value is written in place
	tail  []bool   // by node: it is a selection and just the value of a branch of another
}

// newLayout names what is used more than once and what would make a line too
// long; where selections are statements, those that are not the value of a
// branch of another as well.
func newLayout(g *graph, root int32, selectionsAreStatements bool) *layout {
	l := &layout{
		g: g, root: root, need: g.reachable(root),
		uses: make([]int, len(g.nodes)), names: make([]string, len(g.nodes)), tail: make([]bool, len(g.nodes)),
	}
	l.countUses()
	if selectionsAreStatements {
		l.findTails()
	}
	weight := make([]int, len(g.nodes))
	taken := map[string]int{}
	for i, n := range g.nodes {
		if !l.need[i] || l.short(n) {
			continue
		}
		weight[i] = 1
		if n.op == expr.Select {
			weight[i] = 3
		}
		for _, o := range n.operands() {
			weight[i] += weight[o]
		}
		own := l.uses[i] > 1 || weight[i] > maxWeight || selectionsAreStatements && n.op == expr.Select
		switch {
		case l.tail[i]:
			weight[i] = 0
		case own && (int32(i) != root || selectionsAreStatements && n.op == expr.Select):
			l.names[i] = unique(letter(n.op), taken)
			weight[i] = 0
		}
	}
	return l
}

func (l *layout) countUses() {
	for i, n := range l.g.nodes {
		if l.need[i] {
			for _, o := range n.operands() {
				l.uses[o]++
			}
		}
	}
}

func (l *layout) findTails() {
	for i, n := range l.g.nodes {
		if l.need[i] && n.op == expr.Select {
			for _, o := range n.operands()[1:] {
				l.tail[o] = l.uses[o] == 1 && l.g.nodes[o].op == expr.Select
			}
		}
	}
}

// short reports whether a value is as quickly written as its name.
func (l *layout) short(n node) bool {
	switch {
	case n.op.Arity() == 0:
		return true
	case n.op == expr.Neg:
		return l.g.nodes[n.a].op.Arity() == 0
	case n.op.Condition() && n.op.Arity() == 2:
		return l.g.nodes[n.a].op.Arity() == 0 && l.g.nodes[n.b].op.Arity() == 0
	}
	return false
}

// letter returns the first letter of the names of values of one kind. The
// letters a, b, x and f have other uses.
func letter(op expr.Op) string {
	switch op {
	case expr.Tanh, expr.Tan, expr.Atan, expr.Atanh, expr.Tri:
		return "t"
	case expr.Exp, expr.Expm1:
		return "e"
	case expr.Log, expr.Log1p:
		return "g"
	case expr.Sigmoid, expr.Softplus:
		return "s"
	case expr.Sinh, expr.Cosh, expr.Asinh, expr.Acosh:
		return "h"
	case expr.Sin, expr.Cos, expr.Asin, expr.Acos, expr.Sinc:
		return "w"
	case expr.Erf, expr.Erfc, expr.Phi:
		return "p"
	case expr.Sqrt:
		return "r"
	case expr.Select:
		return "y"
	case expr.Min, expr.Max, expr.Abs, expr.Sign:
		return "m"
	case expr.Div:
		return "q"
	case expr.PowInt, expr.PowRat, expr.Pow:
		return "v"
	}
	if op.Condition() {
		return "c"
	}
	return "u"
}

func unique(letter string, taken map[string]int) string {
	taken[letter]++
	if n := taken[letter]; n > 1 {
		return letter + strconv.Itoa(n)
	}
	return letter
}
