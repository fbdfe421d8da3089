package gemm

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
)

// What is fetched ahead is fetched during one product, and changes nothing.
func TestAhead(t *testing.T) {
	s := NewSerial[float32]()
	if s == nil {
		t.Skip("no kernel")
	}
	const m, n, k = 50, 70, 90
	rng := rand.New(rand.NewPCG(1, 1))
	a, b := numbers[float32](rng, m*k), numbers[float32](rng, k*n)
	want, got := make([]float32, m*n), make([]float32, m*n)
	s.Product(blas.NoTrans, blas.NoTrans, m, n, k, a, k, b, n, 0, want, n)
	for _, length := range []int{0, 1, 100, 5000, mostAhead/4 + 1} {
		s.Ahead(make([]float32, length))
		s.Product(blas.NoTrans, blas.NoTrans, m, n, k, a, k, b, n, 0, got, n)
		require.Equal(t, want, got)
		require.Empty(t, s.next.rest)
	}
}
