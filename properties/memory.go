package properties

import (
	"fmt"
	"runtime"

	"bsnn/internal/limits"
)

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
	if e.explicit() {
		each = depth*(n*n+4*n)*8 + 2*n*n*8
	}
	together := float64(min(workers, trials))
	return float64(trials)*(depth*normsBytes+128) + together*each
}

// fitsMemory refuses what would end the process, before anything is drawn: the
// widest and deepest networks are the largest.
func (v Verification) fitsMemory() error {
	e := Ensemble{Width: v.Widths[len(v.Widths)-1], Sampler: v.Sampler, Weights: v.Weights}
	for _, c := range v.Claims {
		e.Depth = max(e.Depth, c.Depth)
	}
	what := fmt.Sprintf("depth %d, width %d:", e.Depth, e.Width)
	together := v.Budget.Workers // of whose networks only a few numbers are kept
	if together == 0 {
		together = runtime.GOMAXPROCS(0)
	}
	return limits.Fit(what, e.Memory(together, min(together, max(v.Budget.Trials, 1))), "fewer layers, smaller widths or the lazy sampler")
}
