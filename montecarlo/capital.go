package montecarlo

import "math"

// stakes is the number of fractions that a capital is spread over.
const stakes = 24

// fractions are the stakes θ, from nearly everything downwards in steps of
// √2: whatever stake were best, one of them is within 2^¼ of it and has at
// least 96 % of its growth rate.
var fractions = func() (f [stakes]float64) {
	for k := range f {
		f[k] = 0.98 * math.Exp2(-float64(k)/2)
	}
	return f
}()

// ruined is where a stake's capital is dropped, before it becomes too small
// for fast arithmetic. Dropping capital is always allowed.
const ruined = 1e-280

// A capital plays against the hypothesis that a non-negative gain has
// expectation at most 1, whatever came before. It starts with one unit
// spread evenly over the stakes; a stake θ keeps the part 1 − θ of what it
// has and puts θ on the gain, so a gain g multiplies it by 1 − θ + θg ≥ 0.
// Under the hypothesis the total is a non-negative supermartingale: it ever
// reaches 1/α with probability at most α (Ville 1939,
// https://eudml.org/doc/192893).
//
// It is the betting of Waudby-Smith and Ramdas (2024,
// doi:10.1093/jrsssb/qkad009) with a mixture of
// constant bets instead of one bet guessed from the past: never more than
// log 24 behind the best of the constant bets, and independent of the order
// of the gains.
type capital [stakes]float64

func newCapital() (c capital) {
	for k := range c {
		c[k] = 1.0 / stakes
	}
	return c
}

// bet plays one round and returns the total afterwards.
func (c *capital) bet(gain float64) float64 {
	total := 0.0
	for k, theta := range fractions {
		v := c[k] * (1 - theta + theta*gain)
		if v < ruined {
			v = 0
		}
		c[k] = v
		total += v
	}
	return total
}

// logBound is a lower bound on the logarithm of the capital after n gains
// with average 1 + mean and Σ(gain − 1)² = sumSq, whatever they were: for
// x ≥ −1 and 0 ≤ θ < 1, log(1 + θx) ≥ θx + (log(1−θ) + θ)x² (Fan, Grama, Liu
// 2015), because (log(1+u) − u)/u² increases in u.
func logBound(n, mean, sumSq float64) float64 {
	return logMixture(func(theta float64) float64 {
		return n*theta*mean + (math.Log1p(-theta)+theta)*sumSq
	})
}

// logMixture is the logarithm of the capital when each stake θ has the
// logarithm of its growth as given.
func logMixture(logGrowth func(theta float64) float64) float64 {
	var logs [stakes]float64
	top := math.Inf(-1)
	for k, theta := range fractions {
		logs[k] = logGrowth(theta)
		top = math.Max(top, logs[k])
	}
	if math.IsInf(top, 0) {
		return top
	}
	sum := 0.0
	for _, l := range logs {
		sum += math.Exp(l - top)
	}
	return top + math.Log(sum/stakes)
}
