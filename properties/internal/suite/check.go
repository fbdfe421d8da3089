package suite

import (
	"fmt"
	"math"
)

// Status says what a check rests on.
type Status string

const (
	// Exact: the claim is an identity, or holds at every finite width.
	Exact Status = "exact"
	// Proven: the claim is a proven inequality at finite width.
	Proven Status = "proven"
	// Asymptotic: the claim is a limit; the check states its slack.
	Asymptotic Status = "asymptotic"
)

// A Check is one claim that a System is examined for.
type Check struct {
	ID     string
	Claim  string // in words
	Source string // where it comes from: section of docs/theory.md, theorem of the paper
	Status Status
	// Slack is what an asymptotic claim is allowed to be wrong by, in words;
	// empty for others.
	Slack string
	// Tests is how many tests with an error probability a draw makes at
	// most; 0 for a check that chance cannot make fail.
	Tests int
	// Run examines the System of a draw. It returns nil, a *Refutation, or
	// another error when the system could not be examined, which counts as a
	// refutation too.
	Run func(*Draw) error
}

// A Refutation is why a check refutes a System.
type Refutation struct {
	What    string  // what was examined, under which conditions
	Claimed string  // what the claim says about it
	Seen    string  // what was seen instead
	Alpha   float64 // how probable this is, at most, if the claim is true; 0 if impossible
	Trials  int     // how many trials it took; 0 if it is no matter of chance
}

// Error is what a reader of a failing test sees.
func (r *Refutation) Error() string {
	odds := "if the claim holds this cannot happen"
	if r.Alpha > 0 {
		odds = fmt.Sprintf("if the claim holds, the probability of this is at most %.2g (%d trials)", r.Alpha, r.Trials)
	}
	return fmt.Sprintf("%s\n  claimed: %s\n  seen:    %s\n  odds:    %s", r.What, r.Claimed, r.Seen, odds)
}

// refute is a refutation that is no matter of chance.
func refute(what, claimed, seen string, args ...any) error {
	return &Refutation{What: what, Claimed: claimed, Seen: fmt.Sprintf(seen, args...)}
}

// near refutes that got is want within tol. The tolerances of this package
// are for rounding and for the error of quadrature, never for chance.
func (d *Draw) near(what string, got, want, tol float64) error {
	d.resolve(tol/math.Max(math.Abs(want), 1), "(rounding, quadrature)")
	if math.Abs(got-want) <= tol {
		return nil
	}
	return refute(what, fmt.Sprintf("%.12g within %.2g", want, tol), "%.12g", got)
}

// Checks are all claims of the theory.
func Checks() []Check {
	var all []Check
	for _, group := range [][]Check{activationChecks(), haarChecks(), layerChecks(), networkChecks(), theoryChecks(), verdictChecks(),
		ArchitectureChecks(), AngleChecks()} {
		all = append(all, group...)
	}
	return all
}
