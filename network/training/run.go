package training

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"time"

	"bsnn/gpnorm"
	"bsnn/internal/limits"

	"gonum.org/v1/gonum/mat"
)

// A Run is a network in training. Its methods must not be called at the same
// time.
type Run struct {
	spec        Spec
	train, test Data
	machine     machine

	step    int   // steps done
	order   []int // of the epoch at hand
	ordered int   // the epoch of order, 0 before the first
	sums    *sums
	records []EpochRecord

	file string // the checkpoint that is the run's own
	data string // checksum of train, empty until it is asked for
}

// Options are what a call of [Run.Train] needs beyond the Spec; none changes
// the results, except that the last bits may depend on Products, and with
// BLASProducts on Workers.
type Options struct {
	// Checkpoint is the file to keep the state in, written atomically; empty
	// for none. A run made by New refuses a file that exists; a resumed one
	// replaces the file it came from, but no other.
	//
	// It is written after every epoch, at the end, when the context is
	// cancelled, every CheckpointSteps steps and every CheckpointInterval,
	// where these are positive. It takes about twice the memory of the weights.
	Checkpoint         string
	CheckpointSteps    int
	CheckpointInterval time.Duration

	// Epoch is called after every epoch, and at the end of a run that Steps
	// ends within an epoch; an error ends the run (after a checkpoint) and is
	// returned.
	Epoch func(EpochRecord) error
	// Progress is called after the first step, after the last and about every
	// ProgressInterval (default: 200 ms).
	Progress         func(Progress)
	ProgressInterval time.Duration

	// Workers is the number of goroutines that compute; 0 is GOMAXPROCS.
	Workers int
	// Products says which code multiplies matrices.
	Products Products
	// IgnoreDead trains on where a signal is dead: see [DeadSignalError].
	IgnoreDead bool
	// IgnoreDeadGradient does so where the gradient is dead and the signal is not: layers near the output
	// still learn.
	IgnoreDeadGradient bool
}

// Progress is where a run is.
type Progress struct {
	Step, Steps      int // done and in all
	Epoch, Epochs    int // 1 is the first
	Loss             float64
	SamplesPerSecond float64 // over the last interval
	Remaining        time.Duration
}

// New checks the Spec against the data and draws the network. test may be nil.
// Errors of the Spec are of type *SpecError.
func New(spec Spec, train, test Data) (*Run, error) {
	r, err := newRun(spec, train, test)
	if err != nil {
		return nil, err
	}
	if err := r.machine.draw(); err != nil {
		return nil, err
	}
	return r, nil
}

// newRun makes a run whose weights are not drawn.
func newRun(spec Spec, train, test Data) (*Run, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if err := spec.fits("training", train); err != nil {
		return nil, err
	}
	if test != nil {
		if err := spec.fits("test", test); err != nil {
			return nil, err
		}
	}
	if train.Len() < spec.Batch {
		return nil, &SpecError{"batch", fmt.Sprintf("%d is larger than the training set of %d samples", spec.Batch, train.Len()),
			fmt.Sprintf("at most %d", train.Len()), nil}
	}
	var activation function
	if spec.Network == "" {
		var err error
		if activation, err = spec.activation(); err != nil {
			return nil, err
		}
	}
	if err := spec.Feasible(0); err != nil {
		return nil, err
	}
	m, err := newMachine(spec, activation)
	if err != nil {
		return nil, err
	}
	return &Run{
		spec: spec, train: train, test: test,
		machine: m,
		order:   make([]int, train.Len()),
		sums:    newSums(spec.Depth, spec.batchesIn(train.Len())),
	}, nil
}

// batchesIn is how many batches of an epoch over so many rows are recorded each.
func (s Spec) batchesIn(rows int) int {
	if !s.RecordBatches {
		return 0
	}
	return rows / s.Batch
}

// fits reports how a set differs from the Spec.
func (s Spec) fits(which string, d Data) error {
	switch {
	case d == nil || d.Len() == 0:
		return &SpecError{"data", "has no " + which + " samples", "at least one", nil}
	case d.Inputs() != s.Inputs:
		return &SpecError{"inputs", fmt.Sprintf("%d, but a row of the %s set has length %d", s.Inputs, which, d.Inputs()), "the same number", nil}
	case d.Classes() != s.Classes:
		return &SpecError{"classes", fmt.Sprintf("%d, but the %s set has %d", s.Classes, which, d.Classes()), "the same number", nil}
	}
	for i := range d.Len() {
		if l := d.Label(i); l < 0 || l >= s.Classes {
			return &SpecError{"data", fmt.Sprintf("has label %d at sample %d of the %s set", l, i, which), fmt.Sprintf("0 to %d", s.Classes-1), nil}
		}
	}
	return nil
}

// activation is φ, normalised or as it is.
func (s Spec) activation() (function, error) {
	f, err := gpnorm.Resolve(s.Activation, s.Parameters)
	if err != nil {
		return function{}, &SpecError{Field: "activation", Problem: err.Error(), Want: "a name or an expression in x", Err: err}
	}
	if s.AsIs {
		return function{f, f, 1, 0}, nil
	}
	n, err := gpnorm.Normalize(f)
	if err != nil {
		return function{}, &SpecError{Field: "activation", Problem: err.Error(), Want: "one that can be normalised, or the function as it is",
			Err: err}
	}
	return function{n.Activation, f, n.A, n.B}, nil
}

// perEpoch is the number of steps of an epoch.
func (r *Run) perEpoch() int { return r.train.Len() / r.spec.Batch }

// total is the number of steps of the run.
func (r *Run) total() int {
	total := math.MaxInt
	if r.spec.Epochs <= math.MaxInt/r.perEpoch() {
		total = r.spec.Epochs * r.perEpoch()
	}
	if r.spec.Steps > 0 {
		total = min(total, r.spec.Steps)
	}
	return total
}

// learningRate is η of a step, 0 for the first.
func (r *Run) learningRate(step int) float64 {
	o := r.spec.Optimizer
	return o.LearningRate * o.Schedule.factor(step, r.total(), r.perEpoch())
}

// epoch is the epoch of the next step, 1 for the first.
func (r *Run) epoch() int { return r.step/r.perEpoch() + 1 }

// batch is the samples of the batch that is ahead steps after the next.
func (r *Run) batch(ahead int) []int {
	if e := r.epoch(); r.ordered != e {
		shuffle(r.order, r.spec.Seed, r.spec.Trial, e)
		r.ordered = e
	}
	at := (r.step%r.perEpoch() + ahead) * r.spec.Batch
	return r.order[at : at+r.spec.Batch]
}

// hire starts the workers; dismiss ends them.
func (r *Run) hire(workers int, p Products) (dismiss func(), err error) {
	if err := between("workers", workers, 0, limits.Workers); err != nil {
		return nil, err
	}
	cores := runtime.GOMAXPROCS(0)
	if workers == 0 {
		workers = cores
	}
	blocks := (r.spec.Width + neuronBlock - 1) / neuronBlock
	return r.machine.hire(min(workers, max(blocks, cores)), p), nil // more would have nothing to do
}

// Measure runs the given number of batches forward and backward, the next ones
// of the epoch (at most all that are left of it), and records the norms without
// changing anything. Epoch is 0 in the record, and Test is nil. Norms that
// overflow are in the record as infinite or NaN, not an error.
//
// It computes with the given number of goroutines, 0 for GOMAXPROCS.
func (r *Run) Measure(ctx context.Context, batches, workers int) (EpochRecord, error) {
	if batches < 1 {
		return EpochRecord{}, fmt.Errorf("measurement over %d batches; want 1 or more", batches)
	}
	dismiss, err := r.hire(workers, AutoProducts)
	if err != nil {
		return EpochRecord{}, err
	}
	defer dismiss()
	s := newSums(r.spec.Depth, 0)
	for b := range min(batches, r.perEpoch()-r.step%r.perEpoch()) {
		if err := ctx.Err(); err != nil {
			return EpochRecord{}, err
		}
		from := time.Now()
		r.machine.load(r.train, r.batch(b))
		s.add(r.machine.look(), r.spec.Batch, r.spec.Width, time.Since(from).Seconds())
	}
	record := s.record()
	record.Step = r.step
	r.machine.gramErrors(record.Layers)
	return record, nil
}

// Evaluate is the score of the network on a set, in evaluation mode (batch
// normalisation uses its running statistics).
func (r *Run) Evaluate(ctx context.Context, d Data) (Score, error) {
	if err := r.spec.fits("given", d); err != nil {
		return Score{}, err
	}
	dismiss, err := r.hire(0, AutoProducts)
	if err != nil {
		return Score{}, err
	}
	defer dismiss()
	return evaluate(ctx, r.machine, d, r.spec.Batch)
}

// Records are those of all completed epochs, also of those before a resumption.
func (r *Run) Records() []EpochRecord { return append([]EpochRecord(nil), r.records...) }

// DataChecksum is the [Checksum] of the training data.
func (r *Run) DataChecksum() string {
	if r.data == "" {
		r.data = Checksum(r.train)
	}
	return r.data
}

// Step is the number of steps done.
func (r *Run) Step() int { return r.step }

// Weights is a copy of W⁽ˡ⁾ for l = 1 … Depth, of the embedding c·E for l = 0
// and of the output map for l = Depth+1, which a described network does not have. It
// panics for another l.
func (r *Run) Weights(l int) *mat.Dense {
	if l < 0 || l > r.spec.Depth+1 || r.spec.Network != "" && (l == 0 || l > r.spec.Depth) {
		panic(fmt.Sprintf("training: no layer %d in a network of depth %d", l, r.spec.Depth))
	}
	return r.machine.weights(l)
}

// claim makes path the run's own checkpoint, unless a file is in the way.
func (r *Run) claim(path string) error {
	if path == "" || path == r.file {
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		return &CheckpointError{path, "exists", "a new file, or to resume from this one", os.ErrExist}
	}
	return nil
}
