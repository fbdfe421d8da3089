package suite

import (
	"context"
	"fmt"

	"bsnn/montecarlo"
	"bsnn/properties"
)

// theoryChecks are about bounds and limit laws: sections 2, 4 and 5.
func theoryChecks() []Check {
	return []Check{
		{ID: "bound-forward", Status: Proven, Source: "Theorem 1; theory 4", Tests: 1, Run: boundForward,
			Claim: "P(|‖φ(Wx)‖²/n − 1| ≥ ε) is at most the bound"},
		{ID: "bound-fixed", Status: Proven, Source: "Theorem 2; theory 4", Tests: 1, Run: boundFixed,
			Claim: "P(|‖Dy‖²/‖y‖² − 1| ≥ ε) is at most the bound for the fixed y"},
		{ID: "bound-uniform", Status: Proven, Source: "theory 4", Tests: 1, Run: boundUniform,
			Claim: "the same for y uniform on a sphere"},
		{ID: "bound-inside", Status: Proven, Source: "theory 4, backward inside a network", Tests: 1, Run: boundInside,
			Claim: "the same for whatever comes down from the layers above, for any loss"},
		{ID: "bound-depth", Status: Proven, Source: "theory 4, whole network", Tests: 1, Run: boundDepth,
			Claim: "P(some |‖x⁽ˡ⁾‖²/n − 1| ≥ ε) is at most the bound"},
		{ID: "bound-depth-backward", Status: Proven, Source: "theory 4, whole network", Tests: 1, Run: boundDepthBackward,
			Claim: "P(|‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖² − 1| ≥ ε) is at most the bound"},
		{ID: "bounds-relu", Status: Proven, Source: "theory 4", Run: boundsReLU,
			Claim: "for ReLU, where ‖φ(Wx)‖²/n, ‖D‖²/n and ‖Dy‖² have laws in closed form, no bound is below the exact probability"},
		{ID: "bounds-shrink", Status: Proven, Source: "theory 4", Run: boundsShrink,
			Claim: "bounds are probabilities, fall as n grows like exp(−cn), and are never below what the exact variance forces"},
		{ID: "depth-laws", Status: Exact, Source: "theory 5", Run: depthLaws,
			Claim: "the variances over depth are those of the linear recursion of deviations; over depth with κ > 1 nothing is predicted"},
		{ID: "limit-law", Status: Asymptotic, Source: "theory 5", Tests: 2, Run: limitLaw,
			Slack: "0.4·|m_n − 1|/sd + (1 + |skewness of φ² less its quadratic part|)/√n in distribution function",
			Claim: "√n(‖φ(Wx)‖²/n − 1) → N(0, V_f) and √n(‖Dy‖²/‖y‖² − 1) → N(0, V_b)"},
		{ID: "log-ratio-law", Status: Asymptotic, Source: "theory 5", Tests: 2, Run: logRatioLaw,
			Slack: "20 % of the variance plus 4 standard deviations of the mean that theory leaves out, at n ≥ 200",
			Claim: "log ‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖² and ‖x⁽ᴸ⁺¹⁾‖²/n have the predicted spread"},
		{ID: "kappa", Status: Exact, Source: "theory 2", Run: kappaDecay,
			Claim: "a deviation from the shell is multiplied by κ in each layer"},
		{ID: "relaxation", Status: Proven, Source: "theory 2, 5", Tests: 1, Run: relaxation,
			Slack: "the depth is 1,000; norms may leave [½, 2] in a tenth of the networks",
			Claim: "with κ < 1 norms stay near the shell however deep the network"},
		{ID: "negative-controls", Status: Proven, Source: "theory 2", Tests: 3, Run: negativeControls,
			Claim: "a false claim is refuted: tanh as it is vanishes, a root with κ > 1 blows up; a true one is confirmed"},
	}
}

// negativeControls asks the tester itself: it must refute what is false and
// not refute what is true.
func negativeControls(d *Draw) error {
	for _, c := range []struct {
		name, activation string
		depth            int
		want             montecarlo.Outcome
	}{
		{"raw tanh", "tanh", 30, montecarlo.Refuted},
		{"normalised tanh", "tanh", 30, montecarlo.Confirmed},
		{"the root of gelu with κ > 1", "gelu", 120, montecarlo.Refuted},
	} {
		alpha, err := d.pay()
		if err != nil {
			return err
		}
		f, err := d.Lookup(c.activation)
		if err != nil {
			return err
		}
		act, err := d.Normalize(f)
		if err != nil {
			return err
		}
		switch c.name {
		case "raw tanh":
			act.Activation = f
		case "the root of gelu with κ > 1":
			if act, err = act.WithRoot(1 - act.Chosen); err != nil {
				return err
			}
		}
		e := properties.Ensemble{Activation: act.Activation, Width: 128, Depth: c.depth}
		claims := properties.Claims(e.Depth, 0.5, 0.5, 0.2)[2:3] // forward over depth
		// 300 networks: the rates are below 0.02 or above 0.9, and the outcome
		// is as expected except with probability below 1e-12.
		results, err := d.Test(context.Background(), e, claims, properties.Budget{Seed: d.seed, Trials: 300, Alpha: alpha, Workers: 1})
		if err != nil {
			return err
		}
		v := results[0].Verdict
		d.trials += v.Trials
		if v.Outcome != c.want {
			return refute(fmt.Sprintf("%s, n = %d, L = %d: %s", c.name, e.Width, e.Depth, results[0].Claim), c.want.String(), "%+v", v)
		}
	}
	return nil
}
