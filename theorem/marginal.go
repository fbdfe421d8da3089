package theorem

import (
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/quadrature"
)

// Components of the integrals over one coordinate; those of the polynomials
// follow.
const (
	total = iota // the weight alone
	firstF
	firstG
	secondF
	secondG
	mixed
	evenF // squares of the even parts
	evenG
	coefficients
)

// marginalTolerance is the absolute error of an expectation that is good
// enough in any case, for functions of order 1.
const marginalTolerance = 1e-15

// marginal holds the expectations over one coordinate u₁ of the shifted
// f = φ² and g = φ′², and of their products with the even polynomials.
type marginal struct {
	*squares
	value, err []float64 // indexed by the components, divided by the weight
}

// integrateMarginal computes every expectation over one coordinate, with
// polynomials up to the given even degree.
func integrateMarginal(a gpnorm.Activation, n int, q float64, degree int) (marginal, error) {
	c := coordinate{n, math.Sqrt(float64(n) * q)}
	sq := newSquares(a, math.Sqrt(q))
	z := newZonal(n, degree)
	basis := make([]float64, degree/2)
	var u, sin []float64
	integrand := func(out [][]float64, theta []float64) {
		u, sin = resize(u, len(theta)), resize(sin, len(theta))
		for i, t := range theta {
			sin[i] = math.Sin(t)
			u[i] = c.radius * sin[i]
		}
		sq.at(u)
		for i, s := range sin {
			w := c.weight(s)
			p, m := &sq.plus, &sq.minus
			f, g := sq.even(i)
			out[total][i] = w
			out[firstF][i] = w * f
			out[firstG][i] = w * g
			out[secondF][i] = w * (p.f[i]*p.f[i] + m.f[i]*m.f[i]) / 2
			out[secondG][i] = w * (p.g[i]*p.g[i] + m.g[i]*m.g[i]) / 2
			out[mixed][i] = w * (p.f[i]*p.g[i] + m.f[i]*m.g[i]) / 2
			out[evenF][i], out[evenG][i] = w*f*f, w*g*g
			z.even(basis, s)
			for j, b := range basis {
				out[coefficients+2*j][i] = w * f * b
				out[coefficients+2*j+1][i] = w * g * b
			}
		}
	}
	// Components far below the rounding of f and g themselves, as the even
	// parts of a nearly affine function, are noise.
	noise := marginalTolerance * (1 + sq.shiftF*sq.shiftF + sq.shiftG*sq.shiftG) * mass(n-2)
	res, err := quadrature.Integrate(coefficients+degree, integrand, 0, c.angle(), c.breaks(a.Breaks()), quadrature.Options{AbsTol: noise})
	if sq.bad != nil {
		return marginal{}, sq.bad
	}
	if err != nil {
		return marginal{}, err
	}
	for k := range res.Value {
		res.Error[k] = (res.Error[k] + math.Abs(res.Value[k])*res.Error[total]/res.Value[total]) / res.Value[total]
	}
	weight := res.Value[total]
	for k := range res.Value {
		res.Value[k] /= weight
	}
	return marginal{sq, res.Value, res.Error}, nil
}

// moments assembles the result from the marginal and the covariances.
func (m marginal) moments(n int, q float64, cov covariances) LayerMoments {
	v, e := m.value, m.err
	assemble := func(shift float64, first, second, k int) Moments {
		variance := v[second] - v[first]*v[first]
		return Moments{
			Mean:            shift + v[first],
			Variance:        variance,
			Covariance:      cov.value[k] / float64(n-1),
			AverageVariance: max(0, variance+cov.value[k]) / float64(n),
			MeanError:       e[first],
			VarianceError:   e[second] + 2*math.Abs(v[first])*e[first] + cov.err[k],
		}
	}
	return LayerMoments{
		Width: n, Shell: q,
		Forward:  assemble(m.shiftF, firstF, secondF, 0),
		Backward: assemble(m.shiftG, firstG, secondG, 1),
		Cross:    v[mixed] - v[firstF]*v[firstG] + cov.value[2],
	}
}
