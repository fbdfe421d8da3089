package theorem

import "bsnn/gpnorm"

const paper = "Lu, Gould, Ajanthan 2020 (arXiv 2006.12169)"

// Theorem1 is the forward norm theorem for one layer. Its proof uses E φ² = 1
// and that φ is Lipschitz; neither E φ′² = 1 nor a Lipschitz φ′ enters. The bound
// is proven (ForwardBound), from the exact mean and variance at the width
// (Moments); the prediction is asymptotic (ForwardLaw).
func Theorem1() Statement {
	return Statement{
		ID: "theorem1", Name: "Theorem 1, forward", Source: paper + ", Theorem 1",
		Text: "If x is thin-shell concentrated and W is Haar distributed on O(n), then φ(Wx) is thin-shell concentrated: P(|‖φ(Wx)‖²/n − " +
			"1| ≥ ε) → 0 for every ε > 0 as n → ∞.",
		Statistic: "‖φ(Wx)‖²/n", Ratio: "‖φ(Wx)‖/√n", Given: "‖x‖² = n",
		Direction: Forward,
		Setting:   []string{"1: x thin-shell concentrated", "2: W Haar distributed on O(n)"},
		assumptions: func(a gpnorm.Activation, p gpnorm.Profile) []Assumption {
			return []Assumption{secondMoment(p), lipschitz(a)}
		},
		law: func(p gpnorm.Profile, width, _ int) (Law, error) { return ForwardLaw(p, width) },
		bound: func(a gpnorm.Activation, width, _ int, lo, hi float64) (Bound, error) {
			return forwardOutside(a, width, 1, lo, hi)
		},
	}
}

// Theorem2 is the backward norm theorem for one layer. Its proof uses
// E φ′² = 1 and that φ′ is Lipschitz; neither E φ² = 1 nor the constant of φ
// enters. The prediction and the bound are for y uniform on a sphere, as inside a
// network; BackwardBoundFixed is for one given y and BackwardBoundInside for a
// layer below others. The bounds are proven, from the exact mean and variance at the
// width (Moments); the prediction is asymptotic (BackwardLaw).
func Theorem2() Statement {
	return Statement{
		ID: "theorem2", Name: "Theorem 2, backward", Source: paper + ", Theorem 2",
		Text: "If x is thin-shell concentrated, W is Haar distributed on O(n), D = diag φ′(Wx) and ‖y‖_∞ is bounded, then P(|‖Dy‖²/n − " +
			"‖y‖²/n| ≥ ε) → 0 for every ε > 0 as n → ∞.",
		Statistic: "‖Dy‖²/‖y‖²", Ratio: "‖Dy‖/‖y‖", Given: "‖x‖² = n, y uniform on a sphere",
		Direction: Backward,
		Setting:   []string{"1: x thin-shell concentrated", "2: W Haar distributed on O(n)", "y independent of W with ‖y‖_∞ bounded"},
		assumptions: func(a gpnorm.Activation, p gpnorm.Profile) []Assumption {
			return []Assumption{derivativeSecondMoment(p), derivativeLipschitz(a)}
		},
		remark: func(a gpnorm.Activation, p gpnorm.Profile) string {
			if derivativeLipschitz(a).Holds || !lipschitz(a).Holds || !derivativeSecondMoment(p).Holds {
				return ""
			}
			return "the conclusion is proven without it: inside a network ‖Dy‖ is a Lipschitz function of the direction of y, " +
				"and ‖D‖_F²/n (or ‖Dy‖² for a fixed y with bounded entries) concentrates by its exact variance"
		},
		law: func(p gpnorm.Profile, width, _ int) (Law, error) { return BackwardLaw(p, width) },
		bound: func(a gpnorm.Activation, width, _ int, lo, hi float64) (Bound, error) {
			return uniformOutside(a, width, 1, lo, hi)
		},
	}
}

// Definition1Forward is the forward half of bidirectional
// self-normalisation: norms kept through depth. The bound is proven at every
// finite width and depth, for Lipschitz φ (ForwardOutputBound); the prediction
// is asymptotic (ForwardDepthLaw). That deviations stay bounded over depth
// needs κ < 1; at κ = 1 they grow like √(L/n).
func Definition1Forward() Statement {
	return Statement{
		ID: "definition1-forward", Name: "Definition 1, forward", Source: paper + ", Definition 1",
		Text: "In a network with independent Haar distributed weights the norms ‖x⁽¹⁾‖, …, ‖x⁽ᴸ⁾‖ agree, up to deviations that vanish as " +
			"n → ∞ and stay bounded over depth.",
		Statistic: "‖x⁽ᴸ⁺¹⁾‖²/n", Ratio: "‖x⁽ᴸ⁺¹⁾‖/√n", Given: "‖x⁽¹⁾‖² = n",
		Direction: Forward, Deep: true,
		Setting: []string{"1: ‖x⁽¹⁾‖² = n", "2: W⁽ˡ⁾ independent, Haar distributed on O(n)"},
		assumptions: func(a gpnorm.Activation, p gpnorm.Profile) []Assumption {
			return []Assumption{secondMoment(p), lipschitz(a), stableSlope(p)}
		},
		law: ForwardDepthLaw,
		bound: func(a gpnorm.Activation, width, depth int, lo, hi float64) (Bound, error) {
			return forwardDepthOutside(a, width, depth, lo, hi, false)
		},
	}
}

// Definition1Backward is the backward half: gradient norms kept through
// depth. The bound is proven at every finite width and depth
// (BackwardDepthBound): for Lipschitz φ with κ < 1, or κ = 1 and c_b = 0; φ′ need
// not be Lipschitz. The prediction is asymptotic (BackwardDepthLaw). Claim, bound, law
// and the sampling of properties all speak of a y⁽ᴸ⁾ that is uniform on a sphere
// and independent of the weights: an error along the network's output is
// multiplied by E φ²φ′² ≠ 1 in the last layers, at every width
// (BackwardDepthBoundAligned).
func Definition1Backward() Statement {
	return Statement{
		ID: "definition1-backward", Name: "Definition 1, backward", Source: paper + ", Definition 1",
		Text: "In a network with independent Haar distributed weights and an error y⁽ᴸ⁾ in a uniformly random direction, the norms " +
			"‖d⁽¹⁾‖, …, ‖d⁽ᴸ⁾‖ of the errors agree, up to deviations that vanish as n → ∞ and grow like √(L/n) over depth.",
		Statistic: "‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖²", Ratio: "‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖", Given: "‖x⁽¹⁾‖² = n, y⁽ᴸ⁾ uniform on a sphere",
		Direction: Backward, Deep: true,
		Setting: []string{"1: ‖x⁽¹⁾‖² = n", "2: W⁽ˡ⁾ independent, Haar distributed on O(n)", "y⁽ᴸ⁾ uniform on a sphere, independent of the W⁽ˡ⁾"},
		assumptions: func(a gpnorm.Activation, p gpnorm.Profile) []Assumption {
			return []Assumption{secondMoment(p), derivativeSecondMoment(p), lipschitz(a), stableSlope(p), steadySpread(p)}
		},
		law: BackwardDepthLaw,
		bound: func(a gpnorm.Activation, width, depth int, lo, hi float64) (Bound, error) {
			return backwardDepthOutside(a, width, depth, lo, hi, approach{uniform: true})
		},
	}
}
