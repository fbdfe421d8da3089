package properties

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/montecarlo"
	"bsnn/network"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// An ArchitectureEnsemble is the law of the random networks of an architecture
// together with what is sent through them: inputs and output gradients with
// ‖x‖² = n in uniformly random directions.
type ArchitectureEnsemble struct {
	Prepared *network.Prepared
	Explicit bool // form all matrices, instead of drawing what is asked of them

	// Inputs go through a network at once; 0 means 1. Batch normalisation needs two, and
	// is predicted for many.
	Inputs int
	// Correlation is the cosine between the first two inputs, if there are two; 0
	// for independent ones. What is claimed of norms does not depend on it.
	Correlation float64
	// GradientCorrelation is the cosine between the first two output gradients.
	GradientCorrelation float64
}

// Factors are the squared norms of one network as ratios. Where a network explodes
// beyond float64 they are +Inf, and NaN where they cannot be known.
type Factors struct {
	Forward  float64 // (‖output‖²/n_out)/(‖input‖²/n_in)
	Backward float64 // ‖∂E/∂h‖² behind the first linear map over that behind the last

	// For each of the outermost blocks: ‖x‖²/n behind it over that of the input, and
	// ‖∂E/∂x‖² in front of it over that at the output.
	Signal, Gradient []float64
}

// Validate says what is wrong with the ensemble.
func (e ArchitectureEnsemble) Validate() error {
	switch {
	case e.Prepared == nil:
		return errors.New("no architecture; want one that is prepared")
	case e.Inputs < 0:
		return fmt.Errorf("%d inputs; want 1 or more", e.Inputs)
	case e.inputs() < 2 && UsesBatches(e.Prepared.Architecture()):
		return fmt.Errorf("batch normalisation of %d input; want 2 or more at once", e.inputs())
	case !(math.Abs(e.Correlation) <= 1):
		return fmt.Errorf("correlation %v; want a number from −1 to 1", e.Correlation)
	case !(math.Abs(e.GradientCorrelation) <= 1):
		return fmt.Errorf("correlation %v of gradients; want a number from −1 to 1", e.GradientCorrelation)
	case e.Correlation != 0 && e.inputs() < 2:
		return fmt.Errorf("correlation %v of %d input; want 2 inputs", e.Correlation, e.inputs())
	case e.Prepared.Architecture().Input < 2 && math.Abs(e.Correlation) < 1 && e.Correlation != 0:
		return fmt.Errorf("correlation %v of inputs of one number; want wider inputs", e.Correlation)
	}
	return nil
}

func (e ArchitectureEnsemble) inputs() int { return max(e.Inputs, 1) }

// UsesBatches says whether batch normalisation is among the blocks, so that inputs go
// through a network together.
func UsesBatches(a network.Architecture) bool { return usesBatches(a.Blocks) }

// usesBatches says whether batch normalisation is among blocks.
func usesBatches(blocks []network.Block) bool {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Normalization:
			if b.Kind == network.Batch {
				return true
			}
		case network.Shortcut:
			if usesBatches(b.Blocks) {
				return true
			}
		case network.Repeat:
			if usesBatches(b.Blocks) {
				return true
			}
		}
	}
	return false
}

// Trace sends inputs forward and gradients back through one network. Its streams are
// those of the layers 0 for the inputs, 1, 2, … for the matrices and one more for
// the gradients. A network that explodes has a trace that did not go back, and
// an *network.OverflowError.
func (e ArchitectureEnsemble) Trace(address montecarlo.Trial) (*network.Trace, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	return e.trace(address, new(network.Drawn))
}

// trace is Trace in the memory of a network that is at an end.
func (e ArchitectureEnsemble) trace(address montecarlo.Trial, net *network.Drawn) (*network.Trace, error) {
	trace, err := e.forward(address, net, network.Observer{})
	if err != nil {
		return trace, err
	}
	return trace, e.backward(address, trace)
}

// forward draws the network and sends the inputs through it.
func (e ArchitectureEnsemble) forward(address montecarlo.Trial, net *network.Drawn, o network.Observer) (*network.Trace, error) {
	var err error
	if e.Explicit {
		net, err = e.Prepared.Draw(address.Layer)
	} else {
		err = e.Prepared.Redraw(net, address.Layer)
	}
	if err != nil {
		return nil, err
	}
	inputs := address.Layer(0)
	return net.ForwardObserved(e.columns(e.Prepared.Architecture().Input, e.inputs(), &inputs, e.Correlation), o)
}

func (e ArchitectureEnsemble) backward(address montecarlo.Trial, trace *network.Trace) error {
	gradients := address.Layer(e.Prepared.Matrices() + 1)
	_, err := trace.Backward(e.columns(e.Prepared.Output(), e.inputs(), &gradients, e.GradientCorrelation))
	return err
}

// columns are k vectors on the shell, uniform but for the angle between the first two.
func (e ArchitectureEnsemble) columns(n, k int, s *montecarlo.Stream, correlation float64) *mat.Dense {
	m := mat.NewDense(n, k, nil)
	for j, v := range e.vectors(n, k, s, correlation) {
		m.SetCol(j, v)
	}
	return m
}

func (e ArchitectureEnsemble) vectors(n, k int, s *montecarlo.Stream, correlation float64) (all [][]float64) {
	for j := range k {
		v := onShell(n, s)
		if j == 1 && correlation != 0 {
			first := all[0]
			floats.AddScaled(v, -floats.Dot(v, first)/float64(n), first)
			if rest := floats.Norm(v, 2); rest > 0 {
				floats.Scale(math.Sqrt((1-correlation*correlation)*float64(n))/rest, v)
			}
			floats.AddScaled(v, correlation, first)
		}
		all = append(all, v)
	}
	return all
}

// A passer sends vectors through one network after the other.
type passer struct {
	net   network.Drawn          // which ends when the next is drawn
	norms *network.NormSimulator // nil where norms alone cannot be had
}

// passers make one for each worker.
func (e ArchitectureEnsemble) passers() func() (*passer, error) {
	return func() (*passer, error) {
		p := new(passer)
		if !e.Explicit && e.inputs() == 1 && !e.Prepared.Architecture().Formed() {
			var err error
			if p.norms, err = e.Prepared.NormSimulator(network.Store); err != nil {
				return nil, err
			}
		}
		return p, nil
	}
}

// norms are a trace that may have norms only.
func (e ArchitectureEnsemble) norms(address montecarlo.Trial, p *passer) (*network.Trace, error) {
	if p.norms == nil {
		return e.trace(address, &p.net)
	}
	inputs, gradients := address.Layer(0), address.Layer(e.Prepared.Matrices()+1)
	return p.norms.Run(address.Layer, onShell(e.Prepared.Architecture().Input, &inputs), onShell(e.Prepared.Output(), &gradients))
}

// onShell is a vector of uniform direction with ‖v‖² = n.
func onShell(n int, s *montecarlo.Stream) []float64 {
	v := make([]float64, n)
	floats.Scale(math.Sqrt(float64(n)/s.Normals(v)), v)
	return v
}

// factors are those of one network.
func (e ArchitectureEnsemble) factors(address montecarlo.Trial, p *passer) (Factors, error) {
	trace, err := e.norms(address, p)
	var overflow *network.OverflowError
	if err != nil && !errors.As(err, &overflow) {
		return Factors{}, err
	}
	f := Factors{Forward: trace.ForwardFactor(), Backward: trace.BackwardFactor()}
	if overflow != nil {
		f.Forward, f.Backward = math.Inf(1), math.NaN()
	}
	behind := trace.Input.Gradient
	for _, b := range trace.Outermost() {
		f.Signal = append(f.Signal, b.Signal/trace.Input.Signal)
		f.Gradient = append(f.Gradient, behind/float64(e.Prepared.Output()*e.inputs()))
		behind = b.Gradient
	}
	return f, nil
}

// Sample runs the planned trials of the experiment and returns the factors in trial
// order. On cancellation it returns the completed prefix and an error.
func (e ArchitectureEnsemble) Sample(ctx context.Context, p montecarlo.Plan, x montecarlo.Experiment) ([]Factors, error) {
	return e.SampleKept(ctx, p, x, nil, "")
}

// SampleKept is Sample where a journal, if there is one, keeps the factors in a section and
// saves drawing networks whose factors it has.
func (e ArchitectureEnsemble) SampleKept(ctx context.Context, p montecarlo.Plan, x montecarlo.Experiment, j Journal,
	section string) ([]Factors, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	if err := e.fitsMemory(e.Memory(p.Workers, p.Trials)); err != nil {
		return nil, err
	}
	blocks := len(e.Prepared.Architecture().Blocks)
	return montecarlo.Collect(ctx, p, e.passers(), func(_ context.Context, through *passer, i int) (Factors, error) {
		v, err := Budget{Journal: j}.remembered(section, i, 2+2*blocks, func() ([]float64, error) {
			f, err := e.factors(x.Trial(i), through)
			return append(append([]float64{f.Forward, f.Backward}, f.Signal...), f.Gradient...), err
		})
		if err != nil {
			return Factors{}, err
		}
		return Factors{Forward: v[0], Backward: v[1], Signal: v[2 : 2+blocks], Gradient: v[2+blocks:]}, nil
	})
}
