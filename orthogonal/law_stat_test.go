package orthogonal

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// lawAlpha is the probability, at most, that a test of this package that
// compares laws fails although the laws are right. It is divided among the
// comparisons of the test (Bonferroni), each of which has a p-value that is
// exact or too large, never too small.
const lawAlpha = 1e-6

// A comparison is one p-value of a test.
type comparison struct {
	name string
	p    float64
}

// refuted returns the comparisons that refute the hypothesis with total
// false-alarm probability lawAlpha.
func refuted(all []comparison) []string {
	var bad []string
	for _, c := range all {
		if c.p < lawAlpha/float64(len(all)) {
			bad = append(bad, fmt.Sprintf("%s (p ≤ %.2g)", c.name, c.p))
		}
	}
	return bad
}

// twoSample bounds the p-value of the two-sample Kolmogorov–Smirnov test for
// two samples of one size N by 2exp(−ND²). The bound is proven for N ≥ 458
// and laws of any kind (Wei and Dudley 2012, doi:10.1016/j.spl.2011.11.012).
func twoSample(x, y []float64) float64 {
	if len(x) != len(y) || len(x) < 458 {
		panic("samples must have one size of at least 458")
	}
	slices.Sort(x)
	slices.Sort(y)
	d := stat.KolmogorovSmirnov(x, nil, y, nil)
	return math.Min(1, 2*math.Exp(-float64(len(x))*d*d))
}

// oneSample bounds the p-value of the Kolmogorov–Smirnov test against a
// continuous law by 2exp(−2ND²) (Massart 1990, doi:10.1214/aop/1176990746).
func oneSample(x []float64, cdf func(float64) float64) float64 {
	slices.Sort(x)
	n := float64(len(x))
	var d float64
	for i, v := range x {
		f := cdf(v)
		d = max(d, f-float64(i)/n, float64(i+1)/n-f)
	}
	return math.Min(1, 2*math.Exp(-2*n*d*d))
}

// hoeffding bounds the two-sided p-value of the hypothesis that the
// independent numbers x, each in [−bound, bound], have the given mean.
func hoeffding(x []float64, bound, mean float64) float64 {
	d := (stat.Mean(x, nil) - mean) / bound
	return math.Min(1, 2*math.Exp(-float64(len(x))*d*d/2))
}

// fairCoin is the exact two-sided p-value of the hypothesis that the numbers
// ±1 are fair and independent.
func fairCoin(signs []float64) float64 {
	var heads float64
	for _, s := range signs {
		if s > 0 {
			heads++
		}
	}
	n := float64(len(signs))
	coin := distuv.Binomial{N: n, P: 0.5}
	return math.Min(1, 2*coin.CDF(math.Min(heads, n-heads)))
}

// entryCDF is the distribution function of an entry w of a Haar matrix of
// O(n): w² is Beta(½, (n−1)/2), the sign fair. For n = 1, w = ±1.
func entryCDF(n int) func(float64) float64 {
	beta := distuv.Beta{Alpha: 0.5, Beta: float64(n-1) / 2}
	return func(w float64) float64 {
		return (1 + math.Copysign(beta.CDF(math.Min(w*w, 1)), w)) / 2
	}
}
