package training

import "fmt"

// A DivergenceError says where numbers first left the range of the precision.
type DivergenceError struct {
	Step  int    // 1 is the first step of the run
	Epoch int    // 1 is the first
	Layer int    // 1 … Depth; 0 is the embedding, Depth+1 the output map and the loss
	Depth int    // L
	What  string // "x", the output of the layer; "d"; "∂E/∂W"; "the loss"; or an end's gradient
	Value float64
	Cause string // the likely one, and what would be better
}

const lossQuantity = "the loss"

// Error names the quantity, the layer and the step.
func (e *DivergenceError) Error() string {
	quantity := e.What
	if e.What != lossQuantity {
		quantity = "the norm of " + e.What
	}
	return fmt.Sprintf("training diverged at step %d (epoch %d): %s is %v at layer %d of %d; %s", e.Step, e.Epoch, quantity, e.Value, e.Layer,
		e.Depth, e.Cause)
}

// A SpecError says which field of a Spec is wrong.
type SpecError struct {
	Field   string // its JSON name, for example "optimizer.momentum"
	Problem string // what it is
	Want    string // what would be right
	Err     error  // the cause that Problem tells, or nil
}

// Error is one line.
func (e *SpecError) Error() string { return e.Field + " " + e.Problem + "; want " + e.Want }

// Unwrap returns the cause.
func (e *SpecError) Unwrap() error { return e.Err }

// A CheckpointError says why a file cannot be resumed from, or written.
type CheckpointError struct {
	Path    string
	Problem string
	Want    string
	Err     error // the cause, or nil
}

// Error is one line.
func (e *CheckpointError) Error() string { return e.Path + ": " + e.Problem + "; want " + e.Want }

// Unwrap is the cause.
func (e *CheckpointError) Unwrap() error { return e.Err }
