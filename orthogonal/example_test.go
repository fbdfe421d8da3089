package orthogonal_test

import (
	"fmt"
	"math/rand/v2"

	"bsnn/orthogonal"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
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
	// NewDense: dimension 0, want at least 1
}

// The reflectors are applied as they are, or multiplied out.
func ExampleReflectors() {
	w, err := orthogonal.NewReflectors(200, rand.NewPCG(1, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	x, y := make([]float64, 200), make([]float64, 200)
	x[7] = 1
	w.Apply(y, x) // column 7 of W
	column := w.Dense().Matrix().ColView(7)
	fmt.Println("the same column:", mat.EqualApprox(column, mat.NewVecDense(200, y), 1e-14))
	fmt.Println("determinant ±1:", w.Det()*w.Det())
	// Output:
	// the same column: true
	// determinant ±1: 1
}

// A rectangular W keeps the norms of what it maps up, and its transpose undoes
// it.
func ExampleSemiOrthogonal() {
	w, err := orthogonal.NewSemiOrthogonal(300, 20, rand.NewPCG(1, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, columns := w.Dims()
	x, up, back := make([]float64, columns), make([]float64, rows), make([]float64, columns)
	for i := range x {
		x[i] = float64(i)
	}
	w.Apply(up, x)
	w.ApplyTranspose(back, up)
	fmt.Printf("‖x‖ = %.6f, ‖Wx‖ = %.6f\n", floats.Norm(x, 2), floats.Norm(up, 2))
	fmt.Println("WᵀWx = x:", floats.EqualApprox(x, back, 1e-12))
	// Output:
	// ‖x‖ = 49.699095, ‖Wx‖ = 49.699095
	// WᵀWx = x: true
}

// A W that is half known is saved, and another program goes on with it; both
// give the same answers to the same questions.
func ExampleLazy_MarshalBinary() {
	w, err := orthogonal.NewLazy(1000, rand.NewPCG(1, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	x := make([]float64, 1000)
	x[0] = 1
	w.Apply(make([]float64, 1000), x)
	state, err := w.MarshalBinary()
	if err != nil {
		fmt.Println(err)
		return
	}

	var restored orthogonal.Lazy
	if err := restored.UnmarshalBinary(state); err != nil {
		fmt.Println(err)
		return
	}
	x[1] = 1
	here, there := make([]float64, 1000), make([]float64, 1000)
	w.Apply(here, x)
	restored.Apply(there, x)
	fmt.Println("dimensions known:", restored.Known(), "the same answer:", floats.Equal(here, there))
	// Output: dimensions known: 2 the same answer: true
}

// What may still become of a half-known W: two completions agree where it was
// asked, and nowhere else.
func ExampleLazy_Clone() {
	w, err := orthogonal.NewLazy(50, rand.NewPCG(1, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	first, second := make([]float64, 50), make([]float64, 50)
	first[0], second[1] = 1, 1
	w.Apply(make([]float64, 50), first)
	other, err := w.Clone()
	if err != nil {
		fmt.Println(err)
		return
	}
	w.Apply(make([]float64, 50), second) // asked of one only
	a, b := w.Materialize().Matrix(), other.Materialize().Matrix()
	fmt.Println("orthogonal:", orthogonal.OrthogonalityError(a) < 1e-13, orthogonal.OrthogonalityError(b) < 1e-13)
	fmt.Println("first column:", mat.EqualApprox(a.ColView(0), b.ColView(0), 1e-14))
	// Output:
	// orthogonal: true true
	// first column: true
}

// The orthogonal W nearest to a given matrix A (the Procrustes problem) by
// gradient descent that never leaves O(n): −A is the gradient of ½‖W − A‖², and
// the descent ends when its part along O(n) is zero.
func ExampleRetraction() {
	const n = 20
	start, err := orthogonal.NewDenseRotation(n, rand.NewPCG(1, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	near, err := orthogonal.NewDenseRotation(n, rand.NewPCG(3, 4))
	if err != nil {
		fmt.Println(err)
		return
	}
	w, a := start.Matrix(), near.Matrix()
	steps := 0
	for along, step := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil); ; steps++ {
		if err := orthogonal.ProjectTangent(along, w, a); err != nil {
			fmt.Println(err)
			return
		}
		if mat.Norm(along, 2) < 1e-10 || steps == 1000 {
			break
		}
		step.Scale(0.5, along)
		if err := orthogonal.RetractCayley(w, w, step); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println("found:", mat.EqualApprox(w, a, 1e-8), "in fewer than 1000 steps:", steps < 1000)
	fmt.Println("still orthogonal:", orthogonal.OrthogonalityError(w) < 1e-13)
	// Output:
	// found: true in fewer than 1000 steps: true
	// still orthogonal: true
}
