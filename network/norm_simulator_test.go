package network_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"bsnn/internal/allocated"
	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

var widths = []int{3, 8, 21} // few, so that neighbours are often alike

// aChain is a random sequence of blocks from one width to another.
func aChain(r *rand.Rand, in, out, depth int) []network.Block {
	laws := []network.Weights{network.Haar, network.Gaussian}
	functions := []string{"tanh", "gelu", "relu", "x^2/2+x"}
	var blocks []network.Block
	width := in
	for range 1 + r.IntN(4) {
		switch r.IntN(6) {
		case 0:
			blocks = append(blocks, network.Activation{Spec: functions[r.IntN(4)], AsIs: r.IntN(2) == 0})
		case 1:
			blocks = append(blocks, network.Normalization{Kind: []network.Norm{network.RMS, network.Layer}[r.IntN(2)]})
		case 2, 3:
			if depth == 0 {
				continue
			}
			branch := append(aChain(r, width, width, depth-1), network.Linear{To: width, Weights: laws[r.IntN(2)]})
			if r.IntN(2) == 0 {
				branch = append(branch, aChain(r, width, width, 0)...)
			}
			one := network.Shortcut{Blocks: branch, Alpha: 1.5*r.Float64() - 0.5, Beta: r.Float64(), Plain: r.IntN(2) == 0}
			blocks = append(blocks, network.Repeat{Times: 1 + r.IntN(5), Blocks: []network.Block{one}})
		default:
			width = widths[r.IntN(len(widths))]
			l := network.Linear{To: width, Weights: laws[r.IntN(2)], Gain: 0.5 + r.Float64()}
			if r.IntN(2) == 0 {
				l.Bias, l.BiasSD = true, 0.3
			}
			blocks = append(blocks, l)
		}
	}
	if width != out {
		blocks = append(blocks, network.Linear{To: out, Weights: laws[r.IntN(2)]})
	}
	return blocks
}

// Norms that are found without vectors are those of the vectors, whatever the blocks.
func TestNormSimulator(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 20 {
		in, out := widths[r.IntN(len(widths))], widths[r.IntN(len(widths))]
		a := network.Architecture{Input: in, Blocks: append(aChain(r, in, out, 2), aChain(r, out, out, 1)...)}
		p, err := a.Prepare()
		require.NoError(t, err)
		for _, memory := range []network.Memory{network.Store, network.Regenerate} {
			s, err := p.NormSimulator(memory)
			require.NoError(t, err)
			for j := range 2 {
				x, y := normalMatrix(r, in, 1), normalMatrix(r, p.Output(), 1)
				sameNorms(t, p, s, montecarlo.NewExperiment(seed, fmt.Sprint(i)).Trial(j).Layer, x, y)
			}
		}
	}
}

// A signal that is found from the one behind a shortcut is off by rounding, which would
// decide what the slope is where many entries are at a kink.
func TestNormSimulatorKinks(t *testing.T) {
	const n = 12
	seed := replay.Seed(t)
	relu := network.Activation{Spec: "relu", AsIs: true}
	again := network.Shortcut{Blocks: []network.Block{relu, network.Linear{To: n}, relu}, Alpha: 0.9, Beta: 0.4, Plain: true}
	a := network.Architecture{Input: n, Blocks: []network.Block{
		network.Linear{To: n}, relu, network.Repeat{Times: 6, Blocks: []network.Block{again}},
	}}
	p, err := a.Prepare()
	require.NoError(t, err)
	s, err := p.NormSimulator(network.Regenerate)
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 20 {
		sameNorms(t, p, s, montecarlo.NewExperiment(seed, "kinks").Trial(i).Layer, normalMatrix(r, n, 1), normalMatrix(r, n, 1))
	}
}

// sameNorms compares the simulator with a network of vectors.
func sameNorms(t *testing.T, p *network.Prepared, s *network.NormSimulator, stream func(int) montecarlo.Stream, x, y *mat.Dense) {
	d, err := p.DrawLazily(stream)
	require.NoError(t, err)
	want, err := d.Forward(x)
	if err != nil {
		_, failed := s.Run(stream, x.RawMatrix().Data, y.RawMatrix().Data)
		require.EqualError(t, failed, err.Error())
		return
	}
	_, err = want.Backward(y)
	require.NoError(t, err)
	got, err := s.Run(stream, x.RawMatrix().Data, y.RawMatrix().Data)
	require.NoError(t, err)
	require.Len(t, got.Blocks, len(want.Blocks))
	same := func(want, got network.BlockNorms) {
		require.InDelta(t, want.Signal, got.Signal, 1e-7*want.Signal, "%+v", p.Architecture())
		require.InDelta(t, want.Gradient, got.Gradient, 1e-7*want.Gradient+1e-20, "%+v", p.Architecture())
		for _, b := range []*network.BlockNorms{&want, &got} {
			b.Signal, b.Gradient, b.Correlation, b.GradientCorrelation = 0, 0, 0, 0
		}
		require.Equal(t, want, got)
	}
	same(want.Input, got.Input)
	for k := range want.Blocks {
		same(want.Blocks[k], got.Blocks[k])
	}
}

// The memory of a run is that of a few vectors, whatever the depth.
func TestNormSimulatorMemory(t *testing.T) {
	const n = 20_000
	tanh := network.Activation{Spec: "tanh"}
	layer := []network.Block{network.Linear{To: n}, tanh}
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i%3) - 0.9
	}
	for name, blocks := range map[string][]network.Block{
		"plain": layer, "rotated": {network.Balanced(0.02, layer...)},
		"norms": {
			network.Shortcut{Blocks: layer, Alpha: 1, Beta: 0.1, Plain: true}, network.Normalization{Kind: network.Layer},
		},
	} {
		a := network.Architecture{Input: n, Blocks: []network.Block{network.Repeat{Times: 40, Blocks: blocks}}}
		p, err := a.Prepare()
		require.NoError(t, err)
		bytes := allocated.Bytes(func() {
			s, err := p.NormSimulator(network.Regenerate)
			require.NoError(t, err)
			_, err = s.Run(montecarlo.NewExperiment(1, "memory").Trial(0).Layer, x, x)
			require.NoError(t, err)
		})
		require.Less(t, bytes, uint64(14*8*n), name)
	}
}
