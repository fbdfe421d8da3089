package gpnorm_test

import (
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
