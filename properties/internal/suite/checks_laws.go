package suite

import (
	"errors"
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/theorem"
)

// depthLaws adds up deviations layer by layer: δ ← κδ + ξ, T ← T + sδ + η,
// with Var ξ = V_f/n, Var η = V_b/n, Cov(ξ, η) = C/n in each layer. Over more than
// one layer with κ > 1 nothing is predicted.
func depthLaws(d *Draw) error {
	for range 3 { // cheap, so many to a draw
		act, err := d.activation()
		if err != nil {
			return err
		}
		for root := range act.Roots {
			other, err := act.WithRoot(root)
			if err != nil {
				return err
			}
			if err := d.addUp(other); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *Draw) addUp(act gpnorm.Normalized) error {
	p, err := d.Describe(act.Activation)
	if err != nil {
		return err
	}
	n, depth := d.width(100, 1_000_000), d.int("depth", 1, 1000)
	forward, err := d.ForwardDepthLaw(p, n, depth)
	if err != nil {
		return err
	}
	backward, err := d.BackwardDepthLaw(p, n, depth)
	if err != nil {
		return err
	}
	s := float64(n)
	kappa, gain := p.Slope, p.DerivSlope/2
	about := fmt.Sprintf("%s, n = %d, L = %d, κ = %.6g", act.Name, n, depth, kappa)
	if grow := depth > 1 && kappa > 1+gpnorm.SlopeTolerance; grow != (forward.Status == theorem.Unknown) ||
		grow != (backward.Status == theorem.Unknown) {
		return refute(about, "nothing predicted over depth for κ > 1, and only then", "%v forward, %v backward", forward.Status, backward.Status)
	} else if grow {
		return nil
	}
	var dd, td, tt, forwardVariance float64
	for l := 1; l <= depth; l++ {
		forwardVariance = kappa*kappa*forwardVariance + p.ForwardVariance/s
	}
	for range depth - 1 { // the factors ‖d⁽ˡ⁾‖²/‖d⁽ˡ⁺¹⁾‖², l < L
		tt += gain*gain*dd + 2*gain*td + p.BackwardVariance/s
		newTD := kappa*(td+gain*dd) + p.Cross/s
		// δ of the next layer is κδ + ξ, and ξ covaries with this layer's η.
		dd, td = kappa*kappa*dd+p.ForwardVariance/s, newTD
	}
	variance := forward.SD * forward.SD
	if forward.LogNormal { // for κ ≥ 1 deviations multiply, and the recursion is that of the logarithm
		variance = forward.LogSD * forward.LogSD
	}
	if forwardVariance < 0.05 {
		if err := d.near(about+": n·Var ‖x⁽ᴸ⁺¹⁾‖²/n", s*variance, s*forwardVariance, 1e-6*(1+s*forwardVariance)); err != nil {
			return err
		}
	}
	if depth > 1 && tt < 1e6 {
		if err := d.near(about+": n·Var log ‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖²", s*backward.LogSD*backward.LogSD, s*tt, 1e-6*(1+s*tt)); err != nil {
			return err
		}
		return d.near(about+": n·E log ‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖²", s*backward.LogMean, -p.BackwardVariance*float64(depth-1)/2,
			1e-6*(1+float64(depth)*p.BackwardVariance))
	}
	return nil
}

func limitLaw(d *Draw) error {
	act, m, err := d.atShell(200, 800)
	if err != nil {
		return err
	}
	p, err := d.Describe(act)
	if err != nil {
		return err
	}
	n := m.Width
	forward, err := d.ForwardLaw(p, n)
	if err != nil {
		return err
	}
	backward, err := d.BackwardLaw(p, n)
	if err != nil {
		return err
	}
	r, err := d.carry("simulator", act, n, 1)
	if err != nil {
		return err
	}
	third := gaussian(act,
		func(x, f, _ float64) float64 { v := f*f - 1 - p.Slope*(x*x-1); return v * v * v },
		func(x, _, df float64) float64 { v := df*df - 1 - p.DerivSlope/2*(x*x-1); return math.Abs(v * v * v) })
	x, y, norms := d.vector("x", n, 1), make([]float64, n), network.NewNorms(1)
	test := func(what string, law theorem.Law, mean, skew float64, value func() float64) error {
		if law.SD < 1e-6 {
			return nil // a point mass
		}
		slack := 0.4*math.Abs(mean-1)/law.SD + (1+math.Abs(skew))/math.Sqrt(float64(n))
		if slack > 0.5 {
			return nil
		}
		return d.law(r.about, what, law.CDF, slack, d.Effort.trials(r.cost+n, 1, 50)/2, func(i int) (float64, error) {
			uniform(d.fresh(i), y, 1)
			err := r.run(i, x, y, norms)
			return value(), err
		})
	}
	if err := test("‖φ(Wx)‖²/n", forward, m.Forward.Mean, third[0]/math.Pow(p.ForwardVariance, 1.5),
		func() float64 { return norms.X[1] / float64(n) }); err != nil {
		return err
	}
	// With y the skewness has parts of y as well: 15·E|φ′|⁶-like terms.
	return test("‖Dy‖²/‖y‖²", backward, m.Backward.Mean, 4+5*third[1]/math.Pow(p.BackwardVariance, 1.5),
		func() float64 { return norms.D[0] / norms.Y[1] })
}

// logRatioLaw tests the second moment of the standardised statistic, cut off
// at 9: of a standard normal variable that is 0.98.
func logRatioLaw(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	p := act.Roots[act.Chosen].Profile
	if p.Slope > 0.8 || p.BackwardVariance > 12 || p.ForwardVariance > 12 {
		return nil // relaxes slowly, or needs wider networks than this
	}
	n, depth := d.int("width", 200, 400), d.int("depth", 4, 12)
	forward, err := d.ForwardDepthLaw(p, n, depth)
	if err != nil {
		return err
	}
	backward, err := d.BackwardDepthLaw(p, n, depth)
	if err != nil {
		return err
	}
	r, err := d.carry("simulator", act.Activation, n, depth)
	if err != nil {
		return err
	}
	x, y, norms := make([]float64, n), make([]float64, n), network.NewNorms(depth)
	// E Z² lies within 1 ± 0.2 + (shift/sd)²; shifts of the means are of order L/n.
	slack := func(shift float64) mean {
		return mean{what: "min(Z², 9)", lo: 0.75, hi: 1.25 + shift*shift, min: 0, max: 9, scale: 1, unit: "of the variance"}
	}
	shift := 4 * float64(depth) / float64(n) / backward.LogSD
	claims := []mean{slack(shift), slack(4 / float64(n) / forward.SD)}
	claims[0].what, claims[1].what = "min(Z², 9), Z of log ‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖²", "min(Z², 9), Z of ‖x⁽ᴸ⁺¹⁾‖²/n"
	return d.means(r.about, d.Effort.trials(r.cost, 1, 30), claims, func(i int, s []float64) error {
		f := d.fresh(i)
		uniform(f, x, 1)
		uniform(f, y, 1)
		err := r.run(i, x, y, norms)
		zb := (math.Log(norms.D[0]/norms.D[depth-1]) - backward.LogMean) / backward.LogSD
		zf := (norms.X[depth]/float64(n) - forward.Mean) / forward.SD
		s[0], s[1] = math.Min(zb*zb, 9), math.Min(zf*zf, 9)
		return err
	})
}

// kappaDecay sends two shells near 1 through layers of infinite width.
func kappaDecay(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	kappa := act.Roots[act.Chosen].Slope
	step := float64(d.int("deviation ·10⁴", 1, 20)) * 1e-4
	layers := d.int("layers", 1, 5)
	above, below := 1+step, 1-step
	for range layers {
		if above, err = d.LengthMap(act.Activation, above); err != nil {
			return err
		}
		if below, err = d.LengthMap(act.Activation, below); err != nil {
			return err
		}
	}
	got := (above - below) / (2 * step) // even orders cancel
	want := math.Pow(kappa, float64(layers))
	slack := 200*step*step*math.Max(1, math.Pow(math.Abs(kappa), float64(layers))) + 1e-9/step
	return d.near(fmt.Sprintf("%s: deviation after %d layers, relative", act.Name, layers), got, want, slack)
}

func relaxation(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	p := act.Roots[act.Chosen].Profile
	if p.Slope > 0.7 || p.ForwardVariance > 8 || p.Slope < -0.5 {
		return nil
	}
	n, depth := 400, d.int("depth", 100, 1000)
	if d.Effort.Name == Short.Name {
		depth /= 5
	}
	r, err := d.carry("simulator that regenerates", act.Activation, n, depth)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, 1.3), d.vector("y", n, 1), network.NewNorms(depth)
	return d.rate(r.about, "‖x⁽ᴸ⁺¹⁾‖²/n outside [½, 2]", 0.1, max(d.Effort.trials(r.cost, 1, 2), 12), func(i int) (bool, error) {
		err := r.run(i, x, y, norms)
		q := norms.X[depth] / float64(n)
		var overflow *network.OverflowError
		if errors.As(err, &overflow) {
			return true, nil
		}
		return !(q >= 0.5 && q <= 2), err
	})
}
