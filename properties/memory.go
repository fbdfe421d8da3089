package properties

import (
	"fmt"
	"runtime"

	"bsnn/internal/limits"
	"bsnn/network"
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

// Memory is how many bytes it takes at least to send the inputs through networks of
// the ensemble; workers is as in a Plan.
func (e ArchitectureEnsemble) Memory(workers, trials int) float64 {
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	a := e.Prepared.Architecture()
	width := float64(a.Input)
	numbers := width + numbersBehind(a.Blocks, &width)
	if !e.Explicit && e.inputs() == 1 && !a.Formed() {
		numbers = e.Prepared.NormNumbers()
	}
	return float64(min(workers, trials)) * float64(e.inputs()) * 8 * numbers
}

// numbersBehind is how many numbers of each input are kept behind the blocks for the way
// back, given how many enter them; width becomes how many leave.
func numbersBehind(blocks []network.Block, width *float64) (sum float64) {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			*width = float64(b.To)
			sum += *width
		case network.Activation:
			sum += 2 * *width // and the slopes
		case network.Shortcut:
			sum += numbersBehind(b.Blocks, width) + *width
		case network.Repeat:
			sum += float64(b.Times) * numbersBehind(b.Blocks, width)
		default:
			sum += *width
		}
	}
	return sum
}

// pairMemory is how many bytes pairs of inputs take at least; the vectors of the inputs and the gradients are
// among them.
func (e ArchitectureEnsemble) pairMemory(workers, trials int) float64 {
	if _, ok := e.simulatesPairs(); !ok {
		return e.Memory(workers, trials)
	}
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return float64(min(workers, trials)) * 8 * (e.Prepared.PairNumbers() + 4*float64(e.Prepared.Architecture().Input))
}

// fitsMemory refuses what would end the process, before anything is drawn.
func (e ArchitectureEnsemble) fitsMemory(bytes float64) error {
	a := e.Prepared.Architecture()
	what := fmt.Sprintf("a network %d→%d with inputs at once: %d", a.Input, e.Prepared.Output(), e.inputs())
	return limits.Fit(what, bytes, "fewer inputs, fewer workers or a smaller network")
}
