package dataset

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// Rows are labelled vectors, what a network is trained on. Row and Label may
// be called in any order; the same i gives the same answer every time.
type Rows interface {
	Len() int
	Inputs() int  // m, the length of a row
	Classes() int // labels are 0 … Classes−1
	// Row sets dst, of length Inputs, to row i, 0 ≤ i < Len.
	Row(dst []float64, i int)
	// Label is the class of row i.
	Label(i int) int
}

// scaledImages are images as rows, scaled when they are asked for: a byte per
// pixel is all they cost.
type scaledImages struct {
	images  Images
	classes int
	scaling []Scaling // of each channel, or one of all
}

// Rows returns images as rows under a scaling.
func (p Images) Rows(classes int, s Scaling) Rows { return scaledImages{p, classes, []Scaling{s}} }

func (r scaledImages) Len() int        { return r.images.Len() }
func (r scaledImages) Inputs() int     { return r.images.Dim }
func (r scaledImages) Classes() int    { return r.classes }
func (r scaledImages) Label(i int) int { return r.images.Label(i) }

func (r scaledImages) Row(dst []float64, i int) {
	pixels := r.images.At(i)
	size := len(pixels) / len(r.scaling)
	for c, s := range r.scaling {
		s.Apply(dst[c*size:(c+1)*size], pixels[c*size:(c+1)*size])
	}
}

// subset is some of the rows of a set.
type subset struct {
	Rows
	index []int
}

func (s subset) Len() int                 { return len(s.index) }
func (s subset) Row(dst []float64, i int) { s.Rows.Row(dst, s.index[i]) }
func (s subset) Label(i int) int          { return s.Rows.Label(s.index[i]) }

// Subset returns count different rows, drawn without regard to their class
// and kept in the order of the set. The same seed gives the same rows, and a
// larger count of the same set those and more.
func Subset(r Rows, count int, seed uint64) (Rows, error) {
	if count < 1 || count > r.Len() {
		return nil, fmt.Errorf("%d rows of %d; want 1 to %d", count, r.Len(), r.Len())
	}
	chosen, _ := choose(r, count, seed)
	return chosen, nil
}

// Split divides a set into two parts without common rows, the second with
// held of them, drawn as by [Subset].
func Split(r Rows, held int, seed uint64) (rest, second Rows, err error) {
	if held < 1 || held >= r.Len() {
		return nil, nil, fmt.Errorf("%d of %d rows held out; want 1 to %d", held, r.Len(), r.Len()-1)
	}
	second, rest = choose(r, held, seed)
	return rest, second, nil
}

func choose(r Rows, count int, seed uint64) (chosen, others Rows) {
	order := rand.New(stream(seed, "subset")).Perm(r.Len())
	part := func(index []int) Rows {
		index = slices.Clone(index)
		slices.Sort(index)
		return subset{r, index}
	}
	return part(order[:count]), part(order[count:])
}
