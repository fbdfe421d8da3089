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
		file, pattern string
		names         []string
		dtype         DType
		first         float64
	}{
		{"a.npy", "", []string{"[0]", "[1]"}, Float32, 1},
		{"b", "", []string{"x[0]", "y"}, Float64, 1},
		{"b", "y", []string{"y"}, Float64, 5},
	} {
		var names []string
		next := c.first
		require.NoError(t, EachMatrix(filepath.Join(dir, c.file), c.pattern, func(m Matrix) error {
			names = append(names, m.Name)
			require.Equal(t, c.dtype, m.DType)
			require.True(t, mat.Equal(mat.NewDense(2, 2, []float64{next, next + 1, next + 2, next + 3}), m.Dense))
			next += 4
			return nil
		}))
		require.Equal(t, c.names, names)
	}
	enough := errors.New("enough")
	visits := 0
	err = EachMatrix(filepath.Join(dir, "a.npy"), "", func(Matrix) error { visits++; return enough })
	require.ErrorIs(t, err, enough)
	require.ErrorContains(t, err, "a.npy: [0]: ")
	require.Equal(t, 1, visits)
}

// A pattern that could choose nothing is refused, not ignored.
func TestPatternNeedsNames(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.npy")
	require.NoError(t, os.WriteFile(path, []byte("\x93NUMPY"), 0o600))
	err := EachMatrix(path, "zz", func(Matrix) error { return nil })
	require.ErrorIs(t, err, ErrNameless)
	require.NotErrorIs(t, EachMatrix(path, "", func(Matrix) error { return nil }), ErrNameless)
}
