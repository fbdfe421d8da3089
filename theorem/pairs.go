package theorem

import (
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/quadrature"
)

// pairTolerance is what the two-dimensional integrals aim at, far below what
// anybody reads and far above the rounding of the inner ones.
const pairTolerance = 1e-11

// integratePairs computes the covariances as integrals over two coordinates:
// u₁ = r·sin θ and, given it, u₂ = r·cos θ·sin ψ with density ∝ cosⁿ⁻³ψ. Even
// parts make both angles positive.
func integratePairs(a gpnorm.Activation, n int, q float64, m marginal) (covariances, error) {
	p := newEquatorMean(a, n, q, m)
	c := coordinate{n, math.Sqrt(float64(n) * q)}
	sq := newSquares(a, math.Sqrt(q))
	scale := float64(n-1) / mass(n-2)
	var failed error
	var u []float64
	integrand := func(out [][]float64, theta []float64) {
		u = resize(u, len(theta))
		for i, t := range theta {
			u[i] = c.radius * math.Sin(t)
		}
		sq.at(u)
		for i, t := range theta {
			w := scale * c.weight(math.Sin(t))
			f, g := sq.even(i)
			f, g = f-m.value[firstF], g-m.value[firstG]
			meanF, meanG, err := p.at(c.radius * math.Cos(t))
			if err != nil {
				failed = err
			}
			out[0][i], out[1][i], out[2][i] = w*f*meanF, w*g*meanG, w*f*meanG
		}
	}
	breaks := c.images(a.Breaks())
	for _, theta := range breaks {
		breaks = append(breaks, math.Pi/2-theta) // where the equator reaches the kink
	}
	opt := quadrature.Options{RelTol: pairTolerance, AbsTol: pairTolerance}
	res, err := quadrature.Integrate(3, integrand, 0, c.angle(), breaks, opt)
	if failed != nil {
		return covariances{}, failed
	}
	if err != nil {
		return covariances{}, err
	}
	return covariances{[3]float64(res.Value), [3]float64(res.Error)}, nil
}

// equatorMean averages f and g, centred, over one coordinate of the sphere
// of dimension one less that is orthogonal to the first coordinate.
type equatorMean struct {
	values       *squares
	inner        coordinate
	meanF, meanG float64
	mass         float64
	u            []float64
}

func newEquatorMean(a gpnorm.Activation, n int, q float64, m marginal) *equatorMean {
	return &equatorMean{
		values: newSquares(a, math.Sqrt(q)),
		inner:  coordinate{n: n - 1},
		meanF:  m.value[firstF], meanG: m.value[firstG],
		mass: mass(n - 3),
	}
}

// at returns E f(u₂) − E f and E g(u₂) − E g over the sphere of the radius.
func (p *equatorMean) at(radius float64) (f, g float64, err error) {
	p.inner.radius = radius
	integrand := func(out [][]float64, psi []float64) {
		p.u = resize(p.u, len(psi))
		for i, t := range psi {
			p.u[i] = radius * math.Sin(t)
		}
		p.values.at(p.u)
		for i, t := range psi {
			w := p.inner.weight(math.Sin(t)) / p.mass
			f, g := p.values.even(i)
			out[0][i], out[1][i] = w*(f-p.meanF), w*(g-p.meanG)
		}
	}
	breaks := p.inner.images(p.values.act.Breaks())
	opt := quadrature.Options{RelTol: pairTolerance / 10, AbsTol: pairTolerance / 10}
	res, err := quadrature.Integrate(2, integrand, 0, p.inner.angle(), breaks, opt)
	if err != nil {
		return 0, 0, err
	}
	return res.Value[0], res.Value[1], nil
}
