package properties_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/properties"
)

// BenchmarkWorkers compares one and two workers on the same trials in the
// same run; speedup is the ratio of their times.
func BenchmarkWorkers(b *testing.B) {
	raw, err := gpnorm.Lookup("tanh")
	if err != nil {
		b.Fatal(err)
	}
	act, err := gpnorm.Normalize(raw)
	if err != nil {
		b.Fatal(err)
	}
	e := properties.Ensemble{Activation: act.Activation, Width: 1024, Depth: 50}
	x := montecarlo.NewExperiment(1, "benchmark")
	run := func(workers int) time.Duration {
		start := time.Now()
		if _, err := e.Sample(context.Background(), montecarlo.Plan{Trials: 100, Workers: workers}, x); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	var one, two time.Duration
	for b.Loop() {
		one += run(1)
		two += run(2)
	}
	b.ReportMetric(one.Seconds()/two.Seconds(), "speedup")
}

// BenchmarkTrials shows that the cost is linear in the number of trials.
func BenchmarkTrials(b *testing.B) {
	raw, err := gpnorm.Lookup("relu")
	if err != nil {
		b.Fatal(err)
	}
	e := properties.Ensemble{Activation: raw, Width: 256, Depth: 20}
	x := montecarlo.NewExperiment(1, "benchmark")
	for _, trials := range []int{10, 100, 1000, 10_000} {
		b.Run(fmt.Sprint(trials), func(b *testing.B) {
			for b.Loop() {
				if _, err := e.Sample(context.Background(), montecarlo.Plan{Trials: trials, Workers: 1}, x); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*trials), "ns/trial")
		})
	}
}
