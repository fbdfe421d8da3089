package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// Widths are the smallest widths that suffice in each direction; 0 stands for
// none up to [WidestWidth].
type Widths struct{ Forward, Backward int }

// Both is the width that suffices in both directions; 0 if there is none.
func (w Widths) Both() int {
	if w.Forward == 0 || w.Backward == 0 {
		return 0
	}
	return max(w.Forward, w.Backward)
}

// WidestWidth is the largest width that searches consider: 10¹⁵, or the largest
// int where that is smaller.
const WidestWidth = min(1_000_000_000_000_000, math.MaxInt)

// WidthByLimitLaw returns the widths from which on, by the limit laws over
// depth layers, P(|‖x⁽ᴸ⁺¹⁾‖/√n − 1| < tolerance) ≥ confidence and
// P(|‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖ − 1| < tolerance) ≥ confidence. The tolerance is on norms, not
// on squared norms. Asymptotic: the laws are limits for n → ∞ and linear in the
// deviation, so the answer is good when it is large and the tolerance is small;
// nothing is proven about it. There are none over more than one layer with κ > 1,
// where nothing is predicted (NoLaw).
//
// The profile must be normalised; tolerance > 0 and 0 < confidence < 1.
func WidthByLimitLaw(p gpnorm.Profile, depth int, tolerance, confidence float64) (Widths, error) {
	if err := checkDepthLaw(p, 1, depth); err != nil {
		return Widths{}, err
	}
	return smallestWidths(tolerance, confidence,
		func(n int, lo, hi float64) (float64, error) {
			l, err := ForwardDepthLaw(p, n, depth)
			return l.Beyond(lo, hi), err
		},
		func(n int, lo, hi float64) (float64, error) {
			l, err := BackwardDepthLaw(p, n, depth)
			return l.Beyond(lo, hi), err
		})
}

// LayerWidthByLimitLaw returns the widths from which on, by the limit laws of one
// layer, P(|‖φ(Wx)‖/√n − 1| < tolerance) ≥ confidence for ‖x‖² = n, and
// P(|‖Dy‖/‖y‖ − 1| < tolerance) ≥ confidence for y uniform on a sphere. Asymptotic,
// as WidthByLimitLaw; no normalisation is assumed.
func LayerWidthByLimitLaw(p gpnorm.Profile, tolerance, confidence float64) (Widths, error) {
	return smallestWidths(tolerance, confidence,
		func(n int, lo, hi float64) (float64, error) {
			l, err := ForwardLaw(p, n)
			return l.Beyond(lo, hi), err
		},
		func(n int, lo, hi float64) (float64, error) {
			l, err := BackwardLaw(p, n)
			return l.Beyond(lo, hi), err
		})
}

// LayerWidthByBound returns widths at which one layer provably keeps the
// norm within the tolerance with the confidence: forward ‖φ(Wx)‖/√n, ‖x‖² = n,
// and backward ‖Dy‖/‖y‖ for y uniform on a sphere. Proven at the width returned,
// up to the quadrature error of the moments.
func LayerWidthByBound(a gpnorm.Activation, tolerance, confidence float64) (Widths, error) {
	return smallestWidths(tolerance, confidence,
		func(n int, lo, hi float64) (float64, error) {
			b, err := forwardOutside(a, n, 1, lo, hi)
			return b.Probability, err
		},
		func(n int, lo, hi float64) (float64, error) {
			b, err := uniformOutside(a, n, 1, lo, hi)
			return b.Probability, err
		})
}

// WidthByBound returns widths at which a whole network of the given depth
// provably keeps the norms as WidthByLimitLaw asks: the output's, and that of
// the error, for an error in a uniformly random direction (see
// ForwardOutputBound and BackwardDepthBound). Proven at the width returned, up to the
// error of quadrature, and the smallest such width that the search meets;
// 0 where no width is proven: over more than one layer, backward when κ = 1 and
// c_b ≠ 0, and in both directions for κ > 1, where no practical width suffices (see
// [ForwardEscapeBound]). Over more than one layer it is 200 at least, but forward for
// homogeneous φ, as ReLU.
//
// φ must be normalised and Lipschitz.
func WidthByBound(a gpnorm.Activation, depth int, tolerance, confidence float64) (Widths, error) {
	p, err := newPlanner(a)
	if err != nil {
		return Widths{}, err
	}
	return p.proven(depth, tolerance, confidence)
}

// A DepthWidths is what theory asks of the width of networks of one depth.
type DepthWidths struct {
	Depth    int
	Proven   Widths // by WidthByBound
	LimitLaw Widths // by WidthByLimitLaw; asymptotic
}

// WidthsAgainstDepth returns both widths for every depth, at the cost of
// one preparation of the activation.
func WidthsAgainstDepth(a gpnorm.Activation, depths []int, tolerance, confidence float64) ([]DepthWidths, error) {
	p, err := newPlanner(a)
	if err != nil {
		return nil, err
	}
	var out []DepthWidths
	for _, depth := range depths {
		w := DepthWidths{Depth: depth}
		if w.Proven, err = p.proven(depth, tolerance, confidence); err != nil {
			return nil, err
		}
		if w.LimitLaw, err = WidthByLimitLaw(p.profile, depth, tolerance, confidence); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// A planner searches for proven widths of one activation.
type planner struct {
	act     gpnorm.Activation
	profile gpnorm.Profile
	chain   *chain // nil for κ > 1, where it proves nothing
	factors bool   // lengths are products of independent factors of mean 1
}

func newPlanner(a gpnorm.Activation) (planner, error) {
	if err := checkLayer(a, MinWidth, 1); err != nil {
		return planner{}, err
	}
	if !known(a.Lipschitz) {
		return planner{}, fmt.Errorf("%s has no known Lipschitz constant, and without one no width is proven", a.Name)
	}
	p, err := gpnorm.Describe(a)
	if err != nil {
		return planner{}, err
	}
	if p.Trend() == gpnorm.Growing {
		return planner{act: a, profile: p}, nil
	}
	c, err := chainFor(a)
	return planner{a, p, c, homogeneous(a) && p.Normalized(NormalizedTolerance)}, err
}

func (p planner) proven(depth int, tolerance, confidence float64) (Widths, error) {
	if err := checkDepthLaw(p.profile, 1, depth); err != nil {
		return Widths{}, err
	}
	return smallestWidths(tolerance, confidence,
		func(n int, lo, hi float64) (float64, error) { return p.forward(n, depth, lo, hi) },
		func(n int, lo, hi float64) (float64, error) { return p.backward(n, depth, lo, hi) })
}

// forward bounds the probability that the output's squared norm leaves a window.
func (p planner) forward(n, depth int, lo, hi float64) (float64, error) {
	network := 1.0
	if p.chain != nil {
		network = p.chain.outsideForward(n, depth, lo, hi, false)
	}
	if depth > 1 && p.factors {
		m, err := SphereMoments(p.act, n, 1)
		if err != nil {
			return 1, err
		}
		variance := m.Forward.AverageVariance + m.Forward.VarianceError/float64(n)
		return min(network, multiplied(variance, depth, lo, hi).p), nil
	}
	if depth > 1 {
		return network, nil
	}
	layer, err := forwardOutside(p.act, n, 1, lo, hi)
	return min(network, layer.Probability), err
}

// backward is the same for the squared norm of the error.
func (p planner) backward(n, depth int, lo, hi float64) (float64, error) {
	switch {
	case depth == 1: // the ratio is 1
		return 0, nil
	case p.chain == nil:
		return 1, nil
	}
	return p.chain.outsideBackward(n, depth, lo, hi, approach{uniform: true}), nil
}

// beyond is the probability of leaving the tolerance at width n, or a bound on
// it.
type beyond func(n int, lo, hi float64) (float64, error)

func checkAsked(tolerance, confidence float64) error {
	if !(tolerance > 0) || math.IsInf(tolerance, 1) {
		return fmt.Errorf("tolerance %v (norms), want a finite number above 0", tolerance)
	}
	if !(confidence > 0 && confidence < 1) {
		return fmt.Errorf("confidence %v, want a number between 0 and 1", confidence)
	}
	return nil
}

func smallestWidths(tolerance, confidence float64, forward, backward beyond) (w Widths, err error) {
	if err := checkAsked(tolerance, confidence); err != nil {
		return w, err
	}
	lo, hi := NormWindow(tolerance)
	search := func(f beyond) (int, error) {
		return smallest(func(n int) (bool, error) {
			p, err := f(n, lo, hi)
			return p <= 1-confidence, err
		})
	}
	if w.Forward, err = search(forward); err != nil {
		return w, err
	}
	w.Backward, err = search(backward)
	return w, err
}

// smallest finds an n from MinWidth up at which enough holds and at n−1 does
// not: by doubling, then bisection. It is the smallest if enough stays true
// once it is, and enough was seen to hold at it in any case. It returns 0 when
// no doubling up to WidestWidth is enough.
func smallest(enough func(n int) (bool, error)) (int, error) {
	below, n := MinWidth-1, MinWidth
	for {
		ok, err := enough(n)
		if err != nil {
			return 0, err
		}
		if ok {
			break
		}
		if n == WidestWidth {
			return 0, nil
		}
		below, n = n, n+min(n, WidestWidth-n)
	}
	for n-below > 1 {
		mid := below + (n-below)/2
		ok, err := enough(mid)
		if err != nil {
			return 0, err
		}
		if ok {
			n = mid
		} else {
			below = mid
		}
	}
	return n, nil
}
