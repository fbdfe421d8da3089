package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/words"
)

// NormalizedTolerance is how near 1 E φ² and E φ′² of a function must be for
// it to count as GP-normalised.
const NormalizedTolerance = 1e-6

// flat is how near 0 a computed c_b counts as 0.
const flat = 1e-9

// ForwardLaw is the limit law of ‖φ(Wx)‖²/n for W Haar on O(n), ‖x‖² = n:
// √n(‖φ(Wx)‖²/n − E φ²) → N(0, V_f), V_f = Var φ² − c_f²/2. Asymptotic; the
// exact mean and variance are in SphereMoments. No normalisation is assumed.
func ForwardLaw(p gpnorm.Profile, n int) (Law, error) {
	if err := checkWidth(n); err != nil {
		return Law{}, err
	}
	return normalLaw(p.SecondMoment.Value, p.ForwardVariance/float64(n)), nil
}

// BackwardLaw is the limit law of ‖Dy‖²/‖y‖² for y uniform on a sphere,
// D = diag φ′(Wx), ‖x‖² = n: normal with variance V_b/n,
// V_b = 3E φ′⁴ − 3(E φ′²)² − c_b²/2. Asymptotic; no normalisation is assumed.
func BackwardLaw(p gpnorm.Profile, n int) (Law, error) {
	if err := checkWidth(n); err != nil {
		return Law{}, err
	}
	return normalLaw(p.DerivSecondMoment.Value, p.BackwardVariance/float64(n)), nil
}

// ForwardDepthLaw is the law of ‖x⁽ᴸ⁺¹⁾‖²/n after L = depth layers from
// ‖x⁽¹⁾‖² = n, for a normalised φ. A deviation from the shell is multiplied by κ
// in each layer and gains an independent part of variance V_f/n:
// (V_f/n)·Σ_{j<L} κ²ʲ, which is (V_f/n)(1−κ^{2L})/(1−κ²), and V_f·L/n for
// κ = 1. Asymptotic, linearised about the shell: trust it while the standard
// deviation is well below 1.
//
// For κ < 1 the law is normal. For κ = 1, and for one layer with κ > 1, deviations
// accumulate as a product and the law is log-normal with mean 1. Over more than one
// layer with κ > 1 there is none (NoLaw): it is linear in deviations that grow in
// every layer, and its numbers mean nothing at any width that can be measured.
func ForwardDepthLaw(p gpnorm.Profile, n, depth int) (Law, error) {
	if err := checkDepthLaw(p, n, depth); err != nil {
		return Law{}, err
	}
	variance := p.ForwardVariance / float64(n) * geometric(p.Slope*p.Slope, depth)
	switch {
	case p.Trend() == gpnorm.Fading:
		return normalLaw(1, variance), nil
	case deviationsGrow(p, depth):
		return growing(p), nil
	}
	return logNormalLaw(-variance/2, variance), nil
}

// ForwardDepthVariance is n times the variance that ForwardDepthLaw adds up for
// L = depth: V_f·Σ_{j<L} κ²ʲ, a formal sum for κ > 1.
func ForwardDepthVariance(p gpnorm.Profile, depth int) float64 {
	return p.ForwardVariance * geometric(p.Slope*p.Slope, depth)
}

// BackwardDepthLaw is the law of ‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖² for L = depth ≥ 1 layers and
// a normalised φ: log-normal, with L−1 factors.
//
// To first order the logarithm of the factor of layer l is s·δ_l + η_l, with
// s = c_b/2: the length of h⁽ˡ⁾ deviates by δ_l, itself the sum of the forward
// fluctuations ξ_j of the layers j < l, each multiplied by κ per layer since;
// η_l is the fluctuation of the layer's own D and error direction. With
// Var ξ = V_f/n, Var η = V_b/n and Cov(ξ_l, η_l) = C/n, independent between
// layers, ξ_j enters with the factor s·A_j, A_j = Σ_{i<L−1−j} κⁱ, hence
//
//	n·Var = (L−1)V_b + Σ_{j=1}^{L−1} (2·C·s·A_j + V_f·s²·A_j²),
//
// which tends to V·(L−1), V = V_b + 2C·s/(1−κ) + s²V_f/(1−κ)², as L → ∞ for
// κ < 1. The logarithm has mean −V_b(L−1)/(2n): the concavity of the logarithm
// within a layer. Other terms of order (L−1)/n in the mean (the bias of finite-width
// moments, the alignment of the error) are left out; they are small against the
// standard deviation of order √((L−1)/n). Asymptotic. As forward, there is no law
// over more than one layer with κ > 1 (NoLaw).
func BackwardDepthLaw(p gpnorm.Profile, n, depth int) (Law, error) {
	if err := checkDepthLaw(p, n, depth); err != nil {
		return Law{}, err
	}
	if deviationsGrow(p, depth) {
		return growing(p), nil
	}
	factors := float64(depth - 1)
	logMean := -p.BackwardVariance * factors / (2 * float64(n))
	return logNormalLaw(logMean, BackwardDepthVariance(p, depth)/float64(n)), nil
}

// BackwardDepthVariance is n times the variance of log(‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖²) for
// L = depth: the finite series of BackwardDepthLaw, valid for every κ.
func BackwardDepthVariance(p gpnorm.Profile, depth int) float64 {
	s := p.DerivSlope / 2
	total := 0.0
	gain := 0.0 // A_j, from the last layer down
	for range depth - 1 {
		total += p.BackwardVariance + 2*p.Cross*s*gain + p.ForwardVariance*s*s*gain*gain
		gain = 1 + p.Slope*gain
	}
	return max(0, total)
}

// geometric is Σ_{j<terms} ratioʲ.
func geometric(ratio float64, terms int) float64 {
	x := math.Log(ratio)
	if n := float64(terms); math.Abs(n*x) > 1e-5 {
		return math.Expm1(n*x) / math.Expm1(x)
	}
	return float64(terms) * (1 + float64(terms-1)*x/2)
}

// deviationsGrow says whether nothing is predicted over the depth.
func deviationsGrow(p gpnorm.Profile, depth int) bool {
	return depth > 1 && p.Trend() == gpnorm.Growing
}

func growing(p gpnorm.Profile) Law {
	return NoLaw(fmt.Sprintf("κ = %s > 1: deviations of the length grow by this factor in every layer and blow up with depth at any "+
		"practical width", words.Number(p.Slope, 4)))
}

func checkWidth(n int) error {
	if n < 1 {
		return fmt.Errorf("width %d, want at least 1", n)
	}
	return nil
}

func checkDepthLaw(p gpnorm.Profile, n, depth int) error {
	if err := checkWidth(n); err != nil {
		return err
	}
	if depth < 1 {
		return fmt.Errorf("depth %d, want at least 1", depth)
	}
	if !p.Normalized(NormalizedTolerance) {
		return fmt.Errorf("a law over depth needs E φ² and E φ′² to be 1, but they are %.6g and %.6g",
			p.SecondMoment.Value, p.DerivSecondMoment.Value)
	}
	return nil
}
