package training

import (
	"errors"
	"fmt"
	"math"
	"runtime"

	"bsnn/internal/limits"
)

// Memory is about how many bytes a run of the Spec takes with the given number of
// workers (0 is GOMAXPROCS), without its data: the weights with their momenta, and
// what a batch leaves in every layer.
func (s Spec) Memory(workers int) float64 {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	number := s.numberSize()
	if s.Network != "" {
		z, batch := s.size(), float64(s.Batch)
		numbers := (1+s.Optimizer.copies())*z.weights + z.rotations + batch*(z.neurons+float64(s.Inputs+s.Classes))
		return number*numbers + 16*float64(s.Width)*float64(s.Width)
	}
	n, depth, batch := float64(s.Width), float64(s.Depth), float64(s.Batch)
	inputs, classes := float64(s.Inputs), float64(s.Classes)
	numbers := s.Optimizer.copies()*(depth*n*n+n*(inputs+2*classes)) + depth*2*batch*n + 4*batch*n + batch*(inputs+classes)
	if s.BatchNorm {
		numbers += depth * (batch*n + 8*n)
	}
	each := gradientRows*n*number + (3*depth+2*n+128)*8 // of a worker
	return number*numbers + float64(workers)*each + 3*n*n*8
}

// copies is how many numbers are kept for each weight, itself included.
func (o Optimizer) copies() float64 {
	if o.Method == Adam {
		return 3
	}
	return 2
}

// numberSize is how many bytes a number of the machine takes.
func (s Spec) numberSize() float64 {
	if s.DType == Float32 {
		return 4
	}
	return 8
}

// CheckpointSize is about how many bytes a checkpoint of a run of the Spec takes:
// its weights with their momenta.
func (s Spec) CheckpointSize() float64 {
	n := float64(s.Width)
	return s.Optimizer.copies() * s.numberSize() * n * (n*float64(s.Depth) + float64(s.Inputs) + float64(s.Classes))
}

// Feasible refuses a run that takes more memory than this machine has, before
// anything is allocated.
func (s Spec) Feasible(workers int) error {
	var memory *limits.MemoryError
	if err := limits.Fit("", s.Memory(workers), ""); !errors.As(err, &memory) {
		return err
	}
	if s.Network != "" {
		return &SpecError{Field: "network", Problem: fmt.Sprintf("with batch %d %s", s.Batch, memory.Problem()), Want: "a smaller one"}
	}
	depth := s.Depth
	fitting := func(depth int) float64 { s.Depth = depth; return s.Memory(workers) }
	if one := fitting(1); one > limits.Memory() {
		return &SpecError{Field: "width", Problem: fmt.Sprintf("%d takes %s of memory at depth 1 with batch %d, and this machine has %s", s.Width,
			limits.Bytes(one), s.Batch, limits.Bytes(limits.Memory())), Want: "a smaller one"}
	}
	return &SpecError{Field: "depth", Problem: fmt.Sprintf("%d at width %d, batch %d %s", depth, s.Width, s.Batch, memory.Problem()),
		Want: fmt.Sprintf("a smaller width, or depth %d", limits.Largest(depth, fitting))}
}

// Work is what takes the time of a run of the Spec with that many rows to train
// on, of which some steps are done: how many Haar matrices of its width are drawn,
// and about how many floating-point operations the matrix products of its steps are.
func (s Spec) Work(rows, done int) (drawn int, products float64) {
	n, depth := float64(s.Width), float64(s.Depth)
	each := n * (n*depth + float64(s.Classes)) // multiplications for a row, one way
	switch {
	case s.Network != "":
		z := s.size()
		each = z.products
		if done == 0 {
			drawn = int(math.Ceil((z.haar + z.rotations) / (n * n)))
		}
	case s.Weights == Haar && done == 0:
		drawn = s.Depth
	}
	count := float64(s.Epochs) * math.Floor(float64(rows)/float64(max(s.Batch, 1)))
	if s.Steps > 0 {
		count = min(count, float64(s.Steps))
	}
	return drawn, max(0, count-float64(done)) * 6 * float64(s.Batch) * each
}
