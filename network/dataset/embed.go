package dataset

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"

	"bsnn/orthogonal"
)

// An Embedding is a random linear map from ℝᵐ to ℝⁿ: the upper left n×m
// block of one Haar-distributed W on O(max(m, n)). For n ≥ m its columns
// are orthonormal and uniform on the Stiefel manifold, so lengths and inner
// products are kept; for n < m it is the projection onto n uniformly random
// orthonormal directions.
//
// The map is known lazily (see [orthogonal.Lazy]): images mapped one after
// the other all meet the same W, and each new direction costs 2·max(m, n)
// numbers of memory, up to the rank of the images. An Embedding must not be
// used by several goroutines at once.
//
// Proven, and worth knowing when reading results: under a fresh map a single
// image lands uniformly on the sphere, whatever the image. What an image
// set contributes to an experiment are the inner products between the
// images that share a map.
type Embedding struct {
	from, to int
	w        orthogonal.Operator
	in, out  []float64 // scratch of length max(from, to); in[from:] stays zero
}

// NewEmbedding draws the map from ℝᵐ (from) to ℝⁿ (to). The source is used
// as images arrive and belongs to the embedding from here on. Both
// dimensions must be positive.
func NewEmbedding(from, to int, src rand.Source) (*Embedding, error) {
	if from < 1 || to < 1 {
		return nil, fmt.Errorf("embedding from dimension %d into %d; want positive dimensions", from, to)
	}
	n := max(from, to)
	w, err := orthogonal.NewLazy(n, src)
	if err != nil {
		return nil, fmt.Errorf("embedding from dimension %d into %d: %w", from, to, err)
	}
	return &Embedding{from: from, to: to, w: w, in: make([]float64, n), out: make([]float64, n)}, nil
}

// Map sets dst, of length To, to the image of x, of length From, under the
// linear map, without scaling. It panics when a length is wrong.
func (e *Embedding) Map(dst, x []float64) {
	if len(dst) != e.to || len(x) != e.from {
		panic("dataset: Embedding.Map: lengths differ from the dimensions of the map")
	}
	copy(e.in, x)
	e.w.Apply(e.out, e.in)
	copy(dst, e.out)
}

// Embed sets dst, of length To, to x mapped into ℝⁿ and scaled onto the
// shell ‖dst‖² = n. A vector without direction (zero, or with an element
// that is not finite) is an error and leaves dst undefined. It panics when
// a length is wrong.
func (e *Embedding) Embed(dst, x []float64) error {
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("cannot embed: element %d is %v; want finite numbers", i, v)
		}
	}
	unit := make([]float64, len(x))
	if !normalize(unit, x, 1) {
		return fmt.Errorf("cannot embed: every one of the %d elements is 0; want at least one other", len(x))
	}
	e.Map(dst, unit)
	if !normalize(dst, dst, math.Sqrt(float64(e.to))) {
		return fmt.Errorf("cannot embed: the projection onto %d directions is 0; want another stream of random numbers", e.to)
	}
	return nil
}

// EmbedImage is [Embedding.Embed] of image i under a scaling. The error
// names the image.
func (e *Embedding) EmbedImage(dst []float64, images Images, i int, s Scaling) error {
	if images.Dim != e.from {
		return fmt.Errorf("image %d has %d pixels; want %d, the dimension embedded from", i, images.Dim, e.from)
	}
	if i < 0 || i >= images.Len() {
		return fmt.Errorf("image %d does not exist; want 0 to %d", i, images.Len()-1)
	}
	x := make([]float64, images.Dim)
	images.Row(x, i, s)
	if err := e.Embed(dst, x); err != nil {
		return fmt.Errorf("image %d: %w", i, err)
	}
	return nil
}

// normalize sets dst to x scaled to the given length and reports whether x
// has a direction. Dividing by the largest element first keeps the squares
// from overflowing and from vanishing.
func normalize(dst, x []float64, length float64) bool {
	largest := floats.Norm(x, math.Inf(1))
	if !(largest > 0) {
		return false
	}
	for i, v := range x {
		dst[i] = v / largest
	}
	norm := blas64.Nrm2(blas64.Vector{N: len(dst), Inc: 1, Data: dst})
	floats.Scale(length/norm, dst)
	return true
}
