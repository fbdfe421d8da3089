package properties

import (
	"context"
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"
)

// GPNormalized asserts that φ, as given, is Gaussian–Poincaré normalised:
// E φ(g)² = 1 and E φ′(g)² = 1 for g ~ N(0,1). The expectations are computed, not
// sampled; Tolerance, 1e-6 by default, is the deviation from 1 of these moments that
// passes.
// φ′ is compared with φ on the way. It returns whether the claim holds.
//
// gpnorm.FromFunc makes an activation of two Go functions.
func GPNormalized(t TB, act gpnorm.Activation, opts ...Option) bool {
	t.Helper()
	what := fmt.Sprintf("%s is Gaussian–Poincaré normalised", act.Name)
	s, err := configure(settings{widths: []int{1}, depth: 1, trials: 1, tolerance: theorem.NormalizedTolerance}, opts)
	if err != nil {
		t.Errorf("properties.GPNormalized: %v", err)
		return false
	}
	s.certain = true
	p, err := gpnorm.Describe(act)
	if err != nil {
		return fail(t, what, s, finding{claim: "E φ(g)² = 1 and E φ′(g)² = 1", seen: err.Error(), odds: certain})
	}
	if p.Normalized(s.tolerance) {
		return true
	}
	f := finding{
		claim: fmt.Sprintf("E φ(g)² = 1 and E φ′(g)² = 1 within %g", s.tolerance),
		seen:  fmt.Sprintf("E φ(g)² = %.6g, E φ′(g)² = %.6g", p.SecondMoment.Value, p.DerivSecondMoment.Value),
		odds:  certain + "; quadrature to about 1e-14",
	}
	if n, err := gpnorm.Normalize(act); err == nil {
		f.advice = fmt.Sprintf("%.9g·φ %+.9g is normalised (gpnorm.Normalize)", n.A, n.B)
	}
	return fail(t, what, s, f)
}

// rateLimit is how many of the networks may lie outside the tolerance.
const rateLimit = 0.1

// NormsPreserved asserts that random networks of Haar weights with the
// activation, as given, keep norms: through one layer, and through Depth
// layers (20 by default), forward and backward, at each of the Widths (1,024
// by default).
//
// In at most 10 % of the networks a ratio of norms may be off by the
// tolerance: the deviation that theory predicts for 1 % of the networks of
// the normalised function, but at most ¼; Tolerance fixes another. For one
// layer the mean of the ratio's square must also lie within 0.005 of what theory says of the
// normalised function, which sees constants that are slightly off.
//
// It passes when every claim is confirmed and fails when one is refuted or stays
// undecided after Trials networks (6,000 by default), each with probability at
// most Alpha for the wrong answer.
func NormsPreserved(t TB, act gpnorm.Activation, opts ...Option) bool {
	t.Helper()
	what := fmt.Sprintf("networks with %s keep their norms", act.Name)
	s, err := configure(settings{widths: []int{1024}, depth: 20, trials: 6000}, opts)
	if err != nil {
		t.Errorf("properties.NormsPreserved: %v", err)
		return false
	}
	n, err := gpnorm.Normalize(act)
	if err != nil {
		return fail(t, what, s, finding{claim: "the activation can be normalised", seen: err.Error(), odds: certain})
	}
	var findings []finding
	for _, width := range s.widths {
		more, err := s.norms(act, n, width)
		if err != nil {
			t.Errorf("properties.NormsPreserved: %v", err)
			return false
		}
		findings = append(findings, more...)
	}
	if len(findings) > 0 {
		return fail(t, what, s, findings...)
	}
	t.Logf("%s at widths %v, depth %d; α = %.2g, %s=%d", what, s.widths, s.depth, s.alpha, SeedVariable, s.seed)
	return true
}

// norms tests all claims at one width.
func (s settings) norms(act gpnorm.Activation, n gpnorm.Normalized, width int) ([]finding, error) {
	depths := []int{1}
	if s.depth > 1 {
		depths = append(depths, s.depth)
	}
	alpha := s.alpha / float64(len(s.widths)*(2*len(depths)+2))
	profile := n.Roots[n.Chosen].Profile
	var out []finding
	for _, depth := range depths {
		e := Ensemble{Activation: act, Width: width, Depth: depth}
		var claims []Claim
		for _, c := range Claims(depth, 1, 1, rateLimit) {
			if c.Depth != depth || c.Statement.Deep != (depth > 1) {
				continue
			}
			var err error
			if c.Tolerance, err = s.toleranceFor(c, profile, width); err != nil {
				return nil, err
			}
			claims = append(claims, c)
		}
		results, err := Test(context.Background(), e, claims, Budget{Seed: s.seed, Trials: s.trials, Alpha: alpha})
		if err != nil {
			return nil, err
		}
		for _, r := range results {
			if r.Verdict.Outcome != montecarlo.Confirmed {
				out = append(out, s.about(r, profile))
			}
		}
	}
	means, err := s.meansOfLayer(act, n, width, alpha)
	return append(out, means...), err
}

// toleranceFor is the deviation of norms that the law of theory exceeds in 1 % of
// the networks, at most ¼, or the tolerance asked for.
func (s settings) toleranceFor(c Claim, p gpnorm.Profile, width int) (float64, error) {
	if s.tolerance > 0 {
		return s.tolerance, nil
	}
	law, err := c.Statement.PredictionFor(p, network.Haar, width, c.Depth)
	if err != nil {
		return 0, err
	}
	lo, hi := 5e-4, 0.25
	if !law.Known() || law.NormOutside(hi) >= 0.01 {
		return hi, nil
	}
	for range 50 {
		if mid := (lo + hi) / 2; law.NormOutside(mid) > 0.01 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi, nil
}

func (s settings) about(r Result, p gpnorm.Profile) finding {
	v := r.Verdict
	f := finding{
		claim: fmt.Sprintf("%s, n = %d, L = %d", r.Claim, r.Ensemble.Width, r.Ensemble.Depth),
		seen:  fmt.Sprintf("%d of %d networks are outside, so it is at least %.3g; mean square %.4g", v.Events, v.Trials, v.Lo, r.Sample.Mean),
		odds:  odds(v), undecided: v.Outcome == montecarlo.Undecided,
	}
	law, err := r.Claim.Statement.PredictionFor(p, r.Ensemble.Weights, r.Ensemble.Width, r.Ensemble.Depth)
	if outside := law.NormOutside(r.Claim.Tolerance); err == nil && !law.Known() {
		f.advice = law.Reason
	} else if err == nil && outside > 0.02 {
		f.advice = fmt.Sprintf("theory expects %.2g even for the normalised function: a wider network, a lower depth or a larger tolerance",
			outside)
	} else if v.Outcome == montecarlo.Undecided {
		f.advice = "more trials (properties.Trials)"
	}
	return f
}

// meanSlack is how far the mean ratio of one layer may be from what theory
// says.
const meanSlack = 0.005

// meansOfLayer compares the means over one layer with those of the
// normalised function.
func (s settings) meansOfLayer(act gpnorm.Activation, n gpnorm.Normalized, width int, alpha float64) ([]finding, error) {
	if !(act.Lipschitz < math.Inf(1)) || width < theorem.MinWidth {
		return nil, nil // no known support
	}
	m, err := theorem.SphereMoments(n.Activation, width, 1)
	if err != nil {
		return nil, err
	}
	zero := []float64{0}
	act.Value(zero, zero)
	top := (math.Abs(zero[0]) + act.Lipschitz) * (math.Abs(zero[0]) + act.Lipschitz)
	e := Ensemble{Activation: act, Width: width, Depth: 1}
	norms, err := e.Sample(context.Background(), montecarlo.Plan{Trials: s.trials}, montecarlo.NewExperiment(s.seed, "means of a layer"))
	if err != nil {
		return nil, err
	}
	var out []finding
	for _, c := range []struct {
		what      string
		statement theorem.Statement
		mean, max float64
	}{
		{"‖φ(Wx)‖²/n", theorem.Theorem1(), m.Forward.Mean, top},
		{"‖Dy‖²/‖y‖²", theorem.Theorem2(), m.Backward.Mean, act.Lipschitz * act.Lipschitz},
	} {
		lo, hi := c.mean-meanSlack, c.mean+meanSlack
		if hi >= c.max && lo <= 0 || c.max <= lo {
			continue
		}
		test, err := montecarlo.NewMeanTest(montecarlo.MeanClaim{Lo: lo, Hi: hi, Min: 0, Max: c.max * (1 + 1e-9)}, alpha, s.trials)
		if err != nil {
			return nil, err
		}
		for _, x := range norms {
			test.Add(Statistic(c.statement, x, width))
		}
		if v := test.Verdict(); v.Outcome == montecarlo.Refuted {
			out = append(out, finding{
				claim: fmt.Sprintf("E %s = %.4g within %g, n = %d", c.what, c.mean, meanSlack, width),
				seen:  fmt.Sprintf("it lies in [%.4g, %.4g]", v.Lo, v.Hi),
				odds:  odds(v),
			})
		}
	}
	return out, nil
}
