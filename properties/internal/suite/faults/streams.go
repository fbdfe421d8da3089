package faults

import (
	"math/rand/v2"
	"sync/atomic"

	"bsnn/properties/internal/suite"
)

type layersFunc = func(seed uint64, experiment string, trial int) func(layer int) rand.PCG

func streams() []Fault {
	real := suite.Real().Layers
	plant := func(f layersFunc) func(*suite.System) { return func(s *suite.System) { s.Layers = f } }
	var calls atomic.Uint64
	return []Fault{
		{"layer-repeats", "streams", "layer 2 repeats the stream of layer 1", "homogeneous-depth",
			plant(func(seed uint64, e string, trial int) func(int) rand.PCG {
				layers := real(seed, e, trial)
				return func(l int) rand.PCG {
					if l == 2 {
						l = 1
					}
					return layers(l)
				}
			})},
		{"trials-repeat", "streams", "every trial is run twice", "trials-independent",
			plant(func(seed uint64, e string, trial int) func(int) rand.PCG {
				return real(seed, e, trial/2)
			})},
		{"experiment-ignored", "streams", "experiments share their streams", "streams",
			plant(func(seed uint64, _ string, trial int) func(int) rand.PCG {
				return real(seed, "", trial)
			})},
		{"address-added", "streams", "trial + layer instead of (trial, layer)", "streams",
			plant(func(seed uint64, e string, trial int) func(int) rand.PCG {
				return func(l int) rand.PCG { return real(seed, e, trial+l)(0) }
			})},
		{"stream-consumed", "streams", "randomness is consumed: the same address continues where it stopped", "streams",
			plant(func(seed uint64, e string, trial int) func(int) rand.PCG {
				return func(l int) rand.PCG { return real(seed+calls.Add(1), e, trial)(l) }
			})},
	}
}
