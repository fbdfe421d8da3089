package faults

import (
	"math"

	"bsnn/gpnorm"
	"bsnn/properties/internal/suite"
	"bsnn/theorem"
)

func moments() []Fault {
	plant := func(change func(a gpnorm.Activation, m *theorem.LayerMoments)) func(*suite.System) {
		return func(s *suite.System) {
			s.SphereMoments = func(a gpnorm.Activation, n int, q float64) (theorem.LayerMoments, error) {
				m, err := theorem.SphereMoments(a, n, q)
				if err == nil {
					change(a, &m)
				}
				return m, err
			}
		}
	}
	return []Fault{
		{"coordinates-independent", "exact moments", "Var S = v_n/n, as if coordinates on the sphere were independent", "forward-moments",
			plant(func(_ gpnorm.Activation, m *theorem.LayerMoments) {
				m.Forward.AverageVariance = m.Forward.Variance / float64(m.Width)
			})},
		{"n-for-n-minus-1", "exact moments", "(v_n + n·c_n)/n", "sphere-polynomials",
			plant(func(_ gpnorm.Activation, m *theorem.LayerMoments) {
				m.Forward.AverageVariance += m.Forward.Covariance / float64(m.Width)
			})},
		{"gaussian-moments", "exact moments", "the mean for n → ∞ at every n", "sphere-moments", func(s *suite.System) {
			s.SphereMoments = func(a gpnorm.Activation, n int, q float64) (theorem.LayerMoments, error) {
				m, err := theorem.SphereMoments(a, n, q)
				if err != nil {
					return m, err
				}
				m.Forward.Mean, err = gpnorm.LengthMap(a, q)
				return m, err
			}
		}},
		{"shell-ignored", "exact moments", "‖x‖² = n whatever the shell", "sphere-moments", func(s *suite.System) {
			s.SphereMoments = func(a gpnorm.Activation, n int, q float64) (theorem.LayerMoments, error) {
				m, err := theorem.SphereMoments(a, n, 1)
				m.Shell = q
				return m, err
			}
		}},
		{"cross-sign", "exact moments", "Cov(‖φ‖², ‖D‖²) with the wrong sign", "cross-moment",
			plant(func(_ gpnorm.Activation, m *theorem.LayerMoments) { m.Cross = -m.Cross })},
		{"fixed-y-spread", "exact moments", "for a fixed y, c_n left out of p·v_n + (1−p)·c_n", "sphere-polynomials",
			plant(func(_ gpnorm.Activation, m *theorem.LayerMoments) { m.Backward.Covariance = 0 })},
	}
}

func bounds() []Fault {
	return []Fault{
		{"eps-for-eps-squared", "bound, forward", "exp(−(n−1)t/(2K²)): t where t² belongs", "bounds-relu", func(s *suite.System) {
			s.ForwardBound = func(a gpnorm.Activation, n int, q, eps float64) (theorem.Bound, error) {
				b, err := theorem.ForwardBound(a, n, q, eps)
				if err != nil || math.IsNaN(a.Lipschitz) {
					return b, err
				}
				t := math.Sqrt(1+eps) - 1
				wrong := 2 * math.Exp(-float64(n-1)*t/(2*a.Lipschitz*a.Lipschitz*q))
				b.Probability = math.Min(b.Probability, wrong)
				return b, nil
			}
		}},
		{"variance-over-n-twice", "bound, forward", "Chebyshev with the variance divided by n once more", "bounds-relu", func(s *suite.System) {
			s.ForwardBound = func(a gpnorm.Activation, n int, q, eps float64) (theorem.Bound, error) {
				b, err := theorem.ForwardBound(a, n, q, eps)
				if err != nil {
					return b, err
				}
				m, err := theorem.SphereMoments(a, n, q)
				b.Probability = math.Min(b.Probability, m.Forward.AverageVariance/float64(n)/(eps*eps))
				return b, err
			}
		}},
		{"peak-ignored", "bound, backward, fixed y", "every y is taken for a spread out one", "bounds-relu", func(s *suite.System) {
			s.BackwardBoundFixed = func(a gpnorm.Activation, y []float64, q, eps float64) (theorem.Bound, error) {
				n := len(y)
				return theorem.BackwardBoundShape(a, theorem.ErrorShape{Width: n, Peak: 1, Participation: 1 / float64(n)}, q, eps)
			}
		}},
		{"n-squared", "bound, backward, uniform y", "exp(−(n−1)²t²/(2K²)): n−1 squared as well", "bounds-relu", func(s *suite.System) {
			s.BackwardBoundUniform = func(a gpnorm.Activation, n int, q, eps float64) (theorem.Bound, error) {
				b, err := theorem.BackwardBoundUniform(a, n, q, eps)
				t, c := math.Sqrt(1+eps)-1, float64(n-1)
				b.Probability = math.Min(b.Probability, 2*math.Exp(-c*c*t*t/(2*a.Lipschitz*a.Lipschitz)))
				return b, err
			}
		}},
		{"inside-eps-for-eps-squared", "bound, backward, inside", "t where t² belongs", "bounds-relu", func(s *suite.System) {
			s.BackwardBoundInside = func(a gpnorm.Activation, n int, q, rho, eps float64) (theorem.Bound, error) {
				b, err := theorem.BackwardBoundInside(a, n, q, rho, eps)
				t := math.Sqrt(1+eps) - 1
				b.Probability = math.Min(b.Probability, 2*math.Exp(-float64(n-2)*t/(2*a.Lipschitz*a.Lipschitz)))
				return b, err
			}
		}},
		{"depth-n-squared", "bound, whole network, backward", "n² where n belongs", "bound-depth-backward", func(s *suite.System) {
			s.BackwardDepthBound = func(a gpnorm.Activation, width, depth int, eps float64) (theorem.Bound, error) {
				return theorem.BackwardDepthBound(a, width*width, depth, eps)
			}
		}},
		{"depth-root-eps", "bound, whole network", "√ε where ε belongs", "bounds-relu", func(s *suite.System) {
			s.ForwardDepthBound = func(a gpnorm.Activation, width, depth int, eps float64) (theorem.Bound, error) {
				return theorem.ForwardDepthBound(a, width, depth, math.Sqrt(eps))
			}
		}},
	}
}

func laws() []Fault {
	scaled := func(l theorem.Law, factor float64) theorem.Law {
		l.SD *= factor
		l.LogSD *= factor
		return l
	}
	return []Fault{
		{"law-without-projection", "limit law, forward", "V_f = Var φ² without c_f²/2", "moments-converge", func(s *suite.System) {
			s.ForwardLaw = func(p gpnorm.Profile, n int) (theorem.Law, error) {
				p.ForwardVariance += 2 * p.Slope * p.Slope
				return theorem.ForwardLaw(p, n)
			}
		}},
		{"law-n-for-root-n", "limit law, forward", "standard deviation √V_f/n", "moments-converge", func(s *suite.System) {
			s.ForwardLaw = func(p gpnorm.Profile, n int) (theorem.Law, error) {
				l, err := theorem.ForwardLaw(p, n)
				return scaled(l, 1/math.Sqrt(float64(n))), err
			}
		}},
		{"law-fixed-y", "limit law, backward", "V_b with 1 where 3 belongs: the law of a constant y", "moments-converge", func(s *suite.System) {
			s.BackwardLaw = func(p gpnorm.Profile, n int) (theorem.Law, error) {
				l, err := theorem.BackwardLaw(p, n)
				return scaled(l, 1/math.Sqrt(3)), err
			}
		}},
		{"kappa-for-kappa-squared", "law over depth, forward", "Σκʲ where Σκ²ʲ belongs", "depth-laws", func(s *suite.System) {
			s.ForwardDepthLaw = func(p gpnorm.Profile, n, depth int) (theorem.Law, error) {
				l, err := theorem.ForwardDepthLaw(p, n, depth)
				var wrong, right, power float64 = 0, 0, 1
				for range depth {
					wrong += power
					right += power * power
					power *= math.Abs(p.Slope)
				}
				return scaled(l, math.Sqrt(wrong/right)), err
			}
		}},
		{"one-factor-too-many", "law over depth, backward", "L factors instead of L − 1", "depth-laws", func(s *suite.System) {
			s.BackwardDepthLaw = func(p gpnorm.Profile, n, depth int) (theorem.Law, error) {
				return theorem.BackwardDepthLaw(p, n, depth+1)
			}
		}},
		{"growing-predicted", "law over depth, forward", "a law for κ > 1, as if deviations were kept", "depth-laws", func(s *suite.System) {
			s.ForwardDepthLaw = func(p gpnorm.Profile, n, depth int) (theorem.Law, error) {
				p.Slope = math.Min(p.Slope, 1)
				return theorem.ForwardDepthLaw(p, n, depth)
			}
		}},
		{"cross-term-dropped", "law over depth, backward", "the covariance of forward and backward fluctuations left out", "depth-laws",
			func(s *suite.System) {
				s.BackwardDepthLaw = func(p gpnorm.Profile, n, depth int) (theorem.Law, error) {
					p.Cross = 0
					return theorem.BackwardDepthLaw(p, n, depth)
				}
			}},
	}
}
