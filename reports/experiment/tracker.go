package experiment

import (
	"sync"
	"time"
)

// A tracker turns what the workers report into Progress.
type tracker struct {
	mu              sync.Mutex
	report          func(Progress)
	begun           time.Time
	cells, finished int
	total, before   float64 // work: of all cells, and of those that were there
	done            float64 // in this call
}

func newTracker(report func(Progress), cells int) *tracker {
	return &tracker{report: report, begun: time.Now(), cells: cells}
}

// had counts a cell that is finished already.
func (t *tracker) had(cost float64) {
	t.finished++
	t.total += cost
	t.before += cost
}

// needs counts a cell that is to be computed.
func (t *tracker) needs(cost float64) { t.total += cost }

// advance counts work within a cell.
func (t *tracker) advance(work float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done += work
	t.tell()
}

// finish counts the rest of a cell.
func (t *tracker) finish(rest float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finished++
	t.done += rest
	t.tell()
}

func (t *tracker) tell() {
	if t.report == nil {
		return
	}
	p := Progress{Done: t.finished, Cells: t.cells, Fraction: (t.before + t.done) / t.total, Elapsed: time.Since(t.begun)}
	if t.done > 0 {
		left := t.total - t.before - t.done
		p.Remaining = max(0, time.Duration(float64(p.Elapsed)*left/t.done))
	}
	t.report(p)
}
