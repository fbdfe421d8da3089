package properties

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/theorem"
)

// A Claim is a statement of the theory made testable: in at most a fraction
// Limit of the networks of an ensemble the ratio of norms lies ε or more away
// from 1. The statistic is that ratio squared.
type Claim struct {
	Statement theorem.Statement
	Depth     int     // L of the networks it speaks of; 1 unless Statement.Deep
	Tolerance float64 // ε, of norms, not of squared norms
	Limit     float64 // largest acceptable P(|√statistic − 1| ≥ ε)
}

// String says what is claimed.
func (c Claim) String() string {
	return fmt.Sprintf("P(|%s − 1| ≥ %g) ≤ %g", c.Statement.Ratio, c.Tolerance, c.Limit)
}

// Validate says whether the claim can be tested.
func (c Claim) Validate() error {
	if !(c.Tolerance > 0) || math.IsInf(c.Tolerance, 0) {
		return fmt.Errorf("tolerance %v of %s (norms); want a finite number above 0", c.Tolerance, c.Statement.Name)
	}
	if !(c.Limit > 0 && c.Limit < 1) {
		return fmt.Errorf("limit %v; want a probability above 0 and below 1", c.Limit)
	}
	return nil
}

// Assumptions judges what the proof needs of the activation, and first of all of
// the weights where they are not what it needs.
func (c Claim) Assumptions(w network.Weights, a gpnorm.Activation, p gpnorm.Profile) []theorem.Assumption {
	var out []theorem.Assumption
	if haar := theorem.HaarLaw(w); !haar.Holds {
		out = append(out, haar)
	}
	return append(out, c.Statement.Assumptions(a, p)...)
}

// LimitLawWidth is the width from which on the claim holds by the limit law; 0 where
// there is none, and for a function that is not normalised. Asymptotic.
func (c Claim) LimitLawWidth(w network.Weights, p gpnorm.Profile) (int, error) {
	if !p.Normalized(theorem.NormalizedTolerance) {
		return 0, nil
	}
	return c.Statement.WidthByLimitLaw(p, w, c.Depth, c.Tolerance, c.Limit)
}

// Value is the statistic of one network.
func (c Claim) Value(norms network.Norms, width int) float64 {
	return Statistic(c.Statement, norms, width)
}

// Violated says whether a value of the statistic is the event whose
// probability is claimed to be small. A statistic that is not a number, as
// for a gradient that underflowed to zero everywhere, counts.
func (c Claim) Violated(value float64) bool {
	return !NormKept(value, c.Tolerance)
}

// NormKept says whether a norm, given by its square relative to what it should
// be, is within the tolerance: |√squared − 1| < tolerance. What is not a number is
// not kept.
func NormKept(squared, tolerance float64) bool {
	return math.Abs(math.Sqrt(squared)-1) < tolerance
}

// Statistic is the quantity that the statement predicts to be 1.
func Statistic(s theorem.Statement, norms network.Norms, width int) float64 {
	depth := norms.Depth()
	switch {
	case s.Direction == theorem.Forward:
		return norms.X[depth] / float64(width)
	case s.Deep:
		return norms.D[0] / norms.D[depth-1]
	default:
		return norms.D[depth-1] / norms.Y[depth]
	}
}

// Claims are all statements of the theory as claims: those about one layer
// with tolerance layerTolerance, and, if depth is at least 2, those about
// networks of that depth with tolerance depthTolerance.
func Claims(depth int, layerTolerance, depthTolerance, limit float64) []Claim {
	var out []Claim
	for _, s := range theorem.Statements() {
		switch {
		case !s.Deep:
			out = append(out, Claim{s, 1, layerTolerance, limit})
		case depth > 1:
			out = append(out, Claim{s, depth, depthTolerance, limit})
		}
	}
	return out
}
