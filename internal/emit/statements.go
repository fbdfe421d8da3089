package emit

import (
	"fmt"
	"strings"

	"bsnn/internal/expr"
)

// statements writes a layout as nested blocks: what only one branch of a
// selection needs is computed in that branch alone.
type statements struct {
	*printer
	out    *strings.Builder
	home   []int         // by node: the block in which it is computed
	parent []int         // by block; block 0 is the body of the function
	then   map[int32]int // by selection: the block of its first branch; the other is the next
}

// place finds the innermost block that contains all uses of each value.
func (s *statements) place() {
	s.home = make([]int, len(s.g.nodes))
	for i := range s.home {
		s.home[i] = -1
	}
	s.home[s.root], s.parent, s.then = 0, []int{-1}, map[int32]int{}
	for i := s.root; i >= 0; i-- {
		if !s.need[i] {
			continue
		}
		n := s.g.nodes[i]
		for k, o := range n.operands() {
			block := s.home[i]
			if n.op == expr.Select && k > 0 {
				block = s.branch(i, k-1)
			}
			s.home[o] = s.common(s.home[o], block)
		}
	}
}

func (s *statements) branch(i int32, k int) int {
	if _, ok := s.then[i]; !ok {
		s.then[i] = len(s.parent)
		s.parent = append(s.parent, s.home[i], s.home[i])
	}
	return s.then[i] + k
}

// common is the innermost block around both; −1 is nowhere yet. Blocks have
// larger numbers than those around them.
func (s *statements) common(p, q int) int {
	if p < 0 {
		return q
	}
	for p != q {
		if p > q {
			p = s.parent[p]
		} else {
			q = s.parent[q]
		}
	}
	return p
}

// block writes the named values of a block.
func (s *statements) block(k int) {
	for i, name := range s.names {
		if name == "" || s.home[i] != k {
			continue
		}
		if s.g.nodes[i].op == expr.Select {
			s.choice(name, int32(i))
			continue
		}
		text, _ := s.inPlace(int32(i))
		fmt.Fprintf(s.out, "%s := %s\n", name, text)
	}
}

// choice declares the name and gives it the value of selection i.
func (s *statements) choice(name string, i int32) {
	n := s.g.nodes[i]
	first := s.then[i]
	switch {
	case s.tail[n.b] || s.tail[n.c] || !s.leaf(n.b) && !s.leaf(n.c):
		fmt.Fprintf(s.out, "var %s float64\n", name)
		s.ifElse(name, n, first)
		return
	case s.leaf(n.c):
		fmt.Fprintf(s.out, "%s := %s\nif %s {\n", name, real(s.use(n.c, bindNothing)), s.use(n.a, bindNothing))
		s.assign(name, n.b, first)
	default:
		fmt.Fprintf(s.out, "%s := %s\nif %s {\n", name, real(s.use(n.b, bindNothing)), s.opposite(n.a))
		s.assign(name, n.c, first+1)
	}
	s.out.WriteString("}\n")
}

func (s *statements) leaf(i int32) bool { return s.g.nodes[i].op.Arity() == 0 }

// opposite writes the negation of a condition.
func (s *statements) opposite(i int32) string {
	if name := s.names[i]; name != "" {
		return "!" + name
	}
	n := s.g.nodes[i]
	switch n.op {
	case expr.Less:
		return s.comparison(node{op: expr.LessEq, a: n.b, b: n.a})
	case expr.LessEq:
		return s.comparison(node{op: expr.Less, a: n.b, b: n.a})
	}
	return "!" + s.use(i, bindSign)
}

// assign gives the name the value of node i, which is computed in block k.
func (s *statements) assign(name string, i int32, k int) {
	s.block(k)
	if s.tail[i] {
		s.ifElse(name, s.g.nodes[i], s.then[i])
		return
	}
	fmt.Fprintf(s.out, "%s = %s\n", name, s.use(i, bindNothing))
}

func (s *statements) ifElse(name string, n node, first int) {
	fmt.Fprintf(s.out, "if %s {\n", s.use(n.a, bindNothing))
	s.assign(name, n.b, first)
	s.out.WriteString("} else ")
	if s.tail[n.c] && s.empty(first+1) {
		s.ifElse(name, s.g.nodes[n.c], s.then[n.c])
		return
	}
	s.out.WriteString("{\n")
	s.assign(name, n.c, first+1)
	s.out.WriteString("}\n")
}

// empty reports whether a block has no named values.
func (s *statements) empty(k int) bool {
	for i, name := range s.names {
		if name != "" && s.home[i] == k {
			return false
		}
	}
	return true
}
