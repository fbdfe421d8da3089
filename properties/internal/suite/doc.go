// Package suite holds every claim of the theory as a check that anybody can
// run against any implementation, and the machinery that keeps its promises.
//
// A [System] is an implementation: the components under test as functions.
// [Real] is this project; a planted defect is a System with one component
// replaced by a small wrong variant.
//
// A [Check] examines a System. It takes everything that it examines from
// there, draws what it is free to choose (activation, width, depth, shell,
// vectors, the seed of its trials) from rapid, and returns nil or a
// [Refutation]. Checks judge by mathematics that is written here a second time
// (quadrature, networks as plain loops, closed forms), or by tests whose
// error probability is known: at finite width every claim is either exact, or
// proven, or asymptotic with a slack that the check states.
//
// A [Plan] divides one error probability among all tests of a run, so that a
// correct System is refuted with at most that probability, whatever was drawn.
package suite
