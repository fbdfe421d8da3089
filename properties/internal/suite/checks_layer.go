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
		{ID: "forward-moments", Status: Exact, Source: "Theorem 1; theory 3", Tests: 4, Run: carried(forwardMoments),
			Claim: "for any x with ‖x‖² = nq: ‖φ(Wx)‖²/n has mean m_n(q) and variance (v_n + (n−1)c_n)/n"},
		{ID: "backward-fixed", Status: Exact, Source: "Theorem 2; theory 3", Tests: 4, Run: carried(backwardFixed),
			Claim: "for fixed y of any shape: ‖Dy‖²/‖y‖² has mean E φ′(u₁)² and variance p·v_n + (1−p)·c_n, p = Σyᵢ⁴/‖y‖⁴"},
		{ID: "backward-uniform", Status: Exact, Source: "theory 5", Tests: 4, Run: carried(backwardUniform),
			Claim: "for y uniform on a sphere: the same mean, variance (2·Var φ′² + n·Var ‖D‖²/n)/(n+2)"},
		{ID: "cross-moment", Status: Exact, Source: "theory 5", Tests: 2, Run: carried(crossMoment),
			Claim: "‖φ(Wx)‖²/n and ‖D‖²/n have the covariance given"},
		{ID: "trials-independent", Status: Exact, Source: "theory 8", Tests: 2, Run: carried(trialsIndependent),
			Claim: "different trials are independent: the product of their deviations has mean 0"},
		{ID: "sphere-moments", Status: Exact, Source: "theory 3", Run: sphereMoments,
			Claim: "m_n(q) and v_n(q) are the integrals over one coordinate; Var‖φ(u)‖²/n of a homogeneous φ is 3c²/(n+2)"},
		{ID: "sphere-polynomials", Status: Exact, Source: "theory 3", Run: spherePolynomials,
			Claim: "for a polynomial φ means, variances and covariances are the closed forms over the sphere"},
		{ID: "moments-converge", Status: Exact, Source: "theory 5", Run: momentsConverge,
			Claim: "m_n → 1 and n·Var → V_f, V_b, n·Cov → C with errors of order 1/n, and the limit laws have these variances; dm_n/dq → κ"},
	}
}

// carried runs an examination for a simulated and for an explicit network.
func carried(examine func(d *Draw, by []string) error) func(*Draw) error {
	return func(d *Draw) error {
		for _, by := range [][]string{carriers[:2], carriers[2:]} {
			if err := examine(d, by); err != nil {
				return err
			}
		}
		return nil
	}
}

// widest is how wide networks may be: explicit ones are narrow.
func widest(by []string, simulated int) int {
	if by[0] == carriers[0] {
		return simulated
	}
	return 32
}

// layer draws an activation, a width, a shell and its exact moments.
func (d *Draw) layer(widest int) (gpnorm.Activation, theorem.LayerMoments, error) {
	act, err := d.activation()
	if err != nil {
		return gpnorm.Activation{}, theorem.LayerMoments{}, err
	}
	m, err := d.SphereMoments(act.Activation, d.width(theorem.MinWidth, widest), d.shell())
	return act.Activation, m, err
}

// spread are the claims that X has the mean and, exactly, the variance given.
func spread(what string, mean0, meanErr, variance, varianceErr, max float64) []mean {
	sd := math.Sqrt(math.Max(variance, 1e-18))
	far := math.Max(mean0, max-mean0)
	return []mean{
		exactly(what, mean0, meanErr, 0, max, sd, "sd of the statistic"),
		exactly("("+what+" − mean)²", variance, varianceErr+meanErr*meanErr+1e-12*max, 0, far*far, sd*sd, "of its variance"),
	}
}

func forwardMoments(d *Draw, by []string) error {
	act, m, err := d.layer(widest(by, 400))
	if err != nil {
		return err
	}
	n := m.Width
	r, err := d.carry(pick(d, "carried out by", by...), act, n, 1)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, m.Shell), shaped("constant", n, 1, nil), network.NewNorms(1)
	f := m.Forward
	claims := spread("‖φ(Wx)‖²/n", f.Mean, f.MeanError, f.AverageVariance, f.VarianceError/float64(n), largest(act, m.Shell))
	return d.means(fmt.Sprintf("%s, ‖x‖² = %g·n", r.about, m.Shell), d.Effort.trials(r.cost, 1, 50), claims, func(i int, s []float64) error {
		err := r.run(i, x, y, norms)
		s[0] = norms.X[1] / float64(n)
		s[1] = (s[0] - f.Mean) * (s[0] - f.Mean)
		return err
	})
}

func backwardFixed(d *Draw, by []string) error {
	act, m, err := d.layer(widest(by, 400))
	if err != nil {
		return err
	}
	n := m.Width
	r, err := d.carry(pick(d, "carried out by", by...), act, n, 1)
	if err != nil {
		return err
	}
	x, norms := d.vector("x", n, m.Shell), network.NewNorms(1)
	y := d.vector("y", n, 1)
	if pick(d, "y is", "its own", "x") == "x" {
		y = x
	}
	b, v := m.Backward, m.FixedBackwardVariance(participation(y))
	claims := spread("‖Dy‖²/‖y‖²", b.Mean, b.MeanError, v, b.VarianceError, act.Lipschitz*act.Lipschitz)
	about := fmt.Sprintf("%s, ‖x‖² = %g·n, Σyᵢ⁴/‖y‖⁴ = %.4g", r.about, m.Shell, participation(y))
	return d.means(about, d.Effort.trials(r.cost, 1, 50), claims, func(i int, s []float64) error {
		err := r.run(i, x, y, norms)
		s[0] = norms.D[0] / norms.Y[1]
		s[1] = (s[0] - b.Mean) * (s[0] - b.Mean)
		return err
	})
}

func backwardUniform(d *Draw, by []string) error {
	act, m, err := d.layer(widest(by, 400))
	if err != nil {
		return err
	}
	n := m.Width
	r, err := d.carry(pick(d, "carried out by", by...), act, n, 1)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, m.Shell), make([]float64, n), network.NewNorms(1)
	b := m.Backward
	claims := spread("‖Dy‖²/‖y‖²", b.Mean, b.MeanError, m.UniformBackwardVariance(), b.VarianceError, act.Lipschitz*act.Lipschitz)
	return d.means(fmt.Sprintf("%s, ‖x‖² = %g·n, y uniform", r.about, m.Shell), d.Effort.trials(r.cost+n, 1, 50), claims, func(i int, s []float64) error {
		uniform(d.fresh(i), y, 1)
		err := r.run(i, x, y, norms)
		s[0] = norms.D[0] / norms.Y[1]
		s[1] = (s[0] - b.Mean) * (s[0] - b.Mean)
		return err
	})
}

func crossMoment(d *Draw, by []string) error {
	act, m, err := d.layer(widest(by, 200))
	if err != nil {
		return err
	}
	n := m.Width
	r, err := d.carry(pick(d, "carried out by", by...), act, n, 1)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, m.Shell), shaped("constant", n, 1, nil), network.NewNorms(1)
	s := float64(n)
	lowF, highF := -m.Forward.Mean, largest(act, m.Shell)-m.Forward.Mean
	lowB, highB := -m.Backward.Mean, act.Lipschitz*act.Lipschitz-m.Backward.Mean
	lo, hi := math.Min(lowF*highB, highF*lowB), math.Max(lowF*lowB, highF*highB)
	scale := s * math.Sqrt(m.Forward.AverageVariance*m.Backward.AverageVariance)
	claim := exactly("n·(deviation of ‖φ‖²/n)·(deviation of ‖D‖²/n)", m.Cross, 1e-9*(1+math.Abs(m.Cross)), s*lo-1e-9, s*hi+1e-9, math.Max(scale, 1e-12), "of the largest covariance")
	return d.means(fmt.Sprintf("%s, ‖x‖² = %g·n", r.about, m.Shell), d.Effort.trials(r.cost, 1, 50), []mean{claim}, func(i int, stat []float64) error {
		err := r.run(i, x, y, norms)
		stat[0] = s * (norms.X[1]/s - m.Forward.Mean) * (norms.D[0]/norms.Y[1] - m.Backward.Mean)
		return err
	})
}

func trialsIndependent(d *Draw, by []string) error {
	act, m, err := d.layer(widest(by, 64))
	if err != nil {
		return err
	}
	n := m.Width
	r, err := d.carry(pick(d, "carried out by", by...), act, n, 1)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, m.Shell), shaped("constant", n, 1, nil), network.NewNorms(1)
	low, high := -m.Forward.Mean, largest(act, m.Shell)-m.Forward.Mean
	variance := math.Max(m.Forward.AverageVariance, 1e-18)
	claim := exactly("product of the deviations of two trials", 0, 1e-9*high*high+m.Forward.MeanError, low*high, math.Max(low*low, high*high), variance, "correlation")
	return d.means(fmt.Sprintf("%s, ‖x‖² = %g·n", r.about, m.Shell), d.Effort.trials(2*r.cost, 1, 50), []mean{claim}, func(i int, stat []float64) error {
		stat[0] = 1
		for k := range 2 {
			if err := r.run(2*i+k, x, y, norms); err != nil {
				return err
			}
			stat[0] *= norms.X[1]/float64(n) - m.Forward.Mean
		}
		return nil
	})
}

func sphereMoments(d *Draw) error {
	act, m, err := d.layer(1_000_000)
	if err != nil {
		return err
	}
	n, q := m.Width, m.Shell
	want := onSphere(act, n, q,
		func(_, f, _ float64) float64 { return f * f },
		func(_, _, df float64) float64 { return df * df },
		func(_, f, _ float64) float64 { return f * f * f * f },
		func(_, _, df float64) float64 { return df * df * df * df })
	scale := 1 + want[2] + want[3]
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"E φ(u₁)²", m.Forward.Mean, want[0]}, {"Var φ(u₁)²", m.Forward.Variance, want[2] - want[0]*want[0]},
		{"E φ′(u₁)²", m.Backward.Mean, want[1]}, {"Var φ′(u₁)²", m.Backward.Variance, want[3] - want[1]*want[1]},
	} {
		if err := d.near(where(act.Name, n, q)+": "+c.what, c.got, c.want, tolerance*scale); err != nil {
			return err
		}
	}
	h := d.homogeneous()
	if m, err = d.SphereMoments(h, n, q); err != nil {
		return err
	}
	if err := d.near(where(h.Name, n, q)+": E ‖φ(u)‖²/n", m.Forward.Mean, q, tolerance*q); err != nil {
		return err
	}
	variance := homogeneousVariance(h, n) * q * q
	return d.near(where(h.Name, n, q)+": n·Var ‖φ(u)‖²/n", float64(n)*m.Forward.AverageVariance, float64(n)*variance, 1e-8*float64(n)*variance+1e-12)
}

// homogeneousVariance is Var ‖φ(u)‖²/n of φ = a(x₊ + s·x₋) with a²(1+s²) = 2:
// ‖φ(u)‖²/n = 1 + c·(1/n)Σuᵢ|uᵢ| with c = a²(1−s²)/2, and signs are
// independent of the rest, so it is c²·E u₁⁴/n = 3c²/(n+2).
func homogeneousVariance(a gpnorm.Activation, n int) float64 {
	at := []float64{1, -1}
	a.Value(at, at)
	c := (at[0]*at[0] - at[1]*at[1]) / 2
	return 3 * c * c / float64(n+2)
}

// spherePolynomials: over the sphere of squared radius n the even moments are
// E Πuᵢ^{2aᵢ} = n^{Σa}·Π(2aᵢ−1)!!/(n(n+2)…(n+2Σa−2)).
func spherePolynomials(d *Draw) error {
	n, q := d.width(theorem.MinWidth, 100_000), d.shell()
	coef := make([]float64, 4)
	for i := range coef {
		coef[i] = float64(d.int("coefficient ·10", -15, 15)) / 10
	}
	poly := func(x float64) (float64, float64) {
		return coef[0] + x*(coef[1]+x*(coef[2]+x*coef[3])), coef[1] + x*(2*coef[2]+x*3*coef[3])
	}
	act := pointwise(fmt.Sprintf("polynomial %.3g", coef), poly, nil, math.Inf(1), math.Inf(1))
	m, err := d.SphereMoments(act, n, q)
	if err != nil {
		return err
	}
	f, g := squareOf(coef, q), squareOf([]float64{coef[1], 2 * coef[2], 3 * coef[3]}, q)
	scale := 1 + moment(n, f, f)[1] + moment(n, g, g)[1]
	s := float64(n)
	average := func(a, b []float64) float64 { // n·Cov of the averages
		first, second := moment(n, a, b), moment(n, b, a)
		variance, covariance := first[1]-first[0]*second[0], first[2]-first[0]*second[0]
		return variance + (s-1)*covariance
	}
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"E φ(u₁)²", m.Forward.Mean, moment(n, f, f)[0]}, {"E φ′(u₁)²", m.Backward.Mean, moment(n, g, g)[0]},
		{"n·Var ‖φ‖²/n", s * m.Forward.AverageVariance, average(f, f)}, {"n·Var ‖D‖²/n", s * m.Backward.AverageVariance, average(g, g)},
		{"(n−1)·Cov(φ(u₁)², φ(u₂)²)", (s - 1) * m.Forward.Covariance, (s - 1) * (moment(n, f, f)[2] - moment(n, f, f)[0]*moment(n, f, f)[0])},
		{"(n−1)·Cov(φ′(u₁)², φ′(u₂)²)", (s - 1) * m.Backward.Covariance, (s - 1) * (moment(n, g, g)[2] - moment(n, g, g)[0]*moment(n, g, g)[0])},
		{"n·Cov(‖φ‖²/n, ‖D‖²/n)", m.Cross, average(f, g)},
	} {
		// The closed forms lose digits in n·(differences), which their own size bounds.
		if err := d.near(where(act.Name, n, q)+": "+c.what, c.got, c.want, (tolerance+1e-14*s)*scale*10); err != nil {
			return err
		}
	}
	return nil
}

// squareOf are the coefficients of p(√q·x)².
func squareOf(p []float64, q float64) []float64 {
	out := make([]float64, 2*len(p)-1)
	for i, a := range p {
		for j, b := range p {
			out[i+j] += a * b * math.Pow(q, float64(i+j)/2)
		}
	}
	return out
}

// moment returns E f(u₁), E f(u₁)g(u₁) and E f(u₁)g(u₂) of polynomials.
func moment(n int, f, g []float64) [3]float64 {
	even := func(a, b int) float64 { // E u₁^a u₂^b
		if a%2+b%2 > 0 {
			return 0
		}
		v, size := 1.0, float64(n)
		for k := range (a + b) / 2 {
			v *= size / (size + 2*float64(k))
		}
		for k := 1; k < a; k += 2 {
			v *= float64(k)
		}
		for k := 1; k < b; k += 2 {
			v *= float64(k)
		}
		return v
	}
	var out [3]float64
	for i, a := range f {
		out[0] += a * even(i, 0)
		for j, b := range g {
			out[1] += a * b * even(i+j, 0)
			out[2] += a * b * even(i, j)
		}
	}
	return out
}

// momentsConverge extrapolates two widths to infinity: what is left is of
// order 1/n².
func momentsConverge(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	p, err := d.Describe(act.Activation)
	if err != nil {
		return err
	}
	n := d.int("width", 4000, 20_000)
	at := func(n int) ([]float64, error) {
		m, err := d.SphereMoments(act.Activation, n, 1)
		if err != nil {
			return nil, err
		}
		s := float64(n)
		return []float64{m.Forward.Mean, m.Backward.Mean, s * m.Forward.AverageVariance, s * m.UniformBackwardVariance(), m.Cross}, nil
	}
	one, err := at(n)
	if err != nil {
		return err
	}
	two, err := at(2 * n)
	if err != nil {
		return err
	}
	scale := 1 + p.ForwardVariance + p.BackwardVariance
	for k, c := range []struct {
		what string
		want float64
	}{{"m_n", 1}, {"E φ′(u₁)²", 1}, {"n·Var ‖φ‖²/n against V_f", p.ForwardVariance}, {"n·Var ‖Dy‖²/n against V_b", p.BackwardVariance}, {"n·Cov against C", p.Cross}} {
		if err := d.near(act.Name+", n → ∞: "+c.what, 2*two[k]-one[k], c.want, 3e-5*scale); err != nil {
			return err
		}
	}
	forward, err := d.ForwardLaw(p, n)
	if err != nil {
		return err
	}
	backward, err := d.BackwardLaw(p, n)
	if err != nil {
		return err
	}
	s := float64(n)
	if err := d.near(act.Name+": n times the variance of the limit law, forward", s*forward.SD*forward.SD, 2*two[2]-one[2], 3e-5*scale); err != nil {
		return err
	}
	if err := d.near(act.Name+": n times the variance of the limit law, backward", s*backward.SD*backward.SD, 2*two[3]-one[3], 3e-5*scale); err != nil {
		return err
	}
	const h = 0.02
	var side [4]float64
	for i, q := range []float64{1 - 2*h, 1 - h, 1 + h, 1 + 2*h} {
		m, err := d.SphereMoments(act.Activation, 2_000_000, q)
		if err != nil {
			return err
		}
		side[i] = m.Forward.Mean
	}
	slope := (8*(side[2]-side[1]) - (side[3] - side[0])) / (12 * h)
	return d.near(act.Name+": dm_n/dq at q = 1, n = 2,000,000, against κ", slope, p.Slope, 1e-4)
}
