package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"bsnn/internal/limits"
	"bsnn/internal/provenance"
	"bsnn/network/logbook"
	"bsnn/network/training"
)

// AccuracySpec asks how well deep networks learn to classify.
//
// Every cell chooses its learning rate: each of Rates is tried for PilotSteps
// steps from the same start, and the one with the lowest loss over the last
// third of them trains the network. One rate for all would favour the networks
// that it happens to suit.
type AccuracySpec struct {
	Seed        uint64             `json:"seed"`
	Data        logbook.Data       `json:"data"` // source and sizes
	Depth       int                `json:"depth"`
	Width       int                `json:"width"`
	Epochs      int                `json:"epochs"`
	Steps       int                `json:"steps,omitempty"` // cap, 0 for none
	Batch       int                `json:"batch"`
	DType       training.DType     `json:"dtype"`
	Activations []string           `json:"activations"`
	Weights     []training.Weights `json:"weights"`
	Remedies    []Remedy           `json:"remedies"`
	Rates       []float64          `json:"rates"`
	PilotSteps  int                `json:"pilot_steps"`
	Momentum    float64            `json:"momentum"`
	Schedule    training.Schedule  `json:"schedule"`
}

// A Remedy is what a network has beside its layers.
type Remedy string

const (
	NoRemedy     Remedy = "none"
	BatchNorm    Remedy = "batch-norm"
	Shortcut     Remedy = "shortcut" // x + φ(h): squared lengths may double in every layer
	Balanced     Remedy = "balanced" // (x + φ(h))/√2: they do not
	BothRemedies Remedy = "both"     // batch-norm and shortcut
)

// Remedies are all of them.
func Remedies() []Remedy { return []Remedy{NoRemedy, BatchNorm, Shortcut, Balanced, BothRemedies} }

// DefaultAccuracy is a grid of minutes: the synthetic set, 50 layers of width
// 64, one epoch.
func DefaultAccuracy() AccuracySpec {
	return AccuracySpec{Seed: 1, Data: logbook.Data{Source: "synthetic"}, Depth: 50, Width: 64, Epochs: 1, Batch: 128, DType: training.Float32,
		Activations: DefaultActivations(), Weights: []training.Weights{training.Haar}, Remedies: []Remedy{NoRemedy, BatchNorm, Shortcut,
			BothRemedies},
		Rates: []float64{3e-4, 3e-3, 3e-2}, PilotSteps: 30, Momentum: 0.9, Schedule: training.Schedule{Kind: training.Constant}}
}

// Validate says what is wrong with a specification, as far as can be said
// without the data.
func (s AccuracySpec) Validate() error {
	if err := checkActivations(s.Activations); err != nil {
		return err
	}
	switch {
	case len(s.Weights) == 0:
		return errors.New("no weights; want at least one of haar, gaussian, he")
	case len(s.Rates) > limits.Sizes:
		return fmt.Errorf("%d learning rates; want %d or fewer", len(s.Rates), limits.Sizes)
	case s.PilotSteps > limits.Steps:
		return fmt.Errorf("%d pilot steps; want %d or fewer", s.PilotSteps, limits.Steps)
	case len(s.Remedies) == 0:
		return errors.New("no remedies; want at least one of none, batch-norm, shortcut, balanced, both")
	case len(s.Rates) == 0:
		return errors.New("no learning rates; want at least one")
	case s.PilotSteps < 1 && len(s.Rates) > 1:
		return fmt.Errorf("%d pilot steps to choose among %d learning rates; want at least 1", s.PilotSteps, len(s.Rates))
	}
	for _, r := range s.Remedies {
		if !slices.Contains(Remedies(), r) {
			return fmt.Errorf("remedy %q; want none, batch-norm, shortcut, balanced or both", r)
		}
	}
	for _, rate := range s.Rates {
		for _, k := range s.cells() {
			spec := s.run(k, rate)
			spec.Inputs, spec.Classes = 1, 1 // not known yet
			if err := spec.Validate(); err != nil {
				return err
			}
		}
	}
	return nil
}

// AccuracyCell is how one kind of network learned.
type AccuracyCell struct {
	Activation string           `json:"activation"`
	AsIs       bool             `json:"as_is"`
	Weights    training.Weights `json:"weights"`
	Remedy     Remedy           `json:"remedy"`

	Pilots []Pilot `json:"pilots,omitempty"`
	Rate   float64 `json:"rate"` // the chosen one

	Status     logbook.Status      `json:"status"` // complete or diverged
	Divergence *logbook.Divergence `json:"divergence,omitempty"`
	Steps      int                 `json:"steps"`
	Train      training.Score      `json:"train"` // of the last epoch
	Test       training.Score      `json:"test"`  // NaN and 0 after a divergence

	// GradientAtStart is ‖∂E/∂W⁽¹⁾‖ before the first step, and RatioAtStart the
	// largest such norm over the smallest. A ReLU network whose signal vanishes
	// has a ratio near 1: its gradients are equally useless in all layers.
	GradientAtStart training.Real `json:"gradient_at_start"`
	RatioAtStart    training.Real `json:"gradient_ratio_at_start"`
	Ratio           training.Real `json:"gradient_ratio"` // of the last epoch
	// SamplesPerSecond was measured while other cells ran beside this one.
	SamplesPerSecond float64 `json:"samples_per_second"`
}

func (c *AccuracyCell) speed() *float64 { return &c.SamplesPerSecond }

// A Pilot is a short trial of a learning rate.
type Pilot = training.Pilot

// AccuracyResults is the outcome of [Accuracy], and the content of
// results.json.
type AccuracyResults struct {
	Spec    AccuracySpec         `json:"spec"`
	Data    logbook.Data         `json:"data"` // described
	Cells   []Cell[AccuracyCell] `json:"cells"`
	Seconds float64              `json:"seconds"`
	Machine provenance.Machine   `json:"machine"`
}

type accuracyKind struct {
	activation string
	asIs       bool
	weights    training.Weights
	remedy     Remedy
}

func (k accuracyKind) key() string {
	return keyOf(k.activation, k.asIs, string(k.weights), string(k.remedy))
}

func (s AccuracySpec) cells() []accuracyKind {
	var out []accuracyKind
	for _, a := range s.Activations {
		for _, asIs := range []bool{false, true} {
			for _, w := range s.Weights {
				for _, r := range s.Remedies {
					out = append(out, accuracyKind{a, asIs, w, r})
				}
			}
		}
	}
	return out
}

func (s AccuracySpec) run(k accuracyKind, rate float64) training.Spec {
	spec := training.Default()
	spec.Depth, spec.Width, spec.Batch, spec.DType = s.Depth, s.Width, s.Batch, s.DType
	spec.Epochs, spec.Steps, spec.Seed, spec.Sphere = s.Epochs, s.Steps, s.Seed, true
	spec.Activation, spec.AsIs, spec.Weights = k.activation, k.asIs, k.weights
	spec.BatchNorm = k.remedy == BatchNorm || k.remedy == BothRemedies
	switch k.remedy {
	case Shortcut, BothRemedies:
		spec.Shortcut = training.PlainShortcut
	case Balanced:
		spec.Shortcut = training.ScaledShortcut
	}
	spec.Optimizer = training.Optimizer{LearningRate: rate, Momentum: s.Momentum, Schedule: s.Schedule}
	return spec
}

// Accuracy runs the experiment in a folder, or goes on with it there.
func Accuracy(ctx context.Context, dir string, s AccuracySpec, o Options) (*AccuracyResults, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	one := s.run(s.cells()[0], s.Rates[0])
	one.Inputs, one.Classes = 1, 1 // not known yet
	if err := fitsMemory(o, len(s.cells()), one, 0); err != nil {
		return nil, err
	}
	s.Data.Seed = s.Seed
	rows, data, err := s.Data.Open(ctx)
	if err != nil {
		return nil, err
	}
	if s.Batch > rows.Train.Len() {
		return nil, &training.SpecError{Field: "batch",
			Problem: fmt.Sprintf("%d is larger than the training set of %d rows", s.Batch, rows.Train.Len()), Want: fmt.Sprintf("at most %d",
				rows.Train.Len())}
	}
	f, err := openFolder(dir, "accuracy", s.withoutSource(), logbook.Checksum(rows), o)
	if err != nil {
		return nil, err
	}
	defer f.close() // whose cells are on the disk already
	var jobs []job[AccuracyCell]
	for _, k := range s.cells() {
		t := trial{key: k.key(), spec: s.run(k, 0), rates: s.Rates, pilotSteps: s.PilotSteps, ignoreDead: true, rows: rows, data: data,
			options: o}
		jobs = append(jobs, job[AccuracyCell]{
			key: k.key(), cost: cost(k) * t.seconds(),
			work: func(ctx context.Context, in *folder, progress func(float64)) (AccuracyCell, error) {
				trained, err := t.in(in, progress).run(ctx)
				return k.cell(trained), err
			},
			check: func(c AccuracyCell) error { return s.check(k, c) },
		})
	}
	cells, err := runGrid(ctx, f, jobs, o)
	if err != nil {
		return nil, err
	}
	r := &AccuracyResults{Spec: s, Data: data, Cells: cells, Machine: f.machine(o)}
	for _, c := range cells {
		r.Seconds += c.Seconds
	}
	return r, r.write(f)
}

// cell is what a training showed.
func (k accuracyKind) cell(t trained) AccuracyCell {
	cell := AccuracyCell{Activation: k.activation, AsIs: k.asIs, Weights: k.weights, Remedy: k.remedy, Test: nowhere, Pilots: t.pilots,
		Rate: t.rate}
	if t.doc == nil {
		return cell
	}
	cell.Status, cell.Divergence, cell.Steps, cell.Train = t.doc.Status, t.doc.Divergence, t.summary.Steps, t.summary.Train
	cell.Ratio, cell.SamplesPerSecond = t.summary.GradientRatio, t.summary.Speed.SamplesPerSecond
	if t.doc.Start != nil {
		cell.GradientAtStart, cell.RatioAtStart = t.doc.Start.Layers[0].Gradient, t.doc.Start.GradientRatio
	}
	if t.summary.Test != nil && !t.stopped {
		cell.Test = *t.summary.Test
	}
	return cell
}

// withoutSource is the specification without the place of the files, which
// may have moved: the journal knows the rows themselves.
func (s AccuracySpec) withoutSource() AccuracySpec {
	s.Data.Source, _, _ = strings.Cut(s.Data.Source, ":")
	return s
}

// cost is about how long a cell takes beside one without a remedy.
func cost(k accuracyKind) float64 {
	if k.remedy == BatchNorm || k.remedy == BothRemedies {
		return 1.4
	}
	return 1
}

// nowhere is a score that does not exist.
var nowhere = training.Score{Loss: training.Real(math.NaN())}
