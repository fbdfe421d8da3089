package orthogonal

import (
	"math"
	"math/rand/v2"
	"slices"

	"bsnn/internal/vector"

	"gonum.org/v1/gonum/mat"
)

const (
	// A residual at most this fraction of the question is taken for zero:
	// rounding alone leaves about 2⁻⁵³√k of it, and ignoring a true one
	// changes the answer by no more than this fraction.
	residualTolerance = 1e-13

	// A Gaussian vector of which the projection leaves less than this
	// fraction of its usual length √n is drawn anew. What is left has a uniform
	// direction whatever its length, so rejecting by length does not change the
	// law.
	degenerate = 1e-6

	// So many rejections in a row do not happen to a random source.
	maxRejections = 100
)

// Lazy is a Haar-distributed W ∈ O(n) of which only the part is drawn that
// the questions so far determine. It keeps orthonormal v₁…v_k and u₁…u_k
// with Wvᵢ = uᵢ. A question x outside the span of the vᵢ adds one pair: v is
// the normalised residual of x, u is uniform on the unit sphere of the
// complement of the uᵢ; Wᵀ is the same with the roles exchanged. Given
// Wvᵢ = uᵢ, a Haar matrix maps the complement of the vᵢ to that of the uᵢ by
// a Haar isometry, so the answers have exactly the law that one Haar matrix
// would give them, for any mixture of W and Wᵀ and for questions chosen in
// the light of earlier answers (proven, up to rounding).
//
// Answers agree with one orthogonal matrix to about 1e-13 relative to the
// question; the vᵢ and uᵢ stay orthonormal to that, however many there are and
// however dependent the questions. k questions cost O(nk²) operations, 2nk numbers of memory and nk
// normal numbers. A zero question is answered by zero and draws nothing,
// nor does one in the span of earlier ones; at k = n the matrix is complete.
// A question with an entry that is not finite is answered by NaN in every
// entry, and is not remembered.
//
// A Lazy must not be used by more than one goroutine at a time: questions
// change it.
type Lazy struct {
	n    int
	src  rand.Source
	draw func([]float64)       // normal numbers of src
	take func(n int) []float64 // a vector of any contents; nil makes one
	v, u basis                 // Wv[i] = u[i]
	coef []float64             // scratch
}

var _ Operator = (*Lazy)(nil)

// NewLazy prepares W; nothing is drawn yet. A question that adds to what is
// known draws n normal numbers from src, which must not be used by
// others meanwhile. It is an error if n < 1 or src is nil.
func NewLazy(n int, src rand.Source) (*Lazy, error) {
	if err := checkDraw("NewLazy", n, src); err != nil {
		return nil, err
	}
	// Room for one question forward and one backward.
	return &Lazy{
		n: n, src: src, draw: normalsOf(src),
		v: make(basis, 0, 2), u: make(basis, 0, 2), coef: make([]float64, 0, 3),
	}, nil
}

// Dim is n.
func (l *Lazy) Dim() int { return l.n }

// Known is k, the dimension of the space on which W is determined so far.
func (l *Lazy) Known() int { return len(l.v) }

// Apply sets dst = Wx. It panics when a length is not n, and when the random
// source is so broken that no direction can be drawn from it.
func (l *Lazy) Apply(dst, x []float64) { l.ask(dst, x, &l.v, &l.u) }

// ApplyTranspose sets dst = Wᵀy. It panics when Apply would.
func (l *Lazy) ApplyTranspose(dst, y []float64) { l.ask(dst, y, &l.u, &l.v) }

// ApplyColumns sets dst = WX. The columns are asked from left to right: they
// draw what as many calls of Apply would, and get the same answers up to
// rounding. Matrix products take the place of vector operations, which is
// faster from a few columns up, and scratch memory is that of 64 columns.
func (l *Lazy) ApplyColumns(dst *mat.Dense, x mat.Matrix) { l.askColumns(dst, x, &l.v, &l.u) }

// ApplyTransposeColumns sets dst = WᵀY, as ApplyColumns does WX.
func (l *Lazy) ApplyTransposeColumns(dst *mat.Dense, y mat.Matrix) {
	l.askColumns(dst, y, &l.u, &l.v)
}

// ask answers x by the isometry that takes from[i] to to[i], after extending
// it to x.
func (l *Lazy) ask(dst, x []float64, from, to *basis) {
	mustMatch(l.n, dst, x)
	l.answer(dst, x, from, to, func() []float64 { return l.drawUnit(*to) })
}

// answer is ask where dst may be the first coordinates only of what W makes of x, and x
// the first of a vector that ends in zeros; unit draws a unit vector of the
// complement of to.
func (l *Lazy) answer(dst, x []float64, from, to *basis, unit func() []float64) {
	size, length := magnitude(x)
	switch {
	case math.IsNaN(size):
		for i := range dst {
			dst[i] = size
		}
		return
	case size == 0:
		clear(dst)
		return
	}

	residual := l.vector(max(len(x), from.longest()))
	coef := l.zeroCoef()
	rest := length
	if len(coef) == 0 { // what is asked first
		vector.Combine(residual, 1/size, x, 0, x)
	} else {
		rest = from.remainder(residual, x, 1/size, coef)
	}
	if len(*from) < l.n && rest > residualTolerance*length {
		image := unit()
		vector.Combine(residual, 1/rest, residual, 0, residual)
		*from = append(*from, residual)
		*to = append(*to, image)
		coef = append(coef, rest)
	}

	to.combine(dst, coef)
	if size != 1 {
		scale(size, dst)
	}
}

// vector has any contents.
func (l *Lazy) vector(n int) []float64 {
	if l.take == nil {
		return make([]float64, n)
	}
	return l.take(n)
}

// zeroCoef returns k zeros with room for one more number.
func (l *Lazy) zeroCoef() []float64 {
	k := len(l.v)
	l.coef = slices.Grow(l.coef[:0], k+1)[:k]
	clear(l.coef)
	return l.coef
}

// drawUnit draws a unit vector uniformly from the complement of b.
func (l *Lazy) drawUnit(b basis) []float64 { return l.drawUnitBy(b, l.n, l.draw) }

// drawUnitBy draws it from vectors of so many coordinates, which draw fills with those
// of a normal one.
func (l *Lazy) drawUnitBy(b basis, coordinates int, draw func([]float64)) []float64 {
	g := l.vector(coordinates)
	for range maxRejections {
		draw(g)
		if l.normaliseTo(g, b.remainder(g, g, 1, nil)) {
			return g
		}
	}
	panic("orthogonal: the random source gives no usable directions")
}

// normalise makes a projected Gaussian vector a unit vector, unless next to
// nothing was left of it.
func (l *Lazy) normalise(g []float64) bool {
	return l.normaliseTo(g, norm(g))
}

// normaliseTo is normalise of a vector whose length is known.
func (l *Lazy) normaliseTo(g []float64, length float64) bool {
	if length <= degenerate*math.Sqrt(float64(l.n)) {
		return false
	}
	vector.Combine(g, 1/length, g, 0, g)
	return true
}
