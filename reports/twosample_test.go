package reports

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
)

// Fisher's test, against sums of exact fractions.
func TestFisher(t *testing.T) {
	choose := func(n, k int) *big.Int { return new(big.Int).Binomial(int64(n), int64(k)) }
	r := rand.New(rand.NewPCG(replay.Seed(t), 2))
	for range 200 {
		n, m := 1+r.IntN(40), 1+r.IntN(40)
		k, l := r.IntN(n+1), r.IntN(m+1)
		seen := new(big.Int).Mul(choose(n, k), choose(m, l))
		sum := new(big.Int)
		for i := max(0, k+l-m); i <= min(n, k+l); i++ {
			if w := new(big.Int).Mul(choose(n, i), choose(m, k+l-i)); w.Cmp(seen) <= 0 {
				sum.Add(sum, w)
			}
		}
		want, _ := new(big.Rat).SetFrac(sum, choose(n+m, k+l)).Float64()
		require.InEpsilon(t, want, fisher(k, n, l, m), 1e-9, "%d of %d, %d of %d", k, n, l, m)
		require.InEpsilon(t, fisher(k, n, l, m), fisher(l, m, k, n), 1e-9)
	}
	require.InDelta(t, 1.0/7, fisher(3, 4, 0, 4), 1e-9)
}

// Welch's test, against the example of two samples worked out by hand: means 0
// and 1, variances 1 and 4, ten of each: t = 1/√0.5, freedom 0.25/(0.01/9 +
// 0.16/9) = 225/17.
func TestWelch(t *testing.T) {
	a, b := Cell{Mean: 0, SD: 1, Trials: 10}, Cell{Mean: 1, SD: 2, Trials: 10}
	// ∫ of Student's density with 225/17 degrees of freedom beyond √2, twice:
	// numerically.
	freedom, x := 225.0/17, math.Sqrt2
	lg := func(v float64) float64 { y, _ := math.Lgamma(v); return y }
	norm := math.Exp(lg((freedom+1)/2)-lg(freedom/2)) / math.Sqrt(freedom*math.Pi)
	sum, steps := 0.0, 200_000
	for i := range steps {
		z := x * (float64(i) + 0.5) / float64(steps)
		sum += norm * math.Pow(1+z*z/freedom, -(freedom+1)/2) * x / float64(steps)
	}
	require.InDelta(t, 1-2*sum, welch(a, b), 1e-8)
	require.Equal(t, 1.0, welch(Cell{Mean: 2, Trials: 5}, Cell{Mean: 2, Trials: 5}))
	require.Zero(t, welch(Cell{Mean: 2, Trials: 5}, Cell{Mean: 3, Trials: 5}))
}

// Chance alone finds changes about as rarely as promised: 3,000 pairs of
// samples with heavy tails (log-normal, standard deviation of the statistic
// 0.7), 24 networks each, at a level of 1 %. The number found is Binomial; for
// a true rate of 1 % more than 75 have probability below 1e-9.
func TestChanceIsNoChange(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 3))
	sample := func() Cell {
		s := montecarlo.NewSample(nil)
		outside := 0
		for range 24 {
			v := math.Exp(0.6*r.NormFloat64() - 0.18)
			s.Add(v)
			if math.Abs(v-1) >= 0.5 {
				outside++
			}
		}
		return Cell{Trials: 24, Mean: Number(s.Mean), SD: Number(s.SD()), Outside: Number(float64(outside) / 24)}
	}
	found := map[string]int{}
	for range 3000 {
		for _, x := range testsOf(Change{}, sample(), sample(), true) {
			if x.P <= 0.01 {
				found[x.Quantity]++
			}
		}
	}
	require.LessOrEqual(t, found["mean"], 75)
	require.LessOrEqual(t, found["outside"], 75)
}
