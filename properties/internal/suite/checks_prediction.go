package suite

import (
	"context"
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/theorem"

	"gonum.org/v1/gonum/mat"
)

// specs are the functions that architectures apply here.
var specs = []string{"tanh", "relu", "gelu", "elu"}

// applied is the function that a block applies.
func (d *Draw) applied(b network.Activation) (gpnorm.Activation, error) {
	f, err := d.Lookup(b.Spec)
	if err != nil || b.AsIs {
		return f, err
	}
	n, err := d.Normalize(f)
	return n.Activation, err
}

// stretched is x ↦ φ(s·x) with φ′(s·x).
func stretched(a gpnorm.Activation, s float64) gpnorm.Activation {
	return pointwise(a.Name, func(x float64) (float64, float64) {
		v := []float64{s * x, s * x}
		a.Value(v[:1], v[:1])
		a.Deriv(v[1:], v[1:])
		return v[0], v[1]
	}, func() (kinks []float64) {
		for _, k := range a.Kinks {
			kinks = append(kinks, k/s)
		}
		return kinks
	}(), a.Lipschitz, a.DerivLipschitz)
}

// A wide layer is the limit of one: squared length per neuron, mean of the entries, and the
// factor of squared gradients so far.
type wideLayer struct{ square, mean, gradient float64 }

// through writes down what a block does in the limit.
func (d *Draw) through(b network.Block, s wideLayer, in int) (wideLayer, error) {
	switch b := b.(type) {
	case network.Linear:
		m, n := float64(in), float64(b.To)
		g := b.Gain * b.Gain * map[network.Weights]float64{network.TorchDefault: 1. / 3, network.KerasDefault: 2 * m / (m + n)}[b.Weights]
		if b.Weights == network.Haar || b.Weights == network.Gaussian {
			g = b.Gain * b.Gain
		}
		return wideLayer{g*s.square + b.BiasSD*b.BiasSD, 0, s.gradient * g}, nil
	case network.Activation:
		a, err := d.applied(b)
		if err != nil {
			return s, err
		}
		e := gaussian(stretched(a, math.Sqrt(s.square)), func(_, f, _ float64) float64 { return f * f },
			func(_, f, _ float64) float64 { return f }, func(_, _, df float64) float64 { return df * df })
		return wideLayer{e[0], e[1], s.gradient * e[2]}, nil
	case network.Normalization:
		by := s.square
		if b.Kind == network.Layer {
			by, s.mean = s.square-s.mean*s.mean, 0
		}
		return wideLayer{1, s.mean / math.Sqrt(by), s.gradient / by}, nil
	case network.Shortcut:
		t := wideLayer{s.square, s.mean, 1}
		for _, inner := range b.Blocks {
			var err error
			if t, err = d.through(inner, t, in); err != nil {
				return s, err
			}
		}
		if !b.Plain {
			t.mean = 0
		}
		return wideLayer{
			b.Alpha*b.Alpha*s.square + b.Beta*b.Beta*t.square + 2*b.Alpha*b.Beta*s.mean*t.mean,
			b.Alpha*s.mean + b.Beta*t.mean, s.gradient * (b.Alpha*b.Alpha + b.Beta*b.Beta*t.gradient),
		}, nil
	}
	return s, fmt.Errorf("no limit of %T", b)
}

// netPrediction compares limits of a random architecture, and the spread of one block.
func netPrediction(d *Draw) error {
	function := network.Activation{Spec: pick(d, "function", specs...), AsIs: pick(d, "as is", false, true)}
	a := network.Architecture{Input: d.int("input", 10, 300)}
	a.Blocks, _ = d.stages(function, 10, 300, "nothing", "rms", "layer", "rotated", "plain")
	s, width := wideLayer{1, 0, 1}, a.Input
	for _, b := range a.Blocks {
		var err error
		if s, err = d.through(b, s, width); err != nil {
			return err
		}
		if l, is := b.(network.Linear); is {
			width = l.To
		}
	}
	p, err := d.Predict(context.Background(), a, theorem.Question{})
	if err != nil {
		return err
	}
	gradient := 1.
	for _, b := range p.Blocks {
		gradient *= b.Gradient
	}
	about := fmt.Sprintf("from %d: %v", a.Input, a.Blocks)
	if err := d.near(about+": ‖output‖²/n", p.ForwardFactor, s.square, 1e-7*(1+s.square)); err != nil {
		return err
	}
	if err := d.near(about+": factor of squared gradients", gradient, s.gradient, 1e-7*(1+s.gradient)); err != nil {
		return err
	}
	return d.predictedSpread()
}

// predictedSpread compares variances of logarithms with closed forms.
func (d *Draw) predictedSpread() error {
	function := network.Activation{Spec: pick(d, "function", specs...)}
	act, err := d.applied(function)
	if err != nil {
		return err
	}
	e := gaussian(act,
		func(_, f, _ float64) float64 { return f * f * f * f }, func(_, _, df float64) float64 { return df * df * df * df },
		func(x, f, _ float64) float64 { return (x*x - 1) * f * f }, func(x, _, df float64) float64 { return (x*x - 1) * df * df },
		func(_, f, df float64) float64 { return f * f * df * df },
		func(_, f, _ float64) float64 { return f }, func(_, f, _ float64) float64 { return f * f * f },
		func(x, f, _ float64) float64 { return (x*x - 1) * f })
	cf, cb := e[2], e[3]
	vf, vb, cross := e[0]-1-cf*cf/2, 3*e[1]-3-cb*cb/2, e[4]-1-cf*cb/2
	m, n, t := d.int("in", 10, 300), d.int("out", 10, 300), d.int("times", 2, 6)
	in, out := float64(m), float64(n)
	square, normal := network.Linear{To: n}, network.Linear{To: n, Weights: network.Gaussian}
	aa, bb := 0.7, 0.3
	kappas := 0.
	for j := range t {
		kappas += math.Pow(cf/2, 2*float64(j))
	}
	share := 0.36
	plain := network.Balanced(bb, square, function)
	plain.Plain = true
	for _, c := range []struct {
		from              int
		blocks            []network.Block
		forward, backward float64 // variances
	}{
		{m, []network.Block{network.Linear{To: n}}, 2 * math.Max(in-out, 0) / (out * (in + 2)), 2 * math.Max(out-in, 0) / (in * (out + 2))},
		{n, []network.Block{square, function}, vf / out, vb / out},
		{n, []network.Block{normal, function}, (vf + cf*cf/2) / out, (vb + 2 + cb*cb/2) / out},
		{n, []network.Block{network.Linear{To: n, Gain: math.Sqrt(share), Bias: true, BiasSD: math.Sqrt(1 - share)}},
			(4*share*(1-share) + 2*(1-share)*(1-share)) / out, 0},
		{n, []network.Block{network.Balanced(bb, square, function)}, (4*aa*bb + bb*bb*vf) / out, (4*aa*bb + bb*bb*vb) / out},
		{n, []network.Block{network.Repeat{Times: t, Blocks: []network.Block{square, function}}}, vf * kappas / out, math.NaN()},
		{n, []network.Block{network.Repeat{Times: t, Blocks: []network.Block{square, function, network.Normalization{Kind: network.RMS}}}}, 0,
			float64(t) * (vb + vf - 2*cross) / out},
		{n, []network.Block{network.Repeat{Times: 2, Blocks: []network.Block{plain}}},
			twoPlain(math.Sqrt(aa*bb), aa, bb, cf/2, vf, e[5], e[6], e[7]) / out, math.NaN()},
		{m, []network.Block{network.Linear{To: n, Weights: network.TorchDefault, Bias: true, Gain: 1 / math.Sqrt(in)}}, 1.7 / out, 2 / in},
	} {
		p, err := d.Predict(context.Background(), network.Architecture{Input: c.from, Blocks: c.blocks}, theorem.Question{})
		if err != nil {
			return err
		}
		about := fmt.Sprintf("from %d: %v %s", c.from, c.blocks, function)
		up, down := p.ForwardLog.SD, p.Blocks[0].GradientLog.SD
		if err := d.near(about+": n·variance forward", out*up*up, out*c.forward, 1e-6*(1+out*c.forward)); err != nil {
			return err
		}
		if math.IsNaN(c.backward) {
			continue
		}
		if err := d.near(about+": n·variance backward", out*down*down, out*c.backward, 1e-6*(1+out*c.backward)); err != nil {
			return err
		}
	}
	return nil
}

// twoPlain is n times the variance of log ‖x₂‖² behind two blocks xᵢ = αxᵢ₋₁ + βφ(Wᵢxᵢ₋₁), φ normalised
// with E φ = mean, E φ³ = third and E(g²−1)φ = cm; both is αβ. The mean of x₁ is β·mean. With
// aᵢ, mᵢ what fluctuates in the mean square and the mean of φ(Wᵢxᵢ₋₁),
//
//	‖x₁‖²/n − 1 = β²a₁ + 2αβs,   s = x₀·φ(W₁x₀)/n,   x̄₁ − β·mean = αx̄₀ + βm₁,
//
// and the second block adds 2αβ(x̄₁φ̄ + ν), ν the inner product of what is left without the means.
func twoPlain(both, aa, bb, kappa, vf, mean, third, cm float64) float64 {
	vm, shared := 1-mean*mean-cm*cm/2, third-mean-cm*kappa
	square, entry := bb*bb*vf+4*aa*bb, aa+bb*vm // variances behind the first
	crossed := bb*math.Sqrt(bb)*shared + 2*aa*math.Sqrt(bb)*mean
	kept, felt := aa+bb*kappa+both*math.Sqrt(bb)*mean*cm, 2*both*mean
	fresh := bb*bb*vf + 4*aa*bb*(bb*mean*mean*vm+(1-bb*mean*mean)*(1-mean*mean)) + 4*both*bb*math.Sqrt(bb)*mean*shared
	length := 1 + 2*both*math.Sqrt(bb)*mean*mean
	return (kept*kept*square + 2*kept*felt*crossed + felt*felt*entry + fresh) / (length * length)
}

// netLaws draws networks of the kinds that are built, deep enough that a mistake adds up.
func netLaws(d *Draw) error {
	n, depth := d.int("width", 100, 160), d.int("depth", 4, 7)
	function := network.Activation{Spec: pick(d, "function", specs...)}
	stack := network.Stack{Activation: function}
	rms, layer := network.RMS, network.Layer
	kind := pick(d, "kind", "haar", "gaussian", "gain and bias", "rotated", "plain", "rms", "layer", "bottleneck")
	switch kind {
	case "gaussian":
		stack.Linear.Weights = network.Gaussian
	case "gain and bias":
		stack.Linear = network.Linear{Gain: 0.9, Bias: true, BiasSD: 0.4}
	case "rotated", "plain":
		stack.Shortcut, stack.Branch = kind, 0.2
	case "rms":
		stack.Norm = &rms
	case "layer":
		stack.Norm = &layer
	}
	architecture, err := stack.Tower(n, depth)
	if err != nil {
		return err
	}
	if kind == "bottleneck" {
		through := []network.Block{network.Linear{To: n / 2}, network.Linear{To: n}, function}
		architecture.Blocks = []network.Block{network.Repeat{Times: depth, Blocks: through}}
	}
	p, err := d.Predict(context.Background(), architecture, theorem.Question{})
	if err != nil {
		return err
	}
	a, err := d.Prepare(architecture)
	if err != nil {
		return err
	}
	trials := d.Effort.trials(10*n, depth, 300)
	about := fmt.Sprintf("%s, %s, n = %d, L = %d", kind, function, n, depth)
	var seen [][2]float64 // logarithms forward and backward
	x, y := make([]float64, n), make([]float64, n)
	sample := func(i int) ([2]float64, error) {
		for len(seen) <= i {
			r := d.fresh(len(seen))
			uniform(r, x, 1)
			uniform(r, y, 1)
			q, err := d.send(a, true, len(seen), column(x), column(y))
			if err != nil {
				return [2]float64{}, err
			}
			logarithm := func(m *mat.Dense) float64 { return math.Log(inner(m, m) / float64(n)) }
			seen = append(seen, [2]float64{logarithm(q.Output), logarithm(q.Gradient)})
		}
		return seen[i], nil
	}
	for k, law := range []theorem.LogLaw{p.ForwardLog, p.Blocks[0].GradientLog} {
		what := [2]string{"log ‖output‖²/n", "log ‖∂E/∂x‖²/n"}[k]
		if law.SD < 1e-9 {
			one, err := sample(0)
			if err != nil {
				return err
			}
			if err := d.near(about+": "+what, one[k], law.Mean, 1e-9); err != nil {
				return err
			}
			continue
		}
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
