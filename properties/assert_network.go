package properties

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/orthogonal"
	"bsnn/theorem"

	"gonum.org/v1/gonum/floats"
)

// A Net is a random network of any making, as [Network] tests it.
type Net struct {
	Name         string
	Width, Depth int // n and L

	// Run draws the weights from src, sends x forward and y = ∂E/∂x⁽ᴸ⁺¹⁾
	// backward, and says what came of it. The same source must give the same
	// weights; x and y have length n and must not be changed. It is called from
	// one goroutine.
	Run func(src rand.Source, x, y []float64) (Passage, error)
}

// A Passage is what one input and one output gradient leave behind in a Net.
type Passage struct {
	Norms         network.Norms // squared norms in all layers; NormsOf makes them of vectors. Y may be zero
	Output        []float64     // x⁽ᴸ⁺¹⁾
	InputGradient []float64     // ∂E/∂x⁽¹⁾
}

// NormsOf are the squared norms of x⁽¹⁾ … x⁽ᴸ⁺¹⁾, the input and the outputs of
// all layers, and of d⁽¹⁾ … d⁽ᴸ⁾, the gradients ∂E/∂h of what enters the
// activations. Y is left zero.
func NormsOf(x, d [][]float64) network.Norms {
	out := network.NewNorms(len(d))
	for i := range min(len(x), len(out.X)) {
		out.X[i] = floats.Dot(x[i], x[i])
	}
	for i, v := range d {
		out.D[i] = floats.Dot(v, v)
	}
	return out
}

// NetOf is the network of this project, package network, over operators from
// a sampler such as orthogonal.NewDense: one for each layer. A lazy operator
// is completed at once, since what it is depends on what it is asked.
func NetOf[W orthogonal.Operator](act gpnorm.Activation, width, depth int, sample func(n int, src rand.Source) (W, error)) Net {
	return Net{Name: act.Name, Width: width, Depth: depth, Run: func(src rand.Source, x, y []float64) (Passage, error) {
		layers := make([]orthogonal.Operator, depth)
		for l := range layers {
			w, err := sample(width, src)
			if err != nil {
				return Passage{}, fmt.Errorf("layer %d: %w", l+1, err)
			}
			if lazy, ok := any(w).(interface{ Materialize() *orthogonal.Dense }); ok {
				layers[l] = lazy.Materialize()
				continue
			}
			layers[l] = w
		}
		net, err := network.New(act, layers...)
		if err != nil {
			return Passage{}, err
		}
		pass, err := net.Forward(x)
		if err != nil {
			return Passage{}, err
		}
		if err := pass.Backward(y); err != nil {
			return Passage{}, err
		}
		return Passage{Norms: pass.Norms(), Output: pass.Output(), InputGradient: pass.InputGradient()}, nil
	}}
}

// Network asserts of a network that
//
//   - the same source gives the same network, and another source another one;
//   - the layers have weights of their own;
//   - its backward pass is the gradient of its forward pass, by finite
//     differences along random directions;
//   - the way back through its first weights keeps lengths, ‖∂E/∂x⁽¹⁾‖ = ‖d⁽¹⁾‖, as
//     orthogonal weights do;
//   - ‖x⁽ᴸ⁺¹⁾‖/√n and ‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖ are off 1 by the tolerance (¼ by default) in
//     at most 10 % of the networks.
//
// Layers that share their weights are seen where φ(0) is not 0, in the first two
// layers, and by their settling where the network scales with its input, as with
// ReLU, in deep networks; a linear network does not show them.
//
// x and y are uniform on the sphere of radius √n, and 0 is tried as an input. The last
// two claims are tested with Trials networks at most (2,000 by default); Widths and Depth are the
// network's own. It passes when every claim is confirmed, and gives the wrong
// answer with probability at most Alpha.
func Network(t TB, net Net, opts ...Option) bool {
	t.Helper()
	what := fmt.Sprintf("%s, n = %d, L = %d, keeps its norms and differentiates itself", net.Name, net.Width, net.Depth)
	s, err := configure(settings{widths: []int{net.Width}, depth: net.Depth, trials: 2000, tolerance: 0.25}, opts)
	switch {
	case err != nil:
	case net.Run == nil:
		err = errors.New("the Net has no Run")
	case net.Width < 2:
		err = fmt.Errorf("width %d; want 2 or more", net.Width)
	}
	if err != nil {
		t.Errorf("properties.Network: %v", err)
		return false
	}
	examination := netExamination{Net: net, s: s, x: montecarlo.NewExperiment(s.seed, "network")}
	findings, err := examination.all()
	if err != nil {
		t.Errorf("properties.Network: %s: %v\n  replay:  %s=%d", net.Name, err, SeedVariable, s.seed)
		return false
	}
	if len(findings) > 0 {
		return fail(t, what, s, findings...)
	}
	t.Logf("%s; α = %.2g, %s=%d", what, s.alpha, SeedVariable, s.seed)
	return true
}

type netExamination struct {
	Net
	s settings
	x montecarlo.Experiment
}

func (e netExamination) all() ([]finding, error) {
	var out []finding
	for _, f := range []func() (*finding, error){e.repeats, e.differs, e.separates, e.differentiates, e.keepsLengths} {
		found, err := f()
		if err != nil {
			return nil, err
		}
		if found != nil {
			out = append(out, *found)
		}
	}
	more, err := e.keepsNorms()
	return append(out, more...), err
}

// vectors are the input and the output gradient of trial i.
func (e netExamination) vectors(i int) (x, y []float64, err error) {
	x, y = make([]float64, e.Width), make([]float64, e.Width)
	if err := OnShell(i, e.x.Trial(i).Layer(0), x); err != nil {
		return nil, nil, err
	}
	return x, y, OnShell(i, e.x.Trial(i).Layer(e.Depth+1), y)
}

// pass runs trial i with x moved along v.
func (e netExamination) pass(i int, step float64, v []float64) (Passage, error) {
	x, y, err := e.vectors(i)
	if err != nil {
		return Passage{}, err
	}
	if v != nil {
		floats.AddScaled(x, step, v)
	}
	return e.send(i, x, y)
}

// send runs the network of trial i.
func (e netExamination) send(i int, x, y []float64) (Passage, error) {
	src := e.x.Trial(i).Layer(1)
	p, err := e.Run(&src, x, y)
	switch {
	case err != nil:
		return p, fmt.Errorf("trial %d: %w", i, err)
	case len(p.Output) != e.Width || len(p.InputGradient) != e.Width:
		return p, fmt.Errorf("trial %d: output of length %d and input gradient of length %d; want the width %d", i, len(p.Output),
			len(p.InputGradient), e.Width)
	case len(p.Norms.X) != e.Depth+1 || len(p.Norms.D) != e.Depth:
		return p, fmt.Errorf("trial %d: norms of %d x and %d d; want %d and %d", i, len(p.Norms.X), len(p.Norms.D), e.Depth+1, e.Depth)
	}
	return p, nil
}

func (e netExamination) repeats() (*finding, error) {
	a, err := e.pass(0, 0, nil)
	if err != nil {
		return nil, err
	}
	b, err := e.pass(0, 0, nil)
	if err != nil {
		return nil, err
	}
	if !floats.Equal(a.Output, b.Output) {
		return &finding{claim: "the same source gives the same network", seen: "another output for the same source and input", odds: certain,
			advice: "Run must draw its weights from src and from nothing else"}, nil
	}
	return nil, nil
}

// differentiates compares ⟨∂E/∂x, v⟩ with a central difference of E = ⟨y, x⁽ᴸ⁺¹⁾⟩. A kink
// of φ may lie within a step, with probability of the order of n·L·1e-6, so
// three directions must disagree.
func (e netExamination) differentiates() (*finding, error) {
	const step, directions = 1e-6, 3
	var last *finding
	for i := range directions {
		src := e.x.Trial(i).Layer(e.Depth + 2)
		r := rand.New(&src)
		v, y := make([]float64, e.Width), make([]float64, e.Width)
		for j := range v {
			v[j] = r.NormFloat64()
		}
		if err := OnShell(i, e.x.Trial(i).Layer(e.Depth+1), y); err != nil {
			return nil, err
		}
		at, err := e.pass(i, 0, nil)
		if err != nil {
			return nil, err
		}
		above, err := e.pass(i, step, v)
		if err != nil {
			return nil, err
		}
		below, err := e.pass(i, -step, v)
		if err != nil {
			return nil, err
		}
		got, want := floats.Dot(at.InputGradient, v), (floats.Dot(y, above.Output)-floats.Dot(y, below.Output))/(2*step)
		scale := floats.Norm(at.InputGradient, 2) + math.Abs(want)
		if math.Abs(got-want) <= 1e-3*scale {
			return nil, nil
		}
		last = &finding{
			claim:  "∂E/∂x⁽¹⁾ is the gradient of E = ⟨y, x⁽ᴸ⁺¹⁾⟩",
			seen:   fmt.Sprintf("along a random direction %.6g, but E changes at the rate %.6g", got, want),
			odds:   certain,
			advice: "Wᵀ on the way back? φ′ of the right layer? (three networks agree in this)",
		}
	}
	return last, nil
}

func (e netExamination) keepsLengths() (*finding, error) {
	for i := range 3 {
		p, err := e.pass(i, 0, nil)
		if err != nil {
			return nil, err
		}
		d, y := p.Norms.D[0], floats.Dot(p.InputGradient, p.InputGradient)
		if math.Abs(y-d) > 1e-6*d {
			return &finding{claim: "‖∂E/∂x⁽¹⁾‖ = ‖d⁽¹⁾‖: the first weights are orthogonal",
				seen: fmt.Sprintf("‖∂E/∂x⁽¹⁾‖²/‖d⁽¹⁾‖² = %.6g in trial %d", y/d, i),
				odds: certain, advice: "Gaussian weights keep lengths only on average"}, nil
		}
	}
	return nil, nil
}

func (e netExamination) keepsNorms() ([]finding, error) {
	statements := []theorem.Statement{theorem.Definition1Forward(), theorem.Definition1Backward()}
	tests := make([]*montecarlo.RateTest, len(statements))
	samples := make([]montecarlo.Moments, len(statements))
	share := e.s.alpha / float64(len(tests)+1)
	for k := range tests {
		var err error
		if tests[k], err = montecarlo.NewRateTest(rateLimit, share, e.s.trials); err != nil {
			return nil, err
		}
	}
	settling, err := e.newSettling(share)
	if err != nil {
		return nil, err
	}
	for i := 0; i < e.s.trials && !(tests[0].Decided() && tests[1].Decided()); i++ {
		p, err := e.pass(i, 0, nil)
		if err != nil {
			return nil, err
		}
		for k, s := range statements {
			c := Claim{Statement: s, Depth: e.Depth, Tolerance: e.s.tolerance, Limit: rateLimit}
			value := c.Value(p.Norms, e.Width)
			tests[k].Add(c.Violated(value))
			samples[k].Add(value)
		}
		if settling != nil {
			settling.add(p.Norms)
		}
	}
	var out []finding
	if settling != nil {
		if f := settling.finding(); f != nil {
			out = append(out, *f)
		}
	}
	for k, s := range statements {
		v := tests[k].Verdict()
		if v.Outcome == montecarlo.Confirmed {
			continue
		}
		f := finding{
			claim: Claim{Statement: s, Depth: e.Depth, Tolerance: e.s.tolerance, Limit: rateLimit}.String(),
			seen:  fmt.Sprintf("%d of %d networks are outside, so it is at least %.3g; mean square %.4g", v.Events, v.Trials, v.Lo, samples[k].Mean),
			odds:  odds(v), undecided: v.Outcome == montecarlo.Undecided,
		}
		if v.Outcome == montecarlo.Undecided {
			f.advice = "more trials (properties.Trials), or a wider network"
		}
		out = append(out, f)
	}
	return out, nil
}
