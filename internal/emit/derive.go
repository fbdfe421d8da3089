package emit

import "bsnn/internal/expr"

const (
	invSqrt2Pi    = 0.398942280401432677939946059934381868 // 1/√(2π)
	twoOverSqrtPi = 1.128379167095512573896158903121545172 // 2/√π
)

// derive adds the derivative of root with respect to x. At a kink it is that
// of the right side where it is known which that is, and else of one of the two;
// jumps are ignored.
func (g *graph) derive(root int32) int32 {
	need := g.reachable(root)
	trends := g.trends(root)
	d := make([]int32, root+1)
	for i := range root + 1 {
		switch n := g.nodes[i]; {
		case !need[i] || n.op.Condition() || n.name == "true" || n.name == "false":
		case n.op == expr.Var:
			d[i] = g.number(1)
		case n.op == expr.Const || n.op == expr.Sign:
			d[i] = g.number(0)
		case n.op == expr.Select:
			d[i] = g.choose(g.right(n, n, trends), d[n.b], d[n.c])
		case n.op == expr.Min:
			d[i] = g.choose(g.right(n, n, trends), d[n.a], d[n.b])
		case n.op == expr.Max:
			d[i] = g.choose(g.right(n, n, trends), d[n.b], d[n.a])
		case n.op == expr.Abs && !g.is(d[n.a], 0):
			d[i] = g.choose(g.right(n, n, trends), g.neg(d[n.a]), d[n.a])
		case n.op.Arity() == 2:
			d[i] = g.derive2(i, n, d[n.a], d[n.b])
		case g.is(d[n.a], 0):
			d[i] = d[n.a]
		default:
			d[i] = g.derive1(i, n, d[n.a])
		}
	}
	return d[root]
}

// derive2 is the derivative of n = op(a, b) at node i.
func (g *graph) derive2(i int32, n node, da, db int32) int32 {
	switch n.op {
	case expr.Add:
		return g.add(da, db)
	case expr.Sub:
		return g.sub(da, db)
	case expr.Mul:
		return g.add(g.mul(da, n.b), g.mul(n.a, db))
	case expr.Div: // (a/b)′ = (a′ − (a/b)·b′)/b
		return g.div(g.sub(da, g.mul(i, db)), n.b)
	}
	return g.derivePow(i, n, da, db)
}

// derivePow: (aᵇ)′ = b·aᵇ⁻¹·a′ + aᵇ·log(a)·b′.
func (g *graph) derivePow(i int32, n node, da, db int32) int32 {
	base := g.number(0)
	if !g.is(da, 0) {
		base = g.mul(g.mul(n.b, g.op2(expr.Pow, n.a, g.sub(n.b, g.number(1)))), da)
	}
	if g.is(db, 0) {
		return base
	}
	return g.add(base, g.mul(g.mul(i, g.op1(expr.Log, n.a)), db))
}

// derive1 is the derivative of n = op(u) at node i, times du. The forms keep
// their relative accuracy where the function saturates, unlike 1 − tanh².
func (g *graph) derive1(i int32, n node, du int32) int32 {
	u, one := n.a, g.number(1)
	switch n.op {
	case expr.Neg:
		return g.neg(du)
	case expr.PowInt:
		return g.mul(g.mul(g.number(float64(n.n)), g.powInt(u, n.n-1)), du)
	case expr.PowRat:
		return g.mul(g.mul(g.number(n.value()), g.op2(expr.Pow, u, g.number(n.value()-1))), du)
	case expr.Exp:
		return g.mul(i, du)
	case expr.Expm1:
		return g.mul(g.op1(expr.Exp, u), du)
	case expr.Log:
		return g.div(du, u)
	case expr.Log1p:
		return g.div(du, g.add(one, u))
	case expr.Sqrt:
		return g.div(g.mul(g.number(0.5), du), i)
	case expr.Softplus:
		return g.mul(g.op1(expr.Sigmoid, u), du)
	case expr.Sigmoid: // e/(1+e)² with e = exp(−|u|)
		e := g.op1(expr.Exp, g.op1(expr.Neg, g.op1(expr.Abs, u)))
		return g.mul(g.div(e, g.square(g.add(one, e))), du)
	}
	return g.deriveSpecial(i, n, du)
}

// deriveSpecial is derive1 for the trigonometric, hyperbolic and error
// functions.
func (g *graph) deriveSpecial(i int32, n node, du int32) int32 {
	u, one := n.a, g.number(1)
	switch n.op {
	case expr.Sin:
		return g.mul(g.op1(expr.Cos, u), du)
	case expr.Cos:
		return g.neg(g.mul(g.op1(expr.Sin, u), du))
	case expr.Tan:
		return g.mul(g.add(one, g.square(i)), du)
	case expr.Atan:
		return g.div(du, g.add(one, g.square(u)))
	case expr.Sinh:
		return g.mul(g.op1(expr.Cosh, u), du)
	case expr.Cosh:
		return g.mul(g.op1(expr.Sinh, u), du)
	case expr.Tanh: // 1/cosh²
		return g.div(du, g.square(g.op1(expr.Cosh, u)))
	case expr.Asinh:
		return g.div(du, g.op1(expr.Sqrt, g.add(one, g.square(u))))
	case expr.Acosh:
		return g.div(du, g.op1(expr.Sqrt, g.mul(g.sub(u, one), g.add(u, one))))
	case expr.Atanh:
		return g.div(du, g.mul(g.sub(one, u), g.add(one, u)))
	case expr.Asin, expr.Acos:
		if n.op == expr.Acos {
			du = g.neg(du)
		}
		return g.div(du, g.op1(expr.Sqrt, g.mul(g.sub(one, u), g.add(one, u))))
	case expr.Sinc:
		return g.mul(g.sincSlope(i, u), du)
	case expr.Tri: // it rises where tri(u + 1) > 0
		return g.choose(g.op2(expr.Less, g.op1(expr.Tri, g.add(u, one)), g.number(0)), g.neg(du), du)
	case expr.Erf:
		return g.mul(g.bell(twoOverSqrtPi, 1, u), du)
	case expr.Erfc:
		return g.neg(g.mul(g.bell(twoOverSqrtPi, 1, u), du))
	}
	return g.mul(g.bell(invSqrt2Pi, 0.5, u), du) // Phi
}

// sincSlope is (cos u − sinc u)/u, given node i = sinc u, and the first terms of its
// series near 0, where that cancels.
func (g *graph) sincSlope(i, u int32) int32 {
	series := g.mul(g.div(u, g.number(-3)), g.alternating(u, 130, 88, 54, 28, 10))
	near := g.op2(expr.Less, g.op1(expr.Abs, u), g.number(0.5))
	return g.choose(near, series, g.div(g.sub(g.op1(expr.Cos, u), i), u))
}

// alternating is 1 − u²/cₙ·(1 − …·(1 − u²/c₁)).
func (g *graph) alternating(u int32, c ...float64) int32 {
	one, q := g.number(1), g.square(u)
	series := one
	for _, v := range c {
		series = g.sub(one, g.mul(g.div(q, g.number(v)), series))
	}
	return series
}

// bell is c·exp(−s·u²).
func (g *graph) bell(c, s float64, u int32) int32 {
	return g.mul(g.number(c), g.op1(expr.Exp, g.mul(g.number(-s), g.square(u))))
}

func (g *graph) powInt(u int32, n int) int32 {
	switch n {
	case 0:
		return g.number(1)
	case 1:
		return u
	}
	return g.put(node{op: expr.PowInt, a: u, b: -1, c: -1, n: n})
}
