package orthogonal

import (
	"fmt"
	"os"
	"testing"

	"bsnn/internal/openblas"
)

// TestMain lets the tests multiply with the BLAS that the environment asks
// for, as the program does.
func TestMain(m *testing.M) {
	blas, err := openblas.Use(os.Getenv(openblas.Environment))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	fmt.Println("BLAS:", blas.Status())
	os.Exit(m.Run())
}
