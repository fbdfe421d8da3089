package faults

import (
	"context"

	"bsnn/network"
	"bsnn/properties/internal/suite"
	"bsnn/theorem"
)

// rewritten is blocks with each block replaced, those inside of others first.
func rewritten(blocks []network.Block, change func(network.Block) network.Block) []network.Block {
	var out []network.Block
	for _, b := range blocks {
		switch inside := b.(type) {
		case network.Shortcut:
			inside.Blocks = rewritten(inside.Blocks, change)
			b = inside
		case network.Repeat:
			inside.Blocks = rewritten(inside.Blocks, change)
			b = inside
		}
		out = append(out, change(b))
	}
	return out
}

func linearAs(change func(*network.Linear)) func(network.Block) network.Block {
	return func(b network.Block) network.Block {
		if l, is := b.(network.Linear); is {
			change(&l)
			return l
		}
		return b
	}
}

func shortcutAs(change func(*network.Shortcut)) func(network.Block) network.Block {
	return func(b network.Block) network.Block {
		if s, is := b.(network.Shortcut); is {
			change(&s)
			return s
		}
		return b
	}
}

func normalised(from, to network.Norm) func(network.Block) network.Block {
	return func(b network.Block) network.Block {
		if b == (network.Block)(network.Normalization{Kind: from}) {
			return network.Normalization{Kind: to}
		}
		return b
	}
}

func lawAs(from, to network.Weights) func(network.Block) network.Block {
	return linearAs(func(l *network.Linear) {
		if l.Weights == from {
			l.Weights = to
		}
	})
}

func fewer(b network.Block) network.Block {
	if r, is := b.(network.Repeat); is && r.Times > 1 {
		r.Times--
		return r
	}
	return b
}

func gainTwice(l *network.Linear)       { l.Gain = l.Scale() * l.Scale() }
func noBias(l *network.Linear)          { l.Bias, l.BiasSD = false, 0 }
func biasSquared(l *network.Linear)     { l.BiasSD *= l.BiasSD }
func exchanged(s *network.Shortcut)     { s.Alpha, s.Beta = s.Beta, s.Alpha }
func notRotated(s *network.Shortcut)    { s.Plain = true }
func branchSquared(s *network.Shortcut) { s.Beta *= s.Beta }
func rotatedAnyway(s *network.Shortcut) { s.Plain = false }

// drawn rewrites the architecture that networks are drawn from.
func drawn(change func(network.Block) network.Block) func(*suite.System) {
	return func(s *suite.System) {
		prepare := s.Prepare
		s.Prepare = func(a network.Architecture) (suite.Architecture, error) {
			a.Blocks = rewritten(a.Blocks, change)
			return prepare(a)
		}
	}
}

// predicted rewrites the architecture that is predicted.
func predicted(change func(network.Block) network.Block) func(*suite.System) {
	return func(s *suite.System) {
		s.Predict = func(ctx context.Context, a network.Architecture, q theorem.Question) (theorem.Prediction, error) {
			a.Blocks = rewritten(a.Blocks, change)
			return theorem.Predict(ctx, a, q)
		}
	}
}

// foretold changes what is predicted.
func foretold(change func(network.Architecture, *theorem.Prediction)) func(*suite.System) {
	return func(s *suite.System) {
		s.Predict = func(ctx context.Context, a network.Architecture, q theorem.Question) (theorem.Prediction, error) {
			p, err := theorem.Predict(ctx, a, q)
			if err == nil {
				change(a, &p)
			}
			return p, err
		}
	}
}

func architectures() []Fault {
	const drawing, theory = "architecture, drawing", "architecture, prediction"
	return []Fault{
		{"net-gain-twice", drawing, "gains are squared", "net-linear", drawn(linearAs(gainTwice))},
		{"net-no-bias", drawing, "biases are forgotten", "net-linear", drawn(linearAs(noBias))},
		{"net-bias-variance", drawing, "the standard deviation of a bias is taken for σ²", "net-linear", drawn(linearAs(biasSquared))},
		{"net-torch-variance-1", drawing, "PyTorch's default with variance 1/m instead of 1/(3m)", "net-linear",
			drawn(lawAs(network.TorchDefault, network.Uniform))},
		{"net-keras-fan-in", drawing, "Keras's default with the width in front alone", "net-linear",
			drawn(lawAs(network.KerasDefault, network.Uniform))},
		{"net-gaussian-for-haar", drawing, "Gaussian weights where Haar weights belong", "net-linear",
			drawn(lawAs(network.Haar, network.Gaussian))},
		{"net-uniform-for-gaussian", drawing, "uniform entries where normal ones belong", "net-linear",
			drawn(lawAs(network.Gaussian, network.Uniform))},
		{"net-alpha-beta", drawing, "α and β exchanged", "net-shortcut", drawn(shortcutAs(exchanged))},
		{"net-branch-squared", drawing, "β² where β belongs", "net-shortcut", drawn(shortcutAs(branchSquared))},
		{"net-no-rotation", drawing, "the rotation of a shortcut is left out", "net-shortcut", drawn(shortcutAs(notRotated))},
		{"net-one-time-less", drawing, "repetitions are one time too few", "net-repetition", drawn(fewer)},
		{"net-mean-kept", drawing, "layer normalisation does not take the mean away", "net-normalisation",
			drawn(normalised(network.Layer, network.RMS))},
		{"net-batch-axis", drawing, "batch statistics over the entries of an input instead of over the inputs", "net-normalisation",
			drawn(normalised(network.Batch, network.Layer))},

		{"predict-gain-twice", theory, "gains are squared once more", "net-prediction", predicted(linearAs(gainTwice))},
		{"predict-no-bias", theory, "the variance of biases is forgotten", "net-prediction", predicted(linearAs(noBias))},
		{"predict-alpha-beta", theory, "α and β exchanged", "net-prediction", predicted(shortcutAs(exchanged))},
		{"predict-no-coherence", theory, "the mean that a plain shortcut shares with its branch is left out", "net-prediction",
			predicted(shortcutAs(rotatedAnyway))},
		{"predict-no-rotation", theory, "rotated shortcuts as if they had a mean in common with their branch", "net-prediction",
			predicted(shortcutAs(notRotated))},
		{"predict-mean-kept", theory, "E f′²/E f² where the Poincaré quotient E f′²/Var f belongs", "net-prediction",
			predicted(normalised(network.Layer, network.RMS))},
		{"predict-gaussian", theory, "the spread of Haar weights for Gaussian ones", "net-prediction",
			predicted(lawAs(network.Gaussian, network.Haar))},
		{"predict-one-time-less", theory, "repetitions are one time too few", "net-prediction", predicted(fewer)},
		{"predict-beta-exchanged", theory, "Beta laws with the dimensions exchanged", "net-prediction",
			foretold(func(a network.Architecture, p *theorem.Prediction) {
				if a.Input != p.Output {
					first := &p.Blocks[0].GradientLog
					p.ForwardLog.SD, first.SD = first.SD, p.ForwardLog.SD
				}
			})},
		{"predict-sd-for-variance", theory, "spreads are variances instead of standard deviations", "net-prediction",
			foretold(func(_ network.Architecture, p *theorem.Prediction) {
				p.ForwardLog.SD *= p.ForwardLog.SD
				p.Blocks[0].GradientLog.SD *= p.Blocks[0].GradientLog.SD
			})},
		{"predict-mean-steady", theory, "the spread of plain shortcuts as if the mean of the entries did not fluctuate", "net-prediction",
			foretold(func(a network.Architecture, p *theorem.Prediction) {
				a.Blocks = rewritten(a.Blocks, shortcutAs(rotatedAnyway))
				if rotated, err := theorem.Predict(context.Background(), a, theorem.Question{}); err == nil {
					p.ForwardLog.SD = rotated.ForwardLog.SD
				}
			})},
		{"predict-drift-twice", theory, "the mean of the logarithm of gradients has the wrong sign", "net-laws",
			foretold(func(_ network.Architecture, p *theorem.Prediction) { p.Blocks[0].GradientLog.Mean *= -1 })},
	}
}
