package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// AlignedFactor is what becomes of an error that is aligned with the output, as that of a
// real loss is: the limit, for wide networks of depth plain layers, of ‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖² for
// d⁽ᴸ⁾ with the alignment ρ = |h⁽ᴸ⁾·d⁽ᴸ⁾|/(‖h⁽ᴸ⁾‖‖d⁽ᴸ⁾‖), that is of y⁽ᴸ⁻¹⁾ with x⁽ᴸ⁾:
//
//	1 + ρ²(χ − 1)(1 − κ^{2(L−1)})/(1 − κ²),  χ = E φ²φ′²,
//
// for κ = 1 its limit 1 + ρ²(χ − 1)(L − 1). It is not 1, at no width: for ReLU (χ = 2)
// the part along the output grows with depth, for tanh a fully aligned error keeps 41 %
// of its squared norm. Asymptotic; see docs/theory.md.
func AlignedFactor(p gpnorm.Profile, depth int, alignment float64) (float64, error) {
	if err := checkAligned(p, depth, alignment); err != nil {
		return 0, err
	}
	return alignedFactor(productMoment(p)-1, p.Slope, depth-1, alignment), nil
}

// AlignedFactor is the same of ‖∂E/∂x⁽¹⁾‖²/‖∂E/∂x⁽ᴸ⁺¹⁾‖² for blocks x ↦ αx + βVφ(Wx) and
// an error with the alignment ρ with x⁽ᴸ⁺¹⁾: each block adds β⁴(χ − 1) + 2α²β²κ to the
// squared norm of an aligned error, whose component along the signal it multiplies by κ′.
// With β² = c/L it tends to 1 + ρ²κ(1 − e^{−2c(1−κ)})/(1 − κ). Asymptotic.
func (r Rotated) AlignedFactor(p gpnorm.Profile, depth int, alignment float64) (float64, error) {
	if err := r.check(); err != nil {
		return 0, err
	}
	if err := checkAligned(p, depth, alignment); err != nil {
		return 0, err
	}
	aa, bb := r.parts()
	return alignedFactor(bb*bb*(productMoment(p)-1)+2*aa*bb*p.Slope, r.slope(p.Slope), depth, alignment), nil
}

// productMoment is E φ²φ′², from the covariance that is kept.
func productMoment(p gpnorm.Profile) float64 {
	return p.Cross + p.SecondMoment.Value*p.DerivSecondMoment.Value + p.Slope*p.DerivSlope
}

func alignedFactor(gain, slope float64, layers int, alignment float64) float64 {
	if layers == 0 {
		return 1
	}
	return 1 + alignment*alignment*gain*geometric(slope*slope, layers)
}

func checkAligned(p gpnorm.Profile, depth int, alignment float64) error {
	if !(math.Abs(alignment) <= 1) {
		return fmt.Errorf("alignment %v, want a number from −1 to 1", alignment)
	}
	return checkDepthLaw(p, 1, depth)
}
