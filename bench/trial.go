package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
)

// lazyTrial ends the name of a peer that draws answers instead of matrices.
const lazyTrial = ", lazy"

// trialContestants send one vector forward and one backward through a freshly
// drawn tanh network and record every norm. The peer forms its matrices by QR,
// as a NumPy user would; beside it, for information, it draws their answers as
// this project does.
func trialContestants(width, depth int, peers []*peer) ([]contestant, error) {
	tanh, err := gpnorm.Lookup("tanh")
	if err != nil {
		return nil, err
	}
	simulator, err := network.NewSimulator(network.Config{Activation: tanh, Width: width, Depth: depth})
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(1, 1))
	x, y := make([]float64, width), make([]float64, width)
	for i := range x {
		x[i], y[i] = rng.NormFloat64(), rng.NormFloat64()
	}
	norms := network.NewNorms(depth)
	experiment, count := montecarlo.NewExperiment(1, "bench"), 0
	all := []contestant{{name: "bsnn", own: true, like: true, run: func() (time.Duration, error) {
		count++
		start := time.Now()
		err := simulator.Run(context.Background(), experiment.Trial(count).Layer, x, y, norms)
		return time.Since(start), err
	}}}
	for _, p := range peers {
		if p.name != "numpy" {
			continue
		}
		for _, method := range []string{"explicit", "lazy"} { // the second is lazyTrial
			request := fmt.Sprintf("trial %d %d %s", width, depth, method)
			all = append(all, contestant{
				name: p.label + ", " + method,
				like: method == "explicit",
				run:  func() (time.Duration, error) { return p.time(request) },
			})
		}
	}
	return all, nil
}
