package theorem

import (
	"context"
	"errors"
	"math"

	"bsnn/gpnorm"
	"bsnn/network"
)

// A Spectrum is what theory says of the singular values of the Jacobian J of the output, by the
// normalised trace τ over the dimension of the input (asymptotic).
type Spectrum struct {
	First float64 // τ(JᵀJ): what becomes of the squared norm of a random vector
	// Second is τ((JᵀJ)²), in the limit of wide networks. FiniteSecond has the terms of order L/n:
	// networks differ from each other in scale, by a variance Scale of log τ(JᵀJ), which multiplies
	// the mean square by exp(Scale), and what the inner product of two gradients has
	// fluctuates with it. Both are NaN where fluctuations are not predicted.
	Second, FiniteSecond float64
	Scale                float64
	// Probe is the variance of log ‖Jᵀv‖² for a v in a random direction, NaN where it is not
	// predicted.
	Probe float64

	free *freeProduct // of plain networks of normalised functions
}

// PredictSpectrum composes the moments block by block, as Predict does, and the fluctuations as
// PredictAngles does. It fails where Predict does.
func PredictSpectrum(ctx context.Context, a network.Architecture) (Spectrum, error) {
	p, err := Predict(ctx, a, Question{})
	if err != nil {
		return Spectrum{}, err
	}
	s := Spectrum{First: float64(p.Output) / float64(p.Input), FiniteSecond: math.NaN(), Scale: math.NaN(), Probe: math.NaN()}
	for _, b := range p.Blocks {
		s.First *= b.Gradient
	}
	s.Second = p.JacobianSecondMoment * s.First * s.First
	// Two gradients of one input, in independent directions: what they have in common is
	// the scale of the network.
	both, err := PredictAngles(ctx, a, AngleQuestion{Correlation: 1})
	var none *AnglesError
	switch {
	case errors.As(err, &none):
	case err != nil:
		return s, err
	default:
		s.Scale, s.Probe = both.gradientScale, both.gradientScale+both.gradientOwn
		n := float64(min(p.Input, p.Output))
		s.FiniteSecond = s.First * s.First * math.Exp(s.Scale) * ((1+n)*math.Exp((p.JacobianSecondMoment-1)/n) - n)
	}
	s.free, err = freeProductOf(a)
	return s, err
}

// Quantile is that of the squared singular values: a fraction p of them is at most so large. It is NaN but for
// plain networks of a normalised function, and rotated shortcuts around one, whose layers are asymptotically free and have
// one law. It is accurate to a few
// per cent, and to ten near the ends of a law that has no density there, as that of two layers of ReLU.
func (s Spectrum) Quantile(p float64) float64 {
	if s.free == nil || !(p > 0 && p < 1) {
		return math.NaN()
	}
	return s.free.quantile(p)
}

// freeProductOf is the law of a plain network of a normalised function, or of rotated shortcuts around one; nil for every other.
func freeProductOf(a network.Architecture) (*freeProduct, error) {
	if last := len(a.Blocks) - 1; last > 0 {
		l, is := a.Blocks[last].(network.Linear)
		if is && l.To == a.Input && l.Weights == network.Haar && l.Scale() == 1 { // a rotation at the end changes no singular value
			a.Blocks = a.Blocks[:last]
		}
	}
	plain, is := a.Plain()
	function := plain.Activation
	turned, inside, depth, shortcuts := RotatedOf(a)
	if shortcuts {
		function = inside
	}
	if !is && !shortcuts {
		return nil, nil
	}
	j, err := function.Judge()
	if err != nil {
		return nil, err
	}
	used := function.Function(j)
	profile, err := gpnorm.Describe(used)
	if err != nil {
		return nil, err
	}
	if !profile.Normalized(NormalizedTolerance) {
		return nil, nil
	}
	if shortcuts {
		return newFreeShortcuts(used, depth, turned.Branch), nil
	}
	return newFreeProduct(used, plain.Depth, plain.Weights != network.Haar), nil
}
