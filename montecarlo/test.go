package montecarlo

// A Test decides a claim about one number from trials seen one after
// another. It may be asked after every trial and stopped at any time: the
// probability that it ever gives a wrong answer, or that its interval ever
// misses the number, is at most its α. An answer is final. The state of a
// test is a function of its claim and of the observations in their order, to
// the last bit, so replaying them resumes it.
type Test interface {
	// Interval is the confidence sequence now.
	Interval() (lo, hi float64)
	// Resolution is the deviation from the claim that the test is built to
	// catch within its budget.
	Resolution() float64
	Decided() bool
	Verdict() Verdict
}

// A ValueTest is a Test whose trials are numbers; those of a [RateTest] are
// events.
type ValueTest interface {
	Test
	// Add takes the next observation and returns the outcome so far.
	// Observations after the answer are ignored.
	Add(x float64) Outcome
}

var (
	_ Test      = (*RateTest)(nil)
	_ ValueTest = (*MeanTest)(nil)
	_ ValueTest = (*LawTest)(nil)
)
