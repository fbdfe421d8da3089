package training

import (
	"context"
	"errors"
	"math"
)

// A Pilot is a short trial of a learning rate.
type Pilot struct {
	Rate float64 `json:"rate"`
	Loss Real    `json:"loss"` // over the last third of the steps; NaN when it diverged, or nothing arrived
}

// TryRate trains the network of a Spec from its start, for the Steps and with the
// learning rate that it says, and returns the mean loss over the last third of them. Progress of the
// options is called after every step; nothing is kept.
func TryRate(ctx context.Context, s Spec, train Data, o Options) (Pilot, error) {
	pilot := Pilot{Rate: s.Optimizer.LearningRate, Loss: Real(math.NaN())}
	run, err := New(s, train, nil)
	if err != nil {
		return pilot, err
	}
	var sum, count float64
	report := o.Progress
	o.Checkpoint, o.ProgressInterval = "", 1
	o.Progress = func(p Progress) {
		if 3*p.Step > 2*p.Steps {
			sum += p.Loss
			count++
		}
		if report != nil {
			report(p)
		}
	}
	_, err = run.Train(ctx, o)
	var diverged *DivergenceError
	var nothing *DeadSignalError
	if errors.As(err, &diverged) || errors.As(err, &nothing) {
		return pilot, nil
	}
	pilot.Loss = Real(sum / count)
	return pilot, err
}

// BestRate is the rate with the lowest loss; where all diverged, the smallest.
func BestRate(pilots []Pilot) float64 {
	best, lowest := math.Inf(1), math.Inf(1)
	for _, p := range pilots {
		best = min(best, p.Rate)
	}
	for _, p := range pilots {
		if float64(p.Loss) < lowest {
			best, lowest = p.Rate, float64(p.Loss)
		}
	}
	return best
}

// AutomaticRates are what a learning rate is chosen from where nothing else is said, and
// AutomaticSteps is for how many steps each is tried: fewer choose rates that lower the
// loss quickly and then collapse.
func AutomaticRates() []float64 { return []float64{3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2} }

// AutomaticSteps belongs to [AutomaticRates].
const AutomaticSteps = 30

// UsualRate is a learning rate for a deep network where nothing is known of it: a step's
// effect on the output adds up over the layers and, as each of them has n inputs of size
// 1, over the width.
func UsualRate(depth, width int) float64 {
	l, n := float64(depth), float64(width)
	return min(0.01, 4/(l*l), usualReach/(l*n))
}

// usualReach is about the largest learning rate times L·n with which normalised networks
// learn, of many rows whose signals are close to each other, with momentum 0.9.
const usualReach = 20
