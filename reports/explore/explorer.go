package explore

import (
	"context"
	"sync"

	"bsnn/gpnorm"
	"bsnn/internal/parallel"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"
)

// Limits say what a page may ask for.
type Limits struct {
	// Entries is how many numbers a live run may draw for one network: neurons of all layers, or entries of the matrices where they are
	// formed. Layers of one width are made narrower until they fit, and the page says so.
	Entries float64
	Trials  int // networks of a live run
	Workers int // of a live run; 0 means one for each usable core
	Runs    int // live runs and reports at once, beyond which they are refused; proofs at once, for which others wait
}

// ServerLimits are those of a page that a program on the same machine answers.
func ServerLimits() Limits {
	return Limits{Entries: 1 << 28, Trials: properties.ArchitectureTrials, Runs: 4}
}

// PageLimits are those of a page that answers itself.
func PageLimits() Limits { return Limits{Entries: 1 << 18, Trials: 200, Workers: 1, Runs: 1} }

// An Explorer answers queries. It remembers what it has proven of the functions asked last. Its methods may be called by any number
// of goroutines.
type Explorer struct {
	limits Limits
	runs   chan struct{} // runs and reports under way
	proofs chan struct{}

	mu     sync.Mutex
	proven map[string]gpnorm.Judgement // by the key of the function
	order  []string                    // of proven, the oldest first
}

// New is an explorer within limits.
func New(l Limits) *Explorer {
	return &Explorer{limits: l, runs: make(chan struct{}, l.Runs), proofs: make(chan struct{}, l.Runs), proven: map[string]gpnorm.Judgement{}}
}

const remembered = 64 // functions

// known is what was proven of a function.
func (e *Explorer) known(f network.Activation) (j gpnorm.Judgement, found bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	j, found = e.proven[f.Key()]
	return j, found
}

// estimate judges by quadrature what was not proven already.
func (e *Explorer) estimate(f network.Activation) (gpnorm.Judgement, error) {
	if j, found := e.known(f); found {
		return j, nil
	}
	return theorem.Estimate(f)
}

// prove proves what it can about a function; when ctx ends, the proof goes on beside, and is remembered.
func (e *Explorer) prove(ctx context.Context, f network.Activation) (gpnorm.Judgement, error) {
	if j, found := e.known(f); found {
		return j, nil
	}
	select {
	case e.proofs <- struct{}{}:
	case <-ctx.Done():
		return gpnorm.Judgement{}, ctx.Err()
	}
	return parallel.Until(ctx, func() (gpnorm.Judgement, error) {
		defer func() { <-e.proofs }()
		j, err := f.Judge()
		if err == nil {
			e.remember(f.Key(), j)
		}
		return j, err
	})
}

func (e *Explorer) remember(key string, j gpnorm.Judgement) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, twice := e.proven[key]; twice {
		return
	}
	if e.proven[key], e.order = j, append(e.order, key); len(e.order) > remembered {
		delete(e.proven, e.order[0])
		e.order = e.order[1:]
	}
}

// A BusyError says that as many runs as may be are under way.
type BusyError struct{}

// Error says what to do.
func (*BusyError) Error() string { return "other runs are under way; cancel one, or wait for its end" }

// enter begins something heavy, and leave ends it; it fails with a *BusyError where there is no room.
func (e *Explorer) enter() (leave func(), err error) {
	select {
	case e.runs <- struct{}{}:
		return func() { <-e.runs }, nil
	default:
		return nil, &BusyError{}
	}
}
