package checkpoint_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"bsnn/network/checkpoint"
	"bsnn/orthogonal"
)

// Initial weights for another program, and what is in the file.
func Example() {
	dir, err := os.MkdirTemp("", "weights")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "weights.safetensors")
	written, err := checkpoint.Initial{
		Path: path, Depth: 3, Width: 16, DType: checkpoint.Float64, Seed: 1, Activation: "tanh", A: 1.4674, B: 0.3885,
	}.Write(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(written.Tensors, "tensors for φ =", written.Metadata.A+"·tanh +", written.Metadata.B)

	file, err := checkpoint.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	for _, t := range file.Tensors {
		err := t.EachMatrix(func(m checkpoint.Matrix) error {
			n, _ := m.Dense.Dims()
			fmt.Println(m.Name, m.DType, n, "orthogonal:", orthogonal.OrthogonalityError(m.Dense) < 1e-14)
			return nil
		})
		if err != nil {
			log.Fatal(err)
		}
	}

	haar, err := checkpoint.TestHaar(context.Background(), []string{path}, checkpoint.HaarOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Haar distributed:", haar.Outcome, "by", haar.Matrices, "matrices")
	// Output:
	// 3 tensors for φ = 1.4674·tanh + 0.3885
	// 0.weight float64 16 orthogonal: true
	// 2.weight float64 16 orthogonal: true
	// 4.weight float64 16 orthogonal: true
	// Haar distributed: undecided by 3 matrices
}
