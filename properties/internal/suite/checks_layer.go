package suite

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/theorem"
)

// layerChecks are about one layer at finite width: section 3 of the theory.
// Their supports come from Lipschitz constants.
func layerChecks() []Check {
	return []Check{
		{ID: "forward-moments", Status: Exact, Source: "Theorem 1; theory 3", Tests: 4, Run: carried(400, forwardMoments),
			Claim: "for any x with ‖x‖² = nq: ‖φ(Wx)‖²/n has mean m_n(q) and variance (v_n + (n−1)c_n)/n"},
		{ID: "backward-fixed", Status: Exact, Source: "Theorem 2; theory 3", Tests: 4, Run: carried(400, backwardFixed),
			Claim: "for fixed y of any shape: ‖Dy‖²/‖y‖² has mean E φ′(u₁)² and variance p·v_n + (1−p)·c_n, p = Σyᵢ⁴/‖y‖⁴"},
		{ID: "backward-uniform", Status: Exact, Source: "theory 5", Tests: 4, Run: carried(400, backwardUniform),
			Claim: "for y uniform on a sphere: the same mean, variance (2·Var φ′² + n·Var ‖D‖²/n)/(n+2)"},
		{ID: "cross-moment", Status: Exact, Source: "theory 5", Tests: 2, Run: carried(200, crossMoment),
			Claim: "‖φ(Wx)‖²/n and ‖D‖²/n have the covariance given"},
		{ID: "trials-independent", Status: Exact, Source: "theory 8", Tests: 2, Run: carried(64, trialsIndependent),
			Claim: "different trials are independent: the product of their deviations has mean 0"},
		{ID: "sphere-moments", Status: Exact, Source: "theory 3", Run: sphereMoments,
			Claim: "m_n(q) and v_n(q) are the integrals over one coordinate; Var‖φ(u)‖²/n of a homogeneous φ is 3c²/(n+2)"},
		{ID: "sphere-polynomials", Status: Exact, Source: "theory 3", Run: spherePolynomials,
			Claim: "for a polynomial φ means, variances and covariances are the closed forms over the sphere"},
		{ID: "moments-converge", Status: Exact, Source: "theory 5", Run: momentsConverge,
			Claim: "m_n → 1 and n·Var → V_f, V_b, n·Cov → C with errors of order 1/n, and the limit laws have these variances; dm_n/dq → κ"},
	}
}

// A layer is one that is carried out, with its exact moments.
type layer struct {
	runner
	theorem.LayerMoments
	act   gpnorm.Activation
	x, y  []float64
	norms network.Norms
}

// layer draws an activation, a width, a shell and who carries the layer out. The
// error y is constant unless a check says otherwise.
func (d *Draw) layer(by []string, widest int) (*layer, error) {
	act, m, err := d.moments(widest)
	if err != nil {
		return nil, err
	}
	r, err := d.carry(pick(d, "carried out by", by...), act, m.Width, 1)
	if err != nil {
		return nil, err
	}
	r.about = fmt.Sprintf("%s, ‖x‖² = %g·n", r.about, m.Shell)
	return &layer{
		runner: r, LayerMoments: m, act: act,
		x: d.vector("x", m.Width, m.Shell), y: shaped("constant", m.Width, 1, nil), norms: network.NewNorms(1),
	}, nil
}

// moments draws an activation, a width, a shell and the exact moments there.
func (d *Draw) moments(widest int) (gpnorm.Activation, theorem.LayerMoments, error) {
	act, err := d.activation()
	if err != nil {
		return gpnorm.Activation{}, theorem.LayerMoments{}, err
	}
	m, err := d.SphereMoments(act.Activation, d.width(theorem.MinWidth, widest), d.shell())
	return act.Activation, m, err
}

// carried runs an examination on a simulated layer, at most so wide, and on an
// explicit one, which is narrow.
func carried(simulated int, examine func(*Draw, *layer) error) func(*Draw) error {
	return func(d *Draw) error {
		for _, c := range []struct {
			by     []string
			widest int
		}{{carriers[:2], simulated}, {carriers[2:], 32}} {
			l, err := d.layer(c.by, c.widest)
			if err != nil {
				return err
			}
			if err := examine(d, l); err != nil {
				return err
			}
		}
		return nil
	}
}

// trial runs the layer on x and y, and leaves its norms.
func (l *layer) trial(i int) error { return l.run(i, l.x, l.y, l.norms) }

// forward is ‖φ(Wx)‖²/n of the last trial.
func (l *layer) forward() float64 { return l.norms.X[1] / float64(l.Width) }

// backward is ‖Dy‖²/‖y‖² of the last trial.
func (l *layer) backward() float64 { return l.norms.D[0] / l.norms.Y[1] }

// largest bounds what forward can be.
func (l *layer) largest() float64 { return largest(l.act, l.Shell) }

// steepest bounds what backward can be.
func (l *layer) steepest() float64 { return l.act.Lipschitz * l.act.Lipschitz }

// A spread is the exact mean and variance of a statistic between 0 and max.
type spread struct {
	what                  string
	mean, meanError       float64
	variance, varianceErr float64
	max                   float64
}

// claims are those about the statistic and about its squared deviation.
func (s spread) claims() []mean {
	sd := math.Sqrt(math.Max(s.variance, 1e-18))
	far := math.Max(s.mean, s.max-s.mean)
	return []mean{
		exactly(s.what, s.mean, s.meanError, 0, s.max, sd, "sd of the statistic"),
		exactly("("+s.what+" − mean)²", s.variance, s.varianceErr+s.meanError*s.meanError+1e-12*s.max, 0, far*far, sd*sd, "of its variance"),
	}
}

// examine tests the mean of a statistic and of its squared deviation.
func (s spread) examine(d *Draw, about string, cost int, statistic func(trial int) (float64, error)) error {
	return d.means(about, d.Effort.trials(cost, 1, 50), s.claims(), func(i int, values []float64) (err error) {
		values[0], err = statistic(i)
		values[1] = (values[0] - s.mean) * (values[0] - s.mean)
		return err
	})
}

func forwardMoments(d *Draw, l *layer) error {
	f := l.Forward
	s := spread{"‖φ(Wx)‖²/n", f.Mean, f.MeanError, f.AverageVariance, f.VarianceError / float64(l.Width), l.largest()}
	return s.examine(d, l.about, l.cost, func(i int) (float64, error) {
		err := l.trial(i)
		return l.forward(), err
	})
}

func backwardFixed(d *Draw, l *layer) error {
	l.y = d.vector("y", l.Width, 1)
	if pick(d, "y is", "its own", "x") == "x" {
		l.y = l.x
	}
	b, part := l.Backward, participation(l.y)
	s := spread{"‖Dy‖²/‖y‖²", b.Mean, b.MeanError, l.FixedBackwardVariance(part), b.VarianceError, l.steepest()}
	return s.examine(d, fmt.Sprintf("%s, Σyᵢ⁴/‖y‖⁴ = %.4g", l.about, part), l.cost, func(i int) (float64, error) {
		err := l.trial(i)
		return l.backward(), err
	})
}

func backwardUniform(d *Draw, l *layer) error {
	b := l.Backward
	s := spread{"‖Dy‖²/‖y‖²", b.Mean, b.MeanError, l.UniformBackwardVariance(), b.VarianceError, l.steepest()}
	return s.examine(d, l.about+", y uniform", l.cost+l.Width, func(i int) (float64, error) {
		uniform(d.fresh(i), l.y, 1)
		err := l.trial(i)
		return l.backward(), err
	})
}

func crossMoment(d *Draw, l *layer) error {
	n, f, b := float64(l.Width), l.Forward, l.Backward
	lowF, highF := -f.Mean, l.largest()-f.Mean
	lowB, highB := -b.Mean, l.steepest()-b.Mean
	lo, hi := math.Min(lowF*highB, highF*lowB), math.Max(lowF*lowB, highF*highB)
	scale := n * math.Sqrt(f.AverageVariance*b.AverageVariance)
	claim := exactly("n·(deviation of ‖φ‖²/n)·(deviation of ‖D‖²/n)", l.Cross, 1e-9*(1+math.Abs(l.Cross)),
		n*lo-1e-9, n*hi+1e-9, math.Max(scale, 1e-12), "of the largest covariance")
	return d.means(l.about, d.Effort.trials(l.cost, 1, 50), []mean{claim}, func(i int, values []float64) error {
		err := l.trial(i)
		values[0] = n * (l.forward() - f.Mean) * (l.backward() - b.Mean)
		return err
	})
}

func trialsIndependent(d *Draw, l *layer) error {
	f := l.Forward
	low, high := -f.Mean, l.largest()-f.Mean
	claim := exactly("product of the deviations of two trials", 0, 1e-9*high*high+f.MeanError,
		low*high, math.Max(low*low, high*high), math.Max(f.AverageVariance, 1e-18), "correlation")
	return d.means(l.about, d.Effort.trials(2*l.cost, 1, 50), []mean{claim}, func(i int, values []float64) error {
		values[0] = 1
		for k := range 2 {
			if err := l.trial(2*i + k); err != nil {
				return err
			}
			values[0] *= l.forward() - f.Mean
		}
		return nil
	})
}
