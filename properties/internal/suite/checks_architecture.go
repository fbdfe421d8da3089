package suite

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// ArchitectureChecks are about networks of any layers: what is exact at every width, and what
// theory predicts of them.
func ArchitectureChecks() []Check {
	return []Check{
		{ID: "net-gradients", Status: Exact, Source: "theory, networks that people build", Run: netGradients,
			Claim: "through linear maps, activations, normalisations, shortcuts and repetitions, gradients are those of finite differences"},
		{ID: "net-normalisation", Status: Exact, Source: "theory, networks that people build", Run: netNormalisation,
			Claim: "RMS, layer and batch normalisation are c ↦ √k·c/‖c‖ of the vectors that they are named after, centred or not; " +
				"gradients are the projection on the complement of c, and of the constants"},
		{ID: "net-linear", Status: Exact, Source: "theory, networks that people build", Tests: 15, Run: netLinear,
			Claim: "Haar maps between any widths keep ‖Wx‖²/n, or have its Beta law, in both directions; χ² for Gaussian weights; " +
				"entries and biases have their laws; gains count once; Wᵀ is the transpose"},
		{ID: "net-shortcut", Status: Exact, Source: "theory, networks that people build", Tests: 6, Run: netShortcut,
			Claim: "behind αx + βVφ(Wx) the squared norm has mean α²q + β²m_n(q) and variance β⁴Var + 4α²β²q·m_n/n, gradients likewise; " +
				"without V the mean has 2αβ·x̄·E φ(u₁) more"},
		{ID: "net-repetition", Status: Exact, Source: "assumption 2", Tests: 4, Run: netRepetition,
			Claim: "t times is t times; weights and rotations are drawn anew: E ⟨x, W′Wx⟩ = 0 and E of its square is ‖x‖⁴/n"},
		{ID: "rectangular", Status: Exact, Source: "theory 7", Tests: 4, Run: rectangular,
			Claim: "lazily drawn rectangular matrices are linear and isometries on the narrower side; of orthogonal x₁, x₂ on the wider one of N " +
				"dimensions, ‖Wxᵢ‖² is Beta(m/2, (N−m)/2), and ⟨Wx₁, Wx₂⟩ has mean 0 and second moment m(N−m)/((N−1)N(N+2))"},
		{ID: "net-prediction", Status: Exact, Source: "theory, networks that people build", Run: netPrediction,
			Claim: "the prediction is the composition of E φ(√q·g)² and E φ′(√q·g)², of gains, biases, shortcuts and Poincaré quotients; its " +
				"spread is that of one block where that has a closed form"},
		{ID: "net-laws", Status: Asymptotic, Source: "theory, networks that people build", Tests: 4, Run: netLaws,
			Slack: "0.1 of probability outside the predicted 95 % and 0.15 inside the middle 20 %, at n ≥ 100",
			Claim: "log ‖output‖² and log ‖∂E/∂x‖² have the predicted normal laws through depth"},
	}
}

// send draws the network of a trial, and sends columns through it.
func (d *Draw) send(a Architecture, lazily bool, trial int, x, y *mat.Dense) (Passage, error) {
	return a.Send(lazily, d.Layers(d.seed, "architecture", trial), x, y)
}

func column(x []float64) *mat.Dense { return mat.NewDense(len(x), 1, x) }

// normals fills a matrix with normal numbers.
func (d *Draw) normals(name string, rows, cols int) *mat.Dense {
	r, m := d.random(name), mat.NewDense(rows, cols, nil)
	m.Apply(func(int, int, float64) float64 { return r.NormFloat64() }, m)
	return m
}

func inner(a, b *mat.Dense) float64 { return floats.Dot(a.RawMatrix().Data, b.RawMatrix().Data) }

// order draws an order of values; that given is the simplest.
func order[T any](d *Draw, label string, values ...T) []T {
	return rapid.Permutation(values).Draw(d.t, label)
}

// linear draws a linear map with everything that belongs to one.
func (d *Draw) linear(to int) network.Linear {
	l := network.Linear{To: to, Weights: pick(d, "weights", network.Haar, network.Gaussian, network.TorchDefault, network.KerasDefault),
		Gain: pick(d, "gain", 0.8, 1, 1.5)}
	if pick(d, "bias", true, false) {
		l.Bias, l.BiasSD = true, 0.6
	}
	return l
}

// stages draws blocks of every kind in any order, each behind a linear map and a function that
// may be followed by it, and the width behind them.
func (d *Draw) stages(function network.Activation, narrowest, widest int, kinds ...string) ([]network.Block, int) {
	var out []network.Block
	to := 0
	for _, kind := range order(d, "kinds", kinds...) {
		to = d.int("width", narrowest, widest)
		out = append(out, d.linear(to), function)
		switch kind {
		case "rms":
			out = append(out, network.Normalization{Kind: network.RMS})
		case "layer":
			out = append(out, network.Normalization{Kind: network.Layer})
		case "batch":
			out = append(out, network.Normalization{Kind: network.Batch})
		case "rotated", "plain":
			out = append(out, network.Shortcut{Alpha: 0.9, Beta: pick(d, "β", 0.4, 0.7), Plain: kind == "plain",
				Blocks: []network.Block{network.Linear{To: to, Gain: 1.1}, function}})
		}
	}
	return out, to
}

// netGradients compares networks with all matrices, which are the same for the same streams.
func netGradients(d *Draw) error {
	const in, inputs = 5, 4
	function := network.Activation{Spec: pick(d, "function", "tanh", "gelu", "silu"), AsIs: pick(d, "as is", false, true)}
	stages, out := d.stages(function, 4, 7, "rms", "layer", "batch", "rotated", "plain")
	blocks := []network.Block{network.Repeat{Times: d.int("times", 1, 2), Blocks: stages}}
	about := fmt.Sprint(blocks)
	a, err := d.Prepare(network.Architecture{Input: in, Blocks: blocks})
	if err != nil {
		return err
	}
	x, y, along := d.normals("x", in, inputs), d.normals("y", out, inputs), d.normals("direction", in, inputs)
	p, err := d.send(a, false, 0, x, y)
	if err != nil {
		return err
	}
	want, missed := slopeOf(func(h float64) float64 {
		var at mat.Dense
		at.Scale(h, along)
		at.Add(&at, x)
		q, e := d.send(a, false, 0, &at, y)
		if e != nil {
			err = e
			return 0
		}
		return inner(q.Output, y)
	})
	if err != nil {
		return err
	}
	return d.near(about+": derivative along a direction of x", inner(p.Gradient, along), want, missed+1e-6*(1+mat.Norm(p.Gradient, 2)))
}

// netNormalisation writes the definition out.
func netNormalisation(d *Draw) error {
	for _, kind := range []network.Norm{network.RMS, network.Layer, network.Batch} {
		n, k := d.width(2, 300), d.int("inputs", 2, 6)
		about := fmt.Sprintf("%s normalisation, n = %d, %d inputs", kind, n, k)
		a, err := d.Prepare(network.Architecture{Input: n, Blocks: []network.Block{network.Normalization{Kind: kind}}})
		if err != nil {
			return err
		}
		x, y := d.normals("x", n, k), d.normals("y", n, k)
		size := pick(d, "size", 1, 0.01, 30)
		x.Apply(func(_, _ int, v float64) float64 { return size * (v + 0.7) }, x)
		p, err := d.send(a, false, 0, x, y)
		if err != nil {
			return err
		}
		vector := func(m *mat.Dense, i int) []float64 {
			if kind == network.Batch {
				return mat.Row(nil, i, m)
			}
			return mat.Col(nil, i, m)
		}
		count := k
		if kind == network.Batch {
			count = n
		}
		for i := range count {
			c, g := vector(x, i), vector(y, i)
			all := math.Sqrt(square(c))
			length := float64(len(c))
			project := func(v []float64) {
				if kind != network.RMS {
					floats.AddConst(-floats.Sum(v)/length, v)
				}
			}
			project(c)
			project(g)
			norm := math.Sqrt(square(c))
			floats.AddScaled(g, -floats.Dot(g, c)/(norm*norm), c)
			floats.Scale(math.Sqrt(length)/norm, g)
			floats.Scale(math.Sqrt(length)/norm, c)
			tol := 1e-11 * (1 + all/norm) * math.Sqrt(length)
			if err := d.near(about+": distance from √k·c/‖c‖", floats.Distance(vector(p.Output, i), c, 2), 0, tol); err != nil {
				return err
			}
			if err := d.near(about+": distance from the projected gradient", floats.Distance(vector(p.Gradient, i), g, 2), 0,
				tol*(1+math.Sqrt(length)*(1+math.Sqrt(length))/norm)); err != nil {
				return err
			}
		}
	}
	return nil
}

// netRepetition sends x through two independent rotations.
func netRepetition(d *Draw) error {
	n, lazily := d.int("width", 2, 8), pick(d, "lazily", true, false)
	gain, times := pick(d, "gain", 0.8, 1.25), d.int("times", 2, 6)
	a, err := d.Prepare(network.Architecture{Input: n, Blocks: []network.Block{
		network.Repeat{Times: times, Blocks: []network.Block{network.Linear{To: n, Gain: gain}}},
	}})
	if err != nil {
		return err
	}
	x := d.vector("x", n, 1)
	p, err := d.send(a, lazily, 0, column(x), column(x))
	if err != nil {
		return err
	}
	want := math.Pow(gain, 2*float64(times))
	about := fmt.Sprintf("Haar map of gain %g, n = %d, %d times", gain, n, times)
	if err := d.near(about+": ‖output‖²/n", inner(p.Output, p.Output)/float64(n), want, 1e-12*want); err != nil {
		return err
	}
	twice := network.Repeat{Times: 2, Blocks: []network.Block{network.Linear{To: n}}}
	rotated := network.Shortcut{Beta: 1, Blocks: []network.Block{network.Linear{To: n}}}
	for _, b := range []network.Block{twice, rotated} {
		if err := d.independent(b, x, lazily); err != nil {
			return err
		}
	}
	return nil
}

// independent examines a block that is two rotations W′W.
func (d *Draw) independent(b network.Block, x []float64, lazily bool) error {
	n := len(x)
	a, err := d.Prepare(network.Architecture{Input: n, Blocks: []network.Block{b}})
	if err != nil {
		return err
	}
	size, zero := float64(n), mat.NewDense(n, 1, nil)
	claims := []mean{
		exactly("⟨x, W′Wx⟩/‖x‖²", 0, 0, -1, 1, 1/math.Sqrt(size), "sd of the statistic"),
		exactly("⟨x, W′Wx⟩²/‖x‖⁴", 1/size, 0, 0, 1, 1/size, "of its mean"),
	}
	return d.means(fmt.Sprintf("%s, n = %d", b, n), d.Effort.trials(40*n+200, 1, 400)/2, claims, func(i int, values []float64) error {
		p, err := d.send(a, lazily, i, column(x), zero)
		if err != nil {
			return err
		}
		values[0] = floats.Dot(x, p.Output.RawMatrix().Data) / size
		values[1] = values[0] * values[0]
		return nil
	})
}

// netShortcut is one block on a sphere, where the layer has exact moments.
func netShortcut(d *Draw) error {
	spec := pick(d, "function", "tanh", "relu", "gelu", "elu")
	f, err := d.Lookup(spec)
	if err != nil {
		return err
	}
	act, err := d.Normalize(f)
	if err != nil {
		return err
	}
	n, q, lazily := d.int("width", 4, 24), d.shell(), pick(d, "lazily", true, false)
	m, err := d.SphereMoments(act.Activation, n, q)
	if err != nil {
		return err
	}
	s := network.Shortcut{Alpha: pick(d, "α", 0.9, 0.4, 1), Beta: pick(d, "β", 0.5, 0.8),
		Blocks: []network.Block{network.Linear{To: n}, network.Activation{Spec: spec}}}
	for _, s.Plain = range []bool{false, true} {
		if err := d.shortcut(s, act.Activation, m, lazily); err != nil {
			return err
		}
	}
	return nil
}

// shortcut examines one around a layer with the given moments.
func (d *Draw) shortcut(b network.Shortcut, act gpnorm.Activation, m theorem.LayerMoments, lazily bool) error {
	n, q, alpha, beta := m.Width, m.Shell, b.Alpha, b.Beta
	a, err := d.Prepare(network.Architecture{Input: n, Blocks: []network.Block{b}})
	if err != nil {
		return err
	}
	x, y := d.vector("x", n, q), make([]float64, n)
	aa, bb, size := alpha*alpha, beta*beta, float64(n)
	in, steep := m.Forward, m.Backward
	forward := spread{"‖αx + βVφ(Wx)‖²/n", aa*q + bb*in.Mean, in.MeanError, bb*bb*in.AverageVariance + 4*aa*bb*q*in.Mean/size,
		in.VarianceError/size + in.MeanError, math.Pow(alpha*math.Sqrt(q)+beta*math.Sqrt(largest(act, q)), 2)}
	backward := spread{"‖αy + βWᵀDVᵀy‖²/‖y‖²", aa + bb*steep.Mean, steep.MeanError,
		bb*bb*m.UniformBackwardVariance() + 4*aa*bb*steep.Mean/size, steep.VarianceError + steep.MeanError,
		math.Pow(alpha+beta*act.Lipschitz, 2)}
	if b.Plain {
		on := onSphere(act, n, q, func(_, f, _ float64) float64 { return f }, func(u, _, df float64) float64 { return u * df })
		average := floats.Sum(x) / size
		forward.mean += 2 * alpha * beta * average * on[0]
		backward.mean += 2 * alpha * beta * average * on[1] / (size * q)
	}
	trials := d.Effort.trials(80*n+400, 1, 50)
	claims := append(forward.claims(), backward.claims()...)
	if b.Plain { // means have closed forms, variances do not
		claims = []mean{claims[0], claims[2]}
	}
	return d.means(fmt.Sprintf("%s around %s", b, where(act.Name, n, q)), trials, claims, func(i int, values []float64) error {
		uniform(d.fresh(i), y, 1)
		p, err := d.send(a, lazily, i, column(x), column(y))
		if err != nil {
			return err
		}
		up, down := inner(p.Output, p.Output)/size, inner(p.Gradient, p.Gradient)/size
		if b.Plain {
			values[0], values[1] = up, down
			return nil
		}
		values[0], values[1] = up, (up-forward.mean)*(up-forward.mean)
		values[2], values[3] = down, (down-backward.mean)*(down-backward.mean)
		return nil
	})
}

// stream is a source of its own for a trial.
func (d *Draw) stream(name string, trial int) *montecarlo.Stream {
	s := d.Layers(d.seed, name, trial)(1)
	return &s
}
