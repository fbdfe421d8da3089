package audit

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"bsnn/internal/replay"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/network/checkpoint"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// network of linear maps with ReLU between them, of entries of a gain; some are kept as
// kernels, transposed.
func relu(t *testing.T, r *rand.Rand, gain float64, kernels bool, widths ...int) (*checkpoint.File, []*mat.Dense) {
	var specs []safetensors.Spec
	var values [][]float64
	var weights []*mat.Dense
	for k := 1; k < len(widths); k++ {
		in, out := widths[k-1], widths[k]
		w := rounded(fill(out, in, func() float64 { return gain * r.NormFloat64() / math.Sqrt(float64(in)) }))
		weights = append(weights, w)
		s := safetensors.Spec{Name: fmt.Sprintf("%d.weight", k), Type: tensor.Float32, Shape: []int64{int64(out), int64(in)}}
		if kernels {
			s = safetensors.Spec{Name: fmt.Sprintf("%d/kernel", k), Type: tensor.Float32, Shape: []int64{int64(in), int64(out)}}
			w = mat.DenseCopyOf(w.T())
		}
		specs, values = append(specs, s), append(values, w.RawMatrix().Data)
	}
	return write(t, specs, values...), weights
}

func audited(t *testing.T, f *checkpoint.File, s Sending) Audit {
	var a Audit
	var err error
	a.Layers, a.Skipped, err = Layers(t.Context(), f, Options{NoSpectra: true})
	require.NoError(t, err)
	s.Net, err = Follow(a.Layers, nil, network.Activation{Spec: "relu", AsIs: true})
	require.NoError(t, err)
	require.NoError(t, a.Propagate(t.Context(), s))
	require.NoError(t, a.Compare(t.Context(), s.Net))
	return a
}

// The factors are those of a loop over the same weights, by hand.
func TestPropagateIsThatOfTheWeights(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	for _, kernels := range []bool{false, true} {
		f, weights := relu(t, r, 1.3, kernels, 6, 9, 12, 9, 7, 8, 8, 8, 8, 8, 8, 8, 5) // eleven layers and more: "10" after "9"
		a := audited(t, f, Sending{Seed: seed, Input: func(i int, _ montecarlo.Stream, dst []float64) error {
			for j := range dst {
				dst[j] = math.Sin(float64(7*i + j + 1))
			}
			return nil
		}})
		var factors, first []float64
		for i := range a.Propagation.Inputs {
			x := make([]float64, 6)
			for j := range x {
				x[j] = math.Sin(float64(7*i + j + 1))
			}
			in := square(x) / 6
			for k, w := range weights {
				var h mat.VecDense
				h.MulVec(w, mat.NewVecDense(len(x), x))
				x = slices.Clone(h.RawVector().Data)
				if k == 0 {
					first = append(first, square(x)/float64(len(x)))
				}
				if k < len(weights)-1 {
					for j, v := range x {
						x[j] = max(v, 0)
					}
				}
			}
			factors = append(factors, square(x)/5/in)
		}
		require.InEpsilon(t, median(factors), float64(a.ForwardFactor), 1e-9)
		l := slices.IndexFunc(a.Layers, func(l Layer) bool { return l.Name == "1.weight" || l.Name == "1/kernel" })
		require.InEpsilon(t, median(first), float64(a.Layers[l].Forward.Q50), 1e-9)
		require.Len(t, a.Propagation.Cosines, len(weights)+1)
	}
}

// Half the variance that ReLU needs halves both norms in every layer, twice is right; the verdicts,
// the rates and the cause say so. The factors of one network scatter: their logarithms have a standard
// deviation of √(5·30/200) = 0.9 around the theory's; the margins are beyond six of them.
func TestVerdict(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 1))
	widths := slices.Repeat([]int{200}, 31)
	f, _ := relu(t, r, 1, false, widths...)
	a := audited(t, f, Sending{Seed: seed})
	require.Equal(t, Refuted, a.Verdict.Forward)
	require.Equal(t, Refuted, a.Verdict.Backward)
	require.InDelta(t, 0.5, float64(a.Propagation.BackwardRate.Rate), 0.15)
	require.InDelta(t, math.Log(math.Pow(0.5, 29)), math.Log(float64(a.Predicted.ForwardFactor)), 1)
	require.InDelta(t, 0, math.Log(float64(a.ForwardFactor/a.Predicted.ForwardFactor)), 6)
	require.Contains(t, a.Causes[0].Text, "look like xavier-normal")
	require.Contains(t, a.Causes[0].Cure, "multiply these weights by 1.")
	require.Equal(t, "4.weight", earlier(a.Propagation.FirstForward, "4.weight", "5.weight", "6.weight", "7.weight", "3.weight"))
	text, err := json.Marshal(a)
	require.NoError(t, err)
	for _, field := range []string{"file", "layers", "forward_factor", "backward_factor", "verdict", "causes", "advice", "q05"} {
		require.Contains(t, string(text), fmt.Sprintf("%q:", field))
	}

	f, _ = relu(t, r, math.Sqrt2, false, slices.Repeat([]int{200}, 6)...)
	for _, entropy := range []bool{false, true} {
		a = audited(t, f, Sending{Seed: seed, CrossEntropy: entropy, Tolerance: 1000})
		require.Equal(t, Confirmed, a.Verdict.Forward)
		require.Equal(t, Confirmed, a.Verdict.Backward)
	}
}

// earlier is want, if got is one of the names.
func earlier(got string, want string, names ...string) string {
	if slices.Contains(append(names, want), got) {
		return want
	}
	return got
}

// What theory says behind the last layer and the first is what it says of the whole network; in front
// and inside of shortcuts it says nothing of gradients that it does not know.
func TestPredictedLayers(t *testing.T) {
	seed := replay.Seed(t)
	f, _ := relu(t, rand.New(rand.NewPCG(seed, 1)), 1, false, 24, 32, 24, 24, 16)
	a := audited(t, f, Sending{Seed: seed, Most: 32})
	p := a.Propagation.Layers
	first, last := a.Layers[p[0]].Predicted, a.Layers[p[3]].Predicted
	require.InEpsilon(t, float64(a.Predicted.ForwardFactor), float64(last.Forward), 1e-9)
	require.InEpsilon(t, float64(a.Predicted.BackwardFactor), float64(first.Backward), 1e-9)
	require.EqualValues(t, 1, last.Backward)
	require.Less(t, float64(first.Backward), float64(a.Layers[p[2]].Predicted.Backward), "ReLU halves gradients")

	var none Audit
	none.Layers = make([]Layer, 3)
	blocks := []network.Block{network.Linear{}, network.Shortcut{Blocks: []network.Block{network.Linear{}}}, network.Linear{}}
	none.predictLayers(blocks, []theorem.BlockPrediction{{Square: 2, Gradient: 3}, {Gradient: 5}, {Square: 7, Gradient: 11}}, []int{2, 1, 0})
	require.Equal(t, &LayerPrediction{2, 55}, none.Layers[2].Predicted)
	require.Nil(t, none.Layers[1].Predicted)
	require.Equal(t, &LayerPrediction{7, 1}, none.Layers[0].Predicted)
}

func TestFollow(t *testing.T) {
	layers := []Layer{{Name: "l.10.weight", In: 3, Out: 4}, {Name: "l.9.weight", In: 2, Out: 3}}
	net, err := Follow(layers, nil, network.Activation{Spec: "tanh"})
	require.NoError(t, err)
	require.Equal(t, []int{1, 0}, net.Layers, "9 before 10")
	layers[0].In = 7
	_, err = Follow(layers, nil, network.Activation{Spec: "tanh"})
	require.ErrorContains(t, err, "l.10.weight takes 7 numbers and l.9.weight gives 3")
	_, err = Match(layers, nil, network.Architecture{Input: 2, Blocks: []network.Block{network.Linear{To: 3}}})
	require.ErrorContains(t, err, "one linear map and the file 2 matrices")
}
