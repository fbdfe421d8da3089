package training

import (
	"context"
	"time"

	"gonum.org/v1/gonum/mat"
)

// A Run is a network in training. Its methods must not be called at the same
// time.
type Run struct {
	spec        Spec
	train, test Data
}

// Options are what a call of [Run.Train] needs beyond the Spec; none changes
// the results, except that the last bits may depend on Workers.
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

	// Epoch is called after every epoch; an error ends the run (after a
	// checkpoint) and is returned.
	Epoch func(EpochRecord) error
	// Progress is called after the first step and then about every
	// ProgressInterval (default: 200 ms).
	Progress         func(Progress)
	ProgressInterval time.Duration

	// Workers is the number of goroutines that compute; 0 is GOMAXPROCS.
	Workers int
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
func New(spec Spec, train, test Data) (*Run, error) { panic("unwritten") }

// Resume continues a run from its checkpoint: from there on it computes the
// bits that the run would have computed without the interruption. The spec and
// the data must be those of the checkpoint, except for Epochs and Steps; every
// complaint about the file is a *CheckpointError.
func Resume(path string, spec Spec, train, test Data) (*Run, error) { panic("unwritten") }

// Train runs to the end of the Spec, or until ctx is cancelled or something
// fails. The Summary is filled in as far as the run came even when an error is
// returned: ctx.Err() after a cancellation, *DivergenceError, *CheckpointError
// or the error of Options.Epoch. Called again, it continues.
func (r *Run) Train(ctx context.Context, o Options) (Summary, error) { panic("unwritten") }

// Measure runs the given number of batches forward and backward, the first ones
// of the coming epoch, and records the norms without changing anything. Epoch
// is 0 in the record, and Test is nil. Norms that overflow are in the record as
// infinite or NaN, not an error.
func (r *Run) Measure(ctx context.Context, batches int) (EpochRecord, error) { panic("unwritten") }

// Evaluate is the score of the network on a set, in evaluation mode (batch
// normalisation uses its running statistics).
func (r *Run) Evaluate(ctx context.Context, d Data) (Score, error) { panic("unwritten") }

// Spec is the description of the run.
func (r *Run) Spec() Spec { return r.spec }

// Records are those of all completed epochs, also of those before a resumption.
func (r *Run) Records() []EpochRecord { panic("unwritten") }

// Step is the number of steps done.
func (r *Run) Step() int { panic("unwritten") }

// Weights is a copy of W⁽ˡ⁾ for l = 1 … Depth, of the embedding c·E for l = 0
// and of the output map for l = Depth+1.
func (r *Run) Weights(l int) *mat.Dense { panic("unwritten") }
