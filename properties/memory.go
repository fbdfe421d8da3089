package properties

import "runtime"

// Bytes that a network takes for each layer: the norms that are kept of every
// trial, and what a simulator keeps while it runs.
const (
	normsBytes = 3 * 8
	layerBytes = 144
)

// Memory is about how many bytes it takes to sample the ensemble with the norms
// of all trials kept; workers is as in a Plan.
func (e Ensemble) Memory(workers, trials int) float64 {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	n, depth := float64(e.Width), float64(e.Depth)
	each := depth*layerBytes + 4*n*8 // of a worker
	if e.Sampler != Lazy {
		each = depth*(n*n+4*n)*8 + 2*n*n*8
	}
	return float64(trials)*(depth*normsBytes+128) + float64(min(workers, trials))*each
}
