package reports

import (
	"math"

	"bsnn/gpnorm"
)

// Curves are what a card draws of the function φ that networks use. Value and
// slope are NaN at kinks, so that jumps are not drawn.
type Curves struct {
	X     []Number `json:"x"`
	Value []Number `json:"value"` // φ(x)
	Deriv []Number `json:"derivative"`

	Q      []Number `json:"q"`
	Length []Number `json:"length"` // Q(q) = E φ(√q·g)²

	Rho         []Number `json:"rho"`
	Correlation []Number `json:"correlation"` // C(ρ) at length 1; empty for a function that is not normalised
}

const (
	curveReach  = 3.0  // of x on both sides
	curvePoints = 121  // of x
	mapPoints   = 41   // of q and ρ
	shortestQ   = 0.25 // q runs over [¼, 4], logarithmically
)

// NewCurves samples φ at points from −reach to reach, and its maps, the second
// for a normalised function only. Where a map does not exist its curve is
// empty.
func NewCurves(a gpnorm.Activation, normalized bool, reach float64, points int) Curves {
	if !normalized {
		return newCurves(a, nil, reach, points)
	}
	m, err := gpnorm.Correlation(a, 1)
	if err != nil {
		m = nil
	}
	return newCurves(a, m, reach, points)
}

// newCurves takes the correlation map, which is nil if there is none.
func newCurves(a gpnorm.Activation, m *gpnorm.CorrelationMap, reach float64, points int) Curves {
	var c Curves
	xs := withKinks(steps(-reach, reach, points), a.Kinks)
	value, deriv := make([]float64, len(xs)), make([]float64, len(xs))
	a.ValueDeriv(value, deriv, xs)
	for i, x := range xs {
		for _, k := range a.Kinks {
			if x == k {
				deriv[i] = math.NaN()
			}
		}
	}
	c.X, c.Value, c.Deriv = numbers(xs), numbers(value), numbers(deriv)
	for _, t := range steps(math.Log(shortestQ), -math.Log(shortestQ), mapPoints) {
		q := math.Exp(t)
		v, err := gpnorm.LengthMap(a, q)
		if err != nil {
			c.Q, c.Length = nil, nil
			break
		}
		c.Q, c.Length = append(c.Q, Number(q)), append(c.Length, Number(v))
	}
	if m == nil {
		return c
	}
	for _, rho := range steps(-1, 1, mapPoints) {
		v, err := m.At(rho)
		if err != nil {
			c.Rho, c.Correlation = nil, nil
			break
		}
		c.Rho, c.Correlation = append(c.Rho, Number(rho)), append(c.Correlation, Number(v.Value))
	}
	return c
}

// steps are n evenly spaced numbers from lo to hi.
func steps(lo, hi float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		t := float64(i) / float64(n-1)
		out[i] = (1-t)*lo + t*hi
	}
	return out
}

// withKinks adds the kinks within xs, each with its two neighbours in float64.
func withKinks(xs, kinks []float64) []float64 {
	var out []float64
	k := 0
	for i, x := range xs {
		for ; k < len(kinks) && kinks[k] <= x; k++ {
			if i > 0 {
				out = append(out, math.Nextafter(kinks[k], math.Inf(-1)), kinks[k], math.Nextafter(kinks[k], math.Inf(1)))
			}
		}
		if len(out) == 0 || x > out[len(out)-1] {
			out = append(out, x)
		}
	}
	return out
}

func numbers(xs []float64) []Number {
	out := make([]Number, len(xs))
	for i, x := range xs {
		out[i] = Number(x)
	}
	return out
}
