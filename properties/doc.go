// Package properties turns the statements of package theorem into claims that
// can be tested.
//
// [GPNormalized], [NormsPreserved], [HaarDistributed] and [Network] are
// assertions for tests of any project: one call each, a known error
// probability, and a message that says what was claimed, what was seen, the
// odds, and how to see it again. They take what a *testing.T has and import
// nothing of package testing.
//
// A [Claim] tests any activation at any width and depth, a [Verification]
// many of them over many widths; Width answers how wide is wide enough.
//
// The tests of this package are the suite that validates the theory and this
// project: go test ./properties. It says how probable a false alarm is, finds
// planted defects, and shrinks what fails to the smallest case; see
// docs/testing.md.
package properties
