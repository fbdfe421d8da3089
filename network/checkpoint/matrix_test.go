package checkpoint

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/npy"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// A stack of matrices is visited in order, in either format, under the names
// that the file gives them; a visit that fails ends it.
func TestEachMatrix(t *testing.T) {
	dir := t.TempDir()
	values := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	create := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		t.Cleanup(func() { f.Close() })
		return f
	}
	array, err := npy.NewWriter(create("a.npy"), tensor.Float32, 2, 2, 2)
	require.NoError(t, err)
	require.NoError(t, array.Write(values))
	tensors, err := safetensors.NewWriter(create("b"), nil,
		safetensors.Spec{Name: "x", Type: tensor.Float64, Shape: []int64{1, 2, 2}}, safetensors.Spec{Name: "y", Type: tensor.Float64,
			Shape: []int64{2, 2}})
	require.NoError(t, err)
	require.NoError(t, tensors.Write(values[:4]))
	require.NoError(t, tensors.Write(values[4:]))

	for _, c := range []struct {
		file, first string
		names       []string
		dtype       DType
	}{
		{"a.npy", "", []string{"[0]", "[1]"}, Float32},
		{"b", "x", []string{"x[0]", "y"}, Float64},
	} {
		var names []string
		next := 1.
		f, err := Open(filepath.Join(dir, c.file))
		require.NoError(t, err)
		require.Equal(t, c.first, f.Tensors[0].Name)
		for _, x := range f.Tensors {
			require.NoError(t, x.EachMatrix(func(m Matrix) error {
				names = append(names, m.Name)
				require.Equal(t, c.dtype, m.DType)
				require.Equal(t, BFloat16, m.Kept, "small whole numbers")
				require.True(t, mat.Equal(mat.NewDense(2, 2, []float64{next, next + 1, next + 2, next + 3}), m.Dense))
				next += 4
				return nil
			}))
		}
		require.Equal(t, c.names, names)
		enough := errors.New("enough")
		visits := 0
		err = f.Tensors[0].EachMatrix(func(Matrix) error { visits++; return enough })
		require.ErrorIs(t, err, enough)
		require.ErrorContains(t, err, "[0]: ")
		require.Equal(t, 1, visits)
		require.NoError(t, f.Close())
	}
}

// A pattern that could choose nothing is refused, not ignored.
func TestPatternNeedsNames(t *testing.T) {
	path := writeNPY(t, filepath.Join(t.TempDir(), "m.npy"), tensor.Float64, mat.NewDense(2, 2, []float64{1, 0, 0, 1}))
	_, err := TestHaar(t.Context(), []string{path}, HaarOptions{Choice: chosen("zz")})
	require.ErrorIs(t, err, ErrNameless)
}
