package reports

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// fisher is the two-sided p-value of Fisher's exact test for k of n events
// against l of m: the probability, given k + l, of all tables that are no more
// likely than the one seen.
func fisher(k, n, l, m int) float64 {
	total := k + l
	logChoose := func(a, b int) float64 {
		x, _ := math.Lgamma(float64(a + 1))
		y, _ := math.Lgamma(float64(b + 1))
		z, _ := math.Lgamma(float64(a - b + 1))
		return x - y - z
	}
	all := logChoose(n+m, total)
	log := func(i int) float64 { return logChoose(n, i) + logChoose(m, total-i) - all }
	seen := log(k)
	p := 0.0
	for i := max(0, total-m); i <= min(n, total); i++ {
		if v := log(i); v <= seen+1e-9*(1+math.Abs(all)) {
			p += math.Exp(v)
		}
	}
	return min(p, 1)
}

// welch is the two-sided p-value of Welch's test for equal means. Two samples
// without spread are equal or not.
func welch(a, b Cell) float64 {
	u, v := meanError(a), meanError(b)
	u, v = u*u, v*v
	difference := float64(a.Mean - b.Mean)
	if u+v == 0 {
		if difference == 0 {
			return 1
		}
		return 0
	}
	freedom := (u + v) * (u + v) / (u*u/float64(a.Trials-1) + v*v/float64(b.Trials-1))
	t := math.Abs(difference) / math.Sqrt(u+v)
	return min(1, 2*distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.CDF(-t))
}
