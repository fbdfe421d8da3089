package emit

import "bsnn/internal/expr"

// keepsNaN reports whether root is NaN wherever x is: then the code needs no
// extra words for that. A selection keeps it if both sides do, whichever way
// its condition falls.
func (g *graph) keepsNaN(root int32) bool {
	keeps := make([]bool, root+1)
	for i := range keeps {
		switch n := g.nodes[i]; n.op {
		case expr.Var:
			keeps[i] = true
		case expr.Const, expr.Sign: // PyTorch's sign of NaN is 0
		case expr.Pow: // 1 to any power is 1, and so is anything to the power 0
			keeps[i] = keeps[n.a] && keeps[n.b] || keeps[n.a] && g.nodes[n.b].op == expr.Const && !g.is(n.b, 0) ||
				keeps[n.b] && g.nodes[n.a].op == expr.Const && !g.is(n.a, 1)
		case expr.Select:
			keeps[i] = keeps[n.b] && keeps[n.c]
		default:
			if n.op.Condition() {
				continue
			}
			for _, o := range n.operands() {
				keeps[i] = keeps[i] || keeps[o]
			}
		}
	}
	return keeps[root]
}
