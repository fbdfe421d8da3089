package montecarlo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/montecarlo"
)

// The time of one Add, for runs of different lengths: it must not depend on
// the length. The truth is at the boundary of the claim, so that next to no
// run is decided.
func BenchmarkAdd(b *testing.B) {
	const alpha = 1e-200
	values := make([]float64, 4096)
	for i := range values {
		values[i] = rand.Float64()
	}
	starts := []struct {
		name  string
		start func(length int) (func(x float64), error)
	}{
		{"rate", func(n int) (func(float64), error) {
			t, err := montecarlo.NewRateTest(0.5, alpha, n)
			return func(x float64) { t.Add(x < 0.5) }, err
		}},
		{"mean", func(n int) (func(float64), error) {
			t, err := montecarlo.NewMeanTest(montecarlo.MeanClaim{Lo: 0.499, Hi: 0.501, Max: 1}, alpha, n)
			return func(x float64) { t.Add(x) }, err
		}},
		{"bernstein", func(int) (func(float64), error) {
			s, err := montecarlo.NewBernsteinSequence(0, 1, alpha)
			return func(x float64) { _ = s.Add(x) }, err
		}},
		{"law", func(n int) (func(float64), error) {
			t, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: normalCDF, Slack: 0}, alpha, n)
			return func(x float64) { t.Add(math.Sqrt2 * math.Erfinv(2*x-1)) }, err
		}},
	}
	for _, s := range starts {
		for _, length := range []int{100, 10_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", s.name, length), func(b *testing.B) {
				adds := 0
				for b.Loop() {
					add, err := s.start(length)
					if err != nil {
						b.Fatal(err)
					}
					for i := range length {
						add(values[i%len(values)])
					}
					adds += length
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(adds), "ns/Add")
			})
		}
	}
}

func normalCDF(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }
