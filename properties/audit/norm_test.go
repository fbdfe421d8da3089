package audit

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/network"
	"bsnn/network/checkpoint"

	"github.com/stretchr/testify/require"
)

// Normalisations are where the names have them, with what they learnt; a vector that is none is
// not taken for one.
func TestNormsOfAFile(t *testing.T) {
	specs := []safetensors.Spec{}
	var values [][]float64
	add := func(name string, number float64, shape ...int64) {
		count, err := tensor.Count(shape, 8)
		require.NoError(t, err)
		v := make([]float64, count)
		for i := range v {
			v[i] = number
			if len(shape) == 2 && int64(i)%(shape[1]+1) == 0 {
				v[i] = 1
			}
		}
		specs, values = append(specs, safetensors.Spec{Name: name, Type: tensor.Float64, Shape: shape}), append(values, v)
	}
	add("0.weight", 0, 4, 4)
	add("0.bias", 0, 4)
	add("1.weight", 3, 4) // in front of the activation 2
	add("1.bias", 1, 4)
	add("3.weight", 0, 4, 4)
	add("4.weight", 0.25, 4) // of a PReLU
	add("5.gamma", 2, 4)     // behind it
	add("6.weight", 0, 4, 4)
	add("7.weight", 1, 4)
	add("7.bias", 0, 4)
	add("7.running_mean", 0, 4)
	f := write(t, specs, values...)
	norms := Norms(f, checkpoint.Choice{})
	require.Len(t, norms, 3)
	layers, _, err := Layers(t.Context(), f, Options{})
	require.NoError(t, err)
	net, err := Follow(layers, norms, network.Activation{Spec: "relu", AsIs: true})
	require.NoError(t, err)
	require.Equal(t, "[linear map to 4 layer normalisation relu as is linear map to 4 relu as is rms normalisation "+
		"linear map to 4 batch normalisation]",
		fmt.Sprint(kinds(net)))
	require.Contains(t, net.Assumed, "one normalisation of kind layer (ε = 1×10⁻⁵), one normalisation of kind rms (ε = 1×10⁻⁶) and one "+
		"normalisation of kind batch (ε = 1×10⁻⁵)")
	w, err := net.numbers()(1)
	require.NoError(t, err)
	require.Equal(t, network.NormWeights{Scale: []float64{3, 3, 3, 3}, Shift: []float64{1, 1, 1, 1}, Epsilon: 1e-5}, w)

	// The scale is seen by what is sent: behind the second matrix, which is I, the squared norm is that behind the
	// normalisation and the activation.
	a := Audit{Layers: layers}
	require.NoError(t, a.Propagate(t.Context(), Sending{Net: net, Seed: 1}))
	require.Greater(t, float64(a.Layers[1].Forward.Q50), 4., "3²·½ + 1, about; 0.5 without")
	net, err = Match(layers, norms[:1], network.Architecture{Input: 4, Blocks: []network.Block{
		network.Linear{To: 4}, network.Normalization{}, network.Normalization{}, network.Linear{To: 4}, network.Linear{To: 4},
	}})
	require.NoError(t, err)
	require.Empty(t, net.Norms)
	require.Contains(t, net.Assumed, "2 normalisations and the file 1")
}

// Means and variances that were stored belong to the normalisation, in every framework's names; those of a start change nothing,
// so that theory is that of the network without it; numbers that are not finite are named.
func TestStoredNorms(t *testing.T) {
	eye := func(n int) []float64 {
		v := make([]float64, n*n)
		for i := range n {
			v[i*n+i] = 1
		}
		return v
	}
	for _, c := range []struct {
		scale, shift, mean, variance string
		epsilon                      float64
	}{
		{"1.weight", "1.bias", "1.running_mean", "1.running_var", 1e-5},
		{"1/gamma", "1/beta", "1/moving_mean", "1/moving_variance", 1e-3},
		{"params/1/scale", "params/1/bias", "batch_stats/1/mean", "batch_stats/1/var", 1e-5},
		{"", "", "1.running_mean", "1.running_var", 1e-5},
	} {
		for _, numbers := range [][4]float64{{1, 0, 0, 1}, {2, 3, 1, 0.25}, {1, 0, math.NaN(), 1}} {
			specs := []safetensors.Spec{
				{Name: "0.weight", Type: tensor.Float64, Shape: []int64{8, 8}}, {Name: "2.weight", Type: tensor.Float64, Shape: []int64{8, 8}},
			}
			if strings.HasPrefix(c.scale, "params") {
				specs[0].Name, specs[1].Name = "params/0/w", "params/2/w"
			}
			values := [][]float64{eye(8), eye(8)}
			for i, name := range []string{c.scale, c.shift, c.mean, c.variance} {
				if name != "" {
					specs = append(specs, safetensors.Spec{Name: name, Type: tensor.Float64, Shape: []int64{8}})
					values = append(values, slices.Repeat([]float64{numbers[i]}, 8))
				}
			}
			f := write(t, specs, values...)
			norms := Norms(f, checkpoint.Choice{})
			require.Len(t, norms, 1)
			require.True(t, norms[0].Stored())
			require.Equal(t, c.epsilon, norms[0].Epsilon)
			a := Audit{Verdict: Verdict{}}
			var err error
			a.Layers, a.Skipped, err = Layers(t.Context(), f, Options{NoSpectra: true})
			require.NoError(t, err)
			net, err := Follow(a.Layers, norms, network.Activation{Spec: "relu", AsIs: true})
			require.NoError(t, err)
			require.NoError(t, a.Propagate(t.Context(), Sending{Net: net, Seed: 1}))
			if math.IsNaN(numbers[2]) {
				require.Equal(t, Refuted, a.Verdict.Forward)
				require.Contains(t, a.NotPropagated, norms[0].Name+" has 8 numbers that are not finite")
				continue
			}
			require.NoError(t, a.Compare(t.Context(), net))
			require.Empty(t, a.Skipped, "they are used")
			rest := numbers[0] == 1
			require.Equal(t, rest, a.Predicted.Why == "")
			require.Equal(t, rest, slices.ContainsFunc(a.Causes, func(c Cause) bool { return c.Kind == "batch" }))
			if !rest && c.scale != "" { // 2·2·(x − 1) + 3 from a coordinate x, mostly above −1
				require.Greater(t, float64(a.ForwardFactor), 4.)
			}
		}
	}
	_, err := Match(make([]Layer, 1), []Norm{{Name: "b", variance: &checkpoint.Tensor{}}}, network.Architecture{
		Input: 4, Blocks: []network.Block{network.Linear{To: 4}, network.Normalization{Kind: network.Layer}},
	})
	require.ErrorContains(t, err, "b is of batches, and the description has layer normalisation there")
}

func kinds(n Net) (list []string) {
	for _, b := range n.Architecture.Blocks {
		if l, is := b.(network.Linear); is {
			list = append(list, fmt.Sprintf("linear map to %d", l.To))
			continue
		}
		list = append(list, fmt.Sprint(b))
	}
	return list
}
