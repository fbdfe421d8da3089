package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/words"
	"bsnn/network"
)

// haarName is assumption (2).
const haarName = "2: W Haar distributed on O(n)"

// HaarLaw is the assumption on the weights, judged for the law of square ones.
func HaarLaw(w network.Weights) Assumption {
	a := Assumption{Name: haarName, Holds: w == network.Haar, Reason: "drawn so"}
	switch w {
	case network.Haar:
	case network.Gaussian:
		a.Reason = "the entries are independent N(0, 1/n): the limit laws are those without the projection that orthogonality buys, " +
			"and nothing is proven"
	case network.Uniform, network.KerasDefault:
		a.Reason = "the entries are independent and uniform, of variance 1/n: the limit laws are those of N(0, 1/n), with which " +
			"they agree up to terms of order 1/n, and nothing is proven"
	default:
		a.Reason = fmt.Sprintf("the entries of %s are independent, of variance %s/n: the norm theorems want 1/n, and nothing is predicted",
			w, words.Number(w.Variance(1, 1), 3))
	}
	return a
}

// independentEntries turns the profile of a function behind Haar weights into that
// behind independent entries of variance 1/n. Then n·‖Wx‖²/‖x‖² is χ²ₙ, while Haar
// weights keep the length and so project the fluctuation of any average of f(h) on
// what is orthogonal to h² − 1: without that n·Var(‖φ(h)‖²/n) → Var φ², n·Var of
// ‖Dy‖²/‖y‖² → 3·Var φ′², and the covariance is E φ²φ′² − E φ²·E φ′². Exact for
// normal entries of one layer up to the factor n/(n + 2) of the second; independent
// entries of other laws differ by terms of order 1/n.
func independentEntries(p gpnorm.Profile) gpnorm.Profile {
	along, alongDeriv := 2*p.Slope, p.DerivSlope // c_f and c_b
	p.ForwardVariance += along * along / 2
	p.BackwardVariance += alongDeriv * alongDeriv / 2
	p.Cross += along * alongDeriv / 2
	return p
}

// MeanSD are mean and standard deviation of a statistic.
type MeanSD struct{ Mean, SD float64 }

// OneLayer are the moments of both statistics of one layer.
type OneLayer struct{ Forward, Backward MeanSD }

// NormalMoments are those of one layer behind normal weights, W_ij ~ N(0, 1/n), from
// ‖x‖² = n: of ‖φ(Wx)‖²/n, an average of independent φ(g)², and of ‖Dy‖²/‖y‖² for
// y uniform on a sphere, of variance 3·Var φ′²/(n + 2), since E Σyᵢ⁴/‖y‖⁴ = 3/(n + 2).
// Exact at every n, up to the error of quadrature.
func NormalMoments(a gpnorm.Activation, n int) (m OneLayer, err error) {
	if err := checkWidth(n); err != nil {
		return m, err
	}
	p, err := gpnorm.Describe(a)
	if err != nil {
		return m, err
	}
	p = independentEntries(p)
	m.Forward = MeanSD{p.SecondMoment.Value, math.Sqrt(p.ForwardVariance / float64(n))}
	m.Backward = MeanSD{p.DerivSecondMoment.Value, math.Sqrt(p.BackwardVariance / float64(n+2))}
	return m, nil
}

// wayBackThrough adds to V_b what the transposed matrix does to the length of an error
// on its way to the next layer: a relative variance of 2/n for independent entries,
// none for Haar weights.
func wayBackThrough(p gpnorm.Profile) gpnorm.Profile {
	p.BackwardVariance += 2
	return p
}

// PredictionFor is Prediction for an activation whose profile is at hand, and for any
// law of the weights. Behind independent entries of variance 1/n there is the same law
// with other constants: over depth He-ReLU has 5L/n where Haar weights with √2·ReLU
// have 3L/n. Weights of another variance keep no norm, and have none (NoLaw).
func (s Statement) PredictionFor(p gpnorm.Profile, w network.Weights, width, depth int) (Law, error) {
	switch {
	case w == network.Haar:
	case w.Variance(1, 1) != 1:
		return NoLaw(HaarLaw(w).Reason), nil
	default:
		p = independentEntries(p)
		if s.Deep && s.Direction == Backward {
			p = wayBackThrough(p)
		}
	}
	return s.law(p, width, depth)
}

// WidthByLimitLaw returns the width from which on, by the limit law of the
// Statistic, at most a fraction limit of the networks has a Ratio off 1 by the
// tolerance, of norms, or more; 0 where there is none, as where nothing is predicted.
// Asymptotic.
func (s Statement) WidthByLimitLaw(p gpnorm.Profile, w network.Weights, depth int, tolerance, limit float64) (int, error) {
	law := func(n int) (float64, error) {
		l, err := s.PredictionFor(p, w, n, depth)
		return l.NormOutside(tolerance), err
	}
	if err := checkAsked(tolerance, 1-limit); err != nil {
		return 0, fmt.Errorf("%s: %w", s.ID, err)
	}
	if s.Deep && !p.Normalized(NormalizedTolerance) {
		return 0, nil
	}
	n, err := smallest(func(n int) (bool, error) {
		outside, err := law(n)
		return outside <= limit, err
	})
	if err != nil {
		return 0, fmt.Errorf("%s: %w", s.ID, err)
	}
	return n, nil
}

// HaarWeights judges assumption (2) for an architecture: its linear maps have Haar
// distributed weights, between different widths uniform ones with orthonormal columns or
// rows, and no gain and no bias.
func HaarWeights(a network.Architecture) Assumption {
	if l, found := otherWeights(a.Blocks); found {
		return Assumption{haarName, false, l.String() + " is not"}
	}
	return Assumption{haarName, true, "every linear map is"}
}

// otherWeights finds a linear map that is not plain Haar.
func otherWeights(blocks []network.Block) (network.Linear, bool) {
	for _, b := range blocks {
		var inside []network.Block
		switch b := b.(type) {
		case network.Linear:
			if b.Weights != network.Haar || b.Scale() != 1 || b.BiasVariance(1) > 0 {
				return b, true
			}
		case network.Shortcut:
			inside = b.Blocks
		case network.Repeat:
			inside = b.Blocks
		}
		if l, found := otherWeights(inside); found {
			return l, true
		}
	}
	return network.Linear{}, false
}
