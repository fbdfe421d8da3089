package expr_test

import (
	"fmt"

	"bsnn/internal/expr"
)

func ExampleGrammar_Define() {
	g, err := expr.Calculus().Define(expr.Definition{Name: "mish", Formula: "x*tanh(softplus(x))"})
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := g.Parse("x*tanh(log(1 + exp(x))) + alpha*x", map[string]string{"alpha": "0.2"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p)
	for i, in := range p.Code() {
		fmt.Println(i, in.Op, in.Operands())
	}

	_, err = g.Parse("x*mish", nil)
	fmt.Println(err)
	// Output:
	// mish(x) + 0.2*x
	// 0 x []
	// 1 softplus [0]
	// 2 tanh [1]
	// 3 mul [0 2]
	// 4 const []
	// 5 mul [4 0]
	// 6 add [3 5]
	// column 3: mish is a function: write mish(v)
}

func ExampleProgram_Kinks() {
	p, err := expr.Calculus().Parse("x < -1 ? 2*x + 1 : max(x, x^3)", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range p.Candidates() {
		fmt.Println(c.Kind, "where", c.Zero, "is 0")
	}
	kinks, err := p.Kinks(-4, 4)
	fmt.Println(kinks, err)
	// Output:
	// jump where x + 1 is 0
	// corner where x - x^3 is 0
	// [-1 0 1] <nil>
}
