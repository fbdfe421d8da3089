package network_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/orthogonal"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

func denseLayers(t require.TestingT, n, depth int, r *rand.PCG) []orthogonal.Operator {
	layers := make([]orthogonal.Operator, depth)
	for l := range layers {
		w, err := orthogonal.NewDense(n, r)
		require.NoError(t, err)
		layers[l] = w
	}
	return layers
}

// Gradients of E = ⟨y, x⁽ᴸ⁺¹⁾⟩ against central differences, in a random
// direction of the input and of one weight matrix.
func TestGradientsAgreeWithFiniteDifferences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		act := normalized(t, rapid.SampledFrom([]string{"tanh", "gelu", "sin", "softplus", "silu", "erf"}).Draw(t, "activation"))
		n := rapid.IntRange(2, 12).Draw(t, "width")
		depth := rapid.IntRange(1, 6).Draw(t, "depth")
		at := rapid.IntRange(1, depth).Draw(t, "layer")
		src := rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)
		r := rand.New(src)
		layers := denseLayers(t, n, depth, src)
		x, y, dir := normals(r, n), normals(r, n), normals(r, n)
		net, err := network.New(act, layers...)
		require.NoError(t, err)
		pass, err := net.Forward(x)
		require.NoError(t, err)
		require.Nil(t, pass.InputGradient())
		require.Nil(t, pass.WeightGradient(at))
		require.NoError(t, pass.Backward(y))

		loss := func(ls []orthogonal.Operator, x []float64) float64 {
			net, err := network.New(act, ls...)
			require.NoError(t, err)
			p, err := net.Forward(x)
			require.NoError(t, err)
			return floats.Dot(y, p.Output())
		}
		const step = 1e-5
		scale := 1 + floats.Norm(y, 2)*floats.Norm(dir, 2)

		moved := func(s float64) []float64 {
			v := append([]float64(nil), x...)
			floats.AddScaled(v, s, dir)
			return v
		}
		numeric := (loss(layers, moved(step)) - loss(layers, moved(-step))) / (2 * step)
		require.InDelta(t, numeric, floats.Dot(pass.InputGradient(), dir), 1e-6*scale)

		change := mat.NewDense(n, n, normals(r, n*n))
		perturbed := func(s float64) []orthogonal.Operator {
			var w mat.Dense
			w.Scale(s, change)
			w.Add(&w, layers[at-1].(*orthogonal.Dense).Matrix())
			op, err := orthogonal.DenseOf(&w)
			require.NoError(t, err)
			ls := append([]orthogonal.Operator(nil), layers...)
			ls[at-1] = op
			return ls
		}
		numeric = (loss(perturbed(step), x) - loss(perturbed(-step), x)) / (2 * step)
		var product mat.Dense
		g := pass.WeightGradient(at)
		product.MulElem(g, change)
		require.InDelta(t, numeric, mat.Sum(&product), 1e-6*scale*float64(n))
		require.InEpsilon(t, mat.Norm(g, 2), pass.Norms().WeightGradient(at), 1e-12)
	})
}

func TestPassNormsAreThoseOfItsVectors(t *testing.T) {
	src := rand.NewPCG(5, 6)
	net, err := network.New(normalized(t, "relu"), denseLayers(t, 20, 4, src)...)
	require.NoError(t, err)
	require.Equal(t, 20, net.Width())
	require.Equal(t, 4, net.Depth())
	x, y := normals(rand.New(src), 20), normals(rand.New(src), 20)
	pass, err := net.Forward(x)
	require.NoError(t, err)
	require.NoError(t, pass.Backward(y))
	n := pass.Norms()
	require.Equal(t, 4, n.Depth())
	require.Equal(t, floats.Dot(x, x), n.X[0])
	require.Equal(t, floats.Dot(pass.Output(), pass.Output()), n.X[4])
	require.Equal(t, floats.Dot(y, y), n.Y[4])
	require.Equal(t, floats.Dot(pass.InputGradient(), pass.InputGradient()), n.Y[0])
	for l := 1; l <= 4; l++ {
		require.InEpsilon(t, n.D[l-1], n.Y[l-1], 1e-12, "Wᵀ keeps lengths")
	}
}

func TestNetworkRejects(t *testing.T) {
	act := normalized(t, "tanh")
	src := rand.NewPCG(1, 2)
	three, five := denseLayers(t, 3, 2, src), denseLayers(t, 5, 1, src)
	for name, build := range map[string]func() (*network.Network, error){
		"no layers":    func() (*network.Network, error) { return network.New(act) },
		"nil layer":    func() (*network.Network, error) { return network.New(act, three[0], nil) },
		"mixed widths": func() (*network.Network, error) { return network.New(act, three[0], five[0]) },
		"no φ":         func() (*network.Network, error) { return network.New(gpnorm.Activation{Name: "empty"}, three...) },
	} {
		_, err := build()
		require.Error(t, err, name)
	}
	net, err := network.New(act, three...)
	require.NoError(t, err)
	_, err = net.Forward(make([]float64, 4))
	require.ErrorContains(t, err, "width 3")
	_, err = net.Forward([]float64{math.NaN(), 0, 0})
	require.ErrorContains(t, err, "input")
	pass, err := net.Forward([]float64{1, 2, 3})
	require.NoError(t, err)
	require.ErrorContains(t, pass.Backward(make([]float64, 2)), "width 3")
	require.ErrorContains(t, pass.Backward([]float64{math.Inf(1), 0, 0}), "output gradient")
}
