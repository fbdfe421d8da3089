package emit

import (
	"math"

	"bsnn/internal/expr"
)

// A thin node is a positive number that rounds to 0 far out, long before the function
// around it is done: the logarithm of sigmoid(−200) is −200, and in single precision that
// of 0, with a derivative that is not a number. Logarithms, powers and quotients of thin
// nodes are therefore written by what logarithms make of them.

// logarithms adds a copy of root in which no logarithm, root, power or denominator is
// reached by a number that has rounded to 0.
func (g *graph) logarithms(root int32) int32 {
	return g.rewrite(root, func(n node) int32 {
		switch n.op {
		case expr.Log:
			if g.thin(n.a) {
				return g.logOf(n.a)
			}
		case expr.Log1p:
			if sum := g.op2(expr.Add, g.number(1), n.a); g.thin(sum) {
				return g.logOf(sum)
			}
		case expr.Sqrt, expr.PowRat:
			if g.thin(n.a) {
				return g.op1(expr.Exp, g.logOf(g.put(n)))
			}
		case expr.Pow:
			if g.thin(n.a) {
				return g.op1(expr.Exp, g.mul(n.b, g.logOf(n.a)))
			}
		case expr.Div:
			above, others := g.thinFactors(n.a)
			if above < 0 || !g.thin(n.b) {
				return -1
			}
			quotient := g.op1(expr.Exp, g.sub(g.logOf(above), g.logOf(n.b)))
			if others < 0 {
				return quotient
			}
			return g.mul(others, quotient)
		}
		return -1
	})
}

// thinFactors divides the factors of a product into those that are thin and the others;
// −1 is none.
func (g *graph) thinFactors(i int32) (above, others int32) {
	n := g.nodes[i]
	switch {
	case g.thin(i):
		return i, -1
	case n.op != expr.Mul:
		return -1, i
	}
	a1, o1 := g.thinFactors(n.a)
	a2, o2 := g.thinFactors(n.b)
	return g.joint(a1, a2), g.joint(o1, o2)
}

// thin reports whether node i is positive, may round to 0, and has a logarithm by logOf.
func (g *graph) thin(i int32) bool {
	switch n := g.nodes[i]; n.op {
	case expr.Exp, expr.Sigmoid, expr.Softplus, expr.Phi, expr.Erfc:
		return g.nodes[n.a].op != expr.Const
	case expr.Sqrt, expr.PowRat:
		return g.thin(n.a)
	case expr.PowInt:
		return n.n > 0 && g.thin(n.a)
	case expr.Mul:
		return g.thin(n.a) && g.certain(n.b) || g.thin(n.b) && g.certain(n.a)
	case expr.Div:
		return g.thin(n.a) && g.certain(n.b)
	case expr.Add, expr.Sub:
		return g.cancelled(n) >= 0
	}
	return false
}

// certain reports whether node i is positive for certain.
func (g *graph) certain(i int32) bool {
	if v, ok := g.isNumber(i); ok {
		return v > 0
	}
	s := g.signs(i)[i]
	return g.thin(i) || s.neverNegative && s.neverZero
}

// cancelled is a sum of 1 and what tends to −1 as one function, −1 for others.
func (g *graph) cancelled(n node) int32 {
	if n.op == expr.Add && g.is(n.b, 1) {
		n.a, n.b = n.b, n.a
	}
	if !g.is(n.a, 1) {
		return -1
	}
	minus := n.op == expr.Sub
	w := g.nodes[n.b]
	if !minus && w.op == expr.Neg {
		minus, w = true, g.nodes[w.a]
	}
	if w.op.Arity() != 1 || g.nodes[w.a].op == expr.Const {
		return -1
	}
	u := w.a
	if minus {
		u = g.neg(u)
	}
	switch {
	case w.op == expr.Tanh: // 1 + tanh u = 2·sigmoid(2u)
		return g.mul(g.number(2), g.op1(expr.Sigmoid, g.mul(g.number(2), u)))
	case w.op == expr.Erf: // 1 + erf u = erfc(−u)
		return g.op1(expr.Erfc, g.neg(u))
	case (w.op == expr.Sigmoid || w.op == expr.Phi) && minus:
		return g.op1(w.op, u)
	}
	return -1
}

// logOf is log(node i), for a node that is thin or positive for certain.
func (g *graph) logOf(i int32) int32 {
	n := g.nodes[i]
	switch n.op {
	case expr.Exp:
		return n.a
	case expr.Sigmoid:
		return g.neg(g.op1(expr.Softplus, g.neg(n.a)))
	case expr.Softplus: // log(log(1 + e)) = log e − e/2 + O(e²), e = exp(u)
		far := g.sub(n.a, g.mul(g.number(0.5), g.op1(expr.Exp, n.a)))
		return g.choose(g.op2(expr.Less, n.a, g.number(-20)), far, g.op1(expr.Log, i))
	case expr.Phi:
		return g.logPhi(n.a)
	case expr.Erfc: // erfc u = 2Φ(−√2·u)
		return g.add(g.number(math.Ln2), g.logPhi(g.mul(g.number(-math.Sqrt2), n.a)))
	case expr.Cosh:
		two := g.number(2)
		return g.sub(g.sub(g.op1(expr.Softplus, g.mul(two, n.a)), n.a), g.number(math.Ln2))
	case expr.Sqrt:
		return g.mul(g.number(0.5), g.logOf(n.a))
	case expr.PowRat:
		return g.mul(g.number(n.value()), g.logOf(n.a))
	case expr.PowInt:
		if g.thin(n.a) || g.certain(n.a) {
			return g.mul(g.number(float64(n.n)), g.logOf(n.a))
		}
	case expr.Mul:
		if g.certain(n.a) && g.certain(n.b) {
			return g.add(g.logOf(n.a), g.logOf(n.b))
		}
	case expr.Div:
		if g.certain(n.a) && g.certain(n.b) {
			return g.sub(g.logOf(n.a), g.logOf(n.b))
		}
	case expr.Add, expr.Sub:
		if one := g.cancelled(n); one >= 0 {
			return g.logOf(one)
		}
	}
	return g.op1(expr.Log, i)
}

// logPhi is log Φ(u); below −12 by the asymptotic series of Mills's ratio,
//
//	log Φ(u) = −u²/2 − log(−u) − log(2π)/2 + log(1 − r(1 − 3r(1 − 5r(…)))), r = 1/u²,
//
// of which 12 terms are right to 14 digits there.
func (g *graph) logPhi(u int32) int32 {
	one, square := g.number(1), g.square(u)
	r := g.div(one, square)
	series := one
	for k := 23; k >= 3; k -= 2 {
		series = g.sub(one, g.mul(g.number(float64(k)), g.mul(r, series)))
	}
	tail := g.op1(expr.Log1p, g.neg(g.mul(r, series)))
	far := g.sub(g.sub(tail, g.mul(g.number(0.5), square)), g.op1(expr.Log, g.neg(u)))
	far = g.sub(far, g.number(0.5*math.Log(2*math.Pi)))
	return g.choose(g.op2(expr.Less, u, g.number(-12)), far, g.op1(expr.Log, g.op1(expr.Phi, u)))
}
