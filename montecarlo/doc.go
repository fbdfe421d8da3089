// Package montecarlo runs seeded trials in parallel and says what they show.
//
// Randomness is addressed, not consumed: every stream is a function of
// (seed, experiment, trial, layer), so the same seed gives the same bits for
// any number of workers, in any order, on one machine or many. Results are
// kept in trial order and reduced in that order, so sums agree to the last
// bit as well.
//
// Verdicts are anytime-valid: a [Test] may be looked at after every trial and
// stopped at the first answer without spending more than its α. What is
// tested, by which theorem, and what it takes from the trials:
//
//   - [RateTest], the probability of an event: beta-binomial mixture and
//     Ville's inequality. Trials have that probability given the past.
//   - [MeanTest], the mean of a bounded quantity: betting against the ends of
//     the claimed interval, and Ville's inequality. Trials have that mean
//     given the past; nothing else about their law matters.
//   - [LawTest], the Kolmogorov distance to a predicted law: the
//     Dvoretzky–Kiefer–Wolfowitz inequality with Massart's constant at
//     geometrically spaced looks. Trials are independent with equal law.
//
// [BernsteinSequence] encloses the mean of a bounded quantity without a
// claim. All of these are proven for every sample size and every law that
// meets the assumption, in real arithmetic: rounding is not accounted for
// (in a million trials it moves the logarithm of a martingale by less than
// 0.001, so α by less than a thousandth of itself). How much of α they really
// spend is measured by the tests of this package.
//
// A test takes constant time for each trial (a LawTest on average) and its
// state depends on nothing but the claim, α, the budget and the observations
// in order, so replaying the observations restores it to the last bit.
package montecarlo
