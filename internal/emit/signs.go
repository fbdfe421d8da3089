package emit

import "bsnn/internal/expr"

// A signs says what is known about the values of a node wherever it is
// defined, rounding and underflow included.
type signs struct{ neverNegative, neverPositive, neverZero bool }

// signs finds the signs of the nodes up to root.
func (g *graph) signs(root int32) []signs {
	list := make([]signs, root+1)
	for i := range list {
		n := g.nodes[i]
		var s, t signs
		if n.op.Arity() > 0 {
			s = list[n.a]
		}
		if n.op.Arity() > 1 {
			t = list[n.b]
		}
		if list[i] = n.signs(s, t); n.op == expr.Select && g.isAbs(n) {
			list[i].neverNegative = true
		}
	}
	return list
}

// signs derives those of a node from those of its operands.
func (n node) signs(s, t signs) signs {
	switch n.op {
	case expr.Const:
		return signs{n.value() >= 0, n.value() <= 0, n.value() != 0}
	case expr.Exp, expr.Softplus, expr.Sigmoid, expr.Phi, expr.Abs, expr.Sqrt, expr.Acosh, expr.Acos:
		return signs{neverNegative: true}
	case expr.Cosh:
		return signs{neverNegative: true, neverZero: true}
	case expr.PowInt:
		return signs{neverNegative: n.n%2 == 0}
	case expr.Neg:
		return signs{s.neverPositive, s.neverNegative, s.neverZero}
	case expr.Min:
		return signs{
			neverNegative: s.neverNegative && t.neverNegative, neverPositive: s.neverPositive || t.neverPositive,
			neverZero: s.neverZero && t.neverZero,
		}
	case expr.Max:
		return signs{
			neverNegative: s.neverNegative || t.neverNegative, neverPositive: s.neverPositive && t.neverPositive,
			neverZero: s.neverZero && t.neverZero,
		}
	case expr.Add:
		r := signs{neverNegative: s.neverNegative && t.neverNegative, neverPositive: s.neverPositive && t.neverPositive}
		r.neverZero = (r.neverNegative || r.neverPositive) && (s.neverZero || t.neverZero)
		return r
	case expr.Mul:
		return signs{
			neverNegative: n.a == n.b || s.neverNegative && t.neverNegative || s.neverPositive && t.neverPositive,
			neverPositive: s.neverNegative && t.neverPositive || s.neverPositive && t.neverNegative,
		}
	}
	return signs{}
}

// isAbs recognises |u| written as a selection.
func (g *graph) isAbs(n node) bool {
	c := g.nodes[n.a]
	return (c.op == expr.Less || c.op == expr.LessEq) && c.a == n.c && g.is(c.b, 0) && g.isOp(n.b, expr.Neg) && g.nodes[n.b].a == n.c
}
