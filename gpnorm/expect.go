package gpnorm

import (
	"errors"
	"fmt"
	"math"
)

// An Estimate is a number computed by quadrature and the estimated absolute
// error of it.
type Estimate struct{ Value, Error float64 }

// Expect computes E f(g), g ~ N(0,1). Kinks are the points where f or one of
// its derivatives jumps. A missing one costs time; it costs accuracy too when it
// lies so close to an even integer that no node falls between.
//
// It fails when f is nil, is NaN or infinite somewhere (the error says at which
// x), or grows so fast that the expectation does not visibly converge.
func Expect(f Func, kinks []float64) (Estimate, error) {
	if f == nil {
		return Estimate{}, errors.New("Expect: the function is nil")
	}
	r, err := problem{
		what:  []string{"f"},
		kinks: kinks,
		f: func(out [][]float64, x []float64) ([]float64, error) {
			f(out[0], x)
			return nil, finiteAt("f", out[0], x)
		},
	}.expectations()
	if err != nil {
		return Estimate{}, fmt.Errorf("Expect: %w", err)
	}
	return Estimate{r.Value[0], r.Error[0]}, nil
}

// LengthMap computes Q(q) = E φ(√q·g)², the squared length per neuron, in the
// limit of infinite width, of the layer after one of squared length q ≥ 0
// (theory of wide networks; for q = 1 and a normalised φ it is 1).
func LengthMap(a Activation, q float64) (float64, error) {
	if err := a.check(); err != nil {
		return 0, fmt.Errorf("LengthMap: %w", err)
	}
	if !(q >= 0) || math.IsInf(q, 1) {
		return 0, fmt.Errorf("LengthMap: squared length %v, want a finite number ≥ 0", q)
	}
	root := math.Sqrt(q)
	r, err := problem{
		what:  []string{"φ(√q·g)²"},
		kinks: relocated(a.Breaks(), 0, root),
		f: func(out [][]float64, x []float64) ([]float64, error) {
			y := out[0]
			for i, t := range x {
				y[i] = root * t
			}
			a.Value(y, y)
			if err := finiteAt("φ(√q·x)", y, x); err != nil {
				return nil, err
			}
			for i, v := range y {
				y[i] = v * v
			}
			return nil, nil
		},
	}.expectations()
	if err != nil {
		return 0, fmt.Errorf("LengthMap of %s at q = %v: %w", a.Name, q, err)
	}
	return r.Value[0], nil
}

// finiteAt is an error unless all values are finite.
func finiteAt(what string, values, x []float64) error {
	if i := firstBad(values); i >= 0 {
		return fmt.Errorf("%s is %v at x = %v, want a finite number", what, values[i], x[i])
	}
	return nil
}

// check is an error when a cannot be evaluated.
func (a Activation) check() error {
	switch {
	case a.Value == nil:
		return fmt.Errorf("activation %q has no Value", a.Name)
	case a.Deriv == nil:
		return fmt.Errorf("activation %q has no Deriv", a.Name)
	}
	return nil
}
