package montecarlo

// What the tests look at behind the scenes.

var (
	Fractions   = fractions
	LogBound    = logBound
	LeastGrowth = leastGrowth
)

// Looks lists the trials and the α of the first looks of a LawTest.
func Looks(alpha float64, budget, count int) (trials []int, alphas []float64, planned int) {
	l := newLooks(alpha, budget)
	for k := l.first(); k.index < count; k = l.after(k) {
		trials, alphas = append(trials, k.trials), append(alphas, k.alpha)
	}
	return trials, alphas, l.planned
}

// LawDistance is the distance on the grid, and what it may lack.
func LawDistance(t *LawTest) (distance, coarseness float64) {
	return t.counts.distance(), t.counts.coarseness()
}
