package network_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

func draw(t *testing.T, a network.Architecture, seed uint64) *network.Drawn {
	t.Helper()
	d, err := a.Draw(func(k int) montecarlo.Stream { return montecarlo.NewStream(seed, "drawn", 0, k) })
	require.NoError(t, err)
	return d
}

func normalMatrix(r *rand.Rand, n, k int) *mat.Dense {
	m := mat.NewDense(n, k, nil)
	m.Apply(func(int, int, float64) float64 { return r.NormFloat64() }, m)
	return m
}

// Gradients of every block are those of finite differences.
func TestDrawnGradients(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	tanh, selu := network.Activation{Spec: "tanh"}, network.Activation{Spec: "silu", AsIs: true}
	linear := func(to int, w network.Weights) network.Block {
		return network.Linear{To: to, Weights: w, Gain: 1.3, Bias: true, BiasSD: 0.2}
	}
	for name, blocks := range map[string][]network.Block{
		"haar wider":    {linear(9, network.Haar)},
		"haar narrower": {linear(3, network.Haar)},
		"gaussian":      {linear(7, network.Gaussian)},
		"torch":         {network.Linear{To: 4, Weights: network.TorchDefault, Bias: true}},
		"keras":         {linear(4, network.KerasDefault)},
		"activation":    {linear(6, network.Uniform), tanh, linear(2, network.Haar), selu},
		"rms":           {network.Normalization{Kind: network.RMS}},
		"layer":         {network.Normalization{Kind: network.Layer}},
		"batch":         {network.Normalization{Kind: network.Batch}},
		"plain":         {network.Shortcut{Alpha: 0.8, Beta: -0.7, Plain: true, Blocks: []network.Block{linear(5, network.Haar), selu}}},
		"rotated":       {network.Balanced(0.3, linear(8, network.Haar), tanh, linear(5, network.Gaussian))},
		"repeat": {network.Repeat{Times: 3, Blocks: []network.Block{
			linear(6, network.Haar), tanh, network.Normalization{Kind: network.Batch}, network.Balanced(0.5, linear(6, network.Haar), selu)}}},
	} {
		a := network.Architecture{Input: 5, Blocks: blocks}
		d := draw(t, a, seed)
		const k = 4
		x := normalMatrix(r, 5, k)
		trace, err := d.Forward(x)
		require.NoError(t, err, name)
		n, _ := trace.Output.Dims()
		y := normalMatrix(r, n, k)
		g, err := trace.Backward(y)
		require.NoError(t, err)
		value := func(x *mat.Dense) float64 {
			o, err := d.Forward(x)
			require.NoError(t, err)
			var p mat.Dense
			p.MulElem(o.Output, y)
			return mat.Sum(&p)
		}
		for range 3 {
			along := normalMatrix(r, 5, k)
			const h = 1e-5
			var up, down, p mat.Dense
			up.Scale(h, along)
			down.Sub(x, &up)
			up.Add(x, &up)
			p.MulElem(g, along)
			require.InDelta(t, (value(&up)-value(&down))/(2*h), mat.Sum(&p), 1e-4*(1+mat.Norm(g, 2)), name)
		}
	}
}

// Weights have the law that they are named after: E‖Wx‖²/n is v·‖x‖²/m, and so is
// the mean on the way back.
func TestDrawnWeights(t *testing.T) {
	seed := replay.Seed(t)
	const m, n = 30, 50
	for w := network.Haar; w <= network.KerasDefault; w++ {
		for _, shape := range [][2]int{{m, n}, {n, m}} {
			in, out := shape[0], shape[1]
			d := draw(t, network.Architecture{Input: in, Blocks: []network.Block{network.Linear{To: out, Weights: w}}}, seed)
			identity := mat.NewDense(in, in, nil)
			for i := range in {
				identity.Set(i, i, 1)
			}
			trace, err := d.Forward(identity)
			require.NoError(t, err)
			got := trace.Output
			square := math.Pow(mat.Norm(got, 2), 2) / float64(out) // E‖Wx‖²/n_out for ‖x‖² = n_in
			want := w.Variance(in, out)
			if w == network.Haar {
				require.InDelta(t, want, square, 1e-12)
				continue
			}
			// 1,500 squares of relative standard deviation at most √2: 6 standard errors.
			require.InEpsilon(t, want, square, 6*math.Sqrt(2./(m*n)), "%s", w)
		}
	}
}

func TestDrawnMistakes(t *testing.T) {
	stream := func(k int) montecarlo.Stream { return montecarlo.NewStream(1, "drawn", 0, k) }
	for _, a := range []network.Architecture{
		{},
		{Input: 1 << 16, Blocks: []network.Block{network.Linear{To: 1 << 16}}},
		{Input: 3, Blocks: []network.Block{network.Activation{Spec: "log(x)"}}},
	} {
		_, err := a.Draw(stream)
		require.Error(t, err)
	}
	d := draw(t, network.Architecture{Input: 3, Blocks: []network.Block{network.Normalization{Kind: network.Batch}}}, 1)
	_, err := d.Forward(mat.NewDense(2, 1, nil))
	require.Error(t, err)
	_, err = d.Forward(mat.NewDense(3, 1, []float64{1, 2, 3}))
	require.Error(t, err) // a batch of one does not vary
	trace, err := d.Forward(mat.NewDense(3, 2, []float64{1, 2, 3, 4, 5, 7}))
	require.NoError(t, err)
	_, err = trace.Backward(mat.NewDense(3, 1, nil))
	require.Error(t, err)
}

// Gradients that are recorded inside of a branch are those of the error with respect to
// what is there: with one linear map in it, W(βy) in front of the branch.
func TestGradientsInsideBranches(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	a := network.Architecture{Input: 6, Blocks: []network.Block{
		network.Shortcut{Alpha: 0.5, Beta: 0.2, Plain: true, Blocks: []network.Block{network.Linear{To: 6}, network.Linear{To: 6}}},
	}}
	trace, err := draw(t, a, seed).Forward(normalMatrix(r, 6, 1))
	require.NoError(t, err)
	y := normalMatrix(r, 6, 1)
	_, err = trace.Backward(y)
	require.NoError(t, err)
	square := math.Pow(mat.Norm(y, 2), 2)
	for i, want := range []float64{0.04 * square, 0.04 * square, square} { // Haar matrices keep norms
		require.InEpsilon(t, want, trace.Blocks[i].Gradient, 1e-12)
	}
}
