package network_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/orthogonal"
)

func unitShell(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1 // ‖x‖² = n
	}
	return x
}

func normalizedTanh() gpnorm.Activation {
	tanh, err := gpnorm.Lookup("tanh")
	if err != nil {
		log.Fatal(err)
	}
	phi, err := gpnorm.Normalize(tanh)
	if err != nil {
		log.Fatal(err)
	}
	return phi.Activation
}

// A network of two hundred layers and 4,096 neurons each, simulated exactly
// without forming one of its matrices.
func ExampleSimulator() {
	const n, depth = 4096, 200
	s, err := network.NewSimulator(network.Config{Activation: normalizedTanh(), Width: n, Depth: depth, Memory: network.Regenerate})
	if err != nil {
		log.Fatal(err)
	}
	norms := network.NewNorms(depth)
	streams := montecarlo.NewExperiment(1, "example").Trial(0)
	if err := s.Run(context.Background(), streams.Layer, unitShell(n), unitShell(n), norms); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("‖x⁽²⁰¹⁾‖²/n is within 20 %% of 1: %t\n", math.Abs(norms.X[depth]/n-1) < 0.2)
	fmt.Printf("‖d⁽¹⁾‖/‖d⁽²⁰⁰⁾‖ is between ½ and 2: %t\n", math.Abs(math.Log2(norms.D[0]/norms.D[depth-1])) < 2)
	// Output:
	// ‖x⁽²⁰¹⁾‖²/n is within 20 % of 1: true
	// ‖d⁽¹⁾‖/‖d⁽²⁰⁰⁾‖ is between ½ and 2: true
}

// Explicit weights give every vector and every gradient, for small widths.
func ExampleNetwork() {
	const n = 64
	streams := montecarlo.NewExperiment(1, "example").Trial(0)
	var layers []orthogonal.Operator
	for l := range 3 {
		src := streams.Layer(l + 1)
		w, err := orthogonal.NewDense(n, &src)
		if err != nil {
			log.Fatal(err)
		}
		layers = append(layers, w)
	}
	net, err := network.New(normalizedTanh(), layers...)
	if err != nil {
		log.Fatal(err)
	}
	pass, err := net.Forward(unitShell(n))
	if err != nil {
		log.Fatal(err)
	}
	if err := pass.Backward(unitShell(n)); err != nil {
		log.Fatal(err)
	}
	g := pass.WeightGradient(2)
	rows, cols := g.Dims()
	fmt.Println("∂E/∂W⁽²⁾ is", rows, "×", cols, "and as long as ‖d⁽²⁾‖·‖x⁽²⁾‖:",
		math.Abs(frobenius(g.RawMatrix().Data)/pass.Norms().WeightGradient(2)-1) < 1e-12)
	// Output:
	// ∂E/∂W⁽²⁾ is 64 × 64 and as long as ‖d⁽²⁾‖·‖x⁽²⁾‖: true
}

func frobenius(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}
