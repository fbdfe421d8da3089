package montecarlo

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// QuantileInterval encloses the p-quantile of a law by two of its independent
// values; the chance that it lies outside is at most alpha, whatever the law. NaN
// counts as larger than every number. An end is −∞ or +∞ where the values are too
// few to have one.
//
// The number of values at most the quantile is stochastically at least, and that
// of values below it at most, binomial with probability p, so quantiles of that
// law are the ranks of the ends (David, Nagaraja, "Order Statistics", 2003,
// doi:10.1002/0471722162, section 7.1). The number of values is fixed beforehand: the
// interval holds at that number only.
func QuantileInterval(values []float64, p, alpha float64) (lo, hi float64, err error) {
	switch {
	case !(p > 0 && p < 1):
		return lo, hi, fmt.Errorf("quantile %v; want a probability above 0 and below 1", p)
	case !(alpha > 0 && alpha < 1):
		return lo, hi, fmt.Errorf("alpha %v; want a probability above 0 and below 1", alpha)
	}
	sorted := slices.Clone(values)
	slices.SortFunc(sorted, func(a, b float64) int {
		switch {
		case a < b || math.IsNaN(b) && !math.IsNaN(a):
			return -1
		case a > b || math.IsNaN(a) && !math.IsNaN(b):
			return 1
		}
		return 0
	})
	n := len(sorted)
	count := distuv.Binomial{N: float64(n), P: p}
	lo, hi = math.Inf(-1), math.Inf(1)
	// P(the k-th value > quantile) ≤ P(count ≤ k−1), which grows with k.
	if k := searchRank(n, func(k int) bool { return count.CDF(float64(k-1)) > alpha/2 }) - 1; k >= 1 {
		lo = sorted[k-1]
	}
	// P(the m-th value < quantile) ≤ P(count ≥ m), which falls with m.
	if m := searchRank(n, func(m int) bool { return count.Survival(float64(m-1)) <= alpha/2 }); m <= n {
		hi = sorted[m-1]
	}
	return lo, hi, nil
}

// searchRank is the smallest of 1 … n where found, which then stays true, is; n+1
// if it is nowhere.
func searchRank(n int, found func(rank int) bool) int {
	lo, hi := 0, n+1
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; found(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}
