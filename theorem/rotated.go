package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/quadrature"
)

// Rotated describes layers x ↦ αx + βVφ(Wx) with α² + β² = 1 and V, W independent
// and Haar distributed. A network of them takes L independent ones. Forward its
// statistic is ‖x⁽ᴸ⁺¹⁾‖²/n from ‖x⁽¹⁾‖² = n; backward it is ‖∂E/∂x⁽¹⁾‖²/‖∂E/∂x⁽ᴸ⁺¹⁾‖² for
// an error in a uniformly random direction.
type Rotated struct {
	Branch float64 // β², above 0 and at most 1
}

// parts are α² and β².
func (r Rotated) parts() (alpha2, beta2 float64) { return 1 - r.Branch, r.Branch }

// settled takes a β² that is above ½ by rounding, as the square of √½ is, for ½.
func (r Rotated) settled() Rotated {
	if r.Branch > 0.5 && r.Branch <= 0.5+1e-12 {
		return Rotated{0.5}
	}
	return r
}

func (r Rotated) check() error {
	if !(r.Branch > 0 && r.Branch <= 1) {
		return fmt.Errorf("branch β² = %v, want a number above 0 and at most 1", r.Branch)
	}
	return nil
}

// slope is κ′ = α² + β²κ, by which a block multiplies deviations of the squared length.
func (r Rotated) slope(kappa float64) float64 { return 1 - r.Branch*(1-kappa) }

// BlockMoments are the exact moments of one block from ‖x‖² = nq, for y uniform on a
// sphere and independent of the weights.
type BlockMoments struct {
	Width int
	Shell float64 // q

	ForwardMean, ForwardVariance   float64 // of S = ‖αx + βVφ(Wx)‖²/n
	BackwardMean, BackwardVariance float64 // of R = ‖αy + βWᵀDVᵀy‖²/‖y‖²
	Covariance                     float64 // of S and R

	Error float64 // estimated quadrature error of the means, and of n times the variances
}

// Moments computes the moments of a block of width n on the shell q, at every n ≥ 4.
// With S_φ = ‖φ(Wx)‖²/n and S_D = ‖D‖_F²/n of SphereMoments, h = Wx,
//
//	E S = α²q + β²E S_φ,   Var S = β⁴Var S_φ + 4α²β²q·E S_φ/n,
//	E R = α² + β²E S_D,    Var R = β⁴Var(‖Dy‖²/‖y‖²) + 4α²β²E S_D/n,
//	Cov(S, R) = β⁴Cov(S_φ, S_D) + 4α²β²·E[h₁φ(h₁)φ′(h₁)]/n²,
//
// because Vφ(Wx) has a uniform direction whatever φ(Wx) is. Proven, up to the error of
// quadrature; see docs/theory.md.
func (r Rotated) Moments(a gpnorm.Activation, n int, q float64) (BlockMoments, error) {
	if err := r.check(); err != nil {
		return BlockMoments{}, err
	}
	m, err := SphereMoments(a, n, q)
	if err != nil {
		return BlockMoments{}, err
	}
	along, alongError, err := alongMean(a, n, q)
	if err != nil {
		return BlockMoments{}, fmt.Errorf("moments of %s at width %d: %w", a.Name, n, err)
	}
	aa, bb := r.parts()
	size, cross := float64(n), 4*aa*bb/float64(n)
	return BlockMoments{
		Width: n, Shell: q,
		ForwardMean:      aa*q + bb*m.Forward.Mean,
		ForwardVariance:  bb*bb*m.Forward.AverageVariance + cross*q*m.Forward.Mean,
		BackwardMean:     aa + bb*m.Backward.Mean,
		BackwardVariance: bb*bb*m.UniformBackwardVariance() + cross*m.Backward.Mean,
		Covariance:       bb*bb*m.Cross/size + cross*along/size,
		Error: m.Forward.MeanError*(1+4*q) + 5*m.Backward.MeanError + m.Forward.VarianceError + 3*m.Backward.VarianceError +
			4*alongError,
	}, nil
}

// alongMean is E[h₁φ(h₁)φ′(h₁)], h uniform on the sphere ‖h‖² = nq, with an error
// estimate: q times the derivative of E φ(h₁)² in q.
func alongMean(a gpnorm.Activation, n int, q float64) (value, failure float64, err error) {
	c := coordinate{n, math.Sqrt(float64(n) * q)}
	var u, val, der []float64
	integrand := func(out [][]float64, theta []float64) {
		size := len(theta)
		u, val, der = resize(u, 2*size), resize(val, 2*size), resize(der, 2*size)
		for i, t := range theta {
			u[i] = c.radius * math.Sin(t)
			u[size+i] = -u[i]
		}
		a.ValueDeriv(val, der, u)
		for i, t := range theta {
			w := c.weight(math.Sin(t))
			out[0][i] = w
			out[1][i] = w * (u[i]*val[i]*der[i] + u[size+i]*val[size+i]*der[size+i]) / 2
		}
	}
	res, err := quadrature.Integrate(2, integrand, 0, c.angle(), c.breaks(a.Breaks()), quadrature.Options{AbsTol: marginalTolerance})
	if err != nil {
		return 0, 0, err
	}
	value = res.Value[1] / res.Value[0]
	return value, (res.Error[1] + math.Abs(value)*res.Error[0]) / res.Value[0], nil
}
