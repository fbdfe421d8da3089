//go:build unix

package properties_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// BenchmarkTwoInputs compares networks that two inputs pass with those of one input: ratio is that of
// processor times, which alternate.
func BenchmarkTwoInputs(b *testing.B) {
	for _, c := range []struct {
		function string
		weights  network.Weights
		width    int
	}{{"tanh", network.Haar, 1024}, {"tanh", network.Haar, 4096}, {"tanh", network.Haar, 65536}, {"relu", network.Haar, 4096},
		{"gelu", network.Gaussian, 4096}} {
		b.Run(fmt.Sprintf("%s/%s/n=%d", c.function, c.weights, c.width), func(b *testing.B) {
			function, linear := network.Activation{Spec: c.function}, network.Linear{Weights: c.weights}
			benchmarkTwoInputs(b, network.Stack{Activation: function, Linear: linear}, c.width)
		})
	}
}

func benchmarkTwoInputs(b *testing.B, s network.Stack, width int) {
	const depth = 50
	trials := max(1, 80000/width)
	a, err := s.Tower(width, depth)
	require.NoError(b, err)
	p, err := a.Prepare()
	require.NoError(b, err)
	x := montecarlo.NewExperiment(1, "benchmark")
	one := properties.ArchitectureEnsemble{Prepared: p}
	two := properties.ArchitectureEnsemble{Prepared: p, Inputs: 2, Correlation: 0.5, GradientCorrelation: 1}
	var single, pair time.Duration
	for b.Loop() {
		begin := processorTime()
		_, err := one.Sample(b.Context(), montecarlo.Plan{Trials: trials, Workers: 1}, x)
		require.NoError(b, err)
		single += processorTime() - begin
		begin = processorTime()
		_, err = two.Pairs(b.Context(), montecarlo.Plan{Trials: trials, Workers: 1}, x)
		require.NoError(b, err)
		pair += processorTime() - begin
	}
	b.ReportMetric(pair.Seconds()/single.Seconds(), "ratio")
	b.ReportMetric(float64(single.Nanoseconds())/float64(b.N*trials*width*depth), "ns/(neuron·layer)")
}

// processorTime is what the process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkProbe compares a probe with a backward pass through the same networks.
func BenchmarkProbe(b *testing.B) {
	const width, depth, probes = 4096, 50, 4
	a, err := network.Stack{Activation: network.Activation{Spec: "tanh"}}.Tower(width, depth)
	require.NoError(b, err)
	p, err := a.Prepare()
	require.NoError(b, err)
	x := montecarlo.NewExperiment(1, "benchmark")
	d := new(network.Drawn)
	one := gradients(1, width, 1)
	several := gradients(2, width, probes)
	var pass, probe time.Duration
	for i := 0; b.Loop(); i++ {
		for _, y := range []int{1, probes} {
			require.NoError(b, p.Redraw(d, x.Trial(i).Layer))
			trace, err := d.Forward(one)
			require.NoError(b, err)
			begin := processorTime()
			if y == 1 {
				_, err = trace.Backward(one)
				pass += processorTime() - begin
			} else {
				_, err = trace.Probe(several)
				probe += processorTime() - begin
			}
			require.NoError(b, err)
		}
	}
	b.ReportMetric(probe.Seconds()/probes/pass.Seconds(), "passes")
}

// gradients are columns of normal numbers.
func gradients(seed uint64, n, k int) *mat.Dense {
	s := montecarlo.NewStream(seed, "gradients", 0, 0)
	data := make([]float64, n*k)
	s.Normals(data)
	return mat.NewDense(n, k, data)
}
