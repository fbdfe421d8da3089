package dataset_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/floats"

	"bsnn/network/dataset"
)

// A set of three images of 2×2 pixels, in the files and the format of
// MNIST, measured and embedded in ℝ⁸.
func Example() {
	dir, err := os.MkdirTemp("", "dataset")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	images := []byte{0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2,
		255, 0, 0, 255, 0, 255, 0, 0, 255, 255, 255, 0}
	labels := []byte{0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4}
	for name, content := range map[string][]byte{
		"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels,
		"t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": labels,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			fmt.Println(err)
			return
		}
	}

	set, err := dataset.MNIST(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	shell, err := dataset.ThinShell(set.Train)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d images, ‖x‖²/m = %.2f ± %.2f\n", shell.Count, shell.UnitInterval.Mean, shell.UnitInterval.SD)

	e, err := dataset.NewEmbedding(set.Dim, 8, rand.NewPCG(1, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	x := make([]float64, 8)
	for i := range set.Train.Len() {
		if err := e.EmbedImage(x, set.Train, i, dataset.UnitInterval()); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("a %d on the shell: ‖x‖²/n = %.3f\n", set.Train.Label(i), floats.Dot(x, x)/8)
	}
	// Output:
	// 3 images, ‖x‖²/m = 0.50 ± 0.20
	// a 5 on the shell: ‖x‖²/n = 1.000
	// a 0 on the shell: ‖x‖²/n = 1.000
	// a 4 on the shell: ‖x‖²/n = 1.000
}
