package theorem

import (
	"fmt"

	"bsnn/gpnorm"
)

// ForwardLaw is the law of ‖x⁽ᴸ⁺¹⁾‖²/n after L = depth blocks from ‖x⁽¹⁾‖² = n: a block
// multiplies a deviation by κ′ = α² + β²κ and adds an independent one of variance
// (4α²β² + β⁴V_f)/n. Asymptotic, linear in the deviations. With β² = c/L the variance
// tends to (4c/n)·(1 − e^{−2c(1−κ)})/(2c(1−κ)), and there is a law for κ > 1 as well.
func (r Rotated) ForwardLaw(p gpnorm.Profile, n, depth int) (Law, error) {
	if err := r.checkLaw(p, n, depth); err != nil {
		return Law{}, err
	}
	forward, _ := r.depthVariances(p, depth)
	return logNormalLaw(-forward/(2*float64(n)), forward/float64(n)), nil
}

// BackwardLaw is the law of ‖∂E/∂x⁽¹⁾‖²/‖∂E/∂x⁽ᴸ⁺¹⁾‖² over L = depth blocks, for an error
// in a uniformly random direction. Its logarithm has n times the variance
//
//	Σ_l [4α²β² + β⁴V_b + 2β²sA_l·β⁴C + β⁴s²A_l²·(4α²β² + β⁴V_f)],
//
// s = c_b/2 and A_l = Σ_{i<L−l} κ′ⁱ: what the length behind block l does to all later
// gains. With β² = c/L it stays bounded in L: about 4c for small c. Asymptotic.
func (r Rotated) BackwardLaw(p gpnorm.Profile, n, depth int) (Law, error) {
	if err := r.checkLaw(p, n, depth); err != nil {
		return Law{}, err
	}
	_, backward := r.depthVariances(p, depth)
	aa, bb := r.parts()
	own := float64(depth) * (4*aa*bb + bb*bb*p.BackwardVariance)
	return logNormalLaw(-own/(2*float64(n)), backward/float64(n)), nil
}

func (r Rotated) checkLaw(p gpnorm.Profile, n, depth int) error {
	if err := r.check(); err != nil {
		return err
	}
	return checkDepthLaw(p, n, depth)
}

// depthVariances are n times the variances of both laws.
func (r Rotated) depthVariances(p gpnorm.Profile, depth int) (forward, backward float64) {
	aa, bb := r.parts()
	slope, felt := r.slope(p.Slope), bb*p.DerivSlope/2
	in := 4*aa*bb + bb*bb*p.ForwardVariance
	out := 4*aa*bb + bb*bb*p.BackwardVariance
	weight, later := 1.0, 0.0 // κ′ʲ, A_l from the last block down
	for range depth {
		forward += weight * weight * in
		backward += out + 2*felt*later*bb*bb*p.Cross + felt*felt*later*later*in
		weight *= slope
		later = 1 + slope*later
	}
	return forward, backward
}

// WidthByLimitLaw returns the widths from which on, by the limit laws over depth
// blocks, norms are within the tolerance with the confidence, as the function of this
// name for plain networks. Asymptotic.
func (r Rotated) WidthByLimitLaw(p gpnorm.Profile, depth int, tolerance, confidence float64) (Widths, error) {
	if err := r.checkLaw(p, 1, depth); err != nil {
		return Widths{}, fmt.Errorf("widths of rotated shortcuts: %w", err)
	}
	forward, backward := r.depthVariances(p, depth)
	aa, bb := r.parts()
	own := float64(depth) * (4*aa*bb + bb*bb*p.BackwardVariance)
	beyond := func(sag, variance float64) beyond {
		return func(n int, lo, hi float64) (float64, error) {
			size := float64(n)
			return logNormalLaw(-sag/(2*size), variance/size).Beyond(lo, hi), nil
		}
	}
	return smallestWidths(tolerance, confidence, beyond(forward, forward), beyond(own, backward))
}
