package theorem

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/network"

	"gonum.org/v1/gonum/stat/distuv"
)

// A Prediction is what theory says of the random networks of an architecture at
// their start: limits for wide networks, and by how much networks of this width differ
// from each other (asymptotic). Factors are of squared norms.
type Prediction struct {
	Blocks []BlockPrediction
	Input  int
	Output int
	Layers float64 // linear maps

	// ForwardFactor is (‖output‖²/n_out)/(‖input‖²/n_in).
	ForwardFactor float64

	// BackwardFactor is ‖∂E/∂h‖² behind the first linear map over the same behind
	// the last, for an error in a random direction. Where the first is in a branch it is that
	// in front of the shortcut, and where the last is, behind it.
	BackwardFactor float64

	// The logarithms of both factors in one network: means and standard deviations,
	// NaN where none are predicted.
	ForwardLog, BackwardLog LogLaw

	// MergeDepth is the number of linear maps after which two inputs, of the
	// correlation asked for, have a relative distance below MergeDistance; NaN if they are
	// apart to the end. Separation is the relative distance 1 − ρ at the end.
	MergeDepth    float64
	MergeDistance float64
	Separation    float64

	// JacobianSecondMoment is τ((JᵀJ)²)/τ(JᵀJ)², J the Jacobian of the output,
	// τ the trace over the input's dimension: 1 for an isometry.
	JacobianSecondMoment float64

	// Answers to the three questions, where somebody has asked: see Answer.
	Answers *Answers

	// Rough names the block that was treated as if what enters were normal.
	Rough string

	Causes []Cause
}

// A LogLaw is the law of the logarithm of a factor in one network: normal.
type LogLaw struct{ Mean, SD float64 }

// Quantile is that of the factor itself.
func (l LogLaw) Quantile(p float64) float64 {
	return math.Exp(l.Mean + l.SD*distuv.UnitNormal.Quantile(p))
}

// A BlockPrediction is the part of one block.
type BlockPrediction struct {
	Name     string            `json:"name"`
	In       int               `json:"in"`
	Out      int               `json:"out"`
	Times    int               `json:"times,omitempty"`  // of a repetition
	Signal   float64           `json:"signal"`           // factor of the squared length per neuron, forward
	Gradient float64           `json:"gradient"`         // factor of the squared norm of the gradient, backward
	Square   float64           `json:"square"`           // squared length per neuron behind the block
	Distance float64           `json:"distance"`         // 1 − ρ of two inputs behind it
	Blocks   []BlockPrediction `json:"blocks,omitempty"` // inside: of a repetition the first time

	// Of the outermost blocks: the squared length per neuron behind the block over
	// that of the input, and the squared gradient in front of it over that at the
	// output, for an error in a random direction.
	SignalLog   LogLaw `json:"signal_log,omitzero"`
	GradientLog LogLaw `json:"gradient_log,omitzero"`

	effect effect
}

// A Question is what Predict is asked beside the architecture.
type Question struct {
	Correlation   float64 // of the two inputs that may merge, 0 unless said
	MergeDistance float64 // 1 − ρ at which they count as merged; 0 means 0.01

	// Judge normalises the functions of the blocks; nil means [network.Activation.Judge], which proves what it
	// can. Estimate does without the proof.
	Judge Judge
}

// Predict composes the length map, the mean, the distance of two inputs and the
// gradient map block by block, from an input of squared length per neuron 1; the
// fluctuations of a network of these widths to first order. Lengths are exact in
// the limit of infinite width as long as activations are applied to normal
// entries, which linear maps and rotated shortcuts make and keep. Everything is
// asymptotic in the width, but for what square Haar weights keep exactly.
//
// Length and correlation maps are those of Poole, Lahiri, Raghu, Sohl-Dickstein,
// Ganguli 2016 (arXiv 1606.05340), gradients those of Schoenholz, Gilmer, Ganguli,
// Sohl-Dickstein 2017 (arXiv 1611.01232); batch normalisation is in Yang, Pennington,
// Rao, Sohl-Dickstein, Schoenholz 2019 (arXiv 1902.08129).
//
// It fails where an architecture does, where a function cannot be judged, with an
// *ExplicitError for weights without a law, and with a *LengthError where a signal vanishes or explodes.
func Predict(ctx context.Context, a network.Architecture, q Question) (Prediction, error) {
	output, err := a.Output()
	if err != nil {
		return Prediction{}, err
	}
	if err := Lawful(a); err != nil {
		return Prediction{}, err
	}
	if q.MergeDistance == 0 {
		q.MergeDistance = 0.01
	}
	switch {
	case !(math.Abs(q.Correlation) <= 1):
		return Prediction{}, fmt.Errorf("correlation %v; want a number from −1 to 1", q.Correlation)
	case !(q.MergeDistance > 0 && q.MergeDistance < 2):
		return Prediction{}, fmt.Errorf("distance %v at which inputs count as merged; want a number above 0 and below 2", q.MergeDistance)
	}
	c := &composer{ctx: ctx, judge: q.Judge, functions: map[string]*function{}, merging: q.MergeDistance, merged: math.NaN()}
	start := signal{square: 1, distance: 1 - q.Correlation}
	end, whole, blocks, err := c.chain(a.Blocks, start, a.Input, 1)
	if err != nil {
		return Prediction{}, err
	}
	p := Prediction{
		Blocks: blocks, Input: a.Input, Output: output, Layers: c.layers, ForwardFactor: end.square,
		MergeDepth: c.merged, MergeDistance: q.MergeDistance, Separation: end.distance / end.square,
		JacobianSecondMoment: whole.spread, Rough: c.rough,
		ForwardLog: logLaw(end.square, whole.sagForward, entering(a.Input).then(whole).forwardVariance(), whole.unknownForward),
	}
	cumulate(p.Blocks)
	before, between, err := c.betweenLinear(a, start)
	if err != nil {
		return Prediction{}, err
	}
	p.BackwardFactor = between.gradient
	p.BackwardLog = logLaw(between.gradient, between.sagBackward, between.backwardVariance(before), between.unknownBackward)
	p.Causes = c.diagnose(p)
	return p, nil
}

func logLaw(factor, sag, variance float64, unknown bool) LogLaw {
	if unknown {
		return LogLaw{math.NaN(), math.NaN()}
	}
	return LogLaw{math.Log(factor) - sag, math.Sqrt(math.Max(variance, 0))}
}

// cumulate finds the laws from the input to behind each block, and from the output back
// to in front of it.
func cumulate(blocks []BlockPrediction) {
	if len(blocks) == 0 {
		return
	}
	ahead := entering(blocks[0].In) // of what is in front
	before := make([]effect, len(blocks))
	for i := range blocks {
		b := &blocks[i]
		before[i], ahead = ahead, ahead.then(b.effect)
		b.SignalLog = logLaw(b.Square, ahead.sagForward, ahead.forwardVariance(), ahead.unknownForward)
	}
	behind := untouched(blocks[len(blocks)-1].Out)
	for i := len(blocks) - 1; i >= 0; i-- {
		b := &blocks[i]
		behind = b.effect.then(behind)
		b.GradientLog = logLaw(behind.gradient, behind.sagBackward, behind.backwardVariance(before[i]), behind.unknownBackward)
	}
}

// betweenLinear are the effects of what stands in front of the output of the first
// linear map, and between it and that of the last.
func (c *composer) betweenLinear(a network.Architecture, start signal) (before, between effect, err error) {
	blocks := peel(a.Blocks, false)
	first := indexLinear(blocks)
	if first < 0 {
		return before, between, errors.New("a network without a linear map; want one at least")
	}
	head, tail := blocks[:first], blocks[first:]
	if _, plain := tail[0].(network.Linear); plain {
		head, tail = blocks[:first+1], blocks[first+1:]
	}
	tail = peel(tail, true)
	last := lastLinear(tail)
	c.facts = c.facts[:len(c.facts):len(c.facts)]
	facts, merged, layers := c.facts, c.merged, c.layers
	defer func() { c.facts, c.merged, c.layers = facts, merged, layers }()
	s, before, _, err := c.chain(head, start, a.Input, 1)
	if err != nil {
		return before, between, err
	}
	_, between, _, err = c.chain(tail[:last+1], s, before.out, 1)
	return entering(a.Input).then(before), between, err
}

// peel writes out the repetition with the first linear map, or the last, once.
func peel(blocks []network.Block, last bool) []network.Block {
	for {
		i := indexLinear(blocks)
		if last {
			i = lastLinear(blocks)
		}
		if i < 0 {
			return blocks
		}
		r, is := blocks[i].(network.Repeat)
		if !is {
			return blocks
		}
		var middle []network.Block
		if r.Times > 1 {
			middle = []network.Block{network.Repeat{Times: r.Times - 1, Blocks: r.Blocks}}
		}
		parts := [][]network.Block{blocks[:i], r.Blocks, middle, blocks[i+1:]}
		if last {
			parts[1], parts[2] = middle, r.Blocks
		}
		var out []network.Block
		for _, p := range parts {
			out = append(out, p...)
		}
		blocks = out
	}
}

func indexLinear(blocks []network.Block) int {
	for i, b := range blocks {
		if network.HasLinear(b) {
			return i
		}
	}
	return -1
}

func lastLinear(blocks []network.Block) int {
	for i := len(blocks) - 1; i >= 0; i-- {
		if network.HasLinear(blocks[i]) {
			return i
		}
	}
	return -1
}

// Gains are what to multiply normal weights of variance 1/n by, so that one layer of f
// as it is keeps a squared norm: forward 1/√E f², backward 1/√E f′². They agree
// only if f is normalised up to a factor.
type Gains struct {
	Forward  float64 `json:"forward"`
	Backward float64 `json:"backward"`
}

// GainsOf are the gains of the function that p describes.
func GainsOf(p gpnorm.Profile) Gains {
	return Gains{1 / math.Sqrt(p.SecondMoment.Value), 1 / math.Sqrt(p.DerivSecondMoment.Value)}
}

// PoincareQuotient is E f′²/Var f ≥ 1, with equality only for an affine f: the Gaussian
// Poincaré inequality. It is the factor by which layer and batch normalisation let
// the squared gradient grow in every layer, whatever constants a, b one chooses.
func PoincareQuotient(p gpnorm.Profile) float64 {
	m := p.Mean.Value
	return p.DerivSecondMoment.Value / (p.SecondMoment.Value - m*m)
}
