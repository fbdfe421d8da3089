package gpnorm

import (
	"fmt"
	"math"

	"bsnn/internal/enclose"
	"bsnn/internal/interval"
)

// An Interval holds all real numbers from Lo to Hi; an infinite end means
// unbounded.
type Interval = interval.Interval

// A Certificate holds proven enclosures of the Gaussian moments of a function
// f, of the constants that normalise it and of what the limit laws need, and
// proven bounds on its Lipschitz constants.
type Certificate = enclose.Certificate

// A CoverageError says why the theory does not cover a function, or why that
// could not be excluded, and where on the real line.
type CoverageError = enclose.Error

// Certify proves what Describe and Normalize estimate: every interval of the
// result contains the true value, tails and rounding included.
//
// It fails, with a *CoverageError, when the function is not defined everywhere,
// jumps, is constant, or has no finite E f² or E f′², and when one of these
// could not be excluded.
func Certify(e Expression) (Certificate, error) {
	if e.program == nil {
		return Certificate{}, fmt.Errorf("Certify: empty expression; want one made by Parse or Formula")
	}
	c, err := enclose.Certify(e.program, enclose.Options{})
	if err != nil {
		return Certificate{}, fmt.Errorf("%s: %w", e.name, err)
	}
	return c, nil
}

// A Judgement is all that is known of the function that a user asks about.
type Judgement struct {
	Normalized              // computed in float64, every number inside its enclosure
	Expression  Expression  // the function as a formula
	Certificate Certificate // the proof
}

// Judge normalises the function that a user means by spec, by the rules of
// Resolve, and certifies the result. Quadrature ends its panels where the proof
// had to, and what it gives is held against the enclosures: where a number lies
// outside, or quadrature refuses a function that is certified, the numbers are
// those of the certificate. Variances that do not exist are NaN, and Warnings say
// why. It fails where Parse or Certify do.
func Judge(spec string, params map[string]string) (Judgement, error) {
	j := Judgement{}
	m, err := interpret(spec, params)
	if err != nil {
		return j, err
	}
	if j.Expression, err = m.expression(); err != nil {
		return j, err
	}
	if j.Certificate, err = Certify(j.Expression); err != nil {
		return j, err
	}
	j.Normalized, err = normalizeProven(WithCertificate(m.activation(), j.Certificate), j.Certificate)
	return j, err
}

// WithCertificate is the activation with the panels of its certificate, and with the
// Lipschitz constants that it proves, where the activation had none. A constant
// that is proven not to exist is +Inf; one that could not be bounded stays NaN.
func WithCertificate(a Activation, c Certificate) Activation {
	a.Panels = c.Narrow
	set := func(constant *float64, l enclose.Lipschitz) {
		switch {
		case !math.IsNaN(*constant):
		case l.Finite():
			*constant = l.Bound.Hi
		case l.None:
			*constant = math.Inf(1)
		}
	}
	set(&a.Lipschitz, c.Lipschitz)
	set(&a.DerivLipschitz, c.DerivLipschitz)
	return a
}
