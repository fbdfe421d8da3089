package parts

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"bsnn/internal/parallel"
)

// steps is how finely progress is counted.
const steps = 1e6

// Measure computes the pieces of the part, so many of them at a time, and tells progress how
// far it is, in proportion to their cost. After an error nothing more is begun.
func (p *Part) Measure(ctx context.Context, together int, progress func(done, total int)) error {
	total := Cost(p.units, p.Pieces)
	m := meter{done: make([]float64, len(p.Pieces)), report: func(done float64) {
		if progress != nil && total > 0 {
			progress(int(steps*done/total), steps)
		}
	}}
	m.report(0)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan int)
	var crew parallel.Group
	for range min(together, len(p.Pieces)) {
		crew.Go(func() {
			for i := range next {
				returned := crew.Do(func() {
					u := p.units[p.Pieces[i].Unit]
					cost := u.cost(p.Pieces[i])
					if err := u.Measure(ctx, p.Journal, p.Pieces[i], func(x float64) { m.at(i, cost*x) }); err != nil {
						stop(fmt.Errorf("%s: %w", u.Name, err))
					}
					m.at(i, cost)
				})
				if !returned {
					stop(errors.New("it panicked")) // which Wait repeats
				}
			}
		})
	}
	for i := range p.Pieces {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	crew.Wait()
	return context.Cause(ctx)
}

// meter adds up what the pieces have done.
type meter struct {
	mu     sync.Mutex
	done   []float64 // by piece
	sum    float64
	report func(done float64)
}

func (m *meter) at(i int, done float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sum += done - m.done[i]
	m.done[i] = done
	m.report(m.sum)
}
