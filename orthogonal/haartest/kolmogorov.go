package haartest

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// maxPaths bounds the work of the exact two-sample p-value.
const maxPaths = 1 << 28

// radius is the half-width of the band around the distribution function of k
// observations that holds the true one with probability at least 1 − alpha
// (Massart 1990, doi:10.1214/aop/1176990746; for an indicator it is Hoeffding's inequality).
func radius(k int, alpha float64) float64 {
	return math.Sqrt(math.Log(2/alpha) / (2 * float64(k)))
}

// oneSample compares x with a continuous law: the largest distance between
// the distribution functions, and a bound on its p-value that is never too
// small (Massart 1990, doi:10.1214/aop/1176990746).
func oneSample(x []float64, cdf func(float64) float64) (distance, p float64) {
	sorted := slices.Sorted(slices.Values(x))
	k := float64(len(x))
	for i, v := range sorted {
		f := cdf(v)
		distance = max(distance, f-float64(i)/k, float64(i+1)/k-f)
	}
	return distance, math.Min(1, 2*math.Exp(-2*k*distance*distance))
}

// twoSample compares two samples by the largest distance between their
// distribution functions. The p-value is exact for continuous laws and too
// large, never too small, when there are ties.
func twoSample(x, y []float64) (distance, p float64) {
	d := maxDifference(slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y)))
	m, n := len(x), len(y)
	distance = float64(d) / float64(m) / float64(n)
	if m*n <= maxPaths {
		return distance, pathTail(m, n, d)
	}
	// Split the distance between the two samples in proportion to their
	// radii and bound each part by Massart's inequality.
	c := distance / (1/math.Sqrt(float64(m)) + 1/math.Sqrt(float64(n)))
	return distance, math.Min(1, 4*math.Exp(-2*c*c))
}

// maxDifference is mn times the largest distance between the distribution
// functions of two sorted samples of sizes m and n.
func maxDifference(x, y []float64) int {
	m, n := len(x), len(y)
	var i, j, worst int
	for i < m && j < n {
		v := min(x[i], y[j])
		for i < m && x[i] == v {
			i++
		}
		for j < n && y[j] == v {
			j++
		}
		worst = max(worst, abs(i*n-j*m))
	}
	return worst
}

// pathTail is the probability that a uniformly random lattice path from
// (0, 0) to (m, n) meets a point with |i·n − j·m| ≥ d: the exact upper tail
// of the two-sample Kolmogorov–Smirnov statistic (Hodges 1958,
// doi:10.1007/BF02589501). A path to
// (i, j) comes from (i−1, j) with probability i/(i+j), so the probabilities
// follow one from another by additions alone and keep their relative
// precision.
func pathTail(m, n, d int) float64 {
	row := make([]float64, n+1)
	for i := range m + 1 {
		for j := range n + 1 {
			switch {
			case abs(i*n-j*m) >= d:
				row[j] = 1
			case i == 0 && j == 0:
				row[j] = 0
			case j == 0: // row[0] already holds the value for i−1
			case i == 0:
				row[j] = row[j-1]
			default:
				row[j] = (float64(i)*row[j] + float64(j)*row[j-1]) / float64(i+j)
			}
		}
	}
	return row[n]
}

func abs(i int) int {
	if i < 0 {
		return -i
	}
	return i
}

// fairCoin compares the number of heads in k tosses with that of a fair
// coin: the distance of its frequency from ½ and the exact two-sided p-value.
func fairCoin(heads, k int) (distance, p float64) {
	distance = math.Abs(float64(heads)/float64(k) - 0.5)
	coin := distuv.Binomial{N: float64(k), P: 0.5}
	return distance, math.Min(1, 2*coin.CDF(float64(min(heads, k-heads))))
}

// entryLaw is the distribution function of an entry w of a Haar matrix of
// O(n), n ≥ 2, and of uᵀWv for fixed unit vectors: w² is Beta(½, (n−1)/2),
// the sign fair.
func entryLaw(n int) func(float64) float64 {
	return func(w float64) float64 {
		outside := entryTail(n, 1-w*w) / 2
		if w < 0 {
			return outside
		}
		return 1 - outside
	}
}

// entryTail is P(1 − w² ≤ rest) for an entry w.
func entryTail(n int, rest float64) float64 {
	return mathext.RegIncBeta(float64(n-1)/2, 0.5, math.Min(math.Max(rest, 0), 1))
}
