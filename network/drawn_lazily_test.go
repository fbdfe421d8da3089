package network_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// distance is the largest difference of the distribution functions of two
// samples, which are sorted.
func distance(a, b []float64) (largest float64) {
	slices.Sort(a)
	slices.Sort(b)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x := min(a[i], b[j])
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		largest = max(largest, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	return largest
}

// Networks whose matrices are not formed have the law of those with matrices: norms,
// angles and outputs of two inputs through blocks of all kinds, forward and back. Twenty
// observations of 3,000 networks are compared; by the inequality of Dvoretzky, Kiefer
// and Wolfowitz a false alarm has a probability of 1e-6.
func TestLazilyDrawnLaw(t *testing.T) {
	seed := replay.Seed(t)
	const networks = 3000
	gelu := network.Activation{Spec: "silu", AsIs: true}
	for name, blocks := range map[string][]network.Block{
		"haar": {network.Linear{To: 6, Gain: 1.4}, gelu, network.Linear{To: 3}, gelu, network.Linear{To: 5}},
		"gaussian": {
			network.Linear{To: 2, Weights: network.Gaussian, Bias: true, BiasSD: 0.4}, gelu,
			network.Linear{To: 3, Weights: network.Gaussian, Gain: 2},
		},
		"shortcut": {network.Balanced(0.4, network.Linear{To: 6}, gelu, network.Linear{To: 4, Weights: network.Uniform}), network.Linear{To: 3}},
		"norms": {
			network.Linear{To: 5}, network.Normalization{Kind: network.Layer}, gelu, network.Linear{To: 3},
			network.Normalization{Kind: network.RMS}, network.Linear{To: 3, Weights: network.Gaussian},
		},
	} {
		p, err := network.Architecture{Input: 4, Blocks: blocks}.Prepare()
		require.NoError(t, err)
		r := rand.New(rand.NewPCG(seed, 0))
		x, y := normalMatrix(r, 4, 2), normalMatrix(r, p.Output(), 2)
		seen := func(draw func(func(int) montecarlo.Stream) (*network.Drawn, error), experiment string) [][]float64 {
			var out [][]float64
			e := montecarlo.NewExperiment(seed, experiment)
			for i := range networks {
				d, err := draw(e.Trial(i).Layer)
				require.NoError(t, err)
				trace, err := d.Forward(x)
				require.NoError(t, err)
				g, err := trace.Backward(y)
				require.NoError(t, err)
				values := []float64{g.At(0, 0), g.At(3, 1), trace.Output.At(0, 1), trace.Input.Gradient, trace.Input.GradientCorrelation}
				for _, b := range trace.Blocks {
					values = append(values, b.Signal, b.Gradient, b.Correlation)
				}
				for k, v := range values {
					if i == 0 {
						out = append(out, nil)
					}
					out[k] = append(out[k], math.Round(v*1e9)/1e9)
				}
			}
			return out
		}
		explicit, lazy := seen(p.Draw, name+" explicit"), seen(p.DrawLazily, name+" lazy")
		for k := range lazy {
			threshold := 2 * math.Sqrt(math.Log(4*100/1e-6)/(2*networks))
			require.Less(t, distance(explicit[k], lazy[k]), threshold, "%s: observation %d", name, k)
		}
	}
}

// A lazily drawn network is one network: gradients are those of finite differences.
func TestLazilyDrawnGradients(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	tanh := network.Activation{Spec: "tanh"}
	const k = 3
	p, err := network.Architecture{Input: 5, Blocks: []network.Block{
		network.Linear{To: 8, Weights: network.Gaussian, Gain: 1.3, Bias: true, BiasSD: 0.2}, tanh,
		network.Repeat{Times: 2, Blocks: []network.Block{
			network.Balanced(0.3, network.Linear{To: 6}, tanh, network.Linear{To: 8, Weights: network.Gaussian}),
		}},
		network.Normalization{Kind: network.Batch}, network.Linear{To: 4},
	}}.Prepare()
	require.NoError(t, err)
	require.Equal(t, 8, p.Matrices())
	d, err := p.DrawLazily(montecarlo.NewExperiment(seed, "lazy").Trial(0).Layer)
	require.NoError(t, err)
	x, y := normalMatrix(r, 5, k), normalMatrix(r, 4, k)
	trace, err := d.Forward(x)
	require.NoError(t, err)
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
		const h = 1e-5
		along := normalMatrix(r, 5, k)
		var up, down, p mat.Dense
		up.Scale(h, along)
		down.Sub(x, &up)
		up.Add(x, &up)
		p.MulElem(g, along)
		require.InDelta(t, (value(&up)-value(&down))/(2*h), mat.Sum(&p), 1e-4*(1+mat.Norm(g, 2)))
	}
	again, err := trace.Backward(y)
	require.NoError(t, err)
	require.True(t, mat.EqualApprox(g, again, 1e-10), "asked again")
}

// Widths at which no matrix fits into memory.
func TestLazilyDrawnWide(t *testing.T) {
	p, err := network.Architecture{Input: 20_000, Blocks: []network.Block{
		network.Linear{To: 200_000}, network.Activation{Spec: "relu"}, network.Linear{To: 10, Weights: network.Gaussian},
	}}.Prepare()
	require.NoError(t, err)
	_, err = p.Draw(montecarlo.NewExperiment(1, "wide").Trial(0).Layer)
	require.Error(t, err)
	d, err := p.DrawLazily(montecarlo.NewExperiment(1, "wide").Trial(0).Layer)
	require.NoError(t, err)
	x := mat.NewDense(20_000, 1, nil)
	x.Apply(func(int, int, float64) float64 { return 1 }, x)
	trace, err := d.Forward(x)
	require.NoError(t, err)
	require.InDelta(t, 1, trace.Blocks[1].Signal, 0.1)
	require.True(t, math.IsNaN(trace.BackwardFactor()))
	_, err = trace.Backward(mat.NewDense(10, 1, []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}))
	require.NoError(t, err)
	require.Greater(t, trace.BackwardFactor(), 0.5)
}

// One network after the other in one memory is what each would be in memory of its own, to
// the last bit, whatever was there before.
func TestRedraw(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	gelu := network.Activation{Spec: "gelu"}
	p, err := network.Architecture{Input: 7, Blocks: []network.Block{
		network.Linear{To: 9, Weights: network.Gaussian}, gelu, network.Balanced(0.4, network.Linear{To: 4}, gelu, network.Linear{To: 9}),
		network.Normalization{Kind: network.Batch}, network.Normalization{Kind: network.Layer}, network.Linear{To: 5},
	}}.Prepare()
	require.NoError(t, err)
	var d network.Drawn
	e := montecarlo.NewExperiment(seed, "again")
	for i := range 4 {
		x, y := normalMatrix(r, 7, 2+i), normalMatrix(r, 5, 2+i)
		require.NoError(t, p.Redraw(&d, e.Trial(i).Layer))
		fresh, err := p.DrawLazily(e.Trial(i).Layer)
		require.NoError(t, err)
		var gradients []*mat.Dense
		for _, n := range []*network.Drawn{&d, fresh} {
			trace, err := n.Forward(x)
			require.NoError(t, err)
			g, err := trace.Backward(y)
			require.NoError(t, err)
			gradients = append(gradients, g)
		}
		require.True(t, mat.Equal(gradients[0], gradients[1]))
	}
}
