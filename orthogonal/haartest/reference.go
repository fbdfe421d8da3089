package haartest

import (
	"context"
	"runtime"
	"sync"

	"bsnn/internal/parallel"
	"bsnn/orthogonal"
)

// The reference sample is as large as its cost allows: about n³ operations
// times a constant for each matrix.
const (
	maxReference     = 4000
	minReference     = 100
	referenceWork    = 1.5e10 // Σ n³, a minute or so on two cores
	maxReferenceDim  = 512
	referencePurpose = "reference"
)

// ReferenceDraws is about how many Haar matrices can be drawn in the time that a
// reference matrix takes: most of it are eigenvalues.
const ReferenceDraws = 5

// referenceSize is the default number of reference matrices; 0 above
// maxReferenceDim, where they cost more than the answer is worth.
func referenceSize(n int) int {
	if n > maxReferenceDim {
		return 0
	}
	cube := float64(n) * float64(n) * float64(n)
	return int(min(maxReference, max(minReference, referenceWork/cube)))
}

// reference simulates the features of r Haar matrices on all cores. The
// result depends on n, r and the seed alone.
func reference(ctx context.Context, n, r int, seed uint64, progress func(done, total int)) ([featureCount][]float64, error) {
	var all [featureCount][]float64
	for f := range all {
		all[f] = make([]float64, r)
	}
	workers := max(1, min(r, runtime.GOMAXPROCS(0)))
	errs := make([]error, workers)
	var group parallel.Group
	var mu sync.Mutex
	done := 0
	tell := func() {
		mu.Lock()
		defer mu.Unlock()
		if done++; progress != nil {
			progress(done, r)
		}
	}
	for w := range workers {
		group.Go(func() {
			for i := w; i < r; i += workers {
				if errs[w] = ctx.Err(); errs[w] != nil {
					return
				}
				q, err := orthogonal.NewDense(n, stream(seed, referencePurpose, i))
				if err != nil {
					errs[w] = err
					return
				}
				features, err := featuresOf(q.Matrix())
				if err != nil {
					errs[w] = err
					return
				}
				for f, v := range features {
					all[f][i] = v
				}
				tell()
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return all, err
		}
	}
	return all, nil
}
