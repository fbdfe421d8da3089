package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// GradientRatioLimit bounds the spread of the weight gradients over depth. In a
// network of Haar weights and a GP-normalised activation with profile p, one
// sample on the shell and any loss,
//
//	max_l ‖∂E/∂W⁽ˡ⁾‖ / min_l ‖∂E/∂W⁽ˡ⁾‖, l = 1 … L,
//
// exceeds the limit with probability at most α (asymptotic).
//
// ‖∂E/∂W⁽ˡ⁾‖ = ‖d⁽ˡ⁾‖·‖x⁽ˡ⁾‖. On the way back log‖d⁽ˡ⁾‖ is a random walk: by the
// limit law its variance over L layers is σ² = V(L−1)/(4n) and its drift
// V_b(L−1)/(4n) at most. The range of a Brownian motion of variance σ² exceeds zσ
// with probability 4Σ(−1)ᵏ⁺¹k·erfc(kz/√2) ≤ 4·erfc(z/√2) (Feller 1951,
// doi:10.1214/aoms/1177729589); a walk looked
// at in L points ranges less, and a drift adds itself at most. The ‖x⁽ˡ⁾‖²/n stay
// within [ForwardSpread] of 1. Each of the two parts gets α/2; nothing is assumed
// about their dependence.
//
// It fails where the forward norms have no stationary law, κ ≥ 1, and where the
// width is too small to say anything.
func GradientRatioLimit(p gpnorm.Profile, width, depth int, alpha float64) (float64, error) {
	if !(alpha > 0 && alpha < 1) {
		return 0, fmt.Errorf("gradient ratio at α = %v; want a probability above 0 and below 1", alpha)
	}
	forward, err := ForwardSpread(p, width, depth, alpha/2)
	if err != nil {
		return 0, err
	}
	if forward >= 1 {
		return 0, fmt.Errorf("gradient ratio at width %d: ‖x⁽ˡ⁾‖²/n may be anything up to %.3g; want a larger width or α", width, 1+forward)
	}
	n := float64(width)
	walk := math.Sqrt(BackwardDepthVariance(p, depth)/n) / 2
	drift := p.BackwardVariance * float64(depth-1) / (4 * n)
	z := math.Sqrt2 * math.Erfcinv(alpha/8) // 4·erfc(z/√2) = α/2
	return math.Exp(z*walk+drift) * math.Sqrt((1+forward)/(1-forward)), nil
}

// ForwardSpread is the ε for which max_l |‖x⁽ˡ⁾‖²/n − 1|, l = 2 … L+1, exceeds ε
// with probability at most α: by the limit law each ‖x⁽ˡ⁾‖²/n is normal with
// variance V_f/(n(1−κ²)) at most, and a union bound holds all of them (asymptotic).
// It fails for κ ≥ 1.
func ForwardSpread(p gpnorm.Profile, width, depth int, alpha float64) (float64, error) {
	if !(p.Slope < 1) || !(p.Slope > -1) {
		return 0, fmt.Errorf("forward norms for κ = %.6g; want κ between −1 and 1", p.Slope)
	}
	if width < 4 || depth < 1 || !(alpha > 0 && alpha < 1) {
		return 0, fmt.Errorf("forward norms at width %d, depth %d, α = %v; want a width from 4 up, a depth from 1 up, a probability", width,
			depth, alpha)
	}
	sd := math.Sqrt(p.ForwardVariance / (float64(width) * (1 - p.Slope*p.Slope)))
	return sd * math.Sqrt2 * math.Erfcinv(alpha/float64(depth)), nil // depth·P(|g| > z) = α
}
