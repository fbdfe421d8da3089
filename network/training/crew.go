package training

import (
	"errors"
	"sync"
	"sync/atomic"

	"bsnn/internal/parallel"
)

// A crew is a fixed set of goroutines that run the same task together, each on
// its part, and meet at barriers within it. The caller is worker 0. Running a
// task does not allocate.
type crew struct {
	barrier
	size int
	wake []chan func(worker int) // of workers 1, 2, …
	done sync.WaitGroup
	part parallel.Group // keeps the panic of a worker
}

// newCrew starts size−1 goroutines; dismiss ends them.
func newCrew(size int) *crew {
	c := &crew{size: size, wake: make([]chan func(int), size-1)}
	c.barrier.init(size)
	for i := range c.wake {
		c.wake[i] = make(chan func(int))
		go func() {
			for task := range c.wake[i] {
				c.work(task, i+1)
				c.done.Done()
			}
		}()
	}
	return c
}

// run has every worker run the task and waits for all. A panic of any of them
// ends the task and reaches the caller.
func (c *crew) run(task func(worker int)) {
	c.done.Add(len(c.wake))
	for _, w := range c.wake {
		w <- task
	}
	c.work(task, 0)
	c.done.Wait()
	if c.broken.Load() {
		c.part.Wait() // panics
	}
}

// work does one worker's part.
func (c *crew) work(task func(worker int), worker int) {
	returned := false
	defer func() {
		if !returned {
			c.keep(recover())
		}
	}()
	task(worker)
	returned = true
}

// keep remembers a panic and lets go of those who wait at a barrier.
func (c *crew) keep(value any) {
	if p := parallel.Caught(value); p != nil && p.Value != errBroken { //nolint:errorlint // no error that wraps
		c.part.Do(func() { panic(p) })
	}
	c.breakUp()
}

func (c *crew) dismiss() {
	for _, w := range c.wake {
		close(w)
	}
}

// A barrier holds its parties until all have arrived. A party that waits
// watches for about the time that its part of a layer takes, since waking up
// takes as long, and then sleeps, so that a machine with other work to do can do
// it.
type barrier struct {
	parties int32
	arrived atomic.Int32
	phase   atomic.Uint32
	broken  atomic.Bool // one of the parties will never arrive
	mu      sync.Mutex
	opened  sync.Cond
}

const barrierWatches = 200_000

// errBroken is what a party panics with that waited for one that panicked.
var errBroken = errors.New("another worker panicked")

func (b *barrier) init(parties int) {
	b.parties = int32(parties)
	b.opened.L = &b.mu
}

func (b *barrier) wait() {
	phase := b.phase.Load()
	if b.arrived.Add(1) == b.parties {
		b.arrived.Store(0)
		b.open()
		return
	}
	for range barrierWatches {
		if b.phase.Load() != phase {
			b.checkBroken()
			return
		}
	}
	b.mu.Lock()
	for b.phase.Load() == phase && !b.broken.Load() {
		b.opened.Wait()
	}
	b.mu.Unlock()
	b.checkBroken()
}

// open lets all parties go on.
func (b *barrier) open() {
	b.mu.Lock()
	b.phase.Add(1)
	b.mu.Unlock()
	b.opened.Broadcast()
}

// breakUp ends all waiting, now and later.
func (b *barrier) breakUp() {
	b.broken.Store(true)
	b.open()
}

func (b *barrier) checkBroken() {
	if b.broken.Load() {
		panic(errBroken)
	}
}
