package audit

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/network/checkpoint"

	"github.com/stretchr/testify/require"
)

// write makes a safetensors file.
func write(t *testing.T, specs []safetensors.Spec, values ...[]float64) *checkpoint.File {
	path := filepath.Join(t.TempDir(), "m.safetensors")
	out, err := os.Create(path)
	require.NoError(t, err)
	w, err := safetensors.NewWriter(out, nil, specs...)
	require.NoError(t, err)
	for _, v := range values {
		require.NoError(t, w.Write(v))
	}
	require.NoError(t, w.Close())
	require.NoError(t, out.Close())
	f, err := checkpoint.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

// Numbers of a small matrix, by hand; what is no matrix is skipped, and NaN are counted
// while the rest is looked at.
func TestLayers(t *testing.T) {
	shape := func(d ...int64) []int64 { return d }
	f := write(t, []safetensors.Spec{
		{Name: "a.weight", Type: tensor.Float32, Shape: shape(2, 3)}, {Name: "a.bias", Type: tensor.Float32, Shape: shape(2)},
		{Name: "b.kernel", Type: tensor.Float64, Shape: shape(2, 3)}, {Name: "c.weight", Type: tensor.Float32, Shape: shape(2, 2)},
		{Name: "d.weight", Type: tensor.Float32, Shape: shape(2, 3)}, {Name: "n.weight", Type: tensor.Float32, Shape: shape(4)},
	}, []float64{3, 0, 4, 0, 0, 0}, []float64{3, 4}, []float64{1, 0, 0, 0, 2, 0}, []float64{math.NaN(), 1, math.Inf(1), 1},
		[]float64{3, 0, 4, 0, 0, 0}, []float64{1, 1, 1, 1})
	layers, skipped, err := Layers(t.Context(), f, Options{})
	require.NoError(t, err)
	require.Len(t, layers, 4)
	a := layers[0]
	require.Equal(t, [3]int{3, 2, 1}, [3]int{a.In, a.Out, a.DeadRows})
	require.InDelta(t, 25./2, float64(a.ForwardGain), 1e-12)
	require.InDelta(t, 25./3, float64(a.BackwardGain), 1e-12)
	require.InDelta(t, 5, float64(a.SingularValues.Max), 1e-12)
	require.InDelta(t, 2.5, float64(a.SingularValues.Median), 1e-12)
	require.InDelta(t, 24, float64(a.OrthogonalityError), 1e-12)
	require.InDelta(t, math.Sqrt(12.5), float64(*a.Bias), 1e-12)
	require.Equal(t, [2]int{2, 3}, [2]int{layers[1].In, layers[1].Out}, "kernels are transposed")
	require.Equal(t, "1 NaN and 1 infinite", layers[2].NotFinite)
	require.Equal(t, "a.weight", layers[3].Duplicate)
	require.Equal(t, 1, layers[3].DeadCols)
	require.Equal(t, []checkpoint.Skipped{{Name: "n.weight", Why: "shape is [4], want m×n or k×m×n"}}, skipped)
	text, err := json.Marshal(layers)
	require.NoError(t, err, "NaN is null")
	for _, field := range []string{"name", "shape", "dtype", "forward_gain", "backward_gain", "singular_values", "orthogonality_error",
		"law"} {
		require.Contains(t, string(text), fmt.Sprintf("%q:", field))
	}
	_, _, err = Layers(t.Context(), f, Options{Choice: checkpoint.Choice{Include: []string{"x*"}}})
	require.ErrorContains(t, err, "none of the 6 tensors")
	_, _, err = Layers(t.Context(), f, Options{Choice: checkpoint.Choice{Include: []string{"n.*"}}})
	require.ErrorContains(t, err, "none of the 6 tensors is a matrix that is asked for; n.weight: shape is [4]")
}
