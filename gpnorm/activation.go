package gpnorm

import (
	"slices"

	"bsnn/internal/vector"
)

// Func evaluates a real function elementwise: dst[i] = f(x[i]). The slices
// have the same length and dst may be x itself.
type Func func(dst, x []float64)

// An Activation is a scalar function φ together with what the theory needs
// to know about it. The zero value is not usable: Value and Deriv must be
// set.
type Activation struct {
	Name  string // how the user names it, for example "tanh" or "leakyrelu(0.01)"
	Value Func   // φ
	Deriv Func   // φ′, the weak derivative: its value at a kink does not matter

	// Both evaluates φ and φ′ in one pass. It may be nil; call ValueDeriv,
	// which falls back on Value and Deriv. val, der and x have the same
	// length; val may be x, der may not.
	Both func(val, der, x []float64)

	// Layer sets val[i] = φ(s·x[i]) and der[i] = φ′(s·x[i]) and returns Σval[i]²: a layer of a
	// network in one pass. It may be nil, and is not used where Both is; call
	// ScaledValueDeriv. A copy that computes something else has another Layer or none.
	Layer func(val, der, x []float64, s float64) (sumOfSquares float64)

	Kinks []float64 // ascending points where φ or a derivative of it is not smooth

	// Panels are further points, ascending, at which quadratures end a panel:
	// between two of them φ varies on the scale of their distance. They matter
	// where φ has features narrower than 1/32.
	Panels []float64

	// Lipschitz constants of φ and φ′: +Inf where none exists, NaN where
	// none is known.
	Lipschitz, DerivLipschitz float64

	loops *loops // of which the functions above are made, if they are

	operations int  // of an expression for one value; 0 for functions in Go
	sampled    bool // Panels are what features found, or none are needed
}

// sample adds the panels that a function in Go needs. It is an error if the function
// consists of steps.
func (a Activation) sample() (Activation, error) {
	if a.operations > 0 || a.sampled || a.check() != nil {
		return a, nil
	}
	if err := a.steps(); err != nil {
		return a, err
	}
	a.Panels = append(a.features(), a.Panels...)
	slices.Sort(a.Panels)
	a.sampled = true
	return a, nil
}

// ValueDeriv sets val[i] = φ(x[i]) and der[i] = φ′(x[i]). All slices have
// the same length; val may be x, der may not.
func (a Activation) ValueDeriv(val, der, x []float64) {
	if a.Both != nil {
		a.Both(val, der, x)
		return
	}
	a.Deriv(der, x)
	a.Value(val, x)
}

// ScaledValueDeriv sets val[i] = φ(s·x[i]) and der[i] = φ′(s·x[i]) and returns Σval[i]². All
// slices have the same length and none is another.
func (a Activation) ScaledValueDeriv(val, der, x []float64, s float64) (sumOfSquares float64) {
	if a.Layer != nil && a.Both != nil {
		return a.Layer(val, der, x, s)
	}
	for i, t := range x {
		val[i] = s * t
	}
	a.ValueDeriv(val, der, val)
	return vector.SumSquares(val)
}

// Breaks are the Kinks and the Panels, in ascending order: where quadratures end
// a panel.
func (a Activation) Breaks() []float64 {
	if len(a.Panels) == 0 {
		return a.Kinks
	}
	all := slices.Concat(a.Kinks, a.Panels)
	slices.Sort(all)
	return slices.Compact(all)
}
