package training

import (
	"sync"
	"sync/atomic"
)

// A crew is a fixed set of goroutines that run the same task together, each on
// its part, and meet at barriers within it. The caller is worker 0. Running a
// task does not allocate.
type crew struct {
	barrier
	size int
	wake []chan func(worker int) // of workers 1, 2, …
	done sync.WaitGroup
}

// newCrew starts size−1 goroutines; dismiss ends them.
func newCrew(size int) *crew {
	c := &crew{size: size, wake: make([]chan func(int), size-1)}
	c.barrier.init(size)
	for i := range c.wake {
		c.wake[i] = make(chan func(int))
		go func() {
			for task := range c.wake[i] {
				task(i + 1)
				c.done.Done()
			}
		}()
	}
	return c
}

// run has every worker run the task and waits for all.
func (c *crew) run(task func(worker int)) {
	c.done.Add(len(c.wake))
	for _, w := range c.wake {
		w <- task
	}
	task(0)
	c.done.Wait()
}

func (c *crew) dismiss() {
	for _, w := range c.wake {
		close(w)
	}
}

// A barrier holds its parties until all have arrived. A party that waits
// watches for some microseconds, about the time that parts of a layer differ
// by, and then sleeps, so that a machine with other work to do can do it.
type barrier struct {
	parties int32
	arrived atomic.Int32
	phase   atomic.Uint32
	mu      sync.Mutex
	opened  sync.Cond
}

const barrierWatches = 20_000

func (b *barrier) init(parties int) {
	b.parties = int32(parties)
	b.opened.L = &b.mu
}

func (b *barrier) wait() {
	phase := b.phase.Load()
	if b.arrived.Add(1) == b.parties {
		b.arrived.Store(0)
		b.mu.Lock()
		b.phase.Add(1)
		b.mu.Unlock()
		b.opened.Broadcast()
		return
	}
	for range barrierWatches {
		if b.phase.Load() != phase {
			return
		}
	}
	b.mu.Lock()
	for b.phase.Load() == phase {
		b.opened.Wait()
	}
	b.mu.Unlock()
}
