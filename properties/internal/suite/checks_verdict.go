package suite

import (
	"fmt"
	"math"
	"math/rand/v2"

	"bsnn/montecarlo"

	"gonum.org/v1/gonum/stat/distuv"
)

// verdictChecks are about the tests and the streams: section 8 of the theory.
func verdictChecks() []Check {
	return []Check{
		{ID: "streams", Status: Exact, Source: "theory 8", Tests: 2, Run: streams,
			Claim: "one address gives the same numbers always, neighbouring addresses unrelated ones, all standard normal"},
		{ID: "normals", Status: Exact, Source: "theory 8", Tests: 6, Run: normals,
			Claim: "numbers drawn in bulk are standard normal, beyond 4 as well; those at any distance are independent; what stands at a " +
				"position does not depend on where the drawing begins"},
		{ID: "rate-coverage", Status: Exact, Source: "theory 8", Tests: 1, Run: rateCoverage,
			Claim: "looked at after every trial, the interval of a rate ever misses the truth with probability at most α"},
		{ID: "mean-coverage", Status: Exact, Source: "theory 8", Tests: 1, Run: meanCoverage,
			Claim: "looked at after every trial, a true claim about a mean is ever refuted with probability at most α"},
		{ID: "rate-power", Status: Exact, Source: "theory 8", Run: ratePower,
			Claim: "a rate twice as far from the limit as the resolution is decided, on the right side; intervals shrink like √(log n/n)"},
		{ID: "mean-power", Status: Exact, Source: "theory 8", Run: meanPower,
			Claim: "means far from the claim are refuted with the trials that the definition allows, and intervals hold the truth"},
	}
}

func streams(d *Draw) error {
	seed, trial, layer := d.seed, d.int("trial", 0, 1000), d.int("layer", 0, 1000)
	read := func(seed uint64, experiment string, trial, layer, count int) []float64 {
		src := d.Layers(seed, experiment, trial)(layer)
		r := rand.New(&src)
		out := make([]float64, count)
		for i := range out {
			out[i] = r.NormFloat64()
		}
		return out
	}
	here := read(seed, "a", trial, layer, 8)
	for i, again := range read(seed, "a", trial, layer, 8) {
		if again != here[i] {
			return refute("streams", "one address gives the same numbers", "%v and %v", here[i], again)
		}
	}
	far := 1 << d.int("power of two apart", 0, 23) // what a counter that is too narrow loses
	for name, other := range map[string][]float64{
		fmt.Sprintf("layer %d further", far): read(seed, "a", trial, layer+far, 8),
		fmt.Sprintf("trial %d further", far): read(seed, "a", trial+far, layer, 8),
		"seed":                               read(seed+1, "a", trial, layer, 8), "experiment": read(seed, "b", trial, layer, 8),
		"trial": read(seed, "a", trial+1, layer, 8), "layer": read(seed, "a", trial, layer+1, 8),
		"swap": read(seed, "a", layer+2000, trial, 8),
	} {
		for i := range other {
			if other[i] == here[i] {
				return refute("streams", "another "+name+" gives other numbers", "the same number at place %d", i)
			}
		}
	}
	if read(seed, "a", trial+1, layer, 1)[0] == read(seed, "a", trial, layer+1, 1)[0] {
		return refute("streams", "trial and layer are separate parts of an address", "one stream for (%d, %d) and (%d, %d)", trial+1, layer,
			trial, layer+1)
	}
	step := pick(d, "neighbour in", "layer", "trial")
	count := d.Effort.trials(60, 1, 100)
	tests := [2]func(a, b float64) bool{
		func(a, b float64) bool { return a*b > 0 },
		func(a, b float64) bool { return math.Abs(a) > math.Abs(b) },
	}
	for k, event := range []string{"neighbours have one sign", "the first is the larger in size"} {
		var a, b []float64
		err := d.fair("neighbouring streams in "+step, event, 0.5, count, func(i int) (bool, error) {
			if i%8 == 0 {
				at := i / 8
				a = read(seed, "neighbours", at, 3, 8)
				if step == "layer" {
					b = read(seed, "neighbours", at, 4, 8)
				} else {
					b = read(seed, "neighbours", at+count, 3, 8)
				}
			}
			return tests[k](a[i%8], b[i%8]), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// coverage refutes that each of the runs errs with probability at most level:
// by the tail of the binomial law.
func (d *Draw) coverage(about string, level float64, runs int, errs func(run int) (bool, error)) error {
	alpha, err := d.pay()
	if err != nil {
		return err
	}
	wrong := 0
	for i := range runs {
		w, err := errs(i)
		if err != nil {
			return err
		}
		if w {
			wrong++
		}
	}
	d.trials += runs
	law := distuv.Binomial{N: float64(runs), P: level}
	if wrong > 0 && 1-law.CDF(float64(wrong-1)) < alpha && float64(wrong) > level*float64(runs) {
		return &Refutation{about, fmt.Sprintf("wrong in at most %.3g of the runs", level), fmt.Sprintf("%d of %d", wrong, runs), alpha, runs}
	}
	d.resolve(math.Sqrt(2*math.Log(1/alpha)*level/float64(runs))/level, "of its α")
	return nil
}

func rateCoverage(d *Draw) error {
	truth := pick(d, "truth", 0.5, 0.1, 0.02, 0.9)
	const level, length = 0.05, 250
	r := d.random("coverage")
	runs := min(d.Effort.Neurons/length/3, 4000)
	return d.coverage(fmt.Sprintf("confidence sequence of a rate of %g, α = %g, looked at %d times", truth, level, length), level, runs,
		func(int) (bool, error) {
			test, err := d.RateTest(truth, level, length)
			if err != nil {
				return false, err
			}
			for range length {
				// The limit is the truth: any decision means that the interval left it.
				if test.Add(r.Float64() < truth) != montecarlo.Undecided {
					return true, nil
				}
			}
			lo, hi := test.Interval()
			return truth < lo || truth > hi, nil
		})
}

// boundedLaws are laws on [0, 1]: rare, skewed, two points, flat.
var boundedLaws = []struct {
	name string
	mean float64
	draw func(*rand.Rand) float64
}{
	{"uniform", 0.5, func(r *rand.Rand) float64 { return r.Float64() }},
	{"two points", 0.3, func(r *rand.Rand) float64 { return indicator(r.Float64() < 0.3) }},
	{"rare", 0.02, func(r *rand.Rand) float64 { return indicator(r.Float64() < 0.02) }},
	{"skewed", 1. / 11, func(r *rand.Rand) float64 { return math.Pow(r.Float64(), 10) }},
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func meanCoverage(d *Draw) error {
	law := boundedLaws[d.int("law", 0, len(boundedLaws)-1)]
	const level, length = 0.05, 250
	r := d.random("coverage")
	runs := min(d.Effort.Neurons/length/6, 3000)
	claim := montecarlo.MeanClaim{Lo: law.mean, Hi: law.mean, Min: 0, Max: 1}
	return d.coverage(fmt.Sprintf("confidence sequence of the mean of a %s law, α = %g, looked at %d times", law.name, level, length),
		level, runs, func(int) (bool, error) {
			test, err := d.MeanTest(claim, level, length)
			if err != nil {
				return false, err
			}
			for range length {
				if test.Add(law.draw(r)) == montecarlo.Refuted {
					return true, nil
				}
			}
			return false, nil
		})
}

// ratePower: events at an exact frequency, so that nothing is random. The
// beta-binomial bound for k = pn is that of Howard et al.; half as wide again is
// allowed.
func ratePower(d *Draw) error {
	limit := pick(d, "limit", 0.5, 0.1, 0.01, 0.9)
	alpha := pick(d, "α", 1e-3, 1e-6, 1e-12)
	n := d.int("trials", 2000, 20_000)
	width := math.Sqrt((2*math.Log(1/alpha)+math.Log(float64(n))+3)*limit*(1-limit)/float64(n)) + 2*math.Log(float64(n)/alpha)/float64(n)
	for _, side := range []float64{1, -1} {
		p := limit + side*1.5*width
		if p <= 0 || p >= 1 {
			continue
		}
		test, err := d.RateTest(limit, alpha, n)
		if err != nil {
			return err
		}
		events, outcome := 0, montecarlo.Undecided
		for i := 1; i <= n; i++ {
			event := float64(events) < p*float64(i)
			if event {
				events++
			}
			outcome = test.Add(event)
		}
		want := montecarlo.Refuted
		if side < 0 {
			want = montecarlo.Confirmed
		}
		about := fmt.Sprintf("rate %.4g against a limit of %g, α = %g, %d trials", p, limit, alpha, n)
		if outcome != want {
			return refute(about, want.String(), "%s", outcome)
		}
		if lo, hi := test.Interval(); !(lo <= p+1/float64(n) && p-1/float64(n) <= hi && (lo-limit)*(hi-limit) >= 0) {
			return refute(about, "an interval that holds the frequency and not the limit", "[%v, %v]", lo, hi)
		}
	}
	return nil
}

func meanPower(d *Draw) error {
	alpha := pick(d, "α", 1e-3, 1e-6, 1e-10)
	n := d.int("trials", 4000, 20_000)
	centre := pick(d, "mean", 0.5, 0.2, 0.05)
	const half = 0.04
	// Values centre ± half in turn: variance half² and no chance at all.
	width := math.Sqrt((2*math.Log(2/alpha)+4*math.Log(float64(n)))/float64(n))*half + 4*math.Log(float64(n)/alpha)/float64(n)
	for _, side := range []float64{1, -1} {
		m := centre + side*1.5*width
		if m <= 0 || m >= 1 {
			continue
		}
		test, err := d.MeanTest(montecarlo.MeanClaim{Lo: m, Hi: m, Min: 0, Max: 1}, alpha, n)
		if err != nil {
			return err
		}
		outcome := montecarlo.Undecided
		for i := range n {
			outcome = test.Add(centre + half*float64(1-2*(i%2)))
		}
		about := fmt.Sprintf("mean %g against a claim of %.4g, sd %g, α = %g, %d trials", centre, m, half, alpha, n)
		if outcome != montecarlo.Refuted {
			return refute(about, "refuted", "%s", outcome)
		}
		if lo, hi := test.Interval(); !(lo <= centre && centre <= hi) {
			return refute(about, "an interval that holds the sample mean", "[%v, %v]", lo, hi)
		}
	}
	return nil
}
