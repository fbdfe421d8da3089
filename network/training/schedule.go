package training

import "math"

// factor multiplies the learning rate in the given step, 0 for the first, of a
// run of total steps with perEpoch in an epoch.
func (s Schedule) factor(step, total, perEpoch int) float64 {
	f := 1.0
	switch s.Kind {
	case StepDown:
		f = math.Pow(s.Factor, float64(step/perEpoch/s.Every))
	case Cosine:
		f = s.Final + (1-s.Final)*(1+math.Cos(math.Pi*float64(step)/float64(total)))/2
	}
	if step < s.Warmup {
		f *= float64(step+1) / float64(s.Warmup)
	}
	return f
}
