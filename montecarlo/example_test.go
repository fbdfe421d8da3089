package montecarlo_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"bsnn/montecarlo"
)

// The squared length of a uniformly random unit vector's first three
// coordinates is between 0 and 1, and 3/8 on average in dimension 8.
func ExampleMeanTest() {
	const seed = 1
	claim := montecarlo.MeanClaim{Lo: 0.365, Hi: 0.385, Min: 0, Max: 1}
	test, err := montecarlo.NewMeanTest(claim, 1e-6, 50_000)
	if err != nil {
		fmt.Println(err)
		return
	}
	experiment := montecarlo.NewExperiment(seed, "three of eight")
	for i := 0; i < 50_000 && !test.Decided(); i++ {
		stream := experiment.Trial(i).Layer(0)
		r := rand.New(&stream)
		first, all := 0.0, 0.0
		for j := range 8 {
			g := r.NormFloat64()
			all += g * g
			if j < 3 {
				first += g * g
			}
		}
		test.Add(first / all)
	}
	v := test.Verdict().WithSeed(seed)
	fmt.Printf("%s: the mean is in [%v, %v]\n", v.Outcome, v.Target.Lo, v.Target.Hi)
	fmt.Printf("wrong with probability at most %g, after fewer than 30000 trials: %t\n", v.Alpha, v.Trials < 30_000)
	// Output:
	// confirmed: the mean is in [0.365, 0.385]
	// wrong with probability at most 1e-06, after fewer than 30000 trials: true
}

// Sums of twelve uniform numbers are nearly normal. A slack of 0.05 is more
// than they need; a variance that is wrong by a half shows.
func ExampleLawTest() {
	for _, sigma := range []float64{1, 1.5} {
		normal := func(x float64) float64 { return 0.5 * math.Erfc(-x/(sigma*math.Sqrt2)) }
		test, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: normal, Slack: 0.05}, 1e-6, 20_000)
		if err != nil {
			fmt.Println(err)
			return
		}
		stream := montecarlo.NewStream(1, "twelve uniforms", 0, 0)
		r := rand.New(&stream)
		for i := 0; i < 20_000 && !test.Decided(); i++ {
			sum := -6.0
			for range 12 {
				sum += r.Float64()
			}
			test.Add(sum)
		}
		v := test.Verdict()
		fmt.Printf("σ = %v: %s that the distance is at most %v\n", sigma, v.Outcome, v.Limit)
	}
	// Output:
	// σ = 1: confirmed that the distance is at most 0.05
	// σ = 1.5: refuted that the distance is at most 0.05
}

// A confidence sequence may be read at any time.
func ExampleBernsteinSequence() {
	s, err := montecarlo.NewBernsteinSequence(0, 10, 0.01)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 1000 {
		if err := s.Add(3 + 0.1*float64(i%2)); err != nil {
			fmt.Println(err)
			return
		}
	}
	lo, hi := s.Interval()
	fmt.Printf("between %.2f and %.2f\n", lo, hi)
	fmt.Println(s.Add(11))
	// Output:
	// between 2.98 and 3.12
	// observation 1001 is 11; want a value in [0, 10]
}

// Tests of every kind stop by one rule and answer in one form.
func ExampleTest() {
	decide := func(test montecarlo.Test, next func()) montecarlo.Verdict {
		for !test.Decided() {
			next()
		}
		return test.Verdict()
	}
	stream := montecarlo.NewStream(1, "uniform numbers", 0, 0)
	r := rand.New(&stream)
	rate, err := montecarlo.NewRateTest(0.2, 1e-6, 10_000)
	if err != nil {
		fmt.Println(err)
		return
	}
	mean, err := montecarlo.NewMeanTest(montecarlo.MeanClaim{Lo: 0.4, Hi: 0.6, Min: 0, Max: 1}, 1e-6, 10_000)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range []montecarlo.Verdict{
		decide(rate, func() { rate.Add(r.Float64() > 0.9) }),
		decide(mean, func() { mean.Add(r.Float64()) }),
	} {
		fmt.Println(v.Kind, v.Outcome)
	}
	// Output:
	// rate confirmed
	// mean confirmed
}

// Parts of a sample that were taken apart are put together.
func ExampleMoments_Merge() {
	var left, right montecarlo.Moments
	for _, x := range []float64{1, 2, 3} {
		left.Add(x)
	}
	for _, x := range []float64{4, 5} {
		right.Add(x)
	}
	left.Merge(right)
	fmt.Printf("%d observations from %g to %g: mean %g, variance %.2f\n", left.Count, left.Min, left.Max, left.Mean, left.Variance())
	// Output: 5 observations from 1 to 5: mean 3, variance 2.50
}
