package suite

import (
	"context"
	"math/rand/v2"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/orthogonal"
	"bsnn/properties"
	"bsnn/theorem"

	"gonum.org/v1/gonum/mat"
)

// A System is an implementation of everything that the theory speaks about.
// The fields have the contracts of the functions of the same name.
type System struct {
	// Package gpnorm.
	Lookup      func(name string) (gpnorm.Activation, error)
	Normalize   func(gpnorm.Activation) (gpnorm.Normalized, error)
	Describe    func(gpnorm.Activation) (gpnorm.Profile, error)
	Expect      func(f gpnorm.Func, kinks []float64) (gpnorm.Estimate, error)
	Hermite     func(a gpnorm.Activation, order int) ([]float64, error)
	LengthMap   func(a gpnorm.Activation, q float64) (float64, error)
	Correlation func(a gpnorm.Activation, q float64) (CorrelationMap, error)

	// Package orthogonal.
	Dense, Reflectors, Lazy func(n int, src rand.Source) (orthogonal.Operator, error)

	// Architectures of package network, and what package theorem says of them.
	Prepare     func(network.Architecture) (Architecture, error)
	Rectangular func(rows, cols int, src rand.Source) (Rectangular, error)
	Predict     func(ctx context.Context, a network.Architecture, q theorem.Question) (theorem.Prediction, error)

	// Two inputs, and the Jacobian.
	PredictAngles   func(ctx context.Context, a network.Architecture, q theorem.AngleQuestion) (theorem.Angles, error)
	MergingOf       func(a gpnorm.Activation, p gpnorm.Profile) (theorem.Merging, error)
	PredictSpectrum func(ctx context.Context, a network.Architecture) (theorem.Spectrum, error)
	ProbesOf        func(back *mat.Dense) properties.Probes

	// Packages network and montecarlo.
	Network   func(gpnorm.Activation, ...orthogonal.Operator) (Network, error)
	Simulator func(network.Config) (Simulator, error)
	Layers    func(seed uint64, experiment string, trial int) func(layer int) montecarlo.Stream
	Normals   NormalsFunc
	RateTest  func(limit, alpha float64, budget int) (RateTest, error)
	MeanTest  func(claim montecarlo.MeanClaim, alpha float64, budget int) (MeanTest, error)

	// Package theorem.
	SphereMoments        func(a gpnorm.Activation, n int, q float64) (theorem.LayerMoments, error)
	ForwardBound         func(a gpnorm.Activation, n int, q, eps float64) (theorem.Bound, error)
	BackwardBoundFixed   func(a gpnorm.Activation, y []float64, q, eps float64) (theorem.Bound, error)
	BackwardBoundUniform func(a gpnorm.Activation, n int, q, eps float64) (theorem.Bound, error)
	BackwardBoundInside  func(a gpnorm.Activation, n int, q, rho, eps float64) (theorem.Bound, error)
	ForwardDepthBound    func(a gpnorm.Activation, width, depth int, eps float64) (theorem.Bound, error)
	BackwardDepthBound   func(a gpnorm.Activation, width, depth int, eps float64) (theorem.Bound, error)
	ForwardLaw           func(p gpnorm.Profile, n int) (theorem.Law, error)
	BackwardLaw          func(p gpnorm.Profile, n int) (theorem.Law, error)
	ForwardDepthLaw      func(p gpnorm.Profile, n, depth int) (theorem.Law, error)
	BackwardDepthLaw     func(p gpnorm.Profile, n, depth int) (theorem.Law, error)

	// Package properties.
	Sample func(ctx context.Context, e properties.Ensemble, p montecarlo.Plan, x montecarlo.Experiment) ([]network.Norms, error)
	Test   func(ctx context.Context, e properties.Ensemble, claims []properties.Claim, b properties.Budget) ([]properties.Result, error)
}

// NormalsFunc is montecarlo.Stream.NormalsAt.
type NormalsFunc func(s montecarlo.Stream, dst []float64, at uint64) (sumOfSquares float64)

// A CorrelationMap is what checks ask of a gpnorm.CorrelationMap.
type CorrelationMap interface {
	At(rho float64) (gpnorm.Estimate, error)
	Slope(rho float64) (float64, error)
}

// A Network is an explicit network.
type Network interface {
	Forward(x []float64) (Pass, error)
}

// A Pass is one input on its way through a Network.
type Pass interface {
	Backward(y []float64) error
	Output() []float64
	InputGradient() []float64
	WeightGradient(l int) *mat.Dense
	Norms() network.Norms
}

// An Architecture draws networks and sends inputs through each of them.
type Architecture interface {
	// Send draws a network, lazily or with its matrices, sends the columns of x forward and those
	// of y back.
	Send(lazily bool, stream func(matrix int) montecarlo.Stream, x, y *mat.Dense) (Passage, error)
	// Probe draws a network, and returns JᵀY, J its Jacobian at the input x.
	Probe(lazily bool, stream func(matrix int) montecarlo.Stream, x, y *mat.Dense) (*mat.Dense, error)
}

// A Passage is what comes out of a network: one column for each input; and the inner products that were recorded
// behind the last block, over n, and of the gradients at the input.
type Passage struct {
	Output, Gradient   *mat.Dense
	Gram, GradientGram *mat.SymDense
}

// Rectangular is a uniformly random matrix with orthonormal rows or columns that
// is asked, not formed.
type Rectangular interface {
	Apply(dst, x []float64)
	ApplyTranspose(dst, y []float64)
}

// A Simulator runs random networks.
type Simulator interface {
	Run(ctx context.Context, stream func(layer int) montecarlo.Stream, x, y []float64, out network.Norms) error
}

// A RateTest is a sequential test of a probability.
type RateTest interface {
	Add(event bool) montecarlo.Outcome
	Interval() (lo, hi float64)
}

// A MeanTest is a sequential test of a bounded mean.
type MeanTest interface {
	Add(x float64) montecarlo.Outcome
	Interval() (lo, hi float64)
}

// Real is this project.
func Real() System {
	return System{
		Lookup: gpnorm.Lookup, Normalize: gpnorm.Normalize, Describe: gpnorm.Describe,
		Expect: gpnorm.Expect, Hermite: gpnorm.Hermite, LengthMap: gpnorm.LengthMap,
		Correlation: func(a gpnorm.Activation, q float64) (CorrelationMap, error) { return gpnorm.Correlation(a, q) },

		Dense:      func(n int, src rand.Source) (orthogonal.Operator, error) { return orthogonal.NewDense(n, src) },
		Reflectors: func(n int, src rand.Source) (orthogonal.Operator, error) { return orthogonal.NewReflectors(n, src) },
		Lazy:       func(n int, src rand.Source) (orthogonal.Operator, error) { return orthogonal.NewLazy(n, src) },

		Prepare: func(a network.Architecture) (Architecture, error) {
			p, err := a.Prepare()
			return prepared{p}, err
		},
		Rectangular: func(rows, cols int, src rand.Source) (Rectangular, error) {
			return orthogonal.NewLazySemiOrthogonal(rows, cols, src)
		},
		Predict: theorem.Predict, PredictAngles: theorem.PredictAngles, MergingOf: theorem.MergingOf,
		PredictSpectrum: theorem.PredictSpectrum, ProbesOf: properties.ProbesOf,

		Network: func(a gpnorm.Activation, layers ...orthogonal.Operator) (Network, error) {
			n, err := network.New(a, layers...)
			return explicit{n}, err
		},
		Simulator: func(c network.Config) (Simulator, error) { return network.NewSimulator(c) },
		Layers: func(seed uint64, experiment string, trial int) func(int) montecarlo.Stream {
			return montecarlo.NewExperiment(seed, experiment).Trial(trial).Layer
		},
		Normals: func(s montecarlo.Stream, dst []float64, at uint64) float64 { return s.NormalsAt(dst, at) },
		RateTest: func(limit, alpha float64, budget int) (RateTest, error) {
			return montecarlo.NewRateTest(limit, alpha, budget)
		},
		MeanTest: func(c montecarlo.MeanClaim, alpha float64, budget int) (MeanTest, error) {
			return montecarlo.NewMeanTest(c, alpha, budget)
		},

		SphereMoments: theorem.SphereMoments, ForwardBound: theorem.ForwardBound,
		BackwardBoundFixed: theorem.BackwardBoundFixed, BackwardBoundUniform: theorem.BackwardBoundUniform,
		BackwardBoundInside: theorem.BackwardBoundInside, ForwardDepthBound: theorem.ForwardDepthBound,
		BackwardDepthBound: theorem.BackwardDepthBound,
		ForwardLaw:         theorem.ForwardLaw, BackwardLaw: theorem.BackwardLaw,
		ForwardDepthLaw: theorem.ForwardDepthLaw, BackwardDepthLaw: theorem.BackwardDepthLaw,

		Sample: func(ctx context.Context, e properties.Ensemble, p montecarlo.Plan, x montecarlo.Experiment) ([]network.Norms, error) {
			return e.Sample(ctx, p, x)
		},
		Test: properties.Test,
	}
}

// explicit adapts a network.Network.
type explicit struct{ *network.Network }

func (e explicit) Forward(x []float64) (Pass, error) { return e.Network.Forward(x) }

// prepared adapts a network.Prepared.
type prepared struct{ *network.Prepared }

func (p prepared) Send(lazily bool, stream func(matrix int) montecarlo.Stream, x, y *mat.Dense) (Passage, error) {
	trace, err := p.forward(lazily, stream, x)
	if err != nil {
		return Passage{}, err
	}
	gradient, err := trace.Backward(y)
	return Passage{trace.Output, gradient, trace.Blocks[len(trace.Blocks)-1].Gram, trace.Input.GradientGram}, err
}

func (p prepared) Probe(lazily bool, stream func(matrix int) montecarlo.Stream, x, y *mat.Dense) (*mat.Dense, error) {
	trace, err := p.forward(lazily, stream, x)
	if err != nil {
		return nil, err
	}
	return trace.Probe(y)
}

func (p prepared) forward(lazily bool, stream func(matrix int) montecarlo.Stream, x *mat.Dense) (*network.Trace, error) {
	draw := p.Draw
	if lazily {
		draw = p.DrawLazily
	}
	net, err := draw(stream)
	if err != nil {
		return nil, err
	}
	return net.ForwardObserved(x, network.Observer{Grams: true})
}
