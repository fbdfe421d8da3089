package montecarlo

import "math"

// looks says when a LawTest looks and how much of α each look may spend.
type looks struct {
	alpha   float64
	budget  int
	planned int // looks up to the budget
}

// A look happens after a number of trials and errs with probability at most
// alpha.
type look struct {
	index, trials int
	alpha         float64
}

func newLooks(alpha float64, budget int) looks {
	l := looks{alpha: alpha, budget: budget, planned: 1}
	for n := l.firstTrials(); n < budget; n = l.trialsAfter(n) {
		l.planned++
	}
	return l
}

// firstTrials is the number of trials before which no distance, not even 1,
// would refute anything.
func (l looks) firstTrials() int {
	return min(max(1, int(math.Ceil(math.Log(2/l.alpha)/2))), l.budget)
}

// trialsAfter is the next number of trials; the budget is one of them.
func (l looks) trialsAfter(n int) int {
	next := n + max(1, n/8)
	if n < l.budget && next > l.budget {
		return l.budget
	}
	return next
}

func (l looks) at(index, trials int) look {
	if index < l.planned {
		return look{index, trials, l.alpha * 15 / 16 / float64(l.planned)}
	}
	late := float64(index - l.planned + 1)
	return look{index, trials, l.alpha / 16 / (late * (late + 1))} // sums to α/16
}

func (l looks) first() look       { return l.at(0, l.firstTrials()) }
func (l looks) after(k look) look { return l.at(k.index+1, l.trialsAfter(k.trials)) }
func (l looks) atBudget() look    { return l.at(l.planned-1, l.budget) }

// epsilon is the radius of the Dvoretzky–Kiefer–Wolfowitz–Massart band.
func (k look) epsilon() float64 {
	return math.Sqrt(math.Log(2/k.alpha) / (2 * float64(k.trials)))
}
