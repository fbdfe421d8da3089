package theorem

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/network"

	"gonum.org/v1/gonum/stat/distuv"
)

// An AngleQuestion is about two inputs of the same length and what comes back for them.
type AngleQuestion struct {
	Correlation         float64 // cosine between the inputs
	GradientCorrelation float64 // cosine between the gradients at the output
}

// Angles are what theory says of two inputs in the random networks of an architecture: the
// joint law of their norms and of the angle between them, and the same of their gradients, to
// first order in 1/√n (asymptotic).
type Angles struct {
	AngleQuestion
	// Path is what is behind each block that stands in no shortcut, in the order in which
	// they end, repetitions written out.
	Path []AngleState
	// Input is what arrives in front of the first block.
	Input AngleState

	// The variances of what the logarithms of two squared gradients at the input have in common,
	// and of what each has for itself.
	gradientScale, gradientOwn float64
}

// An AngleState is what two inputs, and their gradients, are to each other behind a block.
type AngleState struct {
	Block  network.Block
	Layers float64 // linear maps so far

	Distance float64 // the limit of 1 − ρ
	// DistanceLog is the law of log(1 − ρ), and LengthsLog that of log(‖x₁‖²/‖x₂‖²).
	DistanceLog, LengthsLog LogLaw

	// GradientCorrelation is the limit of the cosine between the gradients, and
	// GradientCorrelationSD the standard deviation of one network. GradientLengthsLog is
	// the law of log(‖y₁‖²/‖y₂‖²).
	GradientCorrelation, GradientCorrelationSD float64
	GradientLengthsLog                         LogLaw
}

// An AnglesError says why the law of angles is not predicted: behind centred or batch
// normalisation, shortcuts without a rotation, and in networks of too many layers.
type AnglesError struct{ err error }

// Error gives the reason.
func (e *AnglesError) Error() string { return e.err.Error() }

// Unwrap is the reason.
func (e *AnglesError) Unwrap() error { return e.err }

// PredictAngles follows two inputs through the blocks, and gradients that have random
// directions but for the cosine between them. It fails where Predict does, and with an
// *AnglesError where there is no law.
func PredictAngles(ctx context.Context, a network.Architecture, q AngleQuestion) (Angles, error) {
	out := Angles{AngleQuestion: q}
	if _, err := a.Output(); err != nil {
		return out, err
	}
	if err := Lawful(a); err != nil {
		return out, err
	}
	for _, r := range []float64{q.Correlation, q.GradientCorrelation} {
		if !(math.Abs(r) <= 1) {
			return out, fmt.Errorf("correlation %v; want a number from −1 to 1", r)
		}
	}
	c := &composer{ctx: ctx, functions: map[string]*function{}, merging: math.NaN(), merged: math.NaN()}
	start := signal{square: 1, distance: 1 - q.Correlation}
	var at []gram
	nodes, _, _, err := c.grams(a.Blocks, start, a.Input, func(b network.Block, _ gramNode, s signal) {
		out.Path = append(out.Path, AngleState{Block: b, Layers: c.layers})
		at = append(at, gram{s.square, s.distance})
	})
	if errors.Is(err, errNoAngles) {
		return out, &AnglesError{err}
	}
	if err != nil {
		return out, err
	}
	out.Input.Distance = start.distance
	out.fill(nodes, gram{1, start.distance}, at)
	return out, nil
}

// fill finds the laws. Those of gradients in front of a block are behind the one before.
func (a *Angles) fill(nodes gramChain, start gram, at []gram) {
	after := make([]slopes, len(nodes)+1) // limits of Γ in front of each block
	after[len(nodes)] = slopes{1, a.GradientCorrelation}
	effects := make([]gramEffect, len(nodes))
	for i := len(nodes) - 1; i >= 0; i-- {
		after[i], effects[i] = nodes[i].before(after[i+1]), nodes[i].effect(after[i+1])
	}
	signals := make([]matrix3, len(nodes)+1) // Cov δK in front of each block
	sag, in := 0., start
	for i, e := range effects {
		signals[i+1] = e.kept.around(signals[i]).plus(e.varForward)
		out := at[i]
		s := &a.Path[i]
		s.Distance = out.distance / out.square
		s.LengthsLog = LogLaw{0, math.Sqrt(positive(signals[i+1][difference][difference])) / out.square}
		// A distance is multiplied in each block, so its logarithm is normal; sag is by how much
		// the mean of the logarithm is below the logarithm of the mean.
		s.DistanceLog = LogLaw{math.NaN(), math.NaN()}
		if out.distance > 0 {
			sag = e.kept[apart][apart]*in.distance/out.distance*sag + relativeSpread(e.varForward, out)/2
			s.DistanceLog = LogLaw{math.Log(s.Distance) - sag, math.Sqrt(relativeSpread(signals[i+1], out))}
		}
		in = out
	}
	behind := untouchedGram
	for i := len(nodes); i >= 0; i-- {
		if i < len(nodes) {
			behind = effects[i].then(behind)
		}
		v, y := behind.varBackward.plus(behind.felt.around(signals[i])), after[i]
		s := &a.Input
		if i > 0 {
			s = &a.Path[i-1]
		}
		r := y.inner / y.square
		s.GradientCorrelation = r
		s.GradientCorrelationSD = math.Sqrt(positive(v.form(gramVector{-r, 1}))) / y.square
		s.GradientLengthsLog = LogLaw{0, math.Sqrt(positive(v[difference][difference])) / y.square}
		// The mean of two has the whole of what is common and half of what is their own; their
		// difference twice the latter.
		a.gradientOwn = positive(v[difference][difference]/2) / (y.square * y.square)
		a.gradientScale = positive(v[length][length]/(y.square*y.square) - a.gradientOwn/2)
	}
}

// relativeSpread is the variance of the logarithm of 1 − ρ = distance/square.
func relativeSpread(v matrix3, at gram) float64 {
	return positive(v.form(gramVector{-1 / at.square, 1 / at.distance}))
}

// Merged is the first number of linear maps behind which a share of the networks has brought
// the inputs closer than 1 − ρ = distance; NaN where that is deeper than the network.
func (a Angles) Merged(share, distance float64) float64 {
	for _, s := range a.Path {
		if !network.HasLinear(s.Block) || math.IsNaN(s.DistanceLog.SD) {
			continue
		}
		z := (math.Log(distance) - s.DistanceLog.Mean) / s.DistanceLog.SD
		if s.DistanceLog.SD == 0 {
			z = math.Inf(1)
			if s.Distance >= distance {
				z = math.Inf(-1)
			}
		}
		if distuv.UnitNormal.CDF(z) >= share {
			return s.Layers
		}
	}
	return math.NaN()
}
