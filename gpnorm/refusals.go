package gpnorm

import (
	"errors"
	"fmt"
	"math"

	"bsnn/internal/quadrature"
)

// What the theory does not cover is named, with the place, as far as
// sampling can see it.

// describe computes the profile of the function on the tape.
func (t *tape) describe() (Profile, error) {
	if err := t.of.check(); err != nil {
		return Profile{}, err
	}
	if err := t.of.jump(); err != nil {
		return Profile{}, err
	}
	r, err := t.moments([]affine{{1, 0}}, true)
	if err != nil {
		return Profile{}, t.of.explain(t.of.diagnose(err))
	}
	if err := checkStein(r); err != nil {
		return Profile{}, t.of.explain(err)
	}
	if err := t.checkPrimitive(math.Sqrt(r.Value[mDerivSecond])); err != nil {
		return Profile{}, t.of.explain(err)
	}
	return profileOf(r, 0), nil
}

// jump is an error when the values on the two sides of a kink do not approach
// each other. They differ by a power of the distance at a continuous kink,
// and by more and more at a pole.
func (a Activation) jump() error {
	const near, nearer = 1e-6, 1e-12
	rounding := 1e-13 * a.bulk()
	for _, k := range a.Kinks {
		unit := 1 + math.Abs(k)
		y := []float64{k - near*unit, k + near*unit, k - nearer*unit, k + nearer*unit}
		a.Value(y, y)
		if firstBad(y) >= 0 {
			continue
		}
		before, now := math.Abs(y[1]-y[0]), math.Abs(y[3]-y[2])
		size := max(math.Abs(y[0]), math.Abs(y[1]), math.Abs(y[2]), math.Abs(y[3]))
		visible := now > max(1e-9*size, rounding, tiny)
		if visible && 0.5*before <= now && now <= 1.5*before {
			return fmt.Errorf("the function jumps at x = %.6g, from %.6g to %.6g: a jump has no weak derivative in L²", clean(k), y[2], y[3])
		}
	}
	return nil
}

// bulk is the size of φ where most of the normal law is: far out, where φ may
// be small as a difference of large terms, only rounding of theirs is left.
func (a Activation) bulk() float64 {
	y := []float64{-2, -1, 0, 1, 2}
	a.Value(y, y)
	largest := 0.0
	for _, v := range y {
		if v = math.Abs(v); v > largest && !math.IsInf(v, 1) {
			largest = v
		}
	}
	return largest
}

// diagnose replaces the error of a pass over all moments by the first reason
// why the definition does not apply: E φ² or E φ′² alone does not converge.
func (a Activation) diagnose(err error) error {
	var bad *undefinedError
	if errors.As(err, &bad) {
		return bad
	}
	for i, what := range []string{"φ²", "φ′²"} {
		f := []Func{a.Value, a.Deriv}[i]
		_, alone := problem{what: []string{what}, kinks: a.Breaks(), f: func(out [][]float64, x []float64) ([]float64, error) {
			f(out[0], x)
			for j, v := range out[0] {
				out[0][j] = v * v
			}
			return nil, nil
		}}.expectations()
		if alone != nil {
			return a.infinite(what, alone)
		}
	}
	return err
}

// infinite says that E what is infinite, and where.
func (a Activation) infinite(what string, err error) error {
	var far *tailError
	var stuck *quadrature.ConvergenceError
	var over *overflowError
	reason := err.Error()
	switch {
	case errors.As(err, &far):
		reason = far.reason()
	case errors.As(err, &stuck):
		reason = fmt.Sprintf("the function is singular near x = %.6g", a.place(stuck.At))
	case errors.As(err, &over) && a.place(over.x) != over.x:
		reason = fmt.Sprintf("the function is singular near x = %.6g", a.place(over.x))
	}
	return fmt.Errorf("the expectation E %s is infinite or does not converge in float64: %s", what, reason)
}

// place is x, or the kink that it is next to.
func (a Activation) place(x float64) float64 {
	for _, k := range a.Kinks {
		if math.Abs(x-k) <= 1e-6*(1+math.Abs(k)) {
			return clean(k)
		}
	}
	return clean(x)
}

// clean is 0 for what only rounding tells from it.
func clean(x float64) float64 {
	if math.Abs(x) < 1e-12 {
		return 0
	}
	return x
}

// An undefinedError is a value of φ or φ′ that is not a finite number.
type undefinedError struct {
	what  string
	value float64
	x     float64
	edge  float64 // NaN unless the function is defined on the other side of it
}

func (e *undefinedError) Error() string {
	text := fmt.Sprintf("%s is %v at x = %.6g, want a finite number", e.what, e.value, e.x)
	switch {
	case !math.IsNaN(e.value):
		text += ": it overflows or has a pole"
	case !math.IsNaN(e.edge):
		text += fmt.Sprintf(": it is not defined everywhere, the edge is near x = %.6g", e.edge)
	default:
		text += ": it is not defined everywhere"
	}
	return text
}

// definedAt is an error unless all values of f at x are finite.
func definedAt(what string, f Func, values, x []float64) error {
	i := firstBad(values)
	if i < 0 {
		return nil
	}
	e := &undefinedError{what, values[i], x[i], math.NaN()}
	if math.IsNaN(values[i]) {
		e.edge = edge(f, x[i])
	}
	return e
}

// edge is the boundary, seen from bad, of where f is defined, as far as a
// grid of halves shows; NaN if f is defined nowhere on it.
func edge(f Func, bad float64) float64 {
	y := make([]float64, 1)
	defined := func(x float64) bool {
		y[0] = x
		f(y, y)
		return y[0]-y[0] == 0
	}
	good := math.NaN()
	for x := -12.; x <= 12; x += 0.5 {
		if !(math.Abs(x-bad) >= math.Abs(good-bad)) && defined(x) {
			good = x
		}
	}
	if math.IsNaN(good) {
		return good
	}
	for range 100 {
		if middle := bad + (good-bad)/2; defined(middle) {
			good = middle
		} else {
			bad = middle
		}
	}
	return clean(good)
}
