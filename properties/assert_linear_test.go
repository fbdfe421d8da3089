package properties_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/orthogonal"
	"bsnn/properties"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A drawnLayer is how somebody draws one layer from ℝᵐ to ℝⁿ.
type drawnLayer func(m, n int, src rand.Source) (w *mat.Dense, z []float64, err error)

// layered is somebody's network between any widths, with biases.
func layered(act gpnorm.Activation, widths []int, draw drawnLayer) properties.Net {
	depth := len(widths) - 1
	run := func(src rand.Source, x, y []float64) (properties.Passage, error) {
		xs, hs := [][]float64{x}, make([][]float64, depth)
		ders, ws := make([][]float64, depth), make([]*mat.Dense, depth)
		for l := range depth {
			w, z, err := draw(widths[l], widths[l+1], src)
			if err != nil {
				return properties.Passage{}, err
			}
			h := mat.NewVecDense(widths[l+1], nil)
			h.MulVec(w, mat.NewVecDense(widths[l], xs[l]))
			hs[l], ws[l] = h.RawVector().Data, w
			if z != nil {
				floats.Add(hs[l], z)
			}
			out := make([]float64, widths[l+1])
			ders[l] = make([]float64, widths[l+1])
			act.ValueDeriv(out, ders[l], hs[l])
			xs = append(xs, out)
		}
		ds := make([][]float64, depth)
		for l := depth - 1; l >= 0; l-- {
			ds[l] = floats.MulTo(make([]float64, len(y)), ders[l], y)
			below := mat.NewVecDense(widths[l], nil)
			below.MulVec(ws[l].T(), mat.NewVecDense(len(y), ds[l]))
			y = below.RawVector().Data
		}
		return properties.Passage{Norms: properties.NormsOf(xs, ds), H: properties.Squares(hs), Output: xs[depth], InputGradient: y}, nil
	}
	return properties.Net{Name: "mine", Width: widths[0], Depth: depth, Run: run,
		At: func(n int) properties.Net {
			square := make([]int, depth+1)
			for l := range square {
				square[l] = n
			}
			return layered(act, square, draw)
		}}
}

// layersOf draws as the law says, but for what is planted: factors of the weights and of the
// biases.
func layersOf(l network.Linear, weights, biases func(m, n int) float64) drawnLayer {
	return func(m, n int, src rand.Source) (*mat.Dense, []float64, error) {
		r := rand.New(src)
		w := mat.NewDense(n, m, nil)
		reach := math.Sqrt(3 * l.Weights.Variance(m, n) / float64(m))
		entry := func() float64 { return reach * (2*r.Float64() - 1) }
		switch l.Weights {
		case network.Haar:
			q, err := orthogonal.NewSemiOrthogonal(n, m, src)
			if err != nil {
				return nil, nil, err
			}
			w.Scale(math.Sqrt(max(1, float64(n)/float64(m))), q.Matrix())
		case network.Gaussian:
			entry = func() float64 { return r.NormFloat64() / math.Sqrt(float64(m)) }
			fallthrough
		default:
			w.Apply(func(int, int, float64) float64 { return entry() }, w)
		}
		w.Scale(l.Scale()*weights(m, n), w)
		if !l.Bias {
			return w, nil, nil
		}
		z := make([]float64, n)
		for i := range z {
			z[i] = r.NormFloat64()
			if l.Weights == network.TorchDefault && l.BiasSD == 0 {
				z[i] = math.Sqrt(3) * (2*r.Float64() - 1)
			}
			z[i] *= math.Sqrt(l.BiasVariance(m)) * biases(m, n)
		}
		return w, z, nil
	}
}

func asSaid(int, int) float64 { return 1 }

// anyWidths have every kind of layer.
var anyWidths = []int{40, 60, 60, 30, 50}

// Networks between any widths, with biases and with any weights, pass where they are what
// is said of them: with probability 1 − 10⁻⁹, but for the two norms, which theory puts
// outside in less than 1 % of the networks.
func TestNetworkOfAnyLayers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	tanh := normalize(t, "tanh").Activation
	for name, l := range map[string]network.Linear{
		"haar":           {},
		"haar, bias":     {Gain: math.Sqrt(0.91), Bias: true, BiasSD: 0.3},
		"gaussian":       {Weights: network.Gaussian},
		"gaussian, bias": {Weights: network.Gaussian, Gain: 0.8, Bias: true, BiasSD: 0.6},
		"uniform":        {Weights: network.Uniform},
		"torch-default":  {Weights: network.TorchDefault, Gain: math.Sqrt(3), Bias: true},
		"keras-default":  {Weights: network.KerasDefault},
	} {
		t.Run(name, func(t *testing.T) {
			net := layered(tanh, anyWidths, layersOf(l, asSaid, asSaid))
			require.True(t, properties.Network(t, net, properties.Layers(anyWidths...), properties.LinearMaps(l), properties.Tolerance(0.9)))
		})
	}
	l := network.Linear{Weights: network.Gaussian}
	require.True(t, properties.Network(t, layered(tanh, []int{64, 64, 64}, layersOf(l, asSaid, asSaid)), properties.LinearMaps(l),
		properties.Widths(48, 96), properties.Tolerance(0.6)))
	require.True(t, properties.Network(t, properties.NetOf(tanh, 64, 2, orthogonal.NewDense), properties.Widths(64, 128),
		properties.Tolerance(0.5)))
}

// What is not as it is said is refuted by the law that it breaks.
func TestNetworkSeesWrongLayers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	tanh := normalize(t, "tanh").Activation
	gaussian := network.Linear{Weights: network.Gaussian, Gain: 1.3, Bias: true, BiasSD: 0.8}
	haar := network.Linear{Gain: 0.9, Bias: true, BiasSD: 0.4}
	plain := network.Linear{Weights: network.Gaussian}
	torch := network.Linear{Weights: network.TorchDefault, Bias: true}
	const signal, back = "claimed: ‖h⁽ˡ⁾‖² is", "claimed: ‖∂E/∂x⁽¹⁾‖² is"
	none := func(int, int) float64 { return 0 }
	always := func(v float64) func(m, n int) float64 { return func(int, int) float64 { return v } }
	fanOut := func(m, n int) float64 { return math.Sqrt(float64(m) / float64(n)) }
	for name, c := range map[string]struct {
		said, drawn     network.Linear // drawn as said, if nothing else
		weights, biases func(m, n int) float64
		widths          []int
		seen            string
	}{
		"bias forgotten":          {said: gaussian, biases: none, seen: signal},
		"bias forgotten, haar":    {said: haar, biases: none, seen: signal},
		"bias forgotten, torch":   {said: torch, biases: none, seen: signal},
		"bias of variance σ":      {said: haar, biases: always(1 / math.Sqrt(0.4)), seen: signal},
		"gain squared":            {said: gaussian, weights: always(1.3), seen: back},
		"gain squared, haar":      {said: haar, weights: always(0.9), seen: back},
		"fan-out":                 {said: plain, weights: fanOut, seen: back},
		"torch's bias by fan-out": {said: torch, biases: fanOut, widths: []int{90, 30, 90, 30}, seen: signal},
		"variance 1/n for 1/(3n)": {said: torch, weights: always(math.Sqrt(3)), seen: back},
		"widening not scaled": {weights: func(m, n int) float64 { return math.Sqrt(min(1, float64(m)/float64(n))) },
			drawn: network.Linear{Gain: 1 - 1e-12}, seen: signal},
		"haar for gaussian":       {said: plain, drawn: network.Linear{Gain: 1 - 1e-12}, widths: []int{60, 60, 60}, seen: signal},
		"gaussian for haar":       {drawn: plain, seen: signal},
		"a bias that nobody said": {said: plain, drawn: network.Linear{Weights: network.Gaussian, Bias: true, BiasSD: 0.5}, seen: signal},
		"keras as if it were square": {said: network.Linear{Weights: network.KerasDefault},
			weights: func(m, n int) float64 { return math.Sqrt(float64(m+n) / float64(2*m)) }, seen: signal},
	} {
		t.Run(name, func(t *testing.T) {
			if c.drawn == (network.Linear{}) {
				c.drawn = c.said
			}
			if c.weights == nil {
				c.weights = asSaid
			}
			if c.biases == nil {
				c.biases = asSaid
			}
			if c.widths == nil {
				c.widths = anyWidths
			}
			net := layered(tanh, c.widths, layersOf(c.drawn, c.weights, c.biases))
			requireFailure(t, func(t properties.TB) bool {
				return properties.Network(t, net, properties.Layers(c.widths...), properties.LinearMaps(c.said), properties.Trials(60),
					properties.Tolerance(1e9))
			}, c.seen)
		})
	}
}

func TestNetworkRefusesLayersThatDoNotFit(t *testing.T) {
	net := layered(lookup2("tanh"), []int{4, 5}, layersOf(network.Linear{}, asSaid, asSaid))
	alone, silent := net, net
	alone.At = nil
	silent.Run = func(src rand.Source, x, y []float64) (properties.Passage, error) {
		p, err := net.Run(src, x, y)
		p.H = nil
		return p, err
	}
	for want, assertion := range map[string]func(t properties.TB) bool{
		"3 widths of Layers; want 2": func(t properties.TB) bool { return properties.Network(t, net, properties.Layers(4, 5, 6)) },
		"Layers beside Widths": func(t properties.TB) bool {
			return properties.Network(t, net, properties.Layers(4, 5), properties.Widths(4))
		},
		"without At":      func(t properties.TB) bool { return properties.Network(t, alone, properties.Widths(4, 8)) },
		"width 1; want 2": func(t properties.TB) bool { return properties.Network(t, net, properties.Layers(1, 5)) },
		"Weights(9) is no law": func(t properties.TB) bool {
			return properties.Network(t, net, properties.LinearMaps(network.Linear{Weights: 9}))
		},
		"gain -1": func(t properties.TB) bool {
			return properties.Network(t, net, properties.LinearMaps(network.Linear{Gain: -1}))
		},
		"a Passage without H": func(t properties.TB) bool {
			return properties.Network(t, silent, properties.Layers(4, 5), properties.LinearMaps(network.Linear{Bias: true, BiasSD: 1}))
		},
	} {
		r := &recorder{name: t.Name()}
		require.False(t, assertion(r), want)
		require.Contains(t, r.String(), want)
	}
}
