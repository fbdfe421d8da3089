package emit

import (
	"math"
	"slices"

	"bsnn/internal/expr"
)

// Two kinks can cancel: max(x, 0) + log(1 + exp(−|x|)) is smooth. Its derivative
// at 0 is right if both kinks take the same side, and wrong by a half if each
// does what its library is used to.

// trend says whether the values of a node ascend or descend in x everywhere; a
// constant does both.
type trend struct{ ascends, descends bool }

// trends finds the trends of the nodes up to root.
func (g *graph) trends(root int32) []trend {
	list := make([]trend, root+1)
	for i := range list {
		n := g.nodes[i]
		var s, t trend
		if n.op.Arity() > 0 {
			s = list[n.a]
		}
		if n.op.Arity() > 1 {
			t = list[n.b]
		}
		list[i] = g.trendOf(n, s, t)
	}
	return list
}

func (g *graph) trendOf(n node, s, t trend) trend {
	switch n.op {
	case expr.Const:
		return trend{true, true}
	case expr.Var:
		return trend{ascends: true}
	case expr.Neg, expr.Erfc:
		return trend{s.descends, s.ascends}
	case expr.Add, expr.Min, expr.Max:
		return trend{s.ascends && t.ascends, s.descends && t.descends}
	case expr.Sub:
		return trend{s.ascends && t.descends, s.descends && t.ascends}
	case expr.Mul:
		if v, ok := g.isNumber(n.a); ok {
			return t.times(v)
		}
		if v, ok := g.isNumber(n.b); ok {
			return s.times(v)
		}
	case expr.Div:
		if v, ok := g.isNumber(n.b); ok {
			return s.times(v)
		}
	case expr.PowInt:
		if n.n > 0 && n.n%2 == 1 {
			return s
		}
	case expr.Exp, expr.Expm1, expr.Log, expr.Log1p, expr.Sqrt, expr.Atan, expr.Sinh, expr.Tanh, expr.Erf, expr.Phi, expr.Sigmoid,
		expr.Softplus, expr.Sign:
		return s
	}
	return trend{}
}

func (t trend) times(v float64) trend {
	if v < 0 {
		return trend{t.descends, t.ascends}
	}
	return t
}

// right is, for an operation n that may have a kink, the condition under which
// its first choice holds, with what holds to the right of the kink at the kink
// itself: u < 0 for |u|, u < v for the extremes of u and v, and the comparison
// of a selection. Where it is not known what that is, |u| takes the side of |−u|.
// was is n before its operands were replaced, which trends are about.
func (g *graph) right(n, was node, trends []trend) int32 {
	switch n.op {
	case expr.Abs:
		return g.below(n.a, g.number(0), trends[was.a], trend{true, true})
	case expr.Min, expr.Max:
		return g.below(n.a, n.b, trends[was.a], trends[was.b])
	}
	c, before := g.nodes[n.a], g.nodes[was.a]
	if c.op != expr.Less && c.op != expr.LessEq {
		return n.a
	}
	s, t := trends[before.a], trends[before.b]
	if s.ascends && t.descends || s.descends && t.ascends {
		return g.below(c.a, c.b, s, t)
	}
	return n.a
}

// below is the condition u < v, or u ≤ v if that holds to the right of where
// they are equal.
func (g *graph) below(u, v int32, s, t trend) int32 {
	op := expr.Less
	switch {
	case s.ascends && t.descends:
	case s.descends && t.ascends, g.isOp(u, expr.Neg), g.is(u, 0) && !g.isOp(v, expr.Neg):
		op = expr.LessEq
	}
	return g.op2(op, g.strip(u, v), g.strip(v, u))
}

// strip leaves out the operations around u that keep its sign, where it is
// compared with 0.
func (g *graph) strip(u, with int32) int32 {
	for g.is(with, 0) && slices.Contains([]expr.Op{expr.Expm1, expr.Atan, expr.Sinh, expr.Tanh, expr.Erf}, g.nodes[u].op) {
		u = g.nodes[u].a
	}
	return u
}

// oneSided adds a copy of root with the same values in which operations whose
// kinks coincide with another one's are selections that take at the kink what
// holds to the right of it.
func (g *graph) oneSided(root int32) int32 {
	shared := g.sharedKinks(root)
	if len(shared) == 0 {
		return root
	}
	trends, need := g.trends(root), g.reachable(root)
	at := make([]int32, root+1)
	for i := range root + 1 {
		if !need[i] {
			continue
		}
		n, was := g.nodes[i], g.nodes[i]
		for _, o := range []*int32{&n.a, &n.b, &n.c}[:n.op.Arity()] {
			*o = at[*o]
		}
		if !slices.Contains(shared, i) {
			at[i] = g.put(n)
			continue
		}
		c := g.right(n, was, trends)
		switch n.op {
		case expr.Abs:
			at[i] = g.choose(c, g.neg(n.a), n.a)
		case expr.Max:
			at[i] = g.choose(c, n.b, n.a)
		case expr.Min:
			at[i] = g.choose(c, n.a, n.b)
		default:
			at[i] = g.choose(c, n.b, n.c)
		}
	}
	return at[root]
}

// sharedKinks lists the operations up to root that may have a kink where another
// one has one too, by bisection on both sides of 0.
func (g *graph) sharedKinks(root int32) []int32 {
	places := map[float64][]int32{}
	for i, needed := range g.reachable(root) {
		u, v := int32(-1), int32(-1)
		switch n := g.nodes[i]; {
		case !needed:
			continue
		case n.op == expr.Abs:
			u, v = n.a, g.number(0)
		case n.op == expr.Min || n.op == expr.Max:
			u, v = n.a, n.b
		case n.op == expr.Select && (g.isOp(n.a, expr.Less) || g.isOp(n.a, expr.LessEq)):
			u, v = g.nodes[n.a].a, g.nodes[n.a].b
		default:
			continue
		}
		for _, x := range g.crossings(g.op2(expr.Sub, u, v)) {
			places[x] = append(places[x], int32(i))
		}
	}
	var shared []int32
	for _, list := range places {
		if len(list) > 1 {
			shared = append(shared, list...)
		}
	}
	slices.Sort(shared)
	return slices.Compact(shared)
}

// crossings are places within ±40 where node i changes its sign, to about 1e-9.
func (g *graph) crossings(i int32) []float64 {
	const reach, steps = 40, 320
	sign := func(x float64) int {
		switch v := g.evaluate(i, x); {
		case v < 0:
			return -1
		case v > 0:
			return 1
		}
		return 0
	}
	var list []float64
	for k := range steps {
		lo, hi := -reach+2*reach*float64(k)/steps, -reach+2*reach*float64(k+1)/steps
		below, above := sign(lo), sign(hi)
		switch {
		case below == 0:
			list = append(list, lo)
			continue
		case below*above >= 0:
			continue
		}
		for hi-lo > 1e-11 {
			if mid := (lo + hi) / 2; sign(mid) == below {
				lo = mid
			} else {
				hi = mid
			}
		}
		list = append(list, math.Round(hi*1e9)/1e9)
	}
	return list
}

// evaluate computes node i at x.
func (g *graph) evaluate(i int32, x float64) float64 {
	v := make([]float64, i+1)
	for k, needed := range g.reachable(i)[:i+1] {
		if !needed {
			continue
		}
		n := &g.nodes[k]
		o := [3]float64{x}
		for j, operand := range n.operands() {
			o[j] = v[operand]
		}
		v[k] = apply(n, o[0], o[1], o[2])
	}
	return v[i]
}
