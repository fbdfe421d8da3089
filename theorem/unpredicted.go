package theorem

import (
	"fmt"
	"math"

	"bsnn/network"
)

// An ExplicitError says that weights have no law from which something could be predicted.
type ExplicitError struct{ Weights *network.Explicit }

// Error names the weights and what can be asked of them.
func (e *ExplicitError) Error() string {
	return fmt.Sprintf("explicit weights, of %s, have no law to predict from; want one in their place, or \"bsnn verify --net\", which "+
		"measures, or \"bsnn audit\", which judges the file", e.Weights)
}

// Lawful is an *ExplicitError where weights are explicit.
func Lawful(a network.Architecture) error {
	if e, has := a.HasExplicit(); has {
		return &ExplicitError{e}
	}
	return nil
}

// Unpredicted has the blocks of an architecture of which nothing is predicted, and NaN for
// every number.
func Unpredicted(a network.Architecture) (Prediction, error) {
	nan := math.NaN()
	none := LogLaw{nan, nan}
	p := Prediction{
		Input: a.Input, ForwardFactor: nan, BackwardFactor: nan, ForwardLog: none, BackwardLog: none, MergeDepth: nan, MergeDistance: nan,
		Separation: nan, JacobianSecondMoment: nan, Layers: nan,
	}
	in := a.Input
	for _, b := range a.Blocks {
		out, err := network.Architecture{Input: in, Blocks: []network.Block{b}}.Output()
		if err != nil {
			return Prediction{}, err
		}
		p.Blocks = append(p.Blocks, BlockPrediction{
			Name: b.String(), In: in, Out: out, Signal: nan, Gradient: nan, Square: nan, Distance: nan, SignalLog: none, GradientLog: none,
		})
		in = out
	}
	p.Output = in
	return p, nil
}
