package gpnorm

import (
	"errors"
	"fmt"
	"math"

	"bsnn/internal/quadrature"
	"bsnn/internal/vector"
)

const invSqrt2Pi = 0.398942280401432677939946059934381868 // 1/√(2π)

// The line is cut at ±reach; a reach that leaves a visible tail is tried
// again with the next. exp(−36²/2) is still a normal float64.
var reaches = [...]float64{12, 24, 36}

const (
	panelWidth = 2.0
	maxPanels  = 1024
	negligible = 0x1p-53 // of E|·|, for what is left at the cut
	tiny       = 1e-290  // absolute error that is always good enough
	acceptable = 1e-9    // of E|·|: a noisy function may miss full precision by this much
)

// An integrand fills out[k][i] = F_k(x[i]) and returns the Gaussian density at
// x, or nil to have it computed. An error stops the integration and becomes its
// error.
type integrand func(out [][]float64, x []float64) (density []float64, err error)

// A problem is a list of Gaussian expectations to be computed in one pass.
type problem struct {
	what  []string // a name for each component, for errors
	f     integrand
	kinks []float64
	abs   float64 // absolute tolerance
	rel   float64 // relative tolerance; 0 means nearly machine precision
}

// expectations computes E F_k(g) for every component.
func (p problem) expectations() (quadrature.Result, error) {
	var tail error
	for _, reach := range reaches {
		r, err := p.integrateTo(reach)
		if err != nil {
			if tail != nil { // it comes first, and explains an overflow farther out
				err = tail
			}
			return r, err
		}
		if tail = p.tail(r.Scale, reach); tail == nil {
			return r, nil
		}
	}
	return quadrature.Result{}, tail
}

// integrateTo integrates over |x| ≤ reach.
func (p problem) integrateTo(reach float64) (quadrature.Result, error) {
	dim := len(p.what)
	var failed error
	var missed *quadrature.ConvergenceError
	var scratch []float64
	var last struct {
		out [][]float64
		x   []float64
	}
	weighted := func(out [][]float64, x []float64) {
		last.out, last.x = out, x
		if failed == nil {
			scratch, failed = p.weigh(out, x, scratch)
		}
		if failed != nil { // stop the adaptation at once
			out[0][0] = math.NaN()
		}
	}
	breaks := p.breaks(reach)
	opt := quadrature.Options{AbsTol: max(tiny, p.abs), RelTol: p.rel, MaxPanels: max(maxPanels, 4*len(breaks))}
	r, err := quadrature.Integrate(dim, weighted, -reach, reach, breaks, opt)
	switch {
	case failed != nil:
		return r, failed
	case errors.As(err, &missed):
		err = nil
		if !p.acceptable(r) {
			err = fmt.Errorf("the expectation E %s does not converge near x = %.6g: %w", p.what[missed.Component], clean(missed.At), missed)
		}
	case err != nil: // the integrand overflowed in the last batch, or a kink is NaN
		if o := p.overflow(last.out, last.x); o != nil {
			err = o
		}
	}
	return r, err
}

// breaks are even integers and the kinks. The first attempt serves functions
// whose mass lies within ±8, so one panel is enough for what is beyond.
func (p problem) breaks(reach float64) []float64 {
	list := make([]float64, 0, int(2*reach/panelWidth)+len(p.kinks))
	for b := -reach + panelWidth; b < reach; b += panelWidth {
		if reach > reaches[0] || math.Abs(b) <= 8 {
			list = append(list, b)
		}
	}
	return append(list, p.kinks...)
}

// weigh evaluates F_k times the Gaussian density. The scratch memory for the
// density is returned for the next call.
func (p problem) weigh(out [][]float64, x, scratch []float64) ([]float64, error) {
	w, err := p.f(out, x)
	if err != nil {
		return scratch, err
	}
	if w == nil {
		if len(scratch) < len(x) {
			scratch = make([]float64, len(x))
		}
		w = scratch[:len(x)]
		vector.NormalDensity(w, x[:len(w)])
	}
	w = w[:len(x)]
	for _, row := range out {
		row = row[:len(w)]
		for i, v := range w {
			row[i] *= v
		}
	}
	return scratch, nil
}

// overflow names a component that is not finite although f was.
func (p problem) overflow(out [][]float64, x []float64) error {
	for k, row := range out {
		if i := firstBad(row); i >= 0 {
			return &overflowError{p.what[k], x[i]}
		}
	}
	return nil
}

func (p problem) acceptable(r quadrature.Result) bool {
	for k, e := range r.Error {
		if e > max(acceptable*r.Scale[k], p.abs) {
			return false
		}
	}
	return true
}

// tail reports a component whose integrand has not died out at ±reach.
func (p problem) tail(scale []float64, reach float64) error {
	x := []float64{-reach, reach}
	out := make([][]float64, len(p.what))
	for k := range out {
		out[k] = make([]float64, len(x))
	}
	if _, err := p.weigh(out, x, nil); err != nil {
		return err
	}
	if err := p.overflow(out, x); err != nil {
		return err
	}
	for k, row := range out {
		for i, v := range row {
			if math.Abs(v) > negligible*scale[k]+tiny {
				return &tailError{p.what[k], x[i], math.Abs(v) / scale[k]}
			}
		}
	}
	return nil
}

// A tailError is an integrand that is not negligible at the end of the range.
type tailError struct {
	what     string
	x        float64
	fraction float64 // of the mean of its magnitude
}

func (e *tailError) Error() string {
	return fmt.Sprintf("the expectation E %s does not converge: %s", e.what, e.reason())
}

func (e *tailError) reason() string {
	return fmt.Sprintf("at x = %v %s times the density is still %.3g of the mean of its magnitude", e.x, e.what, e.fraction)
}

// An overflowError is an integrand that is not finite although φ and φ′ are.
type overflowError struct {
	what string
	x    float64
}

func (e *overflowError) Error() string { return fmt.Sprintf("%s overflows at x = %v", e.what, e.x) }

// firstBad is the index of the first NaN or infinity, or −1.
func firstBad(x []float64) int {
	for i, v := range x {
		if v-v != 0 {
			return i
		}
	}
	return -1
}
