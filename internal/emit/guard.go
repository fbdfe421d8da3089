package emit

import "bsnn/internal/expr"

// guard adds a copy of root in which no operation of a branch can leave its
// domain or overflow where the branch is not taken: there its argument is
// replaced by a harmless number. used reports whether anything was replaced.
func (g *graph) guard(root int32) (guarded int32, used bool) {
	path, signs := g.paths(root), g.signs(root)
	at := make([]int32, root+1)
	for i := range root + 1 {
		if path[i] < 0 {
			continue
		}
		n := g.nodes[i]
		for k, o := range []*int32{&n.a, &n.b, &n.c}[:n.op.Arity()] {
			if !g.nodes[*o].op.Condition() { // conditions are not differentiated
				*o = at[*o]
			}
			if safe, ok := g.hazard(g.nodes[i], k, signs); ok && g.nodes[path[i]].name != "true" {
				*o = g.confine(*o, path[i], safe, n.op)
				used = true
			}
		}
		at[i] = g.put(n)
	}
	return at[root], used
}

// paths returns for each node the condition under which the value of root
// depends on it, or −1 if it never does. What is only compared is left out.
func (g *graph) paths(root int32) []int32 {
	path := make([]int32, root+1)
	for i := range path {
		path[i] = -1
	}
	path[root] = g.truth(true)
	for i := root; i >= 0; i-- {
		n := g.nodes[i]
		if path[i] < 0 {
			continue
		}
		for k, o := range n.operands() {
			if g.nodes[o].op.Condition() {
				continue
			}
			p := path[i]
			if n.op == expr.Select {
				taken := n.a
				if k == 2 {
					taken = g.not(n.a)
				}
				p = g.and(p, taken)
			}
			if path[o] >= 0 {
				p = g.or(path[o], p)
			}
			path[o] = p
		}
	}
	return path
}

// hazard reports whether n or its derivative may be infinite or undefined for
// some value of operand k, and a value at which they are harmless.
func (g *graph) hazard(n node, k int, signs []signs) (safe float64, ok bool) {
	operand := n.operands()[k]
	if g.nodes[operand].op == expr.Const {
		return 0, false
	}
	sign := signs[operand]
	switch n.op {
	case expr.Div:
		return 1, k == 1 && !sign.neverZero
	case expr.PowInt:
		return 1, n.n < 0 && !sign.neverZero
	case expr.PowRat:
		return 1, !sign.neverNegative || !sign.neverZero
	case expr.Log, expr.Sqrt:
		return 1, !sign.neverNegative || !sign.neverZero
	case expr.Pow:
		if g.nodes[n.a].op == expr.Const {
			return 0, k == 1
		}
		return 1, k == 0 && !(sign.neverNegative && sign.neverZero)
	case expr.Log1p:
		return 0, !sign.neverNegative
	case expr.Exp, expr.Expm1:
		return 0, !sign.neverPositive
	case expr.Asin, expr.Acos, expr.Atanh:
		return 0, true
	case expr.Acosh:
		return 2, true
	case expr.Sinh, expr.Cosh, expr.Tan:
		return 0, true
	}
	return 0, false
}

// narrowDomain reports whether an argument up to 20 may be outside the domain.
func narrowDomain(op expr.Op) bool {
	switch op {
	case expr.Tan, expr.Log1p, expr.Asin, expr.Acos, expr.Atanh:
		return true
	}
	return false
}

// confine is u where the condition holds and a harmless number elsewhere.
func (g *graph) confine(u, condition int32, safe float64, op expr.Op) int32 {
	n := g.nodes[condition]
	if safe == 0 && !narrowDomain(op) && (n.op == expr.Less || n.op == expr.LessEq) {
		// u < c as min(u, c), if c is harmless too
		if c, ok := g.isNumber(n.b); ok && n.a == u && -20 <= c && c <= 20 {
			return g.op2(expr.Min, u, n.b)
		}
		if c, ok := g.isNumber(n.a); ok && n.b == u && -20 <= c && c <= 20 {
			return g.op2(expr.Max, u, n.a)
		}
	}
	return g.choose(condition, u, g.number(safe))
}
