package properties

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/orthogonal"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A Sampler is the way random weight matrices are represented. All have the
// same law. Matrices of other than Haar and Gaussian weights are formed in any case.
type Sampler int

const (
	// Lazy never forms a matrix; any width.
	Lazy Sampler = iota
	// Dense forms every matrix.
	Dense
	// Reflectors keeps every matrix as a product of Householder
	// reflections.
	Reflectors
)

// A Vector fills dst with the vector of one trial; trial is also the address
// of its randomness, at layer 0 for inputs and L+1 for output gradients. It
// is called from several goroutines.
type Vector func(trial int, stream montecarlo.Stream, dst []float64) error

// OnShell is a uniformly distributed vector with ‖x‖² = n.
func OnShell(_ int, stream montecarlo.Stream, dst []float64) error {
	squares := stream.Normals(dst)
	floats.Scale(math.Sqrt(float64(len(dst))/squares), dst)
	return nil
}

// An Ensemble is a law of random networks together with what is sent through
// them.
type Ensemble struct {
	Activation   gpnorm.Activation
	Width, Depth int
	Weights      network.Weights
	Sampler      Sampler
	Input        Vector // x⁽¹⁾; nil means OnShell
	Gradient     Vector // y⁽ᴸ⁾; nil means OnShell
}

// Sample runs the planned trials of the experiment and returns their squared
// norms in trial order. A network that explodes beyond float64 has norms +Inf
// from there on, and NaN where they cannot be known. On cancellation Sample
// returns the completed prefix and an error.
func (e Ensemble) Sample(ctx context.Context, p montecarlo.Plan, x montecarlo.Experiment) ([]network.Norms, error) {
	return SampleMap(ctx, e, p, x, func(n network.Norms) network.Norms { return n })
}

// SampleMap is Sample with every trial reduced to what keep makes of its
// norms; the argument of keep may be retained.
func SampleMap[R any](ctx context.Context, e Ensemble, p montecarlo.Plan, x montecarlo.Experiment, keep func(network.Norms) R) ([]R,
	error) {
	return montecarlo.Collect(ctx, p, e.runners(p),
		func(ctx context.Context, r runner, i int) (R, error) {
			norms := network.NewNorms(e.Depth)
			if err := e.trial(ctx, r, x.Trial(i), i, norms); err != nil {
				var none R
				return none, err
			}
			return keep(norms), nil
		})
}

// runner sends given vectors through a network drawn from stream.
type runner struct {
	x, y []float64
	run  func(ctx context.Context, stream func(layer int) montecarlo.Stream, x, y []float64, out network.Norms) error
}

func (e Ensemble) trial(ctx context.Context, r runner, address montecarlo.Trial, i int, out network.Norms) error {
	input, gradient := e.Input, e.Gradient
	if input == nil {
		input = OnShell
	}
	if gradient == nil {
		gradient = OnShell
	}
	if err := input(i, address.Layer(0), r.x); err != nil {
		return fmt.Errorf("input: %w", err)
	}
	if err := gradient(i, address.Layer(e.Depth+1), r.y); err != nil {
		return fmt.Errorf("output gradient: %w", err)
	}
	err := r.run(ctx, address.Layer, r.x, r.y, out)
	var overflow *network.OverflowError
	if errors.As(err, &overflow) {
		explode(out, *overflow)
		return nil
	}
	return err
}

// explode marks the norms that a network of numbers beyond float64 does not
// have: an explosion is an outcome, not a mistake.
func explode(out network.Norms, e network.OverflowError) {
	fill := func(x []float64, value float64) {
		for i := range x {
			x[i] = value
		}
	}
	if e.Vector == "x" {
		fill(out.X[e.Layer:], math.Inf(1))
		fill(out.D, math.NaN())
		fill(out.Y[:len(out.Y)-1], math.NaN())
		return
	}
	fill(out.D[:e.Layer], math.Inf(1))
	fill(out.Y[:e.Layer], math.Inf(1))
}

// shareFrom is the width from which the workers of one trial gain more than they
// lose by waiting for each other in every layer.
const shareFrom = 8192

// runners makes what the workers of a plan use.
func (e Ensemble) runners(p montecarlo.Plan) func() (runner, error) {
	workers := 1
	if e.Width >= shareFrom {
		workers = p.PerTrial()
	}
	return func() (runner, error) { return e.runner(workers) }
}

func (e Ensemble) runner(workers int) (runner, error) {
	if e.Depth < 1 {
		return runner{}, fmt.Errorf("depth %d; want 1 or more", e.Depth)
	}
	if e.Width < 2 {
		return runner{}, fmt.Errorf("width %d; want 2 or more", e.Width)
	}
	r := runner{x: make([]float64, e.Width), y: make([]float64, e.Width)}
	if e.explicit() {
		r.run = e.runExplicit
		return r, nil
	}
	s, err := network.NewSimulator(network.Config{
		Activation: e.Activation, Width: e.Width, Depth: e.Depth, Weights: e.Weights, Workers: workers,
	})
	if err != nil {
		return runner{}, err
	}
	r.run = s.Run
	return r, nil
}

// runExplicit forms the weight matrices of one network and runs it.
func (e Ensemble) runExplicit(ctx context.Context, stream func(layer int) montecarlo.Stream, x, y []float64, out network.Norms) error {
	layers := make([]orthogonal.Operator, e.Depth)
	for l := range layers {
		if err := ctx.Err(); err != nil {
			return err
		}
		src := stream(l + 1)
		w, err := e.operator(src)
		if err != nil {
			return fmt.Errorf("layer %d: %w", l+1, err)
		}
		layers[l] = w
	}
	net, err := network.New(e.Activation, layers...)
	if err != nil {
		return err
	}
	pass, err := net.Forward(x)
	if err != nil {
		return err
	}
	if err := pass.Backward(y); err != nil {
		return err
	}
	norms := pass.Norms()
	copy(out.X, norms.X)
	copy(out.D, norms.D)
	copy(out.Y, norms.Y)
	return nil
}

// explicit says whether the weight matrices are formed: asked for, or because their
// law cannot be had without.
func (e Ensemble) explicit() bool { return e.Sampler != Lazy || e.Weights.Simulated() != nil }

func (e Ensemble) operator(src montecarlo.Stream) (orthogonal.Operator, error) {
	switch {
	case e.Weights == network.Gaussian:
		return gaussian(e.Width, &src)
	case e.Weights != network.Haar:
		w, err := e.Weights.Draw(e.Width, e.Width, &src)
		if err != nil {
			return nil, err
		}
		return orthogonal.DenseOf(w)
	case e.Sampler == Reflectors:
		return orthogonal.NewReflectors(e.Width, &src)
	default:
		return orthogonal.NewDense(e.Width, &src)
	}
}

// gaussian is a matrix of independent N(0, 1/n) entries.
func gaussian(n int, src rand.Source) (orthogonal.Operator, error) {
	r := rand.New(src)
	m := mat.NewDense(n, n, nil)
	scale := 1 / math.Sqrt(float64(n))
	for i := range n {
		row := m.RawRowView(i)
		for j := range row {
			row[j] = scale * r.NormFloat64()
		}
	}
	return orthogonal.DenseOf(m)
}
