package main

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// A test is a chi-squared test of independent bits.
type test struct {
	name, of string
	pValue   func(next func() uint64, count int) float64
}

var tests = []test{{"rank", "matrices", rankTest}, {"gap", "gaps", gapTest}}

// suspicious is a p-value that a correct generator has with probability 2e-9.
func suspicious(p float64) bool { return !(p > 1e-9 && p < 1-1e-9) }

// rankTest counts the ranks of random 32×32 matrices over two elements (Marsaglia,
// Tsay 1985, doi:10.1016/0024-3795(85)90192-2).
func rankTest(next func() uint64, count int) float64 {
	const n = 32
	observed := make([]float64, 4) // of rank 32, 31, 30 and less
	for range count {
		var rows [n]uint32
		for i := 0; i < n; i += 2 {
			x := next()
			rows[i], rows[i+1] = uint32(x), uint32(x>>32)
		}
		observed[min(n-rank(rows[:]), 3)]++
	}
	expected := make([]float64, 4)
	expected[3] = 1
	for k := range 3 {
		expected[k] = rankProbability(n, n-k)
		expected[3] -= expected[k]
	}
	return chiSquared(observed, expected, count)
}

// rankProbability is that of rank r of an n×n matrix of fair bits:
// 2^(r(2n−r)−n²)·∏ᵢ₌₀^{r−1} (1 − 2^{i−n})²/(1 − 2^{i−r}).
func rankProbability(n, r int) float64 {
	p := math.Ldexp(1, r*(2*n-r)-n*n)
	for i := range r {
		q := 1 - math.Ldexp(1, i-n)
		p *= q * q / (1 - math.Ldexp(1, i-r))
	}
	return p
}

// rank eliminates in place.
func rank(rows []uint32) int {
	r := 0
	for bit := uint32(1); bit != 0; bit <<= 1 {
		for i := r; i < len(rows); i++ {
			if rows[i]&bit == 0 {
				continue
			}
			rows[r], rows[i] = rows[i], rows[r]
			for j := r + 1; j < len(rows); j++ {
				if rows[j]&bit != 0 {
					rows[j] ^= rows[r]
				}
			}
			r++
			break
		}
	}
	return r
}

// gapTest counts how many numbers lie between two in [0, 1/8) (Knuth, The Art of
// Computer Programming 2, section 3.3.2 D).
func gapTest(next func() uint64, count int) float64 {
	const p, longest = 1. / 8, 40
	observed, expected := make([]float64, longest+1), make([]float64, longest+1)
	gap := 0
	for found := -1; found < count; { // the first stretch does not begin with a hit
		if next()>>61 != 0 {
			gap++
			continue
		}
		if found++; found > 0 {
			observed[min(gap, longest)]++
		}
		gap = 0
	}
	for k := range longest {
		expected[k] = p * math.Pow(1-p, float64(k))
	}
	expected[longest] = math.Pow(1-p, longest)
	return chiSquared(observed, expected, count)
}

// chiSquared is the probability of a larger deviation.
func chiSquared(observed, probability []float64, count int) float64 {
	var x float64
	for i, p := range probability {
		e := p * float64(count)
		x += (observed[i] - e) * (observed[i] - e) / e
	}
	return distuv.ChiSquared{K: float64(len(probability) - 1)}.Survival(x)
}
