package suite

import (
	"context"
	"fmt"
	"math"
	"slices"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/theorem"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// AngleChecks are about two inputs, and about the spectrum of the Jacobian.
func AngleChecks() []Check {
	return []Check{
		{ID: "pair", Status: Exact, Source: "theory, two inputs", Tests: 6, Run: pairOfInputs,
			Claim: "of one layer that two inputs enter at once: ‖Wx₁‖², ‖Wx₂‖² and ⟨Wx₁, Wx₂⟩ are kept by Haar weights; " +
				"E⟨φ(Wx₁), φ(Wx₂)⟩/n is the integral over two coordinates; Gram matrices are inner products; the gradient of each input goes back " +
				"through its own slopes"},
		{ID: "angle-prediction", Status: Exact, Source: "theory, two inputs", Run: anglePrediction,
			Claim: "1 − ρ behind a layer is 1 − C(ρ), gradients have E φ′(u)φ′(v); n times the variances of one layer are those of what " +
				"is left of φ(u)², φ(u)φ(v) and of φ′(u)²y², φ′(u)φ′(v)yy′ without their projections, and with them for Gaussian weights"},
		{ID: "angle-laws", Status: Asymptotic, Source: "theory, two inputs", Tests: 8, Run: angleLaws,
			Slack: "0.1 of probability outside the predicted 95 % and 0.15 inside the middle 20 %, at n ≥ 100",
			Claim: "log(1 − ρ), log ‖x₁‖²/‖x₂‖² and the same of the gradients have the predicted normal laws through depth"},
		{ID: "merging", Status: Exact, Source: "theory, two inputs", Run: merging,
			Claim: "l(1 − ρ_l) → 2/E φ″², and l²(1 − ρ_l) → 9π/(ΣJ²γ(k))² where φ′ jumps, by iterating C(ρ)"},
		{ID: "probes", Status: Exact, Source: "theory, the spectrum of the Jacobian", Tests: 2, Run: probes,
			Claim: "Jᵀv of random v has E‖Jᵀv‖² = tr JJᵀ, and two independent ones E⟨Jᵀv, Jᵀw⟩² = tr (JJᵀ)²"},
		{ID: "spectrum", Status: Exact, Source: "theory, the spectrum of the Jacobian", Run: spectrum,
			Claim: "τ((JᵀJ)²) is 1 + L(E φ′⁴ − 1) for Haar weights, 1 + L·E φ′⁴ for Gaussian ones and 1 + L(2β²(1−β²) + β⁴(E φ′⁴ − 1)) for " +
				"rotated shortcuts; the quantiles have these moments"},
	}
}

// correlated are two vectors with ‖x‖² = n and a cosine.
func (d *Draw) correlated(n int, rho float64) *mat.Dense {
	a, b := d.vector("x", n, 1), make([]float64, n)
	uniform(d.random("second"), b, 1)
	floats.AddScaled(b, -floats.Dot(a, b)/float64(n), a)
	floats.Scale(math.Sqrt((1-rho*rho)*float64(n))/floats.Norm(b, 2), b)
	floats.AddScaled(b, rho, a)
	m := mat.NewDense(n, 2, nil)
	m.SetCol(0, a)
	m.SetCol(1, b)
	return m
}

// pairOnSphere is E φ(w·x₁)φ(w·x₂) for the first row w of a Haar matrix and inputs with ‖x‖² = n and a cosine. The part of
// w in their plane is r(cos θ, sin θ), θ uniform and r of density ∝ r(1 − r²)^{(n−4)/2}.
func pairOnSphere(a gpnorm.Activation, n int, rho float64) float64 {
	const angles = 720
	root := math.Sqrt(float64(n))
	u, v, fu, fv := make([]float64, angles), make([]float64, angles), make([]float64, angles), make([]float64, angles)
	sum := integral(2, 0, 1, 0.02, nil, func(out [][]float64, r []float64) {
		for i, radius := range r {
			for k := range angles {
				sin, cos := math.Sincos(2 * math.Pi * (float64(k) + 0.5) / angles)
				u[k], v[k] = root*radius*cos, root*radius*(rho*cos+math.Sqrt(1-rho*rho)*sin)
			}
			a.Value(fu, u)
			a.Value(fv, v)
			weight := radius * math.Pow(1-radius*radius, float64(n-4)/2)
			out[0][i], out[1][i] = weight, weight*floats.Dot(fu, fv)/angles
		}
	})
	return sum[1] / sum[0]
}

// pairOfInputs sends two inputs through one layer.
func pairOfInputs(d *Draw) error {
	spec := pick(d, "function", "tanh", "gelu", "relu")
	act, err := d.applied(network.Activation{Spec: spec})
	if err != nil {
		return err
	}
	n, rho, lazily := d.int("width", 6, 24), pick(d, "ρ", 0.5, -0.6, 0.9), pick(d, "lazily", true, false)
	linear, err := d.Prepare(network.Architecture{Input: n, Blocks: []network.Block{network.Linear{To: n}}})
	if err != nil {
		return err
	}
	layer, err := d.Prepare(network.Architecture{Input: n, Blocks: []network.Block{network.Linear{To: n}, network.Activation{Spec: spec}}})
	if err != nil {
		return err
	}
	x, size := d.correlated(n, rho), float64(n)
	y := d.normals("y", n, 2)
	about := fmt.Sprintf("%s, n = %d, ρ = %g, lazily: %v", spec, n, rho, lazily)
	p, err := d.send(linear, lazily, 0, x, y)
	if err != nil {
		return err
	}
	var in, out, back, sent mat.Dense
	in.Mul(x.T(), x)
	out.Mul(p.Output.T(), p.Output)
	sent.Mul(y.T(), y)
	back.Mul(p.Gradient.T(), p.Gradient)
	for what, pair := range map[string][2]*mat.Dense{"of Wx": {&out, &in}, "of Wᵀy": {&back, &sent}} {
		for i := range 2 {
			for j := range 2 {
				if err := d.near(about+": inner product "+what, pair[0].At(i, j), pair[1].At(i, j), 1e-9*size); err != nil {
					return err
				}
			}
		}
	}
	if p.Gram != nil {
		if err := d.near(about+": recorded inner product", p.Gram.At(0, 1)*size, out.At(0, 1), 1e-9*size); err != nil {
			return err
		}
		if err := d.near(about+": recorded inner product of gradients", p.GradientGram.At(0, 1), back.At(0, 1), 1e-9*size); err != nil {
			return err
		}
	}
	want := pairOnSphere(act, n, rho)
	most := largest(act, 1)
	trials := d.Effort.trials(60*n+400, 1, 300)
	claims := []mean{
		exactly("⟨φ(Wx₁), φ(Wx₂)⟩/n", want, 1e-4*most, -most, most, 1, "of one"),
	}
	return d.means(about, trials, claims, func(i int, values []float64) error {
		q, err := d.send(layer, lazily, i+1, x, y)
		if err != nil {
			return err
		}
		values[0] = floats.Dot(mat.Col(nil, 0, q.Output), mat.Col(nil, 1, q.Output)) / size
		return nil
	})
}

// plane computes, for some functions of two standard normal variables u, v of correlation ρ and of what φ and φ′ are there,
// the expectations and those of their products, by rules whose pieces end at kinks.
func plane(a gpnorm.Activation, rho float64, functions int, at func(out []float64, u, v, f, g, d, e float64)) ([]float64, *mat.SymDense) {
	const width = 1
	means, second, out := make([]float64, functions), mat.NewSymDense(functions, nil), make([]float64, functions)
	side := math.Sqrt(1 - rho*rho)
	f, d, v, g, e := make([]float64, nodes), make([]float64, nodes), make([]float64, nodes), make([]float64, nodes), make([]float64, nodes)
	each := func(lo, hi float64, breaks []float64, show func(x, weights []float64)) {
		edges := append([]float64{lo, hi}, slices.DeleteFunc(slices.Clone(breaks), func(b float64) bool { return b <= lo || b >= hi })...)
		for b := lo + width; b < hi; b += width {
			edges = append(edges, b)
		}
		slices.Sort(edges)
		x, w := make([]float64, nodes), make([]float64, nodes)
		for k := 1; k < len(edges); k++ {
			half := (edges[k] - edges[k-1]) / 2
			for i, t := range rule.x {
				x[i] = edges[k-1] + (1+t)*half
				w[i] = half * rule.w[i] * math.Exp(-x[i]*x[i]/2) / math.Sqrt(2*math.Pi)
			}
			show(x, w)
		}
	}
	each(-8, 8, a.Kinks, func(u, outer []float64) {
		a.Value(f, u)
		a.Deriv(d, u)
		for i, x := range u {
			var breaks []float64
			for _, k := range a.Kinks {
				breaks = append(breaks, (k-rho*x)/side)
			}
			each(-8, 8, breaks, func(t, inner []float64) {
				for j, s := range t {
					v[j] = rho*x + side*s
				}
				a.Value(g, v)
				a.Deriv(e, v)
				for j := range t {
					at(out, x, v[j], f[i], g[j], d[i], e[j])
					w := outer[i] * inner[j]
					for m := range out {
						means[m] += w * out[m]
						for k := m; k < functions; k++ {
							second.SetSym(m, k, second.At(m, k)+w*out[m]*out[k])
						}
					}
				}
			})
		}
	})
	return means, second
}

// left is the covariance matrix of some functions without their projection on others, given the matrix of all
// second moments (functions first) and their means.
func left(second *mat.SymDense, means []float64, functions int) *mat.Dense {
	n := len(means)
	cov := mat.NewDense(n, n, nil)
	cov.Apply(func(i, j int, _ float64) float64 { return second.At(i, j) - means[i]*means[j] }, cov)
	a, b, c := cov.Slice(0, functions, 0, functions), cov.Slice(0, functions, functions, n), cov.Slice(functions, n, functions, n)
	var solved, explained, out mat.Dense
	if err := solved.Solve(c, b.T()); err != nil {
		return mat.DenseCopyOf(a)
	}
	explained.Mul(b, &solved)
	out.Sub(a, &explained)
	return &out
}

// anglePrediction compares one layer with integrals that are written out.
func anglePrediction(d *Draw) error {
	spec := pick(d, "function", "tanh", "gelu", "elu")
	act, err := d.applied(network.Activation{Spec: spec})
	if err != nil {
		return err
	}
	const n = 1000
	rho, r := pick(d, "ρ", 0.5, -0.3, 0.8), pick(d, "r", 1, 0.5, 0)
	e, all := plane(act, rho, 7, func(out []float64, u, v, f, g, d, e float64) {
		out[0], out[1], out[2], out[3], out[4], out[5], out[6] = f*f, g*g, f*g, u*u, v*v, u*v, d*e
	})
	second := mat.NewSymDense(6, nil)
	for i := range 6 {
		for j := i; j < 6; j++ {
			second.SetSym(i, j, all.At(i, j))
		}
	}
	c, cross := e[2]/e[0], e[6]
	gradient := mat.NewVecDense(3, []float64{-c / 2, -c / 2, 1}) // of ρ
	for _, w := range []network.Weights{network.Haar, network.Gaussian} {
		a := network.Architecture{Input: n, Blocks: []network.Block{network.Linear{To: n, Weights: w}, network.Activation{Spec: spec}}}
		p, err := d.PredictAngles(context.Background(), a, theorem.AngleQuestion{Correlation: rho, GradientCorrelation: r})
		if err != nil {
			return err
		}
		last := p.Path[len(p.Path)-1]
		about := fmt.Sprintf("%s, %s weights, ρ = %g, r = %g", spec, w, rho, r)
		if err := d.near(about+": 1 − ρ", last.Distance, 1-c, 1e-6); err != nil {
			return err
		}
		if err := d.near(about+": cosine of the gradients", p.Input.GradientCorrelation, r*cross, 1e-6); err != nil {
			return err
		}
		noise := left(second, e[:6], 3)
		if w == network.Gaussian {
			noise.Apply(func(i, j int, _ float64) float64 { return second.At(i, j) - e[i]*e[j] }, noise)
		}
		variance := mat.Inner(gradient, noise, gradient)
		seen := n * math.Pow(last.DistanceLog.SD*(1-c), 2)
		if err := d.near(about+": n·Var ρ", seen, variance, 1e-5*(1+variance)); err != nil {
			return err
		}
		lengths := noise.At(0, 0) + noise.At(1, 1) - 2*noise.At(0, 1)
		if err := d.near(about+": n·Var log ‖x₁‖²/‖x₂‖²", n*math.Pow(last.LengthsLog.SD, 2), lengths, 1e-5*(1+lengths)); err != nil {
			return err
		}
	}
	return nil
}

// angleLaws draws networks that two inputs enter.
func angleLaws(d *Draw) error {
	n, depth := d.int("width", 100, 140), d.int("depth", 3, 6)
	s := network.Stack{Activation: network.Activation{Spec: pick(d, "function", "tanh", "gelu", "selu")}}
	switch pick(d, "kind", "haar", "gaussian", "rotated") {
	case "gaussian":
		s.Linear.Weights, depth = network.Gaussian, 2
	case "rotated":
		s.Shortcut, s.Branch = "rotated", 0.2
	}
	architecture, err := s.Tower(n, depth)
	if err != nil {
		return err
	}
	rho := pick(d, "ρ", 0.5, 0, -0.5)
	p, err := d.PredictAngles(context.Background(), architecture, theorem.AngleQuestion{Correlation: rho})
	if err != nil {
		return err
	}
	a, err := d.Prepare(architecture)
	if err != nil {
		return err
	}
	var seen [][4]float64
	x, y := d.correlated(n, rho), make([]float64, n)
	sample := func(i int) ([4]float64, error) {
		for len(seen) <= i {
			back := mat.NewDense(n, 2, nil)
			for j := range 2 {
				uniform(d.fresh(2*len(seen)+j), y, 1)
				back.SetCol(j, y)
			}
			q, err := d.send(a, true, len(seen), x, back)
			if err != nil {
				return [4]float64{}, err
			}
			of := func(m *mat.Dense) (c, l float64) {
				u, v := mat.Col(nil, 0, m), mat.Col(nil, 1, m)
				return floats.Dot(u, v) / math.Sqrt(square(u)*square(v)), math.Log(square(u) / square(v))
			}
			cosine, lengths := of(q.Output)
			gradients, ratio := of(q.Gradient)
			seen = append(seen, [4]float64{math.Log(1 - cosine), lengths, gradients, ratio})
		}
		return seen[i], nil
	}
	last := p.Path[len(p.Path)-1]
	trials := d.Effort.trials(30*n, depth, 300)
	about := fmt.Sprintf("%s, n = %d, L = %d, ρ = %g", s.Activation, n, depth, rho)
	gradients := theorem.LogLaw{Mean: p.Input.GradientCorrelation, SD: p.Input.GradientCorrelationSD}
	for k, law := range []theorem.LogLaw{last.DistanceLog, last.LengthsLog, gradients, p.Input.GradientLengthsLog} {
		what := [...]string{"log(1 − ρ)", "log ‖x₁‖²/‖x₂‖²", "cosine of the gradients", "log ‖y₁‖²/‖y₂‖²"}[k]
		err := d.follows(about, what, law, trials, func(i int) (float64, error) {
			s, err := sample(i)
			if err != nil {
				return 0, err
			}
			return s[k], nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// merging iterates the correlation map far down.
func merging(d *Draw) error {
	spec := pick(d, "function", "tanh", "relu", "silu")
	act, err := d.applied(network.Activation{Spec: spec})
	if err != nil {
		return err
	}
	p, err := d.Describe(act)
	if err != nil {
		return err
	}
	m, err := d.MergingOf(act, p)
	if err != nil {
		return err
	}
	// What one layer takes from a small distance: d²/scale, or 2d^{3/2}/√scale.
	const at = 1e-3
	e, _ := plane(act, 1-at, 1, func(out []float64, _, _, f, g, _, _ float64) { out[0] = (f - g) * (f - g) / 2 })
	drop := at - e[0]
	want := at * at / m.Scale
	if m.Power == 2 {
		want = 2 * math.Pow(at, 1.5) / math.Sqrt(m.Scale)
	}
	return d.near(spec+": what a layer takes from 1 − ρ = 0.001, over the law", drop/want, 1, 0.05)
}

// probes compares random vectors with the whole Jacobian of a network with matrices.
func probes(d *Draw) error {
	n, depth := d.int("width", 4, 10), d.int("depth", 1, 3)
	a, err := network.Stack{Activation: network.Activation{Spec: pick(d, "function", "tanh", "gelu")}}.Tower(n, depth)
	if err != nil {
		return err
	}
	p, err := d.Prepare(a)
	if err != nil {
		return err
	}
	x, unit := column(d.vector("x", n, 1)), mat.NewDense(n, n, nil)
	for i := range n {
		unit.Set(i, i, 1)
	}
	columns := make([][]float64, n)
	for i := range n {
		q, err := d.send(p, false, 0, x, column(mat.Col(nil, i, unit)))
		if err != nil {
			return err
		}
		columns[i] = mat.Col(nil, 0, q.Gradient)
	}
	first, second, size := 0., 0., float64(n)
	for i := range n {
		first += square(columns[i]) / size
		for j := range n {
			c := floats.Dot(columns[i], columns[j])
			second += c * c / size
		}
	}
	about := fmt.Sprintf("%v, n = %d", a.Blocks, n)
	stream := d.Layers(d.seed, "architecture", 0)
	most := first * size // the largest eigenvalue is at most the trace
	claims := []mean{
		exactly("‖Jᵀv‖²/n", first, 0, 0, most, first, "of it"),
		exactly("⟨Jᵀv, Jᵀw⟩²/n", second, 0, 0, most*most*size, second, "of it"),
	}
	return d.means(about, d.Effort.trials(20*n*n, depth, 400), claims, func(i int, values []float64) error {
		r, v, y := d.fresh(i), make([]float64, n), mat.NewDense(n, 2, nil)
		for j := range 2 {
			uniform(r, v, 1)
			y.SetCol(j, v)
		}
		back, err := p.Probe(false, stream, x, y)
		if err != nil {
			return err
		}
		found := d.ProbesOf(back)
		values[0], values[1] = found.First, found.Second
		return nil
	})
}

// spectrum compares closed forms.
func spectrum(d *Draw) error {
	spec := pick(d, "function", "tanh", "gelu", "relu")
	act, err := d.applied(network.Activation{Spec: spec})
	if err != nil {
		return err
	}
	fourth := gaussian(act, func(_, _, df float64) float64 { return df * df * df * df })[0]
	n, depth, branch := d.int("width", 50, 500), pick(d, "depth", 2, 8), pick(d, "β²", 0.1, 0.4)
	layers := float64(depth)
	for _, c := range []struct {
		stack network.Stack
		want  float64
	}{
		{network.Stack{}, 1 + layers*(fourth-1)},
		{network.Stack{Linear: network.Linear{Weights: network.Gaussian}}, 1 + layers*fourth},
		{network.Stack{Shortcut: "rotated", Branch: branch}, 1 + layers*(2*branch*(1-branch)+branch*branch*(fourth-1))},
	} {
		c.stack.Activation.Spec = spec
		a, err := c.stack.Tower(n, depth)
		if err != nil {
			return err
		}
		s, err := d.PredictSpectrum(context.Background(), a)
		if err != nil {
			return err
		}
		about := fmt.Sprintf("%s, %s weights, shortcut %q, L = %d", spec, c.stack.Linear.Weights, c.stack.Shortcut, depth)
		if err := d.near(about+": τ((JᵀJ)²)", s.Second, c.want, 1e-6*c.want); err != nil {
			return err
		}
		if err := d.near(about+": τ(JᵀJ)", s.First, 1, 1e-6); err != nil {
			return err
		}
		// Fluctuations multiply it by 1 + O(L/n), and never lower it.
		excess := (s.FiniteSecond/s.Second - 1) * float64(n) / layers
		if !(excess > 0 && excess < 40) {
			return refute(about+": (finite/limit − 1)·n/L", "between 0 and 40", "%.6g", excess)
		}
		if c.stack.Shortcut != "" || depth > 4 || spec == "relu" { // whose law has no density at its ends
			continue
		}
		mean, cells := 0., 1000
		for i := range cells {
			mean += s.Quantile((float64(i)+0.5)/float64(cells)) / float64(cells)
		}
		if err := d.near(about+": mean of the quantiles", mean, 1, 0.08); err != nil {
			return err
		}
	}
	return nil
}
