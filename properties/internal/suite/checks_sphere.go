package suite

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/theorem"
)

func sphereMoments(d *Draw) error {
	act, m, err := d.moments(1_000_000)
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
	return d.near(where(h.Name, n, q)+": n·Var ‖φ(u)‖²/n", float64(n)*m.Forward.AverageVariance, float64(n)*variance,
		1e-8*float64(n)*variance+1e-12)
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
	}{{"m_n", 1}, {"E φ′(u₁)²", 1}, {"n·Var ‖φ‖²/n against V_f", p.ForwardVariance}, {"n·Var ‖Dy‖²/n against V_b",
		p.BackwardVariance}, {"n·Cov against C", p.Cross}} {
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
	if err := d.near(act.Name+": n times the variance of the limit law, forward", s*forward.SD*forward.SD, 2*two[2]-one[2],
		3e-5*scale); err != nil {
		return err
	}
	if err := d.near(act.Name+": n times the variance of the limit law, backward", s*backward.SD*backward.SD, 2*two[3]-one[3],
		3e-5*scale); err != nil {
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
