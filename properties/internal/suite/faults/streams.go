package faults

import (
	"sync/atomic"

	"bsnn/montecarlo"
	"bsnn/properties/internal/suite"
)

type layersFunc = func(seed uint64, experiment string, trial int) func(layer int) montecarlo.Stream

func streams() []Fault {
	real := suite.Real().Layers
	plant := func(f layersFunc) func(*suite.System) { return func(s *suite.System) { s.Layers = f } }
	var calls atomic.Uint64
	return []Fault{
		{"layer-repeats", "streams", "layer 2 repeats the stream of layer 1", "homogeneous-depth",
			plant(func(seed uint64, e string, trial int) func(int) montecarlo.Stream {
				layers := real(seed, e, trial)
				return func(l int) montecarlo.Stream {
					if l == 2 {
						l = 1
					}
					return layers(l)
				}
			})},
		{"trials-repeat", "streams", "every trial is run twice", "trials-independent",
			plant(func(seed uint64, e string, trial int) func(int) montecarlo.Stream {
				return real(seed, e, trial/2)
			})},
		{"experiment-ignored", "streams", "experiments share their streams", "streams",
			plant(func(seed uint64, _ string, trial int) func(int) montecarlo.Stream {
				return real(seed, "", trial)
			})},
		{"address-added", "streams", "trial + layer instead of (trial, layer)", "streams",
			plant(func(seed uint64, e string, trial int) func(int) montecarlo.Stream {
				return func(l int) montecarlo.Stream { return real(seed, e, trial+l)(0) }
			})},
		{"stream-consumed", "streams", "randomness is consumed: the same address continues where it stopped", "streams",
			plant(func(seed uint64, e string, trial int) func(int) montecarlo.Stream {
				return func(l int) montecarlo.Stream { return real(seed+calls.Add(1), e, trial)(l) }
			})},
	}
}
