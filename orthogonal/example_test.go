package orthogonal_test

import (
	"fmt"
	"math/rand/v2"

	"bsnn/orthogonal"

	"gonum.org/v1/gonum/floats"
)

// A Haar matrix of size a million by a million, of which two columns' worth
// is ever drawn.
func ExampleLazy() {
	const n = 1_000_000
	w, err := orthogonal.NewLazy(n, rand.NewPCG(1, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	x, y := make([]float64, n), make([]float64, n)
	for i := range n {
		x[i], y[i] = 1, float64(i%2)
	}

	wx, wty := make([]float64, n), make([]float64, n)
	w.Apply(wx, x)
	w.ApplyTranspose(wty, y)

	fmt.Printf("‖x‖ = %.6f, ‖Wx‖ = %.6f\n", floats.Norm(x, 2), floats.Norm(wx, 2))
	adjoint := floats.Dot(wx, y) - floats.Dot(x, wty)
	fmt.Println("⟨Wx, y⟩ = ⟨x, Wᵀy⟩:", adjoint < 1e-6 && adjoint > -1e-6)
	fmt.Println("dimensions of W known:", w.Known())
	// Output:
	// ‖x‖ = 1000.000000, ‖Wx‖ = 1000.000000
	// ⟨Wx, y⟩ = ⟨x, Wᵀy⟩: true
	// dimensions of W known: 2
}

func ExampleNewDense() {
	w, err := orthogonal.NewDense(100, rand.NewPCG(1, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("orthonormal:", orthogonal.OrthogonalityError(w.Matrix()) < 1e-13)

	_, err = orthogonal.NewDense(0, rand.NewPCG(1, 2))
	fmt.Println(err)
	// Output:
	// orthonormal: true
	// orthogonal: NewDense: dimension 0, want at least 1
}
