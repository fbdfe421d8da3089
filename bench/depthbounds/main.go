// Command depthbounds holds what is proven of deep networks against networks: it draws
// settings of rotated shortcuts (a function, a width, a depth, a branch, a deviation),
// simulates networks of each, and looks for a bound that they violate.
//
//	go run ./bench/depthbounds [-n 500] [-networks 40] [-seed 1]
//
// A setting counts if something is proven in one of the directions, that is a
// probability below 1. A bound is violated where as many deviations as were seen have
// a probability below 1e-6/(2n) under it: all together a true bound is called violated
// with probability at most 1e-6. It prints what it found, how often norms deviated against what the
// bounds allow, and ends with exit code 1 if a bound was violated.
package main

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"sync/atomic"

	"bsnn/internal/parallel"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"

	"gonum.org/v1/gonum/mathext"
)

// A setting is one question, with the answer of theory.
type setting struct {
	spec         string
	width, depth int
	branch, eps  float64
	bound        [2]float64 // forward and backward
}

var functions = []string{"tanh", "relu", "elu", "selu", "gelu", "silu", "softplus", "sin"}

// draw finds a setting in which something is proven.
func draw(r *rand.Rand) (s setting, a network.Architecture, err error) {
	for {
		s.spec = functions[r.IntN(len(functions))]
		function := network.Activation{Spec: s.spec}
		judged, err := function.Judge()
		if err != nil {
			return s, a, err
		}
		s.depth = 1 + int(math.Exp(r.Float64()*math.Log(40)))
		s.branch = math.Min(0.5, math.Exp(math.Log(0.3)+r.Float64()*math.Log(20))/float64(s.depth))
		for range 4 { // more with the same tables
			s.width = int(200 * math.Exp(r.Float64()*math.Log(5)))
			s.eps = math.Exp(math.Log(0.1) + r.Float64()*math.Log(9))
			rotated := theorem.Rotated{Branch: s.branch}
			forward, err := rotated.ForwardDepthBound(function.Function(judged), s.width, s.depth, s.eps)
			if err != nil {
				return s, a, err
			}
			backward, err := rotated.BackwardDepthBound(function.Function(judged), s.width, s.depth, s.eps)
			if err != nil {
				return s, a, err
			}
			s.bound = [2]float64{forward.Probability, backward.Probability}
			if min(s.bound[0], s.bound[1]) == 1 {
				continue
			}
			stack := network.Stack{Activation: function, Shortcut: "rotated", Branch: s.branch}
			stack.Linear.Gain = 1
			a, err = stack.Tower(s.width, s.depth)
			return s, a, err
		}
	}
}

// violated is the level of a bound for so many deviations.
func violated(bound float64, events, networks int, level float64) bool {
	if events == 0 || bound >= 1 {
		return false
	}
	return bound == 0 || mathext.RegIncBeta(float64(events), float64(networks-events+1), bound) < level
}

func main() {
	n := flag.Int("n", 500, "settings")
	networks := flag.Int("networks", 40, "networks of each")
	seed := flag.Uint64("seed", 1, "of the draws")
	flag.Parse()
	var next, wrong, seen, informative atomic.Int64
	var allowed atomic.Uint64 // in millionths
	var workers parallel.Group
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < *n; i = int(next.Add(1)) - 1 {
				s, events, err := examine(*seed, i, *networks)
				if err != nil {
					wrong.Add(1)
					fmt.Printf("%d: %v\n", i, err)
					continue
				}
				for k, direction := range []string{"forward", "backward"} {
					if s.bound[k] == 1 {
						continue
					}
					informative.Add(1)
					seen.Add(int64(events[k]))
					allowed.Add(uint64(s.bound[k] * float64(*networks) * 1e6))
					if violated(s.bound[k], events[k], *networks, 1e-6/float64(2**n)) {
						wrong.Add(1)
						fmt.Printf("%d: %s, %+v: %d of %d networks\n", i, direction, s, events[k], *networks)
					}
				}
			}
		})
	}
	workers.Wait()
	fmt.Printf("%d settings of seed %d, %d networks each: %d bounds below 1, %d deviations where they allow %.0f, %d violated\n", *n, *seed,
		*networks, informative.Load(), seen.Load(), float64(allowed.Load())/1e6, wrong.Load())
	if wrong.Load() > 0 {
		os.Exit(1)
	}
}

// examine counts the networks of a setting that deviate.
func examine(seed uint64, i, networks int) (s setting, events [2]int, err error) {
	s, a, err := draw(rand.New(rand.NewPCG(seed, uint64(i))))
	if err != nil {
		return s, events, err
	}
	p, err := a.Prepare()
	if err != nil {
		return s, events, err
	}
	ensemble := properties.ArchitectureEnsemble{Prepared: p}
	experiment := montecarlo.NewExperiment(seed, fmt.Sprintf("depthbounds %d", i))
	for trial := range networks {
		t, err := ensemble.Trace(experiment.Trial(trial))
		if err != nil {
			return s, events, err
		}
		for k, factor := range []float64{t.ForwardFactor(), t.BackwardFactor()} {
			if math.Abs(factor-1) >= s.eps {
				events[k]++
			}
		}
	}
	return s, events, nil
}
