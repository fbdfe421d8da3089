package theorem

import (
	"fmt"
	"math"
	"slices"

	"bsnn/gpnorm"
)

// squares evaluates f = φ² and g = φ′² at u and −u together, each less a
// constant of its own size: covariances see the even parts only, and shifting
// avoids the cancellation of a large mean in the variance. The slices are
// reused by the next call.
type squares struct {
	act    gpnorm.Activation
	shiftF float64
	shiftG float64

	x, val, der []float64
	plus, minus struct{ f, g []float64 }

	bad error // the first place where φ or φ′ is not finite
}

// newSquares shifts by the values at ±√q, where the typical coordinate is.
func newSquares(a gpnorm.Activation, typical float64) *squares {
	s := &squares{act: a}
	s.at([]float64{typical})
	s.shiftF = (s.plus.f[0] + s.minus.f[0]) / 2
	s.shiftG = (s.plus.g[0] + s.minus.g[0]) / 2
	return s
}

// at evaluates at the points u and −u. A derivative is taken as it comes at
// a kink, where no quadrature node lies.
func (s *squares) at(u []float64) {
	n := len(u)
	s.x = resize(s.x, 2*n)
	s.val = resize(s.val, 2*n)
	s.der = resize(s.der, 2*n)
	for i, v := range u {
		s.x[i], s.x[n+i] = v, -v
	}
	s.act.ValueDeriv(s.val, s.der, s.x)
	for i := range s.val {
		s.check(i)
		s.val[i] = s.val[i]*s.val[i] - s.shiftF
		s.der[i] = s.der[i]*s.der[i] - s.shiftG
	}
	s.plus.f, s.minus.f = s.val[:n], s.val[n:]
	s.plus.g, s.minus.g = s.der[:n], s.der[n:]
}

// check notes where the activation is not finite: the quadrature, which
// stops there, knows the angle only.
func (s *squares) check(i int) {
	if s.bad != nil {
		return
	}
	for _, v := range []struct {
		what string
		at   float64
	}{{"φ", s.val[i]}, {"φ′", s.der[i]}} {
		if math.IsNaN(v.at) || math.IsInf(v.at, 0) {
			s.bad = fmt.Errorf("%s(%v) = %v, want a finite number", v.what, s.x[i], v.at)
			return
		}
	}
}

// even returns the even parts of f and g at the i-th point.
func (s *squares) even(i int) (f, g float64) {
	return (s.plus.f[i] + s.minus.f[i]) / 2, (s.plus.g[i] + s.minus.g[i]) / 2
}

func resize(x []float64, n int) []float64 { return slices.Grow(x[:0], n)[:n] }
