package emit

import (
	"math"

	"bsnn/internal/expr"
)

// The constructors below simplify what they build. Those of numbers serve the
// derivative, where a factor 0 is the derivative of a constant: it removes the
// term, whatever the other factor.

func (g *graph) is(i int32, v float64) bool {
	w, ok := g.isNumber(i)
	return ok && w == v
}

func (g *graph) isOp(i int32, op expr.Op) bool { return g.nodes[i].op == op }

func (g *graph) neg(u int32) int32 {
	switch n := g.nodes[u]; n.op {
	case expr.Neg:
		return n.a
	case expr.Sub:
		return g.sub(n.b, n.a)
	case expr.Mul:
		if v, ok := g.isNumber(n.a); ok {
			return g.mul(g.number(-v), n.b)
		}
	case expr.Div:
		if g.isOp(n.a, expr.Neg) || g.isOp(n.a, expr.Const) && g.nodes[n.a].name == "" {
			return g.div(g.neg(n.a), n.b)
		}
	}
	return g.op1(expr.Neg, u)
}

func (g *graph) add(u, v int32) int32 {
	switch {
	case g.is(u, 0):
		return v
	case g.is(v, 0):
		return u
	case g.isOp(v, expr.Neg):
		return g.sub(u, g.nodes[v].a)
	case g.isOp(u, expr.Neg):
		return g.sub(v, g.nodes[u].a)
	}
	return g.op2(expr.Add, u, v)
}

func (g *graph) sub(u, v int32) int32 {
	switch {
	case g.is(u, 0):
		return g.neg(v)
	case g.is(v, 0):
		return u
	case g.isOp(v, expr.Neg):
		return g.add(u, g.nodes[v].a)
	}
	return g.op2(expr.Sub, u, v)
}

func (g *graph) mul(u, v int32) int32 {
	if _, ok := g.isNumber(v); ok && !g.isOp(u, expr.Const) {
		u, v = v, u // the number in front
	}
	switch {
	case g.is(u, 0) || g.is(v, 0):
		return g.number(0)
	case g.is(u, 1):
		return v
	case g.is(v, 1):
		return u
	case g.is(u, -1):
		return g.neg(v)
	case g.isOp(u, expr.Neg):
		return g.neg(g.mul(g.nodes[u].a, v))
	case g.isOp(v, expr.Neg):
		return g.neg(g.mul(u, g.nodes[v].a))
	case g.isOp(v, expr.Div) && g.is(g.nodes[v].a, 1): // u·(1/w) = u/w
		return g.div(u, g.nodes[v].b)
	case g.isOp(u, expr.Div) && g.is(g.nodes[u].a, 1):
		return g.div(v, g.nodes[u].b)
	}
	if c, ok := g.isNumber(u); ok && g.isOp(v, expr.Mul) {
		if d, ok := g.isNumber(g.nodes[v].a); ok && ordinary(c*d) { // c·(d·w) = (c·d)·w
			return g.mul(g.number(c*d), g.nodes[v].b)
		}
	}
	return g.op2(expr.Mul, u, v)
}

// ordinary reports whether a product is far from overflow and underflow.
func ordinary(v float64) bool { return 1e-100 < math.Abs(v) && math.Abs(v) < 1e100 }

func (g *graph) div(u, v int32) int32 {
	switch {
	case g.is(u, 0):
		return u
	case g.is(v, 1):
		return u
	}
	return g.op2(expr.Div, u, v)
}

func (g *graph) square(u int32) int32 { return g.op2(expr.Mul, u, u) }

func (g *graph) choose(c, then, other int32) int32 {
	switch n := g.nodes[c]; {
	case n.name == "true" || then == other:
		return then
	case n.name == "false":
		return other
	}
	return g.put(node{op: expr.Select, a: c, b: then, c: other})
}

func (g *graph) and(p, q int32) int32 {
	switch {
	case p == q || g.nodes[p].name == "false" || g.nodes[q].name == "true":
		return p
	case g.nodes[p].name == "true" || g.nodes[q].name == "false":
		return q
	}
	return g.op2(expr.And, p, q)
}

func (g *graph) or(p, q int32) int32 {
	switch {
	case p == q || g.nodes[p].name == "true" || g.nodes[q].name == "false":
		return p
	case g.nodes[p].name == "false" || g.nodes[q].name == "true":
		return q
	case g.not(p) == q:
		return g.truth(true)
	}
	l, m := g.nodes[p], g.nodes[q]
	switch {
	case m.op == expr.And && (m.a == p || m.b == p): // p or (p and …)
		return p
	case l.op == expr.And && (l.a == q || l.b == q):
		return q
	case l.op == expr.And && m.op == expr.And && l.a == m.a: // (r and s) or (r and t)
		return g.and(l.a, g.or(l.b, m.b))
	}
	return g.op2(expr.Or, p, q)
}

// not turns a comparison into the opposite one; where an operand is undefined
// neither matters.
func (g *graph) not(p int32) int32 {
	switch n := g.nodes[p]; n.op {
	case expr.Const:
		return g.truth(n.name == "false")
	case expr.Less:
		return g.op2(expr.LessEq, n.b, n.a)
	case expr.LessEq:
		return g.op2(expr.Less, n.b, n.a)
	case expr.Equal:
		return g.op2(expr.NotEqual, n.a, n.b)
	case expr.NotEqual:
		return g.op2(expr.Equal, n.a, n.b)
	case expr.Not:
		return n.a
	}
	return g.op1(expr.Not, p)
}
