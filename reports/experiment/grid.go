package experiment

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"bsnn/internal/journal"
	"bsnn/internal/parallel"
	"bsnn/internal/parts"
)

// Options do not change results.
type Options struct {
	Workers  int            // cells at a time; 0 means one for each core
	Progress func(Progress) // called now and then, from one goroutine at a time
	Warn     func(string)   // told what a user should know, one sentence each
	BLAS     string         // the matrix library in words; "" is none but our own
	// Mixed goes on with cells that another build of the program finished, or
	// another processor or BLAS library: their last bits may differ. The results
	// say so.
	Mixed bool

	// Share, if set, is given the grid as a run that can be divided, and says whether that is
	// all: the experiment then returns ErrShared, and its folder is left alone.
	Share func(parts.Sweep) (done bool, err error)
	// Parts, if set, are all parts of the grid: results are made of what they computed.
	Parts *parts.Parts
}

// ErrShared says that a grid was shared, and that there are no results.
var ErrShared = errors.New("the grid is computed in parts")

func (o Options) policy() journal.Policy {
	if o.Mixed {
		return journal.Mixed
	}
	return journal.Same
}

// Progress is how far a grid is.
type Progress struct {
	Done, Cells int     // finished cells, and all
	Fraction    float64 // of the estimated work, cells in progress included
	Elapsed     time.Duration
	Remaining   time.Duration // estimated; 0 while nothing is known
}

// A Cell is what became of one cell of a grid.
type Cell[R any] struct {
	Key     string  `json:"key"`
	Result  *R      `json:"result,omitempty"`
	Problem string  `json:"problem,omitempty"` // why there is no result
	Seconds float64 `json:"seconds"`
}

// A job computes one cell. It keeps what it needs to go on in the folder, calls progress with the
// fraction done, and is to return soon when ctx is cancelled.
type job[R any] struct {
	key  string
	cost float64 // about how many seconds it takes one processor
	work func(ctx context.Context, in *folder, progress func(fraction float64)) (R, error)
	// check says what is impossible in a result that was read.
	check func(R) error

	// trials of the cell can be computed by themselves, where there are some: record puts them into
	// the folder, where work finds them.
	trials int
	record func(ctx context.Context, in *folder, p parts.Piece, progress func(fraction float64)) error
}

// runGrid computes the cells that the folder does not have yet and returns all
// of them, in the order of the jobs. An error means that the grid could not go
// on: ctx was cancelled or the folder cannot be written.
func runGrid[R any](ctx context.Context, f *folder, jobs []job[R], o Options) ([]Cell[R], error) {
	if err := share(f, jobs, o); err != nil {
		return nil, err
	}
	cells := make([]Cell[R], len(jobs))
	var open []int
	t := newTracker(o.Progress, len(jobs))
	for i, j := range jobs {
		found, err := f.journal.Get(cellSection, j.key, &cells[i])
		switch {
		case err != nil:
			return nil, err
		case found:
			if err := cells[i].check(j.key, j.check); err != nil {
				return nil, &ContentError{f.journal.Path(), j.key, err.Error()}
			}
			t.had(j.cost)
			f.restore(&cells[i].Seconds, j.key, cells[i].Result)
		case f.failed(j.key, &cells[i].Problem):
			cells[i].Key = j.key
			t.had(j.cost)
			f.restore(&cells[i].Seconds, j.key, nil)
		default:
			open = append(open, i)
			t.needs(j.cost)
		}
	}
	// The most expensive first: no worker is left with one at the end.
	slices.SortStableFunc(open, func(a, b int) int { return -compare(jobs[a].cost, jobs[b].cost) })

	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan int)
	var crew parallel.Group
	for range min(workers(o.Workers), max(1, len(open))) {
		crew.Go(func() {
			for i := range next {
				done := crew.Do(func() {
					cell, err := compute(ctx, f, jobs[i], t)
					if err != nil {
						stop(err)
						return
					}
					cells[i] = cell
				})
				if !done {
					stop(errors.New("a cell panicked")) // which Wait repeats
				}
			}
		})
	}
	for _, i := range open {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	crew.Wait()
	if ctx.Err() != nil {
		return cells, context.Cause(ctx)
	}
	return cells, nil
}

// compute runs a job and keeps its result. A failure is a cell without one; an
// error ends the grid.
func compute[R any](ctx context.Context, f *folder, j job[R], t *tracker) (Cell[R], error) {
	cell := Cell[R]{Key: j.key}
	if err := ctx.Err(); err != nil {
		return cell, err
	}
	begun := time.Now()
	last := 0.0
	result, err := j.work(ctx, f, func(fraction float64) {
		t.advance(j.cost * (fraction - last))
		last = fraction
	})
	cell.Seconds = time.Since(begun).Seconds()
	f.restore(&cell.Seconds, j.key, nil)
	if ctx.Err() != nil {
		return cell, ctx.Err()
	}
	t.finish(j.cost * (1 - last))
	if err != nil {
		cell.Problem = err.Error()
		return cell, nil
	}
	cell.Result = &result
	return cell, f.journal.Put(cellSection, j.key, cell)
}

func workers(n int) int {
	if n > 0 {
		return n
	}
	return runtime.GOMAXPROCS(0)
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Failed are the cells without a result, as "key: why".
func Failed[R any](cells []Cell[R]) []string {
	var out []string
	for _, c := range cells {
		if c.Result == nil {
			out = append(out, fmt.Sprintf("%s: %s", c.Key, c.Problem))
		}
	}
	return out
}
