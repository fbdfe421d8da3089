package training

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// noise is a set of Gaussian rows that are drawn when asked for.
type noise struct{ samples, inputs, classes int }

func (d noise) Len() int        { return d.samples }
func (d noise) Inputs() int     { return d.inputs }
func (d noise) Classes() int    { return d.classes }
func (d noise) Label(i int) int { return i % d.classes }
func (d noise) Row(dst []float64, i int) {
	src := rand.NewPCG(uint64(i), 0)
	for j := range dst {
		dst[j] = float64(int64(src.Uint64())) / (1 << 62)
	}
}

// BenchmarkStep is a training step at depth 200, width 500, batch 128, and
// reports
//
//	samples/s   over all steps, and of the fastest step (best-samples/s)
//	gemm/s      the rate of the products of one layer alone, fastest of the run
//	of-gemm     the products of the fastest step per second of it, over that rate
//	activation  the share of activations with their norms in the time of a step
//	cpu-ms      processor time of a step, which other programs change little
//
// On a machine with other work to do the fastest step is the one to look at.
func BenchmarkStep(b *testing.B) {
	for _, activation := range []string{"tanh", "relu", "gelu", "selu"} {
		for _, dtype := range []DType{Float32, Float64} {
			for _, products := range []Products{AutoProducts, BLASProducts} {
				for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
					name := map[Products]string{AutoProducts: "auto", BLASProducts: "blas"}[products]
					b.Run(fmt.Sprintf("%s/%s/%s/workers=%d", activation, dtype, name, workers), func(b *testing.B) {
						s := benchmarked(activation, dtype)
						benchmarkStep(b, s, products, workers)
					})
				}
			}
		}
	}
}

// BenchmarkProtocolStep is a step of the published protocol, without and with batch
// normalisation, with what BenchmarkStep reports.
func BenchmarkProtocolStep(b *testing.B) {
	for _, activation := range []string{"tanh", "quickgelu"} {
		for _, norm := range []bool{false, true} {
			for _, workers := range []int{1, runtime.GOMAXPROCS(0)} {
				b.Run(fmt.Sprintf("%s/norm=%v/workers=%d", activation, norm, workers), func(b *testing.B) {
					s := Published()
					s.Inputs, s.Classes, s.Activation, s.BatchNorm, s.Epochs = 784, 10, activation, norm, 1<<20
					s.Optimizer.LearningRate = 1e-9 // gradients explode through batch normalisation
					benchmarkStep(b, s, AutoProducts, workers)
				})
			}
		}
	}
}

// BenchmarkConstrainedStep is a step that ends on O(n), beside one that does not.
func BenchmarkConstrainedStep(b *testing.B) {
	for _, c := range []Constraint{Free, QR, Cayley, Polar} {
		b.Run(string(c), func(b *testing.B) {
			s := benchmarked("tanh", Float32)
			s.Depth, s.Constraint, s.Weights = 10, c, Haar
			benchmarkStep(b, s, AutoProducts, runtime.GOMAXPROCS(0))
		})
	}
}

// benchmarked is a network of depth 200, width 500 and batch 128.
func benchmarked(activation string, dtype DType) Spec {
	s := Default()
	s.Inputs, s.Classes, s.Activation, s.DType, s.Weights = 784, 10, activation, dtype, Gaussian
	s.Epochs = 1 << 20
	return s
}

func benchmarkStep(b *testing.B, s Spec, products Products, workers int) {
	run, err := New(s, noise{4096, 784, 10}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer run.machine.hire(workers, products)()
	run.machine.resetClock()
	session := session{Run: run}
	if _, err := session.advance(); err != nil { // touches all memory
		b.Fatal(err)
	}
	session.steps, session.seconds = 0, 0
	run.machine.resetClock()
	best, gemm := time.Duration(1<<62), 0.0
	var cpu time.Duration
	b.ReportAllocs()
	for b.Loop() {
		flops, spent := productTime(run)
		run.machine.measureRate()
		moreFlops, moreSpent := productTime(run)
		gemm = max(gemm, (moreFlops-flops)/(moreSpent-spent).Seconds())
		run.step %= 16
		before, from := processorTime(), time.Now()
		if _, err := session.advance(); err != nil {
			b.Fatal(err)
		}
		best = min(best, time.Since(from))
		cpu += processorTime() - before
	}
	speed := run.machine.speed()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(session.steps*s.Batch)/session.seconds, "samples/s")
	b.ReportMetric(float64(s.Batch)/best.Seconds(), "best-samples/s")
	b.ReportMetric(gemm, "gemm/s")
	b.ReportMetric(speed.StepRate/best.Seconds()/gemm, "of-gemm")
	b.ReportMetric(speed.Shares.Activation, "activation")
	b.ReportMetric(speed.Shares.Update, "update")
	b.ReportMetric(speed.Shares.Gemm, "gemm")
	b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms")
}

// productTime are the operations and the time of the products measured so far.
func productTime(r *Run) (flops float64, spent time.Duration) {
	switch e := r.machine.(type) {
	case *engine[float32]:
		return e.timer.flops, e.timer.spent
	case *engine[float64]:
		return e.timer.flops, e.timer.spent
	}
	return 0, 0
}

// processorTime is what the process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
