package network

import (
	"math"

	"bsnn/montecarlo"
)

// lazyGaussian is a matrix of independent N(0, 1/cols) entries of which only the
// part is drawn that questions determine. With orthonormal vᵢ that W was asked about, and
// orthonormal eⱼ that Wᵀ was, it knows
//
//	W = Σ uᵢvᵢᵀ + Σ eⱼrⱼᵀ + PGQ,
//
// with P and Q the projections onto the complements of the eⱼ and of the vᵢ, and G
// independent of what is known, of the law of W. So the answers have exactly the law
// that one Gaussian matrix would give them.
type lazyGaussian struct {
	rows, cols int
	source     *montecarlo.Stream
	memory     *memory
	v, u, e, r [][]float64
}

func newLazyGaussian(rows, cols int, s *montecarlo.Stream, m *memory) *lazyGaussian {
	return &lazyGaussian{rows: rows, cols: cols, source: s, memory: m}
}

// Apply sets dst = Wx.
func (l *lazyGaussian) Apply(dst, x []float64) { l.ask(dst, x, &l.v, &l.u, l.e, l.r) }

// ApplyTranspose sets dst = Wᵀy.
func (l *lazyGaussian) ApplyTranspose(dst, y []float64) { l.ask(dst, y, &l.e, &l.r, l.v, l.u) }

// ask answers x, in the span of known questions by their images; both sides are alike,
// since Wᵀ = Σ eⱼrⱼᵀ … with the roles of the pairs exchanged.
func (l *lazyGaussian) ask(dst, x []float64, questions, images *[][]float64, others, otherImages [][]float64) {
	clear(dst)
	rest := l.memory.vector(len(x))
	copy(rest, x)
	length := math.Sqrt(squaredNorm(x))
	for range 2 { // the second time takes away what rounding left
		for i, q := range *questions {
			c := dot(q, rest)
			combine(rest, 1, rest, -c, q)
			combine(dst, 1, dst, c, (*images)[i])
		}
	}
	for j := range others {
		combine(dst, 1, dst, dot(otherImages[j], x), others[j])
	}
	left := math.Sqrt(squaredNorm(rest))
	if !(left > 1e-13*length) { // also where nothing is asked, or no number
		return
	}
	fresh := l.memory.vector(len(dst))
	l.source.Normals(fresh)
	scale(fresh, 1/math.Sqrt(float64(l.cols)))
	for _, o := range others {
		combine(fresh, 1, fresh, -dot(o, fresh), o)
	}
	combine(dst, 1, dst, left, fresh)
	scale(rest, 1/left)
	for j, o := range otherImages { // its part along the new question goes over to that
		c := dot(o, rest)
		combine(fresh, 1, fresh, c, others[j])
		combine(o, 1, o, -c, rest)
	}
	*questions, *images = append(*questions, rest), append(*images, fresh)
}
