package network_test

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/orthogonal"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func normalized(t require.TestingT, name string) gpnorm.Activation {
	raw, err := gpnorm.Lookup(name)
	require.NoError(t, err)
	n, err := gpnorm.Normalize(raw)
	require.NoError(t, err)
	return n.Activation
}

func normals(r *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

func simulate(t require.TestingT, cfg network.Config, trial montecarlo.Trial, x, y []float64) network.Norms {
	s, err := network.NewSimulator(cfg)
	require.NoError(t, err)
	out := network.NewNorms(cfg.Depth)
	require.NoError(t, s.Run(context.Background(), trial.Layer, x, y, out))
	return out
}

func requireNormsNear(t require.TestingT, want, got network.Norms, rel float64) {
	for _, c := range []struct {
		name      string
		want, got []float64
	}{{"X", want.X, got.X}, {"D", want.D, got.D}, {"Y", want.Y, got.Y}} {
		require.Len(t, c.got, len(c.want))
		for i := range c.want {
			require.InEpsilon(t, c.want[i], c.got[i], rel, "%s[%d]", c.name, i)
		}
	}
}

// The simulator and a network over lazy operators draw the same numbers, so they
// are one computation.
func TestSimulatorIsTheLazyNetwork(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		act := normalized(t, rapid.SampledFrom([]string{"tanh", "gelu", "elu", "softplus"}).Draw(t, "activation"))
		n := rapid.IntRange(3, 1500).Draw(t, "width")
		depth := rapid.IntRange(1, 12).Draw(t, "depth")
		trial := montecarlo.NewExperiment(rapid.Uint64().Draw(t, "seed"), "lazy").Trial(0)
		input := trial.Layer(0)
		r := rand.New(&input)
		x, y := normals(r, n), normals(r, n)

		layers := make([]orthogonal.Operator, depth)
		for l := range layers {
			src := trial.Layer(l + 1)
			w, err := orthogonal.NewLazy(n, &src)
			require.NoError(t, err)
			layers[l] = w
		}
		net, err := network.New(act, layers...)
		require.NoError(t, err)
		pass, err := net.Forward(x)
		require.NoError(t, err)
		require.NoError(t, pass.Backward(y))
		want := pass.Norms()

		cfg := network.Config{Activation: act, Width: n, Depth: depth}
		requireNormsNear(t, want, simulate(t, cfg, trial, x, y), 1e-9)
	})
}

// Wᵀ keeps lengths: ‖y⁽ˡ⁻¹⁾‖ = ‖d⁽ˡ⁾‖ for Haar weights.
func TestSimulatedTransposeIsAnIsometry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 300).Draw(t, "width")
		seed := rapid.Uint64().Draw(t, "seed")
		trial := montecarlo.NewExperiment(seed, "isometry").Trial(0)
		r := rand.New(rand.NewPCG(seed, 1))
		cfg := network.Config{Activation: normalized(t, "tanh"), Width: n, Depth: 5}
		out := simulate(t, cfg, trial, normals(r, n), normals(r, n))
		for l := range out.D {
			require.InEpsilon(t, out.D[l], out.Y[l], 1e-10, "layer %d", l+1)
		}
	})
}

func TestSimulatorRejects(t *testing.T) {
	act := normalized(t, "tanh")
	for _, cfg := range []network.Config{
		{Activation: act, Width: 0, Depth: 1},
		{Activation: act, Width: 1, Depth: 1},
		{Activation: act, Width: 8, Depth: 0},
		{Width: 8, Depth: 1},
	} {
		_, err := network.NewSimulator(cfg)
		require.Error(t, err, "%+v", cfg)
	}
	s, err := network.NewSimulator(network.Config{Activation: act, Width: 4, Depth: 2})
	require.NoError(t, err)
	stream := montecarlo.NewExperiment(1, "").Trial(0).Layer
	ok, out := make([]float64, 4), network.NewNorms(2)
	require.Error(t, s.Run(t.Context(), stream, ok[:3], ok, out))
	require.Error(t, s.Run(t.Context(), stream, ok, ok[:3], out))
	require.Error(t, s.Run(t.Context(), stream, ok, ok, network.NewNorms(1)))
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		require.ErrorContains(t, s.Run(t.Context(), stream, []float64{1, bad, 0, 0}, ok, out), "input")
		require.ErrorContains(t, s.Run(t.Context(), stream, []float64{1, 1, 0, 0}, []float64{bad, 0, 0, 0}, out), "output gradient")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Run(ctx, stream, ok, ok, out), context.Canceled)

	exploding := gpnorm.Activation{Name: "cube", Value: func(dst, x []float64) {
		for i, v := range x {
			dst[i] = v * v * v
		}
	}, Deriv: func(dst, x []float64) {
		for i, v := range x {
			dst[i] = 3 * v * v
		}
	}}
	s, err = network.NewSimulator(network.Config{Activation: exploding, Width: 4, Depth: 9})
	require.NoError(t, err)
	err = s.Run(t.Context(), stream, []float64{9, 9, 9, 9}, ok, network.NewNorms(9))
	var overflow *network.OverflowError
	require.ErrorAs(t, err, &overflow)
	require.Equal(t, "x", overflow.Vector)
	require.InDelta(t, 5, overflow.Layer, 2, "each layer cubes")
}

// A dead layer (ReLU at tiny width) carries zeros, not NaN.
func TestSimulatorSurvivesDeadLayers(t *testing.T) {
	raw, err := gpnorm.Lookup("relu")
	require.NoError(t, err)
	for _, memory := range []network.Memory{network.Store, network.Regenerate} {
		dead := false
		for i := range 200 {
			trial := montecarlo.NewExperiment(3, "dead").Trial(i)
			out := simulate(t, network.Config{Activation: raw, Width: 2, Depth: 8, Memory: memory}, trial, []float64{1, 1}, []float64{1, 1})
			dead = dead || out.X[8] == 0
		}
		require.True(t, dead, "a layer of two ReLUs is dead a quarter of the time")
	}
}

func TestSimulatorDoesNotAllocate(t *testing.T) {
	for _, memory := range []network.Memory{network.Store, network.Regenerate} {
		s, err := network.NewSimulator(network.Config{Activation: normalized(t, "tanh"), Width: 100, Depth: 20, Memory: memory})
		require.NoError(t, err)
		x, out := make([]float64, 100), network.NewNorms(20)
		x[0] = 10
		trial := montecarlo.NewExperiment(1, "allocations").Trial(0)
		perLayer := testing.AllocsPerRun(5, func() {
			_ = s.Run(context.Background(), trial.Layer, x, x, out)
		}) / 20
		require.Zero(t, perLayer)
	}
}

// How a trial is carried out does not change a bit of it: who does how much of
// it, whether draws are kept, what the workspace did before.
func TestSimulatorGivesTheSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		act := normalized(t, rapid.SampledFrom([]string{"tanh", "relu", "gelu", "mish"}).Draw(t, "activation"))
		n := rapid.IntRange(2, 5000).Draw(t, "width")
		cfg := network.Config{Activation: act, Width: n, Depth: rapid.IntRange(1, 5).Draw(t, "depth"),
			Weights: rapid.SampledFrom([]network.Weights{network.Haar, network.Gaussian}).Draw(t, "weights")}
		trial := montecarlo.NewExperiment(rapid.Uint64().Draw(t, "seed"), "bits").Trial(3)
		r := rand.New(rand.NewPCG(1, uint64(n)))
		x, y := normals(r, n), normals(r, n)
		want := simulate(t, cfg, trial, x, y)
		for _, memory := range []network.Memory{network.Store, network.Regenerate} {
			for _, workers := range []int{0, 1, 2, 3, 7} {
				cfg.Memory, cfg.Workers = memory, workers
				s, err := network.NewSimulator(cfg)
				require.NoError(t, err)
				got := network.NewNorms(cfg.Depth)
				for range 2 {
					require.NoError(t, s.Run(context.Background(), trial.Layer, x, y, got))
					require.Equal(t, want, got, "%v, %d workers", memory, workers)
				}
			}
		}
	})
}

// Memory does not grow with depth: 8 bytes for each neuron where draws are kept,
// else some for each block of them.
func TestSimulatorMemory(t *testing.T) {
	const n = 1 << 16
	allocated := func(memory network.Memory, depth int) uint64 {
		act := normalized(t, "tanh")
		x, out := make([]float64, n), network.NewNorms(depth)
		x[0] = math.Sqrt(n)
		trial := montecarlo.NewExperiment(1, "memory").Trial(0)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s, err := network.NewSimulator(network.Config{Activation: act, Width: n, Depth: depth, Memory: memory})
		require.NoError(t, err)
		require.NoError(t, s.Run(t.Context(), trial.Layer, x, x, out))
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	for _, depth := range []int{2, 20} {
		require.Less(t, allocated(network.Store, depth), uint64(9*n))
		require.Less(t, allocated(network.Regenerate, depth), uint64(n))
	}
}
