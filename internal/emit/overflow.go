package emit

import "bsnn/internal/expr"

// An exponential that overflows inside of a function that has long been flat,
// as in tanh(exp(x)) or min(0, exp(x) − 1), leaves the value right and its
// derivative 0·∞. Its argument is therefore kept below the one at which it
// would overflow: what lies beyond makes no difference to the value, and the
// exponential of the limit is a number.

// goLimit is below log(MaxFloat64) = 709.78, with a margin for factors.
const goLimit = 700

// A limiter says where a language needs its exponentials limited.
type limiter struct {
	top, bottom int32 // the nodes of the largest argument and its negative
	products    bool  // the code will be differentiated, which multiplies a flat function's slope by that of what it swallows
}

// limitExponentials adds a copy of root in which no exponential overflows where
// something else is flat. used reports whether anything was limited.
func (g *graph) limitExponentials(root int32, l limiter) (limited int32, used bool) {
	flat := g.flattened(root, l)
	signs := g.signs(root)
	at := make([]int32, root+1)
	for i := range root + 1 {
		n := g.nodes[i]
		operand := n.a
		for _, o := range []*int32{&n.a, &n.b, &n.c}[:n.op.Arity()] {
			if !g.nodes[*o].op.Condition() { // conditions are not differentiated
				*o = at[*o]
			}
		}
		if flat[i] && g.grows(i, signs) {
			n.a = g.op2(expr.Min, n.a, l.top)
			if even := g.nodes[i].op; (even == expr.Sinh || even == expr.Cosh) && !signs[operand].neverNegative {
				n.a = g.op2(expr.Max, n.a, l.bottom)
			}
			used = true
		}
		at[i] = g.put(n)
	}
	return at[root], used
}

// splitQuotients adds a copy of root in which a factor that is no exponential stands
// outside of a quotient of exponentials: x·exp(x)/(1 + exp(x)) overflows before
// exp(x) does, x·(exp(x)/(1 + exp(x))) does not.
func (g *graph) splitQuotients(root int32) int32 {
	return g.rewrite(root, func(n node) int32 {
		if n.op != expr.Div || g.degree(n.b) == 0 {
			return -1
		}
		growing, others := g.factors(n.a)
		if growing < 0 || others < 0 {
			return -1
		}
		return g.mul(others, g.div(growing, n.b))
	})
}

// factors divides the factors of a product into those that hold exponentials and the
// others; −1 is none.
func (g *graph) factors(i int32) (growing, others int32) {
	n := g.nodes[i]
	switch {
	case n.op == expr.Neg:
		if growing, others = g.factors(n.a); others >= 0 {
			return growing, g.neg(others)
		}
		return i, -1
	case n.op != expr.Mul && g.degree(i) > 0:
		return i, -1
	case n.op != expr.Mul:
		return -1, i
	}
	g1, o1 := g.factors(n.a)
	g2, o2 := g.factors(n.b)
	return g.joint(g1, g2), g.joint(o1, o2)
}

// joint is u·v, where −1 is no factor.
func (g *graph) joint(u, v int32) int32 {
	if u < 0 || v < 0 {
		return max(u, v)
	}
	return g.mul(u, v)
}

// mostDegree is the largest power of an exponential for which its argument is
// limited: beyond it, the limit would show in single precision.
const mostDegree = 4

// degree is about the power with which node i grows as its exponentials do, 0 where
// they make no difference to it, and mostDegree + 1 for all that are larger.
func (g *graph) degree(i int32) int32 {
	d, known := g.degrees[i]
	if !known {
		d = min(g.degreeOf(g.nodes[i]), mostDegree+1)
		g.degrees[i] = d
	}
	return d
}

func (g *graph) degreeOf(n node) int32 {
	switch n.op {
	case expr.Exp, expr.Expm1, expr.Sinh, expr.Cosh:
		if g.nodes[n.a].op != expr.Const {
			return 1
		}
	case expr.Neg, expr.Abs, expr.Sqrt:
		return g.degree(n.a)
	case expr.Add, expr.Sub:
		return max(g.degree(n.a), g.degree(n.b))
	case expr.Mul:
		return g.degree(n.a) + g.degree(n.b)
	case expr.PowInt:
		return g.degree(n.a) * int32(min(max(n.n, 0), mostDegree+1))
	case expr.Div:
		return max(0, g.degree(n.a)-g.degree(n.b))
	}
	return 0
}

// highestDegree is the largest degree of what root needs, at least 1.
func (g *graph) highestDegree(root int32) int {
	highest := int32(1)
	for i, need := range g.reachable(root)[:root+1] {
		if need {
			if d := g.degree(int32(i)); d <= mostDegree {
				highest = max(highest, d)
			}
		}
	}
	return int(highest)
}

// grows reports whether node i is an exponential that may overflow.
func (g *graph) grows(i int32, signs []signs) bool {
	n := g.nodes[i]
	switch n.op {
	case expr.Exp, expr.Expm1:
		return !signs[n.a].neverPositive && g.nodes[n.a].op != expr.Const
	case expr.Sinh, expr.Cosh:
		return g.nodes[n.a].op != expr.Const
	}
	return false
}

// flattened marks the nodes whose overflow makes 0·∞ or ∞/∞. With products those
// are what a flat function or a denominator swallows. In code that is not
// differentiated it takes two: a quotient whose sides both hold an exponential,
// or a product of what swallows one and of what holds one.
func (g *graph) flattened(root int32, l limiter) []bool {
	signs, need := g.signs(root), g.reachable(root)
	holds, swallows := make([]bool, root+1), make([]bool, root+1)
	for i := range root + 1 {
		holds[i] = g.grows(i, signs)
		for k, o := range g.nodes[i].operands() {
			holds[i] = holds[i] || holds[o]
			swallows[i] = swallows[i] || swallows[o] || holds[o] && g.nodes[i].swallows(k, signs)
		}
	}
	flat := make([]bool, root+1)
	for i := root; i >= 0; i-- {
		n := g.nodes[i]
		if !need[i] || n.op.Condition() {
			continue
		}
		meet := n.op == expr.Div && holds[n.a] && holds[n.b] ||
			n.op == expr.Mul && (swallows[n.a] && holds[n.b] || holds[n.a] && swallows[n.b])
		for k, o := range n.operands() {
			alone := l.products && (n.swallows(k, signs) || n.op == expr.Div && k == 1)
			flat[o] = flat[o] || flat[i] || meet || alone
		}
	}
	return flat
}

// swallows reports whether the operation becomes constant while its operand k
// grows beyond all numbers.
func (n node) swallows(k int, signs []signs) bool {
	switch n.op {
	case expr.Tanh, expr.Sigmoid, expr.Erf, expr.Erfc, expr.Phi, expr.Atan, expr.Min, expr.Max:
		return true
	case expr.Exp, expr.Expm1, expr.Softplus:
		return signs[n.operands()[k]].neverPositive
	case expr.PowInt:
		return n.n < 0
	}
	return false
}
