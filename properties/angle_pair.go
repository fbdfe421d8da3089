package properties

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/montecarlo"
	"bsnn/network"
)

// A Pair is what the first two inputs, and their gradients, are to each other in one network.
// Where a network explodes beyond float64 its numbers are NaN.
type Pair struct {
	// Distances are 1 − ρ behind each block that stands in no shortcut, repetitions written
	// out: the places of theorem.Angles.Path.
	Distances []float64
	Lengths   float64 // log(‖x₁‖²/‖x₂‖²) behind the last block

	// At the input: the cosine between the gradients, and log(‖y₁‖²/‖y₂‖²).
	GradientCorrelation, GradientLengths float64

	layers []int // linear maps up to each of the blocks; 0 for a block without one
}

// Merged is the first number of linear maps behind which the inputs are closer than
// 1 − ρ = distance; +Inf where they are apart to the end.
func (p Pair) Merged(distance float64) float64 {
	for i, d := range p.Distances {
		if p.layers[i] > 0 && d < distance {
			return float64(p.layers[i])
		}
	}
	return math.Inf(1)
}

// Pair sends the inputs through one network.
func (e ArchitectureEnsemble) Pair(address montecarlo.Trial) (Pair, error) {
	if err := e.validatePairs(); err != nil {
		return Pair{}, err
	}
	through, err := e.pairPassers()()
	if err != nil {
		return Pair{}, err
	}
	return e.pair(context.Background(), address, through)
}

// Pairs runs the planned trials of the experiment and returns what was seen in trial order. On
// cancellation it returns the completed prefix and an error.
func (e ArchitectureEnsemble) Pairs(ctx context.Context, p montecarlo.Plan, x montecarlo.Experiment) ([]Pair, error) {
	if err := e.validatePairs(); err != nil {
		return nil, err
	}
	if err := e.fitsMemory(e.pairMemory(p.Workers, p.Trials)); err != nil {
		return nil, err
	}
	return montecarlo.Collect(ctx, p, e.pairPassers(), func(ctx context.Context, through *pairPasser, i int) (Pair, error) {
		return e.pair(ctx, x.Trial(i), through)
	})
}

// A pairPasser sends two inputs through one network after the other.
type pairPasser struct {
	net   network.Drawn          // which ends when the next is drawn
	pairs *network.PairSimulator // nil where inner products alone cannot be had
	seen  *network.Couples
}

// pairPassers make one for each worker.
func (e ArchitectureEnsemble) pairPassers() func() (*pairPasser, error) {
	return func() (*pairPasser, error) {
		p := new(pairPasser)
		if c, ok := e.simulatesPairs(); ok {
			var err error
			if p.pairs, err = network.NewPairSimulator(c); err != nil {
				return nil, err
			}
			p.seen = network.NewCouples(c.Depth)
		}
		return p, nil
	}
}

// simulatesPairs says whether inner products alone can be had, and of which networks.
func (e ArchitectureEnsemble) simulatesPairs() (c network.Config, ok bool) {
	if e.Explicit || e.inputs() != 2 {
		return c, false
	}
	return e.Prepared.Pairs()
}

// validatePairs says what is wrong with the ensemble where angles are asked for.
func (e ArchitectureEnsemble) validatePairs() error {
	if err := e.Validate(); err != nil {
		return err
	}
	if e.inputs() < 2 {
		return errors.New("the angle of one input; want 2 inputs or more")
	}
	if n := narrowest(e.Prepared.Architecture().Blocks, e.Prepared.Architecture().Input); e.inputs() > n {
		return fmt.Errorf("%d inputs through %d neurons; want no more inputs than neurons", e.inputs(), n)
	}
	return nil
}

// narrowest is the smallest width from an input on.
func narrowest(blocks []network.Block, width int) int {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			width = min(width, b.To)
		case network.Shortcut:
			width = narrowest(b.Blocks, width)
		case network.Repeat:
			width = narrowest(b.Blocks, width)
		}
	}
	return width
}

// pair is of inner products where they say all, and of vectors otherwise.
func (e ArchitectureEnsemble) pair(ctx context.Context, address montecarlo.Trial, through *pairPasser) (Pair, error) {
	if through.pairs == nil {
		return e.pairOfVectors(address, &through.net)
	}
	from, to := address.Layer(0), address.Layer(e.Prepared.Matrices()+1)
	x := e.vectors(e.Prepared.Architecture().Input, 2, &from, e.Correlation)
	y := e.vectors(e.Prepared.Output(), 2, &to, e.GradientCorrelation)
	err := through.pairs.Run(ctx, address.Layer, [2][]float64(x), [2][]float64(y), through.seen)
	var overflow *network.OverflowError
	if errors.Is(err, network.ErrDigits) || errors.As(err, &overflow) {
		return e.pairOfVectors(address, &through.net)
	}
	if err != nil {
		return Pair{}, err
	}
	p := Pair{}
	for l, h := range through.seen.H {
		behind := through.seen.X[l+1]
		p.Distances, p.layers = append(p.Distances, h.Distance, behind.Distance), append(p.layers, l+1, 0)
		p.Lengths = math.Log(behind.First / behind.Second)
	}
	in := through.seen.Y
	p.GradientCorrelation, p.GradientLengths = 1-in.Distance, math.Log(in.First/in.Second)
	return p, nil
}

func (e ArchitectureEnsemble) pairOfVectors(address montecarlo.Trial, net *network.Drawn) (Pair, error) {
	trace, err := e.forward(address, net, network.Observer{Grams: true})
	if err == nil {
		err = e.backward(address, trace)
	}
	var overflow *network.OverflowError
	if err != nil && !errors.As(err, &overflow) {
		return Pair{}, err
	}
	p := Pair{Lengths: math.NaN(), GradientCorrelation: math.NaN(), GradientLengths: math.NaN()}
	layers := 0
	for _, b := range trace.Blocks {
		if _, is := b.Block.(network.Linear); is {
			layers++
		}
		if b.Inside {
			continue
		}
		k := b.Gram
		p.Distances = append(p.Distances, 1-k.At(0, 1)/(math.Sqrt(k.At(0, 0))*math.Sqrt(k.At(1, 1))))
		p.Lengths = math.Log(k.At(0, 0) / k.At(1, 1))
		p.layers = append(p.layers, 0)
		if network.HasLinear(b.Block) {
			p.layers[len(p.layers)-1] = layers
		}
	}
	if g := trace.Input.GradientGram; g != nil {
		p.GradientCorrelation = g.At(0, 1) / (math.Sqrt(g.At(0, 0)) * math.Sqrt(g.At(1, 1)))
		p.GradientLengths = math.Log(g.At(0, 0) / g.At(1, 1))
	}
	return p, nil
}
