package faults

import (
	"math"
	"sync/atomic"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties/internal/suite"
)

type layersFunc = func(seed uint64, experiment string, trial int) func(layer int) montecarlo.Stream

func streams() []Fault {
	real := suite.Real().Layers
	plant := func(f layersFunc) func(*suite.System) { return func(s *suite.System) { s.Layers = f } }
	bulk := func(f suite.NormalsFunc) func(*suite.System) {
		return func(s *suite.System) {
			s.Normals = f
			s.Simulator = func(c network.Config) (suite.Simulator, error) { return simulator{cfg: c, normals: f}, nil }
		}
	}
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
		{"counter-reused", "streams", "of the number of a layer only 8 bits are in the counter", "streams",
			plant(func(seed uint64, e string, trial int) func(int) montecarlo.Stream {
				return func(l int) montecarlo.Stream { return real(seed, e, trial)(l % 256) }
			})},
		{"pair-correlated", "normal numbers", "the second number of a Box–Muller pair has a part of the first, correlation 0.1", "normals",
			bulk(altered(func(g []float64) {
				for j := range 8 {
					g[8+j] = 0.1*g[j] + math.Sqrt(1-0.01)*g[8+j]
				}
			}))},
		{"pair-one-radius", "normal numbers", "two Box–Muller pairs have one radius", "normals",
			bulk(altered(func(g []float64) {
				for j := 0; j < 8; j += 2 {
					r := math.Hypot(g[j], g[8+j]) / math.Hypot(g[j+1], g[9+j])
					g[j+1] *= r
					g[9+j] *= r
				}
			}))},
		{"lane-repeated", "normal numbers", "the last of eight lanes repeats the one before", "normals",
			bulk(altered(func(g []float64) { g[7], g[15] = g[6], g[14] }))},
		{"tail-cut", "normal numbers", "nothing beyond 4 is drawn", "normals",
			bulk(altered(func(g []float64) {
				for i, v := range g {
					g[i] = max(-4, min(v, 4))
				}
			}))},
		{"blocks-misplaced", "normal numbers", "a call that draws several blocks puts the first two in the wrong order", "normals",
			bulk(func(s montecarlo.Stream, dst []float64, at uint64) float64 {
				const one, two = group, 2 * group
				sum := s.NormalsAt(dst, at)
				if len(dst) >= two {
					s.NormalsAt(dst[:one], at+one)
					s.NormalsAt(dst[one:two], at)
				}
				return sum
			})},
	}
}

// group is how many normal numbers are drawn together, those of pairs of lanes.
const group = 16

// altered draws as the streams do and changes each group of numbers.
func altered(change func(group []float64)) suite.NormalsFunc {
	return func(s montecarlo.Stream, dst []float64, at uint64) (sumOfSquares float64) {
		skip := at % group
		for at -= skip; len(dst) > 0; at += group {
			var g [group]float64
			s.NormalsAt(g[:], at)
			change(g[:])
			n := copy(dst, g[skip:])
			for _, v := range dst[:n] {
				sumOfSquares += v * v
			}
			dst, skip = dst[n:], 0
		}
		return sumOfSquares
	}
}
