package gpnorm_test

import (
	"errors"
	"fmt"

	"bsnn/gpnorm"
)

// GELU has two normalising constants b. The smaller one makes deviations from
// the shell grow with depth (κ > 1), so the other is chosen.
func ExampleNormalize() {
	gelu, err := gpnorm.Lookup("gelu")
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := gpnorm.Normalize(gelu)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("a = %.6f, b = %.6f\n", n.A, n.B)
	for _, root := range n.Roots {
		fmt.Printf("b = %9.6f: κ = %.4f\n", root.B, root.Slope)
	}

	y := []float64{-1, 0, 1}
	n.Value(y, y)
	fmt.Printf("φ(−1), φ(0), φ(1) = %.4f\n", y)
	// Output:
	// a = 1.481114, b = -0.909506
	// b =  0.073877: κ = 1.1135
	// b = -0.909506: κ = 0.4972
	// φ(−1), φ(0), φ(1) = [-1.1445 -0.9095 0.3366]
}

// A new activation, typed as a formula with a parameter.
func ExampleParse() {
	e, err := gpnorm.Parse("x*sigmoid(beta*x)", map[string]string{"beta": "1.702"})
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := gpnorm.Normalize(e.Activation())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: a = %.6f, b = %.6f, κ = %.4f\n", e, n.A, n.B, n.Roots[n.Chosen].Slope)

	_, err = gpnorm.Parse("x*sigmoid(1.702*x", nil)
	fmt.Println(err)

	step, err := gpnorm.Parse("x > 0 ? 1 : 0", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = gpnorm.Normalize(step.Activation())
	fmt.Println(err)
	// Output:
	// quickgelu(x): a = 1.491459, b = -0.909653, κ = 0.5034
	// expression "x*sigmoid(1.702*x": column 18: the expression ends with 1 of its parentheses open
	// Normalize x > 0 ? 1 : 0: the function jumps at x = 0, from 0 to 1: a jump has no weak derivative in L²
}

// How many layers make two orthogonal inputs nearly equal.
func ExampleCorrelationMap_LayersUntil() {
	relu, err := gpnorm.Lookup("relu")
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := gpnorm.Normalize(relu)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := gpnorm.Correlation(n.Activation, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, distance := range []float64{0.1, 0.001, 1e-9} {
		l, err := c.LayersUntil(0, distance)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("1 − ρ < %g after %.0f layers\n", distance, l.Count)
	}
	// Output:
	// 1 − ρ < 0.1 after 13 layers
	// 1 − ρ < 0.001 after 199 layers
	// 1 − ρ < 1e-09 after 210722 layers
}

// What Normalize estimates, Certify proves.
func ExampleCertify() {
	e, err := gpnorm.Parse("x > 0 ? x : exp(x) - 1", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := gpnorm.Certify(e)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("E f² is in [%.12f, %.12f]\n", c.SecondMoment.Lo, c.SecondMoment.Hi)
	fmt.Printf("a is in [%.12f, %.12f]\n", c.A.Lo, c.A.Hi)
	fmt.Println("Lipschitz constant of f′:", c.DerivLipschitz)

	step, _ := gpnorm.Parse("x > 1 ? x : 0", nil)
	_, err = gpnorm.Certify(step)
	fmt.Println(err)
	// Output:
	// E f² is in [0.644945417493, 0.644945417493]
	// a is in [1.223428557553, 1.223428557553]
	// Lipschitz constant of f′: [1, 1]
	// x > 1 ? x : 0: discontinuous at x = 1: it jumps from 0 to 1
}

// Why the theory does not cover a function is told by type: the reason, and
// where on the real line.
func ExampleJudge() {
	_, err := gpnorm.Judge("x > 1 ? x : 0", nil)
	var why *gpnorm.CoverageError
	if errors.As(err, &why) {
		fmt.Printf("%v at %.4g\n", why.Reason, why.Place.Hi)
	}

	_, err = gpnorm.Judge("c*tanh(x)", nil)
	var text *gpnorm.SyntaxError
	if errors.As(err, &text) {
		fmt.Printf("column %d: what is %s?\n", text.Column, text.Variable)
	}
	// Output:
	// discontinuous at 1
	// column 1: what is c?
}

// Judge joins what Certify proves of a formula and Normalize computes; this is
// the way by hand, with the Lipschitz constants of the proof.
func ExampleWithCertificate() {
	e, err := gpnorm.Parse("tanh(x) + x/2", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := gpnorm.Certify(e)
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := gpnorm.Normalize(gpnorm.WithCertificate(e.Activation(), c))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("|φ′| ≤ %.4f\n", n.Lipschitz)
	// Output:
	// |φ′| ≤ 1.3055
}
