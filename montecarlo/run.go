package montecarlo

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"bsnn/internal/parallel"
)

// Plan says how many trials to run and how.
type Plan struct {
	First   int // index of the first trial
	Trials  int // how many from there on
	Workers int // goroutines; 0 means one for each usable core

	// Progress, if set, is told how many trials are done. Calls do not
	// overlap and done never decreases.
	Progress func(done, total int)
}

func (p Plan) workers() int {
	if p.Workers > 0 {
		return p.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// PerTrial is how many workers each trial may use, 1 or more: where there are
// fewer trials than workers, they share them.
func (p Plan) PerTrial() int { return max(p.workers()/max(p.Trials, 1), 1) }

// Collect runs the planned trials and returns their results in trial order,
// whatever the number of workers. Each worker makes its own workspace with
// newWorker and hands it to every trial it runs; a trial must depend on
// nothing but its index.
//
// When ctx is cancelled or a trial fails, Collect returns the results of the
// longest prefix of completed trials, with an error that names the first
// failing trial or wraps ctx.Err().
func Collect[W, R any](ctx context.Context, p Plan, newWorker func() (W, error),
	trial func(ctx context.Context, w W, i int) (R, error)) ([]R, error) {
	if p.First < 0 || p.Trials < 0 {
		return nil, fmt.Errorf("%d trials from trial %d; want 0 or more", p.Trials, p.First)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := collector[R]{results: make([]R, p.Trials), done: make([]bool, p.Trials), progress: p.Progress}
	var next atomic.Int64
	var group parallel.Group
	for range min(p.workers(), p.Trials) {
		group.Go(func() {
			if !group.Do(func() { work(ctx, p, &next, &c, cancel, newWorker, trial) }) {
				cancel() // after a panic the others need not go on
			}
		})
	}
	group.Wait()
	return c.outcome(ctx.Err())
}

// work is what one goroutine does: trials, until none is left or one fails.
func work[W, R any](ctx context.Context, p Plan, next *atomic.Int64, c *collector[R], cancel func(), newWorker func() (W, error),
	trial func(ctx context.Context, w W, i int) (R, error)) {
	w, err := newWorker()
	if err != nil {
		c.fail(-1, err)
		cancel()
		return
	}
	for ctx.Err() == nil {
		i := int(next.Add(1)) - 1
		if i >= p.Trials {
			return
		}
		r, err := trial(ctx, w, p.First+i)
		if err != nil {
			c.fail(p.First+i, err)
			cancel()
			return
		}
		c.finish(i, r)
	}
}

// collector gathers results under a lock; trials are long compared with it.
type collector[R any] struct {
	mu       sync.Mutex
	results  []R
	done     []bool
	count    int
	progress func(done, total int)
	failed   int
	err      error
}

func (c *collector[R]) finish(i int, r R) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.results[i], c.done[i] = r, true
	c.count++
	if c.progress != nil {
		c.progress(c.count, len(c.results))
	}
}

// fail keeps the failure of the lowest trial, except that a cancellation
// never hides the failure that caused it.
func (c *collector[R]) fail(i int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cancelled := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	replaces := c.err == nil || errors.Is(c.err, context.Canceled) || (!cancelled && i < c.failed)
	if replaces {
		c.failed, c.err = i, err
	}
}

func (c *collector[R]) outcome(cancelled error) ([]R, error) {
	prefix := 0
	for prefix < len(c.done) && c.done[prefix] {
		prefix++
	}
	results := c.results[:prefix]
	switch {
	case c.err != nil && c.failed >= 0:
		return results, fmt.Errorf("trial %d: %w", c.failed, c.err)
	case c.err != nil:
		return results, c.err
	case prefix < len(c.done):
		return results, fmt.Errorf("stopped after %d of %d trials: %w", prefix, len(c.done), cancelled)
	}
	return results, nil
}
