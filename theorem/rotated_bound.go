package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/words"
)

// ForwardDepthBound bounds P(|‖x⁽ᴸ⁺¹⁾‖²/n − 1| ≥ eps) after L = depth blocks from
// ‖x⁽¹⁾‖² = n. Proven, up to the error of quadrature, for Lipschitz φ, κ′ > 0 and widths
// from 200, for every κ; otherwise the bound is 1, or NoBound without a Lipschitz φ.
//
// A block adds β² times an average over h and the component of a uniformly random
// direction; both have exponential moments like Gaussians, so that variances add up
// over the blocks: with β² = c/L the bound does not grow with L. See docs/theory.md. For
// homogeneous φ, as ReLU, there is a bound at every width from 4, as of plain networks.
func (r Rotated) ForwardDepthBound(a gpnorm.Activation, width, depth int, eps float64) (Bound, error) {
	b, err := r.bound(a, width, depth, eps, (*rotatedChain).outsideForward)
	if err != nil || !known(a.Lipschitz) || !homogeneous(a) {
		return b, err
	}
	m, err := r.Moments(a, width, 1)
	if err != nil || math.Abs(m.ForwardMean-1) > NormalizedTolerance*NormalizedTolerance {
		return b, err
	}
	return tail{b.Probability, b.Method}.or(multiplied(m.ForwardVariance+m.Error/float64(width), depth, 1-eps, 1+eps)).bound(), nil
}

// BackwardDepthBound bounds P(|R − 1| ≥ eps) for R = ‖∂E/∂x⁽¹⁾‖²/‖∂E/∂x⁽ᴸ⁺¹⁾‖² over
// L = depth blocks, for an error in a uniformly random direction that is independent of
// the weights. Proven, up to the error of quadrature, for Lipschitz φ, β² ≤ ½, κ′ > 0 and
// widths from 200, for every κ and c_b; φ′ need not be Lipschitz. Otherwise the bound is
// 1, or NoBound without a Lipschitz φ.
//
// The Jacobian and its transpose have the same singular values, so that R has the law of
// the squared norm to which a random tangent of length 1 at the input grows; and
// tangents meet fresh rotations in every block. See docs/theory.md.
func (r Rotated) BackwardDepthBound(a gpnorm.Activation, width, depth int, eps float64) (Bound, error) {
	return r.bound(a, width, depth, eps, (*rotatedChain).outsideBackward)
}

func (r Rotated) bound(a gpnorm.Activation, width, depth int, eps float64,
	outside func(c *rotatedChain, width int, lo, hi float64) float64) (Bound, error) {
	if err := checkEps(eps); err != nil {
		return Bound{}, err
	}
	if err := checkLayer(a, width, 1); err != nil {
		return Bound{}, err
	}
	c, ok, err := r.prepare(a, depth)
	if err != nil || !ok {
		return NoBound(), err
	}
	return tail{outside(c, width, 1-eps, 1+eps), Martingale}.bound(), nil
}

// prepare is the chain; ok is false without a known Lipschitz constant.
func (r Rotated) prepare(a gpnorm.Activation, depth int) (c *rotatedChain, ok bool, err error) {
	if err := r.check(); err != nil {
		return nil, false, err
	}
	if depth < 1 {
		return nil, false, fmt.Errorf("depth %d, want at least 1", depth)
	}
	if !known(a.Lipschitz) {
		return nil, false, nil
	}
	c, err = newRotatedChain(a, r, depth)
	return c, true, err
}

// WidthByBound returns widths at which a network of depth blocks provably keeps norms
// within the tolerance with the confidence: that of the output, from ‖x⁽¹⁾‖ = √n, and
// that of an error in a uniformly random direction. Proven at the width returned, up to
// the error of quadrature; 0 where no width is proven: without a known Lipschitz
// constant, for κ′ ≤ 0, and backward for β² > ½.
func (r Rotated) WidthByBound(a gpnorm.Activation, depth int, tolerance, confidence float64) (Widths, error) {
	if err := checkLayer(a, MinWidth, 1); err != nil {
		return Widths{}, err
	}
	c, ok, err := r.prepare(a, depth)
	if err != nil || !ok {
		return Widths{}, err
	}
	return smallestWidths(tolerance, confidence,
		func(n int, lo, hi float64) (float64, error) { return c.outsideForward(n, lo, hi), nil },
		func(n int, lo, hi float64) (float64, error) { return c.outsideBackward(n, lo, hi), nil })
}

// Unproven says why WidthByBound has no width in one of the directions; "" where it has.
func (r Rotated) Unproven(a gpnorm.Activation, p gpnorm.Profile) (forward, backward string) {
	switch {
	case !known(a.Lipschitz):
		reason := a.Name + " has no known Lipschitz constant"
		return reason, reason
	case !(r.slope(p.Slope) > 0):
		reason := fmt.Sprintf("κ′ = α² + β²κ = %s is not above 0", words.Number(r.slope(p.Slope), 4))
		return reason, reason
	case r.settled().Branch > 0.5:
		return "", fmt.Sprintf("the branch has β² = %s, and the proof wants at most ½", words.Number(r.Branch, 4))
	}
	return "", ""
}
