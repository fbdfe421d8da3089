// Package quadrature integrates vector-valued functions of one real variable
// to nearly full float64 precision, with an error estimate per component.
//
// The rule is adaptive composite Gauss–Legendre with 16 nodes per panel. A
// panel is integrated whole and again as two halves; the halves give the
// value and the difference its error estimate, which for a smooth integrand
// is a large overestimate of the error of the halves (at an algebraic
// singularity it may be an underestimate by a small factor). Panels start at the
// caller's breaks, so an integrand that is smooth between them converges
// geometrically; elsewhere the panels that are too coarse are bisected.
//
// Results are deterministic: they depend on the arguments alone.
package quadrature

import (
	"errors"
	"fmt"
	"math"
)

// An Integrand fills out[k][i] = f_k(x[i]) for every component k. The slices
// out[k] are as long as x, are reused between calls and must not be kept.
type Integrand func(out [][]float64, x []float64)

// Options bounds the error and the work. The zero value asks for nearly
// machine precision.
type Options struct {
	// RelTol bounds the error of component k relative to ∫|f_k|, which is
	// what rounding permits when positive and negative parts cancel. Zero
	// means 1e-14.
	RelTol float64
	// AbsTol is an absolute error that is good enough in any case.
	AbsTol float64
	// MaxPanels bounds the number of panels. Zero means 4096.
	MaxPanels int
}

// ErrTolerance is wrapped by the errors of an integral that was computed, but
// not to the tolerance asked for.
var ErrTolerance = errors.New("tolerance not reached")

// A ConvergenceError is an integral that misses its tolerance; it wraps
// ErrTolerance.
type ConvergenceError struct {
	Component int
	At        float64 // middle of the worst panel
	Estimate  float64 // of the absolute error
	Tolerance float64
	Panels    int // the number that did not suffice; 0 when bisection reached the resolution of float64
}

// Error returns one line.
func (e *ConvergenceError) Error() string {
	if e.Panels == 0 {
		return fmt.Sprintf("%v: component %d does not converge near x = %v: error %.3g, tolerance %.3g",
			ErrTolerance, e.Component, e.At, e.Estimate, e.Tolerance)
	}
	return fmt.Sprintf("%v: %d panels do not suffice: component %d has error %.3g, tolerance %.3g, worst near x = %v",
		ErrTolerance, e.Panels, e.Component, e.Estimate, e.Tolerance, e.At)
}

// Unwrap returns ErrTolerance.
func (e *ConvergenceError) Unwrap() error { return ErrTolerance }

// Result holds one entry per component.
type Result struct {
	Value []float64
	// Error is the estimated absolute error: the sum over panels of the
	// difference between the whole panel and its halves, plus an allowance
	// for rounding. It is an estimate, not a proven bound.
	Error []float64
	// Scale is ∫|f_k|, the magnitude that the relative tolerance refers to.
	Scale []float64
	// Evaluations counts the abscissae at which the integrand was computed.
	Evaluations int
}

const (
	defaultRelTol    = 1e-14
	defaultMaxPanels = 4096
	roundoff         = 0x1p-52
	// A panel whose two estimates agree to this fraction of ∫|f| over it
	// is as good as float64 gets; splitting it would chase rounding.
	settled = 16 * roundoff
)

// Integrate computes ∫ f_k(x) dx over [lo, hi] for k < dim. Breaks, in any
// order, are the points where f or one of its derivatives may jump, or where
// the caller wants a panel to end; those outside (lo, hi) are ignored.
//
// It fails when the interval or a break is not finite, when a component is
// NaN or infinite somewhere (the error says where), when MaxPanels do not
// suffice for the tolerance, and when bisection reaches the resolution of
// float64 without meeting it, as at a pole; in the last two cases the error
// is a *ConvergenceError and the Result is returned as far as it got.
func Integrate(dim int, f Integrand, lo, hi float64, breaks []float64, opt Options) (Result, error) {
	if err := opt.fill(); err != nil {
		return Result{}, err
	}
	if dim < 1 {
		return Result{}, fmt.Errorf("%d components, want at least 1", dim)
	}
	edges, err := split(lo, hi, breaks)
	if err != nil {
		return Result{}, err
	}
	s := newState(dim, f, opt, edges)
	if err := s.seed(edges); err != nil {
		return Result{}, err
	}
	for {
		coarse := s.coarse()
		if len(coarse) == 0 {
			return s.result(), s.stuck()
		}
		if len(s.panels)+len(coarse) > opt.MaxPanels {
			return s.result(), s.exhausted()
		}
		if err := s.bisect(coarse); err != nil {
			return Result{}, err
		}
	}
}

func (o *Options) fill() error {
	if !(o.RelTol >= 0) || !(o.AbsTol >= 0) || o.MaxPanels < 0 {
		return fmt.Errorf("negative or NaN tolerance or panel count in %+v", *o)
	}
	if o.RelTol == 0 {
		o.RelTol = defaultRelTol
	}
	if o.MaxPanels == 0 {
		o.MaxPanels = defaultMaxPanels
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
