package properties

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

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

	// At is the same network at another width, for the option [Widths]; it may be nil.
	At func(width int) Net

	// Run draws the weights from src, sends x forward and y = ∂E/∂x⁽ᴸ⁺¹⁾
	// backward, and says what came of it. The same source must give the same
	// weights; x and y have length n, or the first and the last of [Layers], and must
	// not be changed. It is called from one goroutine.
	Run func(src rand.Source, x, y []float64) (Passage, error)
}

// A Passage is what one input and one output gradient leave behind in a Net.
type Passage struct {
	Norms         network.Norms // squared norms in all layers; NormsOf makes them of vectors. Y may be zero
	Output        []float64     // x⁽ᴸ⁺¹⁾
	InputGradient []float64     // ∂E/∂x⁽¹⁾

	// H are ‖h⁽ˡ⁾‖², l = 1 … L, of what enters the activations: Squares makes them of
	// vectors. Nil leaves out what they show, and is refused where there are biases.
	H []float64
}

// Squares are the squared norms of vectors.
func Squares(vectors [][]float64) []float64 {
	out := make([]float64, len(vectors))
	for i, v := range vectors {
		out[i] = floats.Dot(v, v)
	}
	return out
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
	at := func(width int) Net { return NetOf(act, width, depth, sample) }
	return Net{Name: act.Name, Width: width, Depth: depth, At: at, Run: func(src rand.Source, x, y []float64) (Passage, error) {
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
//   - the way back through its first weights has the law of their transpose: it keeps
//     lengths, ‖∂E/∂x⁽¹⁾‖ = ‖d⁽¹⁾‖, where they are orthogonal;
//   - ‖h⁽ˡ⁾‖², given ‖x⁽ˡ⁾‖², has the law of a linear map in every layer, where
//     Passage.H shows it;
//   - ‖x⁽ᴸ⁺¹⁾‖/√n and ‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖ are off 1 by the tolerance (¼ by default) in
//     at most 10 % of the networks.
//
// The linear maps are square Haar matrices without a bias unless [Layers] and
// [LinearMaps] say otherwise; [Widths] tests at several widths.
//
// Layers that share their weights are seen where φ(0) is not 0, in the first two
// layers, and by their settling where the network scales with its input, as with
// ReLU, in deep networks; a linear network does not show them, and neither does one with
// biases or of several widths.
//
// x and y are uniform on the spheres of radius √n, and 0 is tried as an input. The laws are
// tested with 40 networks, the last two claims with Trials at most (2,000 by default).
// It passes when every claim is confirmed, and gives the wrong answer with probability at
// most Alpha; with uniform weights, whose laws are taken to be those of normal ones, this is
// so for wide layers.
func Network(t TB, net Net, opts ...Option) bool {
	t.Helper()
	s, err := configure(settings{widths: []int{net.Width}, depth: net.Depth, trials: 2000, tolerance: 0.25}, opts)
	var nets []Net
	if err == nil {
		nets, err = net.at(s)
	}
	if err != nil {
		t.Errorf("properties.Network: %v", err)
		return false
	}
	s.alpha /= float64(len(nets))
	passed := true
	for _, n := range nets {
		passed = n.examine(t, s) && passed
	}
	return passed
}

// at are the networks to test, one for each width.
func (n Net) at(s settings) ([]Net, error) {
	switch {
	case s.layers != nil && s.widthsChosen:
		return nil, errors.New("Layers beside Widths; want one of them")
	case s.layers != nil && len(s.layers) != n.Depth+1:
		return nil, fmt.Errorf("%d widths of Layers; want %d, one more than the depth", len(s.layers), n.Depth+1)
	case s.maps.Weights < network.Haar || s.maps.Weights > network.KerasDefault:
		return nil, fmt.Errorf("%s is no law of weights", s.maps.Weights)
	case !(s.maps.Gain >= 0 && s.maps.BiasSD >= 0) || math.IsInf(s.maps.Gain+s.maps.BiasSD, 1):
		return nil, fmt.Errorf("gain %v and bias of standard deviation %v; want finite numbers from 0", s.maps.Gain, s.maps.BiasSD)
	}
	nets := []Net{n}
	if s.widthsChosen {
		nets = nil
		for _, width := range s.widths {
			switch {
			case n.At != nil:
				nets = append(nets, n.At(width))
			case width == n.Width:
				nets = append(nets, n)
			default:
				return nil, fmt.Errorf("width %d of a network of width %d without At; want a Net that says what it is at other widths", width, n.Width)
			}
		}
	}
	for _, n := range nets {
		for _, width := range n.widths(s) {
			if width < 2 {
				return nil, fmt.Errorf("width %d; want 2 or more", width)
			}
		}
		switch {
		case n.Run == nil:
			return nil, errors.New("the Net has no Run")
		case n.Depth != s.depth:
			return nil, fmt.Errorf("depth %d at width %d; want %d at every width", n.Depth, n.Width, s.depth)
		}
	}
	return nets, nil
}

// widths are those of what enters, and of what leaves each layer.
func (n Net) widths(s settings) []int {
	if s.layers != nil {
		return s.layers
	}
	out := make([]int, n.Depth+1)
	for l := range out {
		out[l] = n.Width
	}
	return out
}

func (n Net) examine(t TB, s settings) bool {
	t.Helper()
	e := netExamination{Net: n, n: n.widths(s), s: s, x: montecarlo.NewExperiment(s.seed, "network")}
	size := fmt.Sprintf("n = %d", n.Width)
	if s.layers != nil {
		size = fmt.Sprintf("n = %s", strings.Trim(fmt.Sprint(s.layers), "[]"))
	}
	what := fmt.Sprintf("%s, %s, L = %d, keeps its norms and differentiates itself", n.Name, size, n.Depth)
	findings, err := e.all()
	if err != nil {
		t.Errorf("properties.Network: %s: %v\n  replay:  %s=%d", n.Name, err, SeedVariable, s.seed)
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
	n []int // widths of what enters, and of what leaves each layer
	s settings
	x montecarlo.Experiment
}

func (e netExamination) all() ([]finding, error) {
	var out []finding
	for _, f := range []func() (*finding, error){e.repeats, e.differs, e.separates, e.differentiates} {
		found, err := f()
		if err != nil {
			return nil, err
		}
		if found != nil {
			out = append(out, *found)
		}
	}
	for _, f := range []func() ([]finding, error){e.drawsItsLaw, e.keepsNorms} {
		more, err := f()
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// vectors are the input and the output gradient of trial i.
func (e netExamination) vectors(i int) (x, y []float64, err error) {
	x, y = make([]float64, e.n[0]), make([]float64, e.n[e.Depth])
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
	case len(p.Output) != e.n[e.Depth] || len(p.InputGradient) != e.n[0]:
		return p, fmt.Errorf("trial %d: output of length %d and input gradient of length %d; want the widths %d and %d", i, len(p.Output),
			len(p.InputGradient), e.n[e.Depth], e.n[0])
	case p.H != nil && len(p.H) != e.Depth:
		return p, fmt.Errorf("trial %d: %d squared norms of h; want %d or none", i, len(p.H), e.Depth)
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
		v, y := make([]float64, e.n[0]), make([]float64, e.n[e.Depth])
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

func (e netExamination) keepsNorms() ([]finding, error) {
	statements := []theorem.Statement{theorem.Definition1Forward(), theorem.Definition1Backward()}
	tests := make([]*montecarlo.RateTest, len(statements))
	samples := make([]montecarlo.Moments, len(statements))
	share := e.share()
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
			value := c.Value(p.Norms, e.n[e.Depth])
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
