package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"bsnn/gpnorm"
	"bsnn/network/training"
)

// The training step that is timed.
const (
	stepInputs  = 784
	stepClasses = 10
	stepSamples = 4096
)

// images are Gaussian rows of the size of MNIST's, made before the clock runs.
type images struct{ rows [][]float64 }

func newImages() images {
	rng := rand.New(rand.NewPCG(1, 1))
	d := images{make([][]float64, stepSamples)}
	for i := range d.rows {
		d.rows[i] = make([]float64, stepInputs)
		for j := range d.rows[i] {
			d.rows[i][j] = rng.NormFloat64()
		}
	}
	return d
}

func (d images) Len() int                 { return len(d.rows) }
func (d images) Inputs() int              { return stepInputs }
func (d images) Classes() int             { return stepClasses }
func (d images) Row(dst []float64, i int) { copy(dst, d.rows[i]) }
func (d images) Label(i int) int          { return i % stepClasses }

// A protocol is how a network is trained, by both.
type protocol struct {
	name, request string
	spec          training.Spec
	goals         map[training.DType]float64 // ratios to reach
}

// protocols are that of this project's defaults and that of the authors, with half of
// its batch.
func protocols(o options) []protocol {
	plain, published := training.Default(), training.Published()
	plain.Batch, published.Batch = o.batch, max(1, o.batch/2)
	return []protocol{
		{"training step", "step", plain, map[training.DType]float64{training.Float32: 5, training.Float64: 3}},
		{"step of the published protocol", "published", published, map[training.DType]float64{training.Float32: 4}},
	}
}

// stepContestants take one step of stochastic gradient descent with momentum
// on a normalised tanh network. The peer does so as its user would write it, and
// does not record norms; this project does.
func stepContestants(o options, how protocol, dtype training.DType, library bool, peers []*peer) ([]contestant, error) {
	spec := how.spec
	spec.Inputs, spec.Classes, spec.Width, spec.Depth, spec.DType = stepInputs, stepClasses, o.trainWidth, o.trainDepth, dtype
	spec.Epochs = 1 << 20
	data := newImages()
	ways := []struct {
		name     string
		products training.Products
	}{{"bsnn", training.AutoProducts}, {"bsnn, pure Go", training.GoProducts}, {"bsnn, products in OpenBLAS", training.BLASProducts}}
	if !library {
		ways = ways[:2]
	}
	var all []contestant
	for _, way := range ways {
		run, err := training.New(spec, data, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, contestant{name: way.name, own: true, like: true, run: func() (time.Duration, error) {
			return oneStep(run, training.Options{Workers: o.threads, Products: way.products})
		}})
	}
	tanh, err := gpnorm.Lookup("tanh")
	if err != nil {
		return nil, err
	}
	normal, err := gpnorm.Normalize(tanh)
	if err != nil {
		return nil, err
	}
	for _, p := range peers {
		if p.name != "torch" {
			continue
		}
		request := fmt.Sprintf("%s %d %d %d %s %v %v", how.request, o.trainWidth, o.trainDepth, spec.Batch, dtype, normal.A, normal.B)
		all = append(all, contestant{name: p.label, like: true, run: func() (time.Duration, error) { return p.time(request) }})
	}
	return all, nil
}

// oneStep interrupts the run after its next step.
func oneStep(run *training.Run, o training.Options) (time.Duration, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o.Progress = func(training.Progress) { cancel() }
	summary, err := run.Train(ctx, o)
	if !errors.Is(err, context.Canceled) {
		return 0, err
	}
	return time.Duration(summary.Speed.Seconds * float64(time.Second)), nil
}

func raceStep(o options, how protocol, dtype training.DType, library bool, peers []*peer, w io.Writer, goals *targets) error {
	contestants, err := stepContestants(o, how, dtype, library, peers)
	if err != nil {
		return err
	}
	timings, err := race(contestants, o.rounds, o.budget)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%s in %s", how.name, dtype)
	goals.add(what, how.goals[dtype], ratio(timings[0], timings))
	goals.add(what+", pure Go", 0.7, ratio(timings[1], timings))
	return report(w, fmt.Sprintf("%s, n = %d, L = %d, batch %d", what, o.trainWidth, o.trainDepth, how.spec.Batch), timings)
}
