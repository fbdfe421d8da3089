package openblas

import "sync"

// gate lets as many calls into the library as leave a core for each of their
// threads. OpenBLAS has a fixed number of work areas and ends the process
// when too many threads call it at once, which the gate rules out as well.
type gate struct {
	mu      sync.RWMutex // held for reading by calls, for writing by a change of threads
	slots   chan struct{}
	threads int
}

func (g *gate) enter() {
	g.mu.RLock()
	g.slots <- struct{}{}
}

func (g *gate) leave() {
	<-g.slots
	g.mu.RUnlock()
}

// set divides the cores into groups of n threads when no call is in progress,
// and runs apply with n brought into the range 1 … cores.
func (g *gate) set(n, cores int, apply func(n int)) int {
	n = min(max(n, 1), cores)
	g.mu.Lock()
	defer g.mu.Unlock()
	apply(n)
	g.threads = n
	g.slots = make(chan struct{}, cores/n)
	return n
}

func (g *gate) count() int {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.threads
}
