package network

import (
	"math"
	"math/rand/v2"

	"bsnn/montecarlo"

	"gonum.org/v1/gonum/mat"
)

// An operator is a linear map W known by what it does to the rows of a matrix.
type operator interface {
	apply(x *mat.Dense) *mat.Dense          // Wx for each row x
	applyTranspose(y *mat.Dense) *mat.Dense // Wᵀy
}

// matrix is W itself.
type matrix struct{ w *mat.Dense }

func (m matrix) apply(x *mat.Dense) *mat.Dense {
	var out mat.Dense
	out.Mul(x, m.w.T())
	return &out
}

func (m matrix) applyTranspose(y *mat.Dense) *mat.Dense {
	var out mat.Dense
	out.Mul(y, m.w)
	return &out
}

// lazy is a multiple of a matrix that is not formed.
type lazy struct {
	rows, cols int
	scale      float64
	memory     *memory
	w          interface {
		Apply(dst, x []float64)
		ApplyTranspose(dst, y []float64)
	}
}

func (l lazy) apply(x *mat.Dense) *mat.Dense          { return l.each(x, l.rows, l.w.Apply) }
func (l lazy) applyTranspose(y *mat.Dense) *mat.Dense { return l.each(y, l.cols, l.w.ApplyTranspose) }

// each asks for the rows of x one after the other; so many numbers are the
// answer to each.
func (l lazy) each(x *mat.Dense, numbers int, ask func(dst, x []float64)) *mat.Dense {
	k, _ := x.Dims()
	out := l.memory.matrix(k, numbers)
	for i := range k {
		ask(out.RawRowView(i), x.RawRowView(i))
	}
	if l.scale != 1 {
		scale(out.RawMatrix().Data, l.scale)
	}
	return out
}

// uniform fills dst with independent uniform numbers of mean 0.
func uniform(dst []float64, variance float64, s *montecarlo.Stream) {
	r := rand.New(s)
	for i := range dst {
		dst[i] = 2*r.Float64() - 1
	}
	scale(dst, math.Sqrt(3*variance))
}
