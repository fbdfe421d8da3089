package audit

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/network"
	"bsnn/theorem"
)

// A Scaling is how orthogonal weights are scaled for an activation.
type Scaling struct {
	// Gain is g of every linear map but the first, which has 1.
	Gain float64 `json:"gain"`
	// Forward and Backward are the factors of squared norms a layer that theory
	// predicts with it.
	Forward  float64 `json:"forward_per_layer"`
	Backward float64 `json:"backward_per_layer"`
	// Drift is √n times the standard deviation of the logarithm of the squared signal or gradient, the larger
	// one, behind all layers of n neurons, to first order: it is large where deviations of the length grow.
	// NormalizedDrift is that of the normalised function. Both are 0 where no gain is wanted.
	Drift           float64 `json:"drift,omitempty"`
	NormalizedDrift float64 `json:"normalized_drift,omitempty"`
}

// change is the logarithm of the larger factor a layer.
func (s Scaling) change() float64 {
	c := math.Max(math.Abs(math.Log(s.Forward)), math.Abs(math.Log(s.Backward)))
	if math.IsNaN(c) {
		return math.Inf(1)
	}
	return c
}

var errNoGain = errors.New("no gain keeps norms")

// Scale finds the gain of Haar weights for so many linear maps with the activation between
// them, that keeps squared norms of signals and gradients over the whole depth best: the larger of
// the two changes, as a factor, is as small as it can be (by golden section over theorem.Predict). A normalised function
// needs none.
func Scale(ctx context.Context, a network.Activation, maps int) (Scaling, error) {
	if !a.AsIs || maps < 2 {
		return Scaling{Gain: 1, Forward: 1, Backward: 1}, nil
	}
	steps := float64(maps - 1)
	const width = 1 << 20 // laws do not depend on it
	predict := func(a network.Activation, gain float64) (Scaling, error) {
		p, err := theorem.Predict(ctx, network.Architecture{Input: width, Blocks: []network.Block{
			network.Linear{To: width}, network.Repeat{Times: maps - 1, Blocks: []network.Block{a, network.Linear{To: width, Gain: gain}}},
		}}, theorem.Question{})
		var beyond *theorem.LengthError
		if errors.As(err, &beyond) {
			return Scaling{Gain: gain, Forward: math.Inf(1), Backward: math.Inf(1)}, nil
		}
		return Scaling{
			Gain: gain, Forward: math.Pow(p.ForwardFactor, 1/steps), Backward: math.Pow(p.BackwardFactor, 1/steps),
			Drift: math.Sqrt(width) * math.Max(p.ForwardLog.SD, p.BackwardLog.SD),
		}, err
	}
	const phi = 0.6180339887498949
	lo, hi := math.Log(0.25), math.Log(8)
	at := func(x float64) (Scaling, error) { return predict(a, math.Exp(x)) }
	x, y := hi-phi*(hi-lo), lo+phi*(hi-lo)
	f, err := at(x)
	if err != nil {
		return f, err
	}
	g, err := at(y)
	for range 40 {
		if err != nil {
			return f, err
		}
		if f.change() < g.change() {
			hi, y, g = y, x, f
			x = hi - phi*(hi-lo)
			f, err = at(x)
		} else {
			lo, x, f = x, y, g
			y = lo + phi*(hi-lo)
			g, err = at(y)
		}
	}
	if err != nil {
		return f, err
	}
	if g.change() < f.change() {
		f = g
	}
	if math.IsInf(f.change(), 1) {
		return f, fmt.Errorf("%w with %s", errNoGain, a)
	}
	a.AsIs = false
	normalized, err := predict(a, 1)
	f.NormalizedDrift = normalized.Drift
	return f, err
}
