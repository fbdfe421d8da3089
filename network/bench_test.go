package network_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"bsnn/montecarlo"
	"bsnn/network"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// scalar evaluates φ and φ′ for one neuron, as loops without package vector do.
var scalar = map[string]func(x float64) (val, der float64){
	"relu": func(x float64) (val, der float64) {
		if x > 0 {
			return x, 1
		}
		return 0, 0
	},
	"tanh": func(x float64) (val, der float64) {
		e := math.Exp(-2 * math.Abs(x))
		r := 1 / (1 + e)
		return math.Copysign((1-e)*r, x), 4 * e * r * r
	},
	"elu": func(x float64) (val, der float64) {
		if x > 0 {
			return x, 1
		}
		e := math.Exp(x)
		return e - 1, e
	},
	"gelu": func(x float64) (val, der float64) {
		c := 0.5 * math.Erfc(-x/math.Sqrt2)
		return x * c, c + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
	},
}

// benchmarkTrial times forward and backward passes and reports the time for
// each neuron and layer beside that of what a trial takes without package vector, two
// normal draws and one evaluation of φ and φ′, one at a time, measured in the same run.
func benchmarkTrial(b *testing.B, name string, n, depth int, memory network.Memory) {
	s, err := network.NewSimulator(network.Config{Activation: normalized(b, name), Width: n, Depth: depth, Memory: memory})
	require.NoError(b, err)
	e := montecarlo.NewExperiment(1, "benchmark")
	r, phi := rand.New(rand.NewPCG(1, 1)), scalar[name]
	x, out := normals(r, n), network.NewNorms(depth)
	chunk, val, der := make([]float64, 512), make([]float64, 512), make([]float64, 512)
	var own, floor time.Duration
	trials := 0
	for b.Loop() {
		start := time.Now()
		if err := s.Run(context.Background(), e.Trial(trials).Layer, x, x, out); err != nil {
			b.Fatal(err)
		}
		own += time.Since(start)
		start = time.Now()
		for range (n*depth + 511) / 512 {
			for i := range val {
				val[i] = r.NormFloat64()
			}
			for i := range chunk {
				chunk[i] = r.NormFloat64()
			}
			for i, v := range chunk {
				val[i], der[i] = phi(v)
			}
		}
		floor += time.Since(start)
		trials++
	}
	work := float64(trials) * float64(n) * float64(depth)
	b.ReportMetric(float64(own.Nanoseconds())/work, "ns/neuron-layer")
	b.ReportMetric(float64(floor.Nanoseconds())/work, "floor-ns")
	b.ReportMetric(own.Seconds()/floor.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkTrial(b *testing.B) {
	for _, name := range []string{"tanh", "relu", "elu", "gelu"} {
		b.Run(name+"/store/n=1024", func(b *testing.B) { benchmarkTrial(b, name, 1024, 50, network.Store) })
		b.Run(name+"/regenerate/n=1024", func(b *testing.B) { benchmarkTrial(b, name, 1024, 50, network.Regenerate) })
	}
	for _, n := range []int{100, 1000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("tanh/store/n=%d", n), func(b *testing.B) { benchmarkTrial(b, "tanh", n, 20, network.Store) })
		b.Run(fmt.Sprintf("tanh/regenerate/n=%d", n), func(b *testing.B) { benchmarkTrial(b, "tanh", n, 20, network.Regenerate) })
	}
	for _, depth := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("tanh/regenerate/n=1024/L=%d", depth),
			func(b *testing.B) { benchmarkTrial(b, "tanh", 1024, depth, network.Regenerate) })
	}
}

// BenchmarkShared is one trial whose work is shared.
func BenchmarkShared(b *testing.B) {
	const n, depth = 100_000, 20
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			s, err := network.NewSimulator(network.Config{Activation: normalized(b, "tanh"), Width: n, Depth: depth, Workers: workers})
			require.NoError(b, err)
			x, out := normals(rand.New(rand.NewPCG(1, 1)), n), network.NewNorms(depth)
			trial := montecarlo.NewExperiment(1, "benchmark").Trial(0)
			for b.Loop() {
				require.NoError(b, s.Run(context.Background(), trial.Layer, x, x, out))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n/depth, "ns/neuron-layer")
		})
	}
}

// BenchmarkArchitecture compares networks that are described as data with the
// simulation of a plain one, for each neuron and linear map: the shortest times of
// all trials, which other programs on the machine disturb least.
func BenchmarkArchitecture(b *testing.B) {
	const n, depth = 4096, 50
	f := network.Activation{Spec: "tanh"}
	layer := []network.Block{network.Linear{To: n}, f}
	rms := network.Normalization{Kind: network.RMS}
	s, err := network.NewSimulator(network.Config{Activation: normalized(b, "tanh"), Width: n, Depth: depth})
	require.NoError(b, err)
	e := montecarlo.NewExperiment(1, "benchmark")
	x, out := normals(rand.New(rand.NewPCG(1, 1)), n), network.NewNorms(depth)
	column := mat.NewDense(n, 1, x)
	for name, blocks := range map[string][]network.Block{
		"plain": layer, "rotated": {network.Balanced(0.02, layer...)}, "rms": append(slices.Clone(layer), rms),
		"layer norm": append(slices.Clone(layer), network.Normalization{Kind: network.Layer}),
		"residual":   {network.Shortcut{Blocks: layer, Alpha: 1, Beta: 0.1, Plain: true}},
		"gaussian":   {network.Linear{To: n, Weights: network.Gaussian, Bias: true, BiasSD: 0.1}, f},
	} {
		maps := depth
		if name == "rotated" {
			maps = 2 * depth
		}
		p, err := network.Architecture{Input: n, Blocks: []network.Block{network.Repeat{Times: depth, Blocks: blocks}}}.Prepare()
		require.NoError(b, err)
		norms, err := p.NormSimulator(network.Store)
		require.NoError(b, err)
		d := new(network.Drawn)
		for way, run := range map[string]func(trial int){
			"norms": func(trial int) {
				_, err := norms.Run(e.Trial(trial).Layer, x, x)
				require.NoError(b, err)
			},
			"vectors": func(trial int) {
				require.NoError(b, p.Redraw(d, e.Trial(trial).Layer))
				trace, err := d.Forward(column)
				require.NoError(b, err)
				_, err = trace.Backward(column)
				require.NoError(b, err)
			},
		} {
			b.Run(name+"/"+way, func(b *testing.B) {
				own, plain := time.Hour, time.Hour
				trials := 0
				for b.Loop() {
					start := time.Now()
					run(trials)
					own = min(own, time.Since(start))
					start = time.Now()
					require.NoError(b, s.Run(context.Background(), e.Trial(trials).Layer, x, x, out))
					plain = min(plain, time.Since(start))
					trials++
				}
				b.ReportMetric(float64(own.Nanoseconds())/float64(n*maps), "ns/(neuron·map)")
				b.ReportMetric(float64(own)/float64(maps)/(float64(plain)/depth), "ratio")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
