// Package montecarlo runs seeded trials in parallel and says what they show.
//
// Randomness is addressed, not consumed: every stream is a function of
// (seed, experiment, trial, layer), so the same seed gives the same bits for
// any number of workers, in any order, on one machine or many. Results are
// kept in trial order and reduced in that order, so sums agree to the last
// bit as well.
//
// Verdicts on probabilities are anytime-valid: a [RateTest] may be looked at
// after every trial and stopped at the first answer without spending more
// than its α.
package montecarlo
