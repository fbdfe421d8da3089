package suite

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/orthogonal"
	"bsnn/properties"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// networkChecks are about whole networks: sections 1, 4 and 6 of the theory.
func networkChecks() []Check {
	return []Check{
		{ID: "plain-loops", Status: Exact, Source: "theory 1", Run: plain,
			Claim: "norms, output and input gradient of an explicit network are those of loops written from the definition, to rounding"},
		{ID: "gradients", Status: Exact, Source: "theory 1", Run: gradients,
			Claim: "∂E/∂W⁽ˡ⁾ and ∂E/∂x agree with finite differences of the loss; ‖∂E/∂W⁽ˡ⁾‖ = ‖d⁽ˡ⁾‖·‖x⁽ˡ⁾‖"},
		{ID: "simulator-bookkeeping", Status: Exact, Source: "theory 6", Run: bookkeeping,
			Claim: "‖y⁽ˡ⁻¹⁾‖ = ‖d⁽ˡ⁾‖ in every layer; both memory modes give the same numbers; the same seed does; x and y are not changed"},
		{ID: "ensemble", Status: Exact, Source: "theory 6", Run: ensemble,
			Claim: "an ensemble runs the networks at the addresses of its trials, whatever the number of workers"},
		{ID: "alignment", Status: Exact, Source: "theory 4, backward inside a network", Tests: 2, Run: alignment,
			Claim: "given everything above, ‖d‖²/‖y‖² one layer down has mean ρ²‖Dx̂‖² + (1−ρ²)(‖D‖² − ‖Dx̂‖²)/(n−1) and the variance of a " +
				"quadratic form"},
		{ID: "one-law", Status: Exact, Source: "theory 6", Tests: 5, Run: oneLaw,
			Claim: "simulated, lazy and explicit networks have one joint law of forward and backward norms"},
		{ID: "layer-by-layer", Status: Exact, Source: "theory 3", Tests: 2, Run: layerByLayer,
			Claim: "inside a deep network each layer has the exact mean and variance at the length that it receives"},
		{ID: "homogeneous-depth", Status: Exact, Source: "theory 5", Tests: 4, Run: homogeneousDepth,
			Claim: "for φ of degree 1 the ratios ‖x⁽ˡ⁺¹⁾‖²/‖x⁽ˡ⁾‖² have mean 1, variance 3c²/(n+2), and are uncorrelated, to depth 1,000"},
		{ID: "wide", Status: Proven, Source: "theory 4", Tests: 2, Run: wide,
			Claim: "at widths to 1,000,000 a layer keeps ‖x‖² and ‖y‖² within what has at least probability 1 − α by the bounds"},
	}
}

func plain(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	smooth, err := d.Normalize(d.curve())
	if err != nil {
		return err
	}
	for _, a := range []gpnorm.Activation{act.Activation, smooth.Activation} {
		if err := d.againstLoops(a); err != nil {
			return err
		}
	}
	return nil
}

func (d *Draw) againstLoops(act gpnorm.Activation) error {
	n, depth := d.width(2, 40), d.int("depth", 2, 8)
	kind := pick(d, "representation", representations...)
	x, y := d.vector("x", n, d.shell()), d.vector("y", n, 1)
	pass, layers, err := d.pass(kind, act, n, depth, 0, x)
	if err != nil {
		return err
	}
	if err := pass.Backward(y); err != nil {
		return err
	}
	weights := make([]*mat.Dense, depth)
	for l, w := range layers {
		weights[l] = matrixOf(w)
	}
	want := plainLoops(act, weights, x, y)
	about := fmt.Sprintf("%s, %s, n = %d, L = %d", act.Name, kind, n, depth)
	got := pass.Norms()
	// Rounding is multiplied by Lip in each layer and direction.
	tol := 1e-12 * float64(n) * math.Pow(math.Max(act.Lipschitz, 1), 2*float64(depth))
	for l := 1; l <= depth; l++ {
		if err := d.near(fmt.Sprintf("%s: ‖x⁽%d⁾‖²", about, l+1), got.X[l], square(want.x[l+1]), tol*(1+got.X[l])); err != nil {
			return err
		}
		if len(act.Kinks) > 0 {
			continue // rounding may change sides of a kink, where φ′ jumps
		}
		if err := d.near(fmt.Sprintf("%s: ‖d⁽%d⁾‖²", about, l), got.D[l-1], square(want.d[l]), tol*(1+got.D[l-1])); err != nil {
			return err
		}
		if err := d.near(fmt.Sprintf("%s: ‖y⁽%d⁾‖²", about, l-1), got.Y[l-1], square(want.y[l-1]), tol*(1+got.Y[l-1])); err != nil {
			return err
		}
	}
	if len(act.Kinks) > 0 {
		return nil
	}
	for i := range n {
		if err := d.near(fmt.Sprintf("%s: output %d", about, i), pass.Output()[i], want.x[depth+1][i],
			tol*math.Sqrt(1+got.X[depth])); err != nil {
			return err
		}
		if err := d.near(fmt.Sprintf("%s: input gradient %d", about, i), pass.InputGradient()[i], want.y[0][i],
			tol*math.Sqrt(1+got.Y[0])); err != nil {
			return err
		}
	}
	return nil
}

// gradients perturbs one weight matrix and the input along random directions.
// The loss is ⟨c, x⁽ᴸ⁺¹⁾⟩; central differences at h and h/2 are extrapolated
// and their difference bounds what they miss.
func gradients(d *Draw) error {
	act, err := d.Normalize(d.curve()) // smooth
	if err != nil {
		return err
	}
	n, depth := d.int("width", 2, 12), d.int("depth", 1, 5)
	x, c := d.vector("x", n, 1), d.vector("y", n, 1)
	pass, layers, err := d.pass("dense", act.Activation, n, depth, 0, x)
	if err != nil {
		return err
	}
	if err := pass.Backward(c); err != nil {
		return err
	}
	about := fmt.Sprintf("%s, n = %d, L = %d", act.Name, n, depth)
	l := d.int("layer", 1, depth)
	g, norms := pass.WeightGradient(l), pass.Norms()
	if err := d.near(fmt.Sprintf("%s: ‖∂E/∂W⁽%d⁾‖ against ‖d‖‖x‖", about, l), mat.Norm(g, 2), math.Sqrt(norms.D[l-1]*norms.X[l-1]),
		1e-12*(1+mat.Norm(g, 2))*float64(n)); err != nil {
		return err
	}
	if err := d.near(fmt.Sprintf("%s: Norms.WeightGradient(%d)", about, l), norms.WeightGradient(l), mat.Norm(g, 2),
		1e-12*(1+mat.Norm(g, 2))*float64(n)); err != nil {
		return err
	}
	weights := make([]*mat.Dense, depth)
	for i, w := range layers {
		weights[i] = matrixOf(w)
	}
	r := d.random("direction")
	direction, v := mat.NewDense(n, n, nil), make([]float64, n)
	for i := range n {
		v[i] = r.NormFloat64()
		for j := range n {
			direction.Set(i, j, r.NormFloat64())
		}
	}
	loss := func(weightStep, inputStep float64) float64 {
		moved := append([]*mat.Dense(nil), weights...)
		var w mat.Dense
		w.Scale(weightStep, direction)
		w.Add(&w, weights[l-1])
		moved[l-1] = &w
		at := make([]float64, n)
		floats.AddScaledTo(at, x, inputStep, v)
		return floats.Dot(c, plainLoops(act.Activation, moved, at, nil).x[depth+1])
	}
	var along float64
	for i := range n {
		along += floats.Dot(mat.Row(nil, i, g), mat.Row(nil, i, direction))
	}
	for _, check := range []struct {
		what string
		got  float64
		loss func(float64) float64
	}{
		{fmt.Sprintf("derivative along a direction of W⁽%d⁾", l), along, func(h float64) float64 { return loss(h, 0) }},
		{"derivative along a direction of x", floats.Dot(pass.InputGradient(), v), func(h float64) float64 { return loss(0, h) }},
	} {
		want, missed := slopeOf(check.loss)
		if err := d.near(about+": "+check.what, check.got, want, missed+1e-9*(1+math.Abs(want))); err != nil {
			return err
		}
	}
	return nil
}

// slopeOf is f′(0) by central differences, extrapolated, with a bound on its
// error: four times what one more extrapolation changes.
func slopeOf(f func(float64) float64) (slope, missed float64) {
	central := func(h float64) float64 { return (f(h) - f(-h)) / (2 * h) }
	const h = 1e-3
	a, b, c := central(h), central(h/2), central(h/4)
	ab, bc := (4*b-a)/3, (4*c-b)/3
	slope = (16*bc - ab) / 15
	return slope, 4 * math.Abs(slope-bc)
}

func bookkeeping(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	n, depth := d.width(2, 20_000), d.int("depth", 1, 20)
	x, y := d.vector("x", n, d.shell()), d.vector("y", n, 1)
	before := append(append([]float64(nil), x...), y...)
	var norms [3]network.Norms
	for i, memory := range []network.Memory{network.Store, network.Regenerate, network.Store} {
		s, err := d.Simulator(network.Config{Activation: act.Activation, Width: n, Depth: depth, Memory: memory})
		if err != nil {
			return err
		}
		norms[i] = network.NewNorms(depth)
		if err := s.Run(context.Background(), d.Layers(d.seed, "bookkeeping", 0), x, y, norms[i]); err != nil {
			var overflow *network.OverflowError
			if errors.As(err, &overflow) {
				return nil // an outcome, not a mistake
			}
			return err
		}
	}
	about := fmt.Sprintf("%s, n = %d, L = %d", act.Name, n, depth)
	if !floats.Equal(before, append(append([]float64(nil), x...), y...)) {
		return refute(about, "x and y are not changed", "they are")
	}
	if math.Abs(norms[0].X[0]-square(x)) > 1e-9*square(x) || math.Abs(norms[0].Y[depth]-square(y)) > 1e-9*square(y) {
		return refute(about, "X[0] = ‖x‖², Y[L] = ‖y‖²", "%v, %v", norms[0].X[0], norms[0].Y[depth])
	}
	for l := 1; l <= depth; l++ {
		if !(norms[0].D[l-1] > 1e-200) {
			return nil // all of φ′ is 0: nothing is left to compare
		}
		if err := d.near(fmt.Sprintf("%s: ‖y⁽%d⁾‖²/‖d⁽%d⁾‖²", about, l-1, l), norms[0].Y[l-1]/norms[0].D[l-1], 1, 1e-9); err != nil {
			return err
		}
		if l < depth && norms[0].D[l-1] > norms[0].Y[l]*act.Lipschitz*act.Lipschitz*(1+1e-9) {
			return refute(about, fmt.Sprintf("‖d⁽%d⁾‖ ≤ Lip·‖y⁽%d⁾‖", l, l), "%v > %v", norms[0].D[l-1], norms[0].Y[l])
		}
	}
	for k := range norms[0].X {
		for _, other := range norms[1:] {
			if math.Abs(other.X[k]-norms[0].X[k]) > 1e-9*norms[0].X[k] || math.Abs(other.Y[k]-norms[0].Y[k]) > 1e-7*norms[0].Y[k] {
				return refute(about, "the same numbers in both memory modes and again", "%v, %v against %v, %v at %d", other.X[k], other.Y[k],
					norms[0].X[k], norms[0].Y[k], k)
			}
		}
	}
	if !floats.Equal(norms[0].Y, norms[2].Y) || !floats.Equal(norms[0].X, norms[2].X) {
		return refute(about, "the same seed gives the same bits", "%v and %v", norms[0].Y, norms[2].Y)
	}
	return nil
}

func ensemble(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	e := properties.Ensemble{Activation: act.Activation, Width: d.width(4, 64), Depth: d.int("depth", 1, 6)}
	x := montecarlo.NewExperiment(d.seed, "ensemble")
	const trials = 6
	sampled, err := d.Sample(context.Background(), e, montecarlo.Plan{Trials: trials, Workers: d.int("workers", 1, 4)}, x)
	if err != nil {
		return err
	}
	s, err := d.Simulator(network.Config{Activation: act.Activation, Width: e.Width, Depth: e.Depth})
	if err != nil {
		return err
	}
	for i, got := range sampled {
		in, out := make([]float64, e.Width), make([]float64, e.Width)
		if err := properties.OnShell(i, x.Trial(i).Layer(0), in); err != nil {
			return err
		}
		if err := properties.OnShell(i, x.Trial(i).Layer(e.Depth+1), out); err != nil {
			return err
		}
		want := network.NewNorms(e.Depth)
		if err := s.Run(context.Background(), x.Trial(i).Layer, in, out, want); err != nil {
			return err
		}
		if !floats.Equal(got.X, want.X) || !floats.Equal(got.D, want.D) || !floats.Equal(got.Y, want.Y) {
			return refute(fmt.Sprintf("%s, n = %d, L = %d", act.Name, e.Width, e.Depth), fmt.Sprintf("trial %d is %v", i, want), "%v", got)
		}
	}
	return nil
}

// alignment examines the lower of two layers. ratio = ‖Dy‖²/‖y‖² with
// y = ‖y‖(ρx̂ + rũ), ũ uniform on the unit sphere of x̂^⊥ in m = n−1
// dimensions, is a quadratic form of ũ whose mean and variance follow from
// ‖D‖², tr D⁴ and what D does to x̂.
func alignment(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	n := d.int("width", 3, 24)
	kind := pick(d, "representation", representations...)
	x := d.vector("x", n, d.shell())
	loss := pick(d, "loss", "fixed", "aligned with the output")
	fixed := d.vector("y", n, 1)
	most := act.Lipschitz * act.Lipschitz
	claims := []mean{
		exactly("‖d‖²/‖y‖² less its mean", 0, 1e-12, -most, most, 1, "of ‖y‖²"),
		exactly("its square less its variance", 0, 1e-12, -2*most*most, most*most, 1, "of ‖y‖⁴"),
	}
	cost := map[string]int{"lazy": 20 * n, "reflectors": 2*n*n + 40*n, "dense": n*n*n + 40*n}[kind]
	about := fmt.Sprintf("%s, %s, n = %d, E %s", act.Name, kind, n, loss)
	h, val, der := make([]float64, n), make([]float64, n), make([]float64, n)
	return d.means(about, d.Effort.trials(cost+150, 1, 50), claims, func(i int, s []float64) error {
		pass, layers, err := d.pass(kind, act.Activation, n, 2, i, x)
		if err != nil {
			return err
		}
		y := fixed
		if loss != "fixed" {
			y = append([]float64(nil), pass.Output()...)
		}
		if err := pass.Backward(y); err != nil {
			return err
		}
		norms := pass.Norms()
		s[0], s[1] = 0, 0
		if norms.D[1] < 1e-12 || norms.X[1] < 1e-12 {
			return nil // nothing comes down
		}
		layers[0].Apply(h, x)
		act.ValueDeriv(val, der, h)
		ratio := norms.D[0] / norms.Y[1]
		want, variance := quadraticForm(val, der, comingDown(act.Activation, layers[1], val, y))
		s[0] = ratio - want
		s[1] = s[0]*s[0] - variance
		return nil
	})
}

// comingDown is the alignment ρ = ⟨y, x⟩/(‖y‖‖x‖) that the error has with the
// input x of a layer when it comes down from it: that of d with h = Wx.
func comingDown(act gpnorm.Activation, w orthogonal.Operator, x, y []float64) float64 {
	h, d := make([]float64, len(x)), make([]float64, len(x))
	w.Apply(h, x)
	act.Deriv(d, h)
	floats.Mul(d, y)
	return floats.Dot(h, d) / math.Sqrt(square(h)*square(d))
}

// quadraticForm is the mean and variance of ‖D(ρx̂ + rũ)‖² for D = diag der,
// x̂ = x/‖x‖, ũ uniform on the unit sphere of x̂^⊥, r² = 1 − ρ².
func quadraticForm(x, der []float64, rho float64) (mean, variance float64) {
	m := float64(len(x) - 1)
	var xx, trace, traceSquare, first, second float64
	for j, v := range x {
		a := der[j] * der[j]
		xx += v * v
		trace += a
		traceSquare += a * a
		first += a * v * v
		second += a * a * v * v
	}
	first, second = first/xx, second/xx
	rr := math.Max(1-rho*rho, 0)
	t := trace - first                               // tr PAP
	t2 := traceSquare - 2*second + first*first       // tr (PAP)²
	linear := 4 * rho * rho * (second - first*first) // ‖2ρPAx̂‖²
	mean = rho*rho*first + rr*t/m
	variance = rr*rr*2*(m*t2-t*t)/(m*m*(m+2)) + rr*linear/m
	return mean, variance
}

// oneLaw compares the joint law of the norms of two ways to carry out a
// network: bounded functions of them have the same mean.
func oneLaw(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	n, depth := d.int("width", 3, 6), d.int("depth", 2, 3)
	first, err := d.carry(pick(d, "one", "simulator", "simulator that regenerates"), act.Activation, n, depth)
	if err != nil {
		return err
	}
	second, err := d.carry(pick(d, "other", "lazy", "reflectors"), act.Activation, n, depth)
	if err != nil {
		return err
	}
	x, y := d.vector("x", n, 1), shaped("constant", n, 1, nil) // a y with a large alignment
	if pick(d, "y", "constant", "any") == "any" {
		y = d.vector("y", n, 1)
	}
	var claims []mean
	for _, what := range []string{"forward", "backward", "forward·backward", "middle·backward"} {
		claims = append(claims, exactly("difference of f(norms), "+what, 0, 1e-9, -1, 1, 1, "of [0, 1]"))
	}
	most := act.Lipschitz * act.Lipschitz
	claims = append(claims, exactly("difference of ‖d⁽¹⁾‖²/‖y⁽¹⁾‖²", 0, 1e-9, -most, most, 1, "of ‖y‖²"))
	norms := network.NewNorms(depth)
	squash := func(r float64) float64 {
		if math.IsNaN(r) {
			return 1
		}
		return 1 / (1 + r)
	}
	return d.means(first.about+" against "+second.about, 2*d.Effort.trials(first.cost+second.cost+60, 1, 50), claims,
		func(i int, s []float64) error {
			clear(s)
			for k, r := range []runner{first, second} {
				if err := r.run(2*i+k, x, y, norms); err != nil {
					return err
				}
				sign := float64(1 - 2*k)
				forward, middle := squash(norms.X[depth]/float64(n)), squash(norms.X[1]/float64(n))
				backward := squash(norms.D[0] / norms.Y[depth])
				s[0] += sign * forward
				s[1] += sign * backward
				s[2] += sign * forward * backward
				s[3] += sign * middle * backward
				if norms.Y[1] > 1e-200 {
					s[4] += sign * norms.D[0] / norms.Y[1]
				}
			}
			return nil
		})
}

// layerByLayer follows a simulated network from layer to layer. The moments
// as functions of the shell are interpolated, with the error seen between the
// nodes, four times over, as slack; lengths outside the range count nothing.
func layerByLayer(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	n, depth := d.int("width", 24, 200), d.int("depth", 2, 100)
	if d.Effort.Name == Short.Name {
		depth = min(depth, 30)
	}
	table, err := newShells(d, act.Activation, n, 0.6, 1.6)
	if err != nil {
		return err
	}
	r, err := d.carry("simulator", act.Activation, n, depth)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, 1), shaped("constant", n, 1, nil), network.NewNorms(depth)
	top := largest(act.Activation, 1.6)
	claims := []mean{
		exactly("deviation from m_n(q)", 0, table.meanError, -top, top, math.Sqrt(table.variance), "sd of one layer"),
		exactly("its square less the variance at q", 0, table.varianceError, -top*top, top*top, table.variance, "of the variance of one layer"),
	}
	return d.means(r.about, d.Effort.trials(r.cost, 1, 20), claims, func(i int, s []float64) error {
		s[0], s[1] = 0, 0
		err := r.run(i, x, y, norms)
		var overflow *network.OverflowError
		if err != nil && !errors.As(err, &overflow) {
			return err
		}
		for l := range depth {
			q := norms.X[l] / float64(n)
			if !(q >= 0.6 && q <= 1.6) {
				break // a stopping time: what was bet so far counts
			}
			m, v := table.at(q)
			dev := norms.X[l+1]/float64(n) - m
			s[0] += dev / float64(depth)
			s[1] += (dev*dev - v) / float64(depth)
		}
		return nil
	})
}

func homogeneousDepth(d *Draw) error {
	act := d.homogeneous()
	n := d.int("width", 4, 100)
	depth := d.int("depth", 2, pick(d, "depth up to", 10, 100, 1000))
	if d.Effort.Name == Short.Name {
		depth = min(depth, 100)
	}
	r, err := d.carry("simulator", act, n, depth)
	if err != nil {
		return err
	}
	v := homogeneousVariance(act, n)
	x, y, norms := d.vector("x", n, 1), shaped("constant", n, 1, nil), network.NewNorms(depth)
	top := act.Lipschitz * act.Lipschitz // of a ratio, since a²(1+s²) = 2 with |s| < 1
	sd := math.Sqrt(v)
	dev := math.Max(1, top-1)
	claims := []mean{
		exactly("R⁽ˡ⁾ − 1", 0, 0, -1, top-1, sd, "sd of one layer"),
		exactly("(R⁽ˡ⁾ − 1)² less its mean", 0, 0, -v, dev*dev, v, "of the variance of one layer"),
		exactly("(R⁽ˡ⁾ − 1)(R⁽ᵐ⁾ − 1)", 0, 0, -dev*dev, dev*dev, v, "correlation of layers"),
		exactly("(R⁽¹⁾ − 1)(R⁽²⁾ − 1)", 0, 0, -dev*dev, dev*dev, v, "correlation of layers"),
	}
	gap := d.int("layers apart", 1, min(3, depth-1))
	return d.means(fmt.Sprintf("%s, R⁽ˡ⁾ = ‖x⁽ˡ⁺¹⁾‖²/‖x⁽ˡ⁾‖², m = l + %d", r.about, gap), d.Effort.trials(r.cost, 1, 20), claims,
		func(i int, s []float64) error {
			clear(s)
			if err := r.run(i, x, y, norms); err != nil {
				return err
			}
			// Lengths wander off to 0, where digits end: that is a stopping time.
			ratio := func(l int) float64 { return norms.X[l+1]/norms.X[l] - 1 }
			for l := 0; l < depth && norms.X[l] > 1e-250; l++ {
				s[0] += ratio(l) / float64(depth)
				s[1] += (ratio(l)*ratio(l) - v) / float64(depth)
				if l >= gap {
					s[2] += ratio(l-gap) * ratio(l) / float64(depth-gap)
				}
			}
			if norms.X[1] > 1e-250 { // else the first layer is dead, as 2⁻ⁿ of all ReLUs are
				s[3] = ratio(0) * ratio(1)
			}
			return nil
		})
}

// wide runs one network, and refutes if it lies beyond what the bounds give
// probability α: Lip·√q-Lipschitz functions on the sphere, written out here.
func wide(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	n := d.int("width", 100_000, 1_000_000)
	if d.Effort.Name == Short.Name {
		n /= 10
	}
	q := d.shell()
	m, err := d.SphereMoments(act.Activation, n, q)
	if err != nil {
		return err
	}
	r, err := d.carry(pick(d, "carried out by", carriers[:2]...), act.Activation, n, 1)
	if err != nil {
		return err
	}
	x, y, norms := d.vector("x", n, q), make([]float64, n), network.NewNorms(1)
	uniform(d.random("y"), y, 1)
	if err := r.run(0, x, y, norms); err != nil {
		return err
	}
	about := fmt.Sprintf("%s, ‖x‖² = %g·n", r.about, q)
	alpha, err := d.pay()
	if err != nil {
		return err
	}
	s := float64(n)
	k := act.Lipschitz * math.Sqrt(q)
	// P(|F − EF| ≥ t) ≤ 2exp(−(n−1)t²/2K²), and √E F² − K²/((n−1)√E F²) ≤ EF ≤ √E F².
	root := math.Sqrt(m.Forward.Mean)
	reach := k*math.Sqrt(2*math.Log(2/alpha)/(s-1)) + k*k/((s-1)*root) + 1e-9
	if err := d.near(about+": ‖φ(Wx)‖/√n", math.Sqrt(norms.X[1]/s), root, reach); err != nil {
		return err
	}
	if alpha, err = d.pay(); err != nil {
		return err
	}
	far, err := d.beyond(act.Activation, n, q, alpha)
	if err != nil {
		return err
	}
	return d.near(about+": ‖Dy‖²/‖y‖²", norms.D[0]/norms.Y[1], 1, far)
}

// beyond is an ε with probability at most alpha by BackwardBoundUniform.
func (d *Draw) beyond(act gpnorm.Activation, n int, q, alpha float64) (float64, error) {
	lo, hi := 1e-4, 1e4
	for range 14 {
		eps := math.Sqrt(lo * hi)
		b, err := d.BackwardBoundUniform(act, n, q, eps)
		if err != nil {
			return 0, err
		}
		if b.Probability <= alpha {
			hi = eps
		} else {
			lo = eps
		}
	}
	return hi, nil
}

// shells tabulates the moments of a layer over an interval of shells.
type shells struct {
	lo, hi                   float64
	nodes, means, variances  []float64
	meanError, varianceError float64
	variance                 float64 // at q = 1
}

func newShells(d *Draw, act gpnorm.Activation, n int, lo, hi float64) (shells, error) {
	const count = 12
	t := shells{lo: lo, hi: hi}
	for i := range count {
		t.nodes = append(t.nodes, (lo+hi)/2-(hi-lo)/2*math.Cos(math.Pi*float64(i)/(count-1)))
	}
	for _, q := range t.nodes {
		m, err := d.SphereMoments(act, n, q)
		if err != nil {
			return t, err
		}
		t.means, t.variances = append(t.means, m.Forward.Mean), append(t.variances, m.Forward.AverageVariance)
	}
	for i := range count - 1 {
		q := (t.nodes[i] + t.nodes[i+1]) / 2
		m, err := d.SphereMoments(act, n, q)
		if err != nil {
			return t, err
		}
		mean, variance := t.at(q)
		t.meanError = math.Max(t.meanError, 4*math.Abs(mean-m.Forward.Mean)+m.Forward.MeanError)
		t.varianceError = math.Max(t.varianceError, 4*math.Abs(variance-m.Forward.AverageVariance)+m.Forward.VarianceError/float64(n))
	}
	_, t.variance = t.at(1)
	t.varianceError += 2 * t.meanError * t.meanError
	return t, nil
}

// at interpolates by the barycentric formula for Chebyshev points.
func (t shells) at(q float64) (mean, variance float64) {
	var top, second, bottom float64
	for i, x := range t.nodes {
		if q == x {
			return t.means[i], t.variances[i]
		}
		w := float64(1 - 2*(i%2))
		if i == 0 || i == len(t.nodes)-1 {
			w /= 2
		}
		w /= q - x
		top += w * t.means[i]
		second += w * t.variances[i]
		bottom += w
	}
	return top / bottom, second / bottom
}
