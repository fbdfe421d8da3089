package montecarlo

import "math"

// lawCounts is the empirical law of observations seen through the predicted
// distribution function G: how often G(x), and G just below x, lies between
// two neighbours of the grid 0, 1/K, …, 1.
//
// For every F and G, jumps or not,
// sup(F − G) = sup_e(P(G(X) ≤ e) − e) and sup(G − F) = sup_e(e − P(G(X−) < e)),
// where G(X−) is the value just below X. Both probabilities increase in e, so
// restricting e to the grid loses at most 1/K.
type lawCounts struct {
	total     int
	at, below []int
}

// newLawCounts has a grid of at least 8√budget steps, a power of two so that
// placing a value on it is exact.
func newLawCounts(budget int) lawCounts {
	steps := 16
	for float64(steps) < 8*math.Sqrt(float64(budget)) {
		steps *= 2
	}
	return lawCounts{at: make([]int, steps+1), below: make([]int, steps+1)}
}

func (c *lawCounts) steps() float64 { return float64(len(c.at) - 1) }

// coarseness is 1/K.
func (c *lawCounts) coarseness() float64 { return 1 / c.steps() }

// add takes an observation x by G(x) and G(x−).
func (c *lawCounts) add(at, below float64) {
	c.total++
	c.at[int(math.Ceil(math.Min(math.Max(at, 0), 1)*c.steps()))]++
	c.below[int(math.Min(math.Max(below, 0), 1)*c.steps())]++
}

// distance between the empirical law and the predicted one, over the grid:
// at most the distance itself, and less by at most the coarseness.
func (c *lawCounts) distance() float64 {
	if c.total == 0 {
		return 0
	}
	// In units of 1/(nK) everything is a whole number.
	n, steps := c.total, len(c.at)-1
	atMost, less, worst := 0, 0, 0
	for k, at := range c.at {
		atMost += at * steps // G(x) ≤ k/K
		worst = max(worst, atMost-k*n, k*n-less)
		less += c.below[k] * steps // G(x−) < (k+1)/K
	}
	return float64(worst) / (float64(n) * float64(steps))
}
