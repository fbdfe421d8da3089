package network_test

import (
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// everything has a block of each kind that one input can pass.
func everything(in, to int) network.Architecture {
	tanh := network.Activation{Spec: "tanh"}
	return network.Architecture{Input: in, Blocks: []network.Block{
		network.Linear{To: to}, tanh, network.Normalization{Kind: network.RMS},
		network.Balanced(0.3, network.Linear{To: to, Weights: network.Gaussian}, network.Activation{Spec: "gelu"}),
		network.Normalization{Kind: network.Layer}, network.Linear{To: in}, tanh,
	}}
}

// Probes are what as many inputs with as many gradients give, where matrices are formed, and
// all at once what they are one after the other.
func TestProbesAreGradients(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 1))
	const in, probes = 6, 4
	a := everything(in, 9)
	draw := func() *network.Drawn {
		d, err := a.Draw(montecarlo.NewExperiment(seed, "probes").Trial(0).Layer)
		require.NoError(t, err)
		return d
	}
	x, y := mat.NewDense(in, 1, normals(r, in)), mat.NewDense(in, probes, normals(r, in*probes))
	trace, err := draw().Forward(x)
	require.NoError(t, err)
	got, err := trace.Probe(y)
	require.NoError(t, err)

	copies := mat.NewDense(in, probes, nil)
	for j := range probes {
		copies.SetCol(j, x.RawMatrix().Data)
	}
	several, err := draw().Forward(copies)
	require.NoError(t, err)
	want, err := several.Backward(y)
	require.NoError(t, err)
	require.True(t, mat.EqualApprox(want, got, 1e-12))
	_, err = several.Probe(y)
	require.ErrorContains(t, err, "want one input")
	_, err = trace.Probe(mat.NewDense(in+1, 1, nil))
	require.ErrorContains(t, err, "want 6 in each column")
}

// A lazily drawn network answers probes with one Jacobian: linearly, and twice the same.
func TestLazyProbesAreOfOneNetwork(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 2))
	const in = 12
	p, err := everything(in, 20).Prepare()
	require.NoError(t, err)
	d, err := p.DrawLazily(montecarlo.NewExperiment(seed, "probes").Trial(0).Layer)
	require.NoError(t, err)
	trace, err := d.Forward(mat.NewDense(in, 1, normals(r, in)))
	require.NoError(t, err)
	y := mat.NewDense(in, 3, normals(r, 3*in))
	for i := range in { // the third is a combination of the others
		y.Set(i, 2, 2*y.At(i, 0)-y.At(i, 1))
	}
	first, err := trace.Probe(y)
	require.NoError(t, err)
	for i := range in {
		require.InDelta(t, 2*first.At(i, 0)-first.At(i, 1), first.At(i, 2), 1e-10)
	}
	again, err := trace.Probe(y)
	require.NoError(t, err)
	require.True(t, mat.EqualApprox(first, again, 1e-10))
}

// Gram matrices have the norms and the cosine that are recorded beside them.
func TestGrams(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 3))
	const in, inputs = 7, 3
	d, err := everything(in, 5).Draw(montecarlo.NewExperiment(seed, "grams").Trial(0).Layer)
	require.NoError(t, err)
	trace, err := d.ForwardObserved(mat.NewDense(in, inputs, normals(r, in*inputs)), network.Observer{Grams: true})
	require.NoError(t, err)
	y := mat.NewDense(in, inputs, normals(r, in*inputs))
	_, err = trace.Backward(y)
	require.NoError(t, err)
	for _, b := range append(trace.Blocks, trace.Input) {
		require.InDelta(t, inputs*b.Signal, mat.Trace(b.Gram), 1e-10)
		require.InDelta(t, b.Gradient, mat.Trace(b.GradientGram), 1e-10)
		cosine := func(g *mat.SymDense) float64 {
			return g.At(0, 1) * g.At(0, 1) / (g.At(0, 0) * g.At(1, 1))
		}
		require.InDelta(t, b.Correlation*b.Correlation, cosine(b.Gram), 1e-10)
		require.InDelta(t, b.GradientCorrelation*b.GradientCorrelation, cosine(b.GradientGram), 1e-10)
	}
	var want mat.Dense
	want.Mul(y.T(), y)
	require.True(t, mat.EqualApprox(&want, trace.Blocks[len(trace.Blocks)-1].GradientGram, 1e-10))
}
