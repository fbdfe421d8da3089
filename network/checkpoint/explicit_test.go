package checkpoint

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"bsnn/internal/replay"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/montecarlo"
	"bsnn/network"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// Networks with the weights of a file compute what the weights say, with those of a
// repetition in their order, and their description is written as it was read.
func TestExplicit(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	numbers := func(n int) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = r.NormFloat64()
		}
		return v
	}
	dir := t.TempDir()
	first, bias, second, tenth := numbers(12), numbers(4), numbers(16), numbers(16)
	writeSafetensors(t, filepath.Join(dir, "m.safetensors"), []safetensors.Spec{
		{Name: "in.weight", Type: tensor.Float64, Shape: []int64{4, 3}}, {Name: "in.bias", Type: tensor.Float64, Shape: []int64{4}},
		{Name: "10.kernel", Type: tensor.Float64, Shape: []int64{4, 4}}, {Name: "2.kernel", Type: tensor.Float64, Shape: []int64{4, 4}},
	}, first, bias, tenth, second)
	const text = `input: 3
blocks:
  - linear: {to: 4, weights: explicit, file: m.safetensors, tensor: in.weight, bias: true}
  - repeat: 2
    blocks:
      - linear: {to: 4, weights: explicit, file: m.safetensors, tensor: "[0-9]*.kernel", gain: 3}
  - linear: {to: 4, weights: gaussian}
`
	a, err := network.ReadExplicit("net.yaml", []byte(text), Explicit(dir))
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, network.WriteArchitecture(&out, a))
	require.Equal(t, text, out.String())
	require.Len(t, a.ExplicitDigest(), 32)

	p, err := a.Prepare()
	require.NoError(t, err)
	x := mat.NewDense(3, 1, numbers(3))
	var h mat.Dense
	h.Mul(mat.NewDense(4, 3, first), x)
	h.Add(&h, mat.NewDense(4, 1, bias))
	for _, kernel := range [][]float64{second, tenth} { // what multiplies from the right
		var next mat.Dense
		next.Mul(mat.NewDense(4, 4, kernel).T(), &h)
		h.Scale(3, &next)
	}
	for _, draw := range []func(func(int) montecarlo.Stream) (*network.Drawn, error){p.Draw, p.DrawLazily} {
		d, err := draw(montecarlo.NewExperiment(seed, "explicit").Trial(0).Layer)
		require.NoError(t, err)
		trace, err := d.Forward(x)
		require.NoError(t, err)
		require.InEpsilon(t, mat.Dot(h.ColView(0), h.ColView(0))/4, trace.Blocks[2].Signal, 1e-12)
	}

	unread, err := network.ReadArchitecture("net.yaml", []byte(text))
	require.NoError(t, err)
	p, err = unread.Prepare()
	require.NoError(t, err)
	_, err = p.Draw(montecarlo.NewExperiment(seed, "explicit").Trial(0).Layer)
	require.ErrorContains(t, err, "were not read")
}

func TestExplicitRefusals(t *testing.T) {
	dir := t.TempDir()
	writeSafetensors(t, filepath.Join(dir, "m.safetensors"), []safetensors.Spec{
		{Name: "1.weight", Type: tensor.Float64, Shape: []int64{2, 2}}, {Name: "2.weight", Type: tensor.Float64, Shape: []int64{2, 2}},
		{Name: "1.bias", Type: tensor.Float64, Shape: []int64{3}},
	}, ones(4), ones(4), ones(3))
	for inside, want := range map[string]string{
		"file: m.safetensors":                                         "net.yaml:4: m.safetensors: 3 tensors",
		"file: m.safetensors, tensor: 1.weihgt":                       "did you mean 1.weight?",
		"file: none.npy":                                              "none.npy",
		"file: m.safetensors, tensor: 1.bias":                         "shape is [3]",
		"file: m.safetensors, tensor: 2.weight, bias: true":           "no bias that goes with",
		"file: m.safetensors, tensor: 1.weight, bias: true":           "a bias of 3 numbers; want 2",
		"file: m.safetensors, tensor: \"?.weight\"":                   "2 matrices match",
		"file: m.safetensors, tensor: 1.weight, weights: haar, to: 2": "appears twice",
		"file: m.safetensors, weights: uniform":                       "uniform weights with file:",
		"file: m.safetensors, tensor: 1.weight, bias: 0.5":            "bias 0.5 of explicit weights",
		"tensor: 1.weight":                                            "without a file",
		"file: m.safetensors, tensor: \"[\"":                          "syntax error in pattern",
	} {
		text := "input: 2\nblocks:\n  - activation: tanh\n  - linear: {to: 2, " + inside + "}\n"
		_, err := network.ReadExplicit("net.yaml", []byte(text), Explicit(dir))
		require.ErrorContains(t, err, want, inside)
	}
}
