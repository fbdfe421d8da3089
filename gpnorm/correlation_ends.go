package gpnorm

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/integrate/quad"
)

// An endExpansion holds a function of the angle t between ρ and one end of [−1, 1], 0 ≤ t ≤
// endWidth, and its integral against sin t dt = |dρ|.
type endExpansion struct {
	value chebyshev // the function over t at ρ = 1, itself at ρ = −1
	sum   chebyshev // its integral from 0 to t, over t³ or t²
	power int       // 1 where the function vanishes at t = 0, else 0
	err   float64
}

func (a endExpansion) at(t float64) float64 {
	v := a.value.at(t)
	if a.power == 1 {
		v *= t
	}
	return v
}

func (a endExpansion) integral(t float64) float64 {
	v := t * t * a.sum.at(t)
	if a.power == 1 {
		v *= t
	}
	return v
}

const endTol = 1e-12

// sumRule integrates the polynomials of an expansion exactly, times a power and a smooth
// factor.
var sumRule = sync.OnceValue(func() *[2][sumOrder]float64 {
	var r [2][sumOrder]float64
	quad.Legendre{}.FixedLocations(r[0][:], r[1][:], 0, 1)
	return &r
})

const sumOrder = 80

// expandAt fits E F(ψ′(u), ψ′(±w)), where u, w have correlation cos t and the sign is
// that of the end: join replaces the values ψ′(u) in its first argument by F.
func (c *CorrelationMap) expandAt(end float64, join func(u, w []float64)) (endExpansion, error) {
	a := endExpansion{}
	if end > 0 {
		a.power = 1
	}
	s := newBivariate(c.psi, end, join)
	if err := c.work.allows(fewestNodes * s.least(endWidth/2) * int64(pointWork+c.psi.operations)); err != nil {
		return a, err
	}
	var err error
	a.value, err = interpolate(endWidth, endTol, func(t float64) (float64, error) {
		v, err := s.expect(t)
		if a.power == 1 {
			v /= t
		}
		return v, err
	})
	if err != nil {
		return a, err
	}
	rule := sumRule()
	// ∫₀ᵗ F(r)·sin r dr = t^{power+2}·∫₀¹ s^{power+1}·value(ts)·sinc(ts) ds
	a.sum, err = interpolate(endWidth, endTol, func(t float64) (float64, error) {
		total := 0.
		for i, y := range rule[0] {
			r := t * y
			v := y * a.value.at(r) * math.Sin(r) / r
			if a.power == 1 {
				v *= y
			}
			total += rule[1][i] * v
		}
		return total, nil
	})
	a.err = endWidth * endWidth * (a.value.err + a.sum.err)
	return a, err
}
