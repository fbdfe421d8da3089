package orthogonal

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

func TestDenseOf(t *testing.T) {
	m := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	d, err := DenseOf(m)
	require.NoError(t, err)
	m.Set(0, 0, 100)
	require.Equal(t, []float64{5, 11}, apply(d, []float64{1, 2}), "a copy, any matrix")
	require.Equal(t, []float64{7, 10}, applyTranspose(d, []float64{1, 2}))
	d.Matrix().Set(0, 0, 0)
	require.Equal(t, []float64{4, 11}, apply(d, []float64{1, 2}), "Matrix is the operator's own")

	for want, bad := range map[string]mat.Matrix{
		"nil matrix":           nil,
		"2×3":                  mat.NewDense(2, 3, nil),
		"0×0":                  new(mat.Dense),
		"entry (1, 0) is NaN":  mat.NewDense(2, 2, []float64{1, 0, math.NaN(), 1}),
		"entry (0, 1) is -Inf": mat.NewDense(2, 2, []float64{1, math.Inf(-1), 0, 1}),
	} {
		_, err := DenseOf(bad)
		require.ErrorContains(t, err, want)
	}
}

// Tiles of the Gram matrix have its entries, of which the largest may be anywhere.
func TestOrthogonalityErrorByTiles(t *testing.T) {
	for _, place := range [][2]int{{3, 3}, {7, gramTile + 9}, {gramTile + 20, gramTile + 20}, {gramTile + 1, gramTile + 2}} {
		m := mat.NewDense(2*(gramTile+30), gramTile+30, nil)
		for j := range gramTile + 30 {
			m.Set(j, j, 1)
		}
		m.Set(2*gramTile+40, place[0], 0.5)
		m.Set(2*gramTile+40, place[1], 0.5)
		require.Equal(t, 0.25, errorByTiles(m))
		require.Equal(t, 0.25, OrthogonalityError(m))
	}
}

func TestOrthogonalityError(t *testing.T) {
	for _, c := range []struct {
		m    mat.Matrix
		want float64
	}{
		{identity(3), 0},
		{mat.NewDense(2, 2, []float64{0.6, -0.8, 0.8, 0.6}), 0},
		{mat.NewDense(2, 2, []float64{2, 0, 0, 1}), 3},        // a long column
		{mat.NewDense(2, 2, []float64{1, 0, 0, 0.5}), 0.75},   // a short column
		{mat.NewDense(2, 2, []float64{1, -0.6, 0, 0.8}), 0.6}, // columns not orthogonal
		{mat.NewDense(3, 2, []float64{1, 0, 0, 1, 0, 0}), 0},  // orthonormal columns
		{mat.NewDense(2, 3, []float64{1, 0, 0, 0, 1, 0}), 1},  // a zero column
		{mat.NewDense(2, 2, []float64{1, 0, 0, math.Inf(1)}), math.Inf(1)},
		{new(mat.Dense), 0},
	} {
		require.InDelta(t, c.want, OrthogonalityError(c.m), 1e-15)
	}
	require.True(t, math.IsNaN(OrthogonalityError(mat.NewDense(2, 2, []float64{1, 0, math.NaN(), 1}))))
}

// A Gaussian vector parallel to e₁ happens with probability zero, and so
// needs a source that is not random.
func TestHouseholderOfParallelVector(t *testing.T) {
	for _, alpha := range []float64{-2, 3} {
		x := []float64{alpha, 0, 0}
		require.Zero(t, householder(x), "no reflection")
		require.Equal(t, alpha, x[0], "so the sign is that of the vector")
	}
	d, err := NewDense(3, new(stuckSource))
	require.NoError(t, err)
	require.LessOrEqual(t, OrthogonalityError(d.Matrix()), 1e-14)
}

// stuckSource gives zero for ever.
type stuckSource struct{}

func (*stuckSource) Uint64() uint64 { return 0 }

var _ rand.Source = (*stuckSource)(nil)
