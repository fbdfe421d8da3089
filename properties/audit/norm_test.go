package audit

import (
	"fmt"
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
	require.Contains(t, net.Assumed, "one normalisation of kind layer, one normalisation of kind rms and one normalisation of kind batch")
	scale, shift, err := net.scales()(1)
	require.NoError(t, err)
	require.Equal(t, [2][]float64{{3, 3, 3, 3}, {1, 1, 1, 1}}, [2][]float64{scale, shift})

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
