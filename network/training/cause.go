package training

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// largeAtStart is a ratio of gradient norms, or a factor of the signal, at which a network
// may be at fault when training diverges, and not the learning rate alone.
const largeAtStart = 1e3

// A start is what the first step of a call of Train saw: how far apart the norms of
// gradients were, and by how much the signal had grown.
type start struct{ ratio, growth float64 }

func startOf(t *tally) start {
	var lo, hi float64 = math.Inf(1), 0
	for _, v := range t.x {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return start{ratio(t.grad), math.Sqrt(hi / math.Max(lo, math.SmallestNonzeroFloat64))}
}

// strongCause is what is likely to have made numbers too large in a step, 1 for the
// first: before anything was learnt it is the network, and later the learning rate, unless
// the network made large numbers from the beginning.
func (s Spec) strongCause(step int, at start) string {
	network := s.growth()
	if step <= 1 {
		return "the likely cause is " + network
	}
	rate := fmt.Sprintf("the learning rate, %.3g: want a smaller one", s.Optimizer.LearningRate)
	if !(at.ratio < largeAtStart) || !(at.growth < largeAtStart) {
		return "the likely cause is " + network + "; or " + rate
	}
	return "the likely cause is " + rate
}

// growth is the part of a network that makes signals or gradients grow.
func (s Spec) growth() string {
	switch {
	case s.Network != "":
		return "a block of the network whose weights or activation do not keep norms: want it mended, as predictions say"
	case s.Shortcut == PlainShortcut && !s.BatchNorm:
		return "the shortcuts x + φ(h), which may double squared norms in every layer: want balanced ones, or batch normalisation"
	case s.BatchNorm:
		return "batch normalisation, which multiplies gradients by the Poincaré quotient of the activation in every layer: want none"
	case s.AsIs:
		return "the activation as it is, which does not keep norms: want it normalised"
	case s.Weights == He:
		return "the weights of variance 2/n, which are made for ReLU as it is: want haar or gaussian"
	}
	if n, err := s.normalized(); err == nil && !n.Stable {
		return fmt.Sprintf("the activation, which multiplies deviations of the norm by κ = %.3g in every layer: want one with κ ≤ 1",
			n.Roots[n.Chosen].Slope)
	}
	return "the learning rate of the steps before, or the data: want a smaller rate, and rows that are standardised"
}

// weakCause is what is likely to have lost a signal.
func (s Spec) weakCause() string {
	switch {
	case s.Network != "":
		return "the likely cause is a block of the network whose weights or activation do not keep norms: want it mended, as predictions say"
	case s.AsIs:
		return "the likely cause is the activation as it is, which does not keep norms: want it normalised, or batch normalisation"
	}
	return "the likely cause is a learning rate that is too large, or data of zeros: want a smaller rate, and rows that are standardised"
}

func (s Spec) normalized() (gpnorm.Normalized, error) {
	f, err := gpnorm.Resolve(s.Activation, s.Parameters)
	if err != nil {
		return gpnorm.Normalized{}, err
	}
	return gpnorm.Normalize(f)
}
