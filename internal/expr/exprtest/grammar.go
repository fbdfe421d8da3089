package exprtest

import "bsnn/internal/expr"

// Grammar is calculus with functions of the kinds that a project defines: gates,
// rectifiers, and some that have a parameter. The texts of this package call
// them.
func Grammar() *expr.Grammar { return grammar }

var grammar = func() *expr.Grammar {
	g := expr.Calculus()
	for _, d := range []expr.Definition{
		{Name: "relu", Formula: "max(x, 0)"},
		{Name: "leakyrelu", Formula: "x > 0 ? x : slope*x", Parameters: []expr.Parameter{{Name: "slope", Default: "0.01"}},
			OtherNames: []string{"lrelu"}},
		{Name: "elu", Formula: "x > 0 ? x : alpha*expm1(x)", Parameters: []expr.Parameter{{Name: "alpha", Default: "1"}}},
		{Name: "selu", Formula: "1.0507009873554804934193349852946*elu(x, 1.6732632423543772848170429916717)"},
		{Name: "gelu", Formula: "x*Phi(x)"},
		{Name: "silu", Formula: "x*sigmoid(x)", OtherNames: []string{"swish"}},
		{Name: "mish", Formula: "x*tanh(softplus(x))"},
	} {
		larger, err := g.Define(d)
		if err != nil {
			panic(err)
		}
		g = larger
	}
	return g
}()
