package theorem

import (
	"fmt"

	"bsnn/gpnorm"
)

// Direction tells the forward pass from the backward pass.
type Direction int

const (
	Forward Direction = iota
	Backward
)

func (d Direction) String() string { return [...]string{"forward", "backward"}[d] }

// A Statement is a claim about norms, written once: what it says, when it
// applies, what it predicts, and what is proven about it at finite width.
// Everything that tests, draws or lists a claim reads it from here.
type Statement struct {
	ID        string // short and stable, for flags and file names
	Name      string
	Source    string
	Text      string // the claim in words
	Statistic string // the ratio of squared norms that Prediction and Bound speak about; the claim is that it tends to 1
	Ratio     string // its root, the ratio of norms that tolerances are about
	Given     string // what the Statistic is measured under
	Direction Direction
	Deep      bool     // about a whole network; otherwise about one layer, and depth is ignored
	Setting   []string // conditions on the input, the weights and the error, which the caller provides

	assumptions func(a gpnorm.Activation, p gpnorm.Profile) []Assumption
	remark      func(a gpnorm.Activation, p gpnorm.Profile) string
	law         func(p gpnorm.Profile, width, depth int) (Law, error)
	bound       func(a gpnorm.Activation, width, depth int, lo, hi float64) (Bound, error)
}

// Assumptions judges what the proof needs of the activation; p is the profile
// of a.
func (s Statement) Assumptions(a gpnorm.Activation, p gpnorm.Profile) []Assumption {
	return s.assumptions(a, p)
}

// Applies reports whether every assumption holds. The reason names the first
// that fails, with a remark where the conclusion is known by another argument.
func (s Statement) Applies(a gpnorm.Activation, p gpnorm.Profile) (bool, string) {
	for _, x := range s.assumptions(a, p) {
		if x.Holds {
			continue
		}
		reason := fmt.Sprintf("assumption %s fails: %s", x.Name, x.Reason)
		if remark := s.Remark(a, p); remark != "" {
			reason += "; " + remark
		}
		return false, reason
	}
	return true, "every assumption holds"
}

// Remark says what is nevertheless known when an assumption fails; "" when
// there is nothing to add.
func (s Statement) Remark(a gpnorm.Activation, p gpnorm.Profile) string {
	if s.remark == nil {
		return ""
	}
	return s.remark(a, p)
}

// Prediction is the limit law of the Statistic under Haar weights: asymptotic. For one layer it
// exists whenever the moments do, also where an assumption fails. Over depth it
// needs a normalised activation, and a slope κ ≤ 1: for κ > 1 nothing is predicted
// (NoLaw).
func (s Statement) Prediction(a gpnorm.Activation, width, depth int) (Law, error) {
	p, err := gpnorm.Describe(a)
	if err != nil {
		return Law{}, fmt.Errorf("%s: %w", s.ID, err)
	}
	return s.law(p, width, depth)
}

// Bound is a proven upper bound on P(Statistic ≤ lo or Statistic ≥ hi) at the
// width, lo ≤ 1 ≤ hi, or NoBound. [NormWindow] has the lo and hi of a tolerance on
// norms.
func (s Statement) Bound(a gpnorm.Activation, width, depth int, lo, hi float64) (Bound, error) {
	err := checkWindow(lo, hi)
	var b Bound
	if err == nil {
		b, err = s.bound(a, width, depth, lo, hi)
	}
	if err != nil {
		return Bound{}, fmt.Errorf("%s: %w", s.ID, err)
	}
	return b, nil
}

// Statements lists all, one layer before depth and forward before backward.
func Statements() []Statement {
	return []Statement{Theorem1(), Theorem2(), Definition1Forward(), Definition1Backward()}
}
