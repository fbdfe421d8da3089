package faults

import (
	"math"

	"bsnn/gpnorm"
	"bsnn/properties/internal/suite"

	"gonum.org/v1/gonum/integrate/quad"
)

// normalise changes what Normalize returns.
func normalise(change func(*gpnorm.Normalized)) func(*suite.System) {
	return func(s *suite.System) {
		s.Normalize = func(a gpnorm.Activation) (gpnorm.Normalized, error) {
			n, err := gpnorm.Normalize(a)
			if err == nil {
				change(&n)
			}
			return n, err
		}
	}
}

// constants replaces a and b.
func constants(choose func(n gpnorm.Normalized) (a, b float64)) func(*suite.System) {
	return normalise(func(n *gpnorm.Normalized) {
		n.A, n.B = choose(*n)
		n.Activation = n.Raw.Affine(n.A, n.B)
	})
}

func profile(change func(*gpnorm.Profile)) func(*suite.System) {
	return func(s *suite.System) {
		s.Describe = func(a gpnorm.Activation) (gpnorm.Profile, error) {
			p, err := gpnorm.Describe(a)
			change(&p)
			return p, err
		}
	}
}

func activations() []Fault {
	return []Fault{
		{"a-1-percent", "normalisation", "a is 1 % too large", "gp-normalised",
			constants(func(n gpnorm.Normalized) (float64, float64) { return 1.01 * n.A, n.B })},
		{"a-without-root", "normalisation", "a = 1/E f′² without the square root", "gp-normalised",
			constants(func(n gpnorm.Normalized) (float64, float64) { return n.A * n.A, n.B })},
		{"b-inside", "normalisation", "φ = a(f + b) instead of a·f + b", "gp-normalised",
			constants(func(n gpnorm.Normalized) (float64, float64) { return n.A, n.A * n.B })},
		{"b-mean", "normalisation", "b = −a·E f: mean 0 instead of second moment 1", "gp-normalised",
			constants(func(n gpnorm.Normalized) (float64, float64) { return n.A, -n.A * n.RawProfile.Mean.Value })},
		{"other-root", "normalisation", "b is the other root", "gaussian-poincare",
			normalise(func(n *gpnorm.Normalized) {
				if len(n.Roots) == 2 {
					*n, _ = n.WithRoot(1 - n.Chosen)
				}
			})},
		{"derivative-without-a", "normalisation", "φ′ = f′ without a", "gp-normalised",
			normalise(func(n *gpnorm.Normalized) { n.Deriv, n.Both = n.Raw.Deriv, nil })},
		{"both-without-a", "evaluation", "evaluating φ and φ′ at once forgets a in φ′", "derivative",
			normalise(func(n *gpnorm.Normalized) {
				value, deriv := n.Value, n.Raw.Deriv
				n.Both = func(val, der, x []float64) { deriv(der, x); value(val, x) }
			})},
		{"lipschitz-without-a", "normalisation", "the Lipschitz constant of φ is that of f", "lipschitz",
			normalise(func(n *gpnorm.Normalized) { n.Lipschitz = n.Raw.Lipschitz })},
		{"missed-kink", "quadrature", "panels do not end at the kinks", "expectation",
			func(s *suite.System) { s.Expect = blindQuadrature }},
		{"v-f-without-projection", "moments", "V_f = Var φ² without subtracting c_f²/2", "profile",
			profile(func(p *gpnorm.Profile) { p.ForwardVariance += 2 * p.Slope * p.Slope })},
		{"kappa-doubled", "moments", "κ = E[(g²−1)φ²] without the ½", "profile",
			profile(func(p *gpnorm.Profile) { p.Slope *= 2 })},
		{"hermite-factorial", "Hermite coefficients", "He_k without division by √k!", "hermite",
			func(s *suite.System) {
				s.Hermite = func(a gpnorm.Activation, order int) ([]float64, error) {
					c, err := gpnorm.Hermite(a, order)
					for k := range c {
						f, _ := math.Lgamma(float64(k + 1))
						c[k] *= math.Exp(f / 2)
					}
					return c, err
				}
			}},
		{"correlation-centred", "correlation map", "covariance instead of the uncentred correlation", "correlation-map",
			func(s *suite.System) {
				s.Correlation = func(a gpnorm.Activation, q float64) (suite.CorrelationMap, error) {
					c, err := gpnorm.Correlation(a, q)
					return centred{c}, err
				}
			}},
		{"length-without-root", "length map", "E φ(q·g)² instead of E φ(√q·g)²", "length-map",
			func(s *suite.System) {
				s.LengthMap = func(a gpnorm.Activation, q float64) (float64, error) { return gpnorm.LengthMap(a, q*q) }
			}},
	}
}

// blindQuadrature is a composite Gauss–Legendre rule that knows no kinks.
func blindQuadrature(f gpnorm.Func, _ []float64) (gpnorm.Estimate, error) {
	sum, y := 0.0, make([]float64, 1)
	for lo := -10.0; lo < 10; lo++ {
		sum += quad.Fixed(func(x float64) float64 {
			y[0] = x
			f(y, y)
			return y[0] * math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
		}, lo, lo+1, 16, nil, 0)
	}
	return gpnorm.Estimate{Value: sum, Error: 1e-13}, nil
}

type centred struct{ *gpnorm.CorrelationMap }

func (c centred) At(rho float64) (gpnorm.Estimate, error) {
	zero, err := c.CorrelationMap.At(0)
	if err != nil {
		return zero, err
	}
	e, err := c.CorrelationMap.At(rho)
	e.Value = (e.Value - zero.Value) / (1 - zero.Value)
	return e, err
}
