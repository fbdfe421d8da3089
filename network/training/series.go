package training

import (
	"math"

	"bsnn/internal/vector"
)

// A series is the memory for retractions by series: n×n matrices of one worker.
type series[T real] struct {
	n                                    int
	omega, square, gram, factor, product []T
}

func newSeries[T real](n int) *series[T] {
	return &series[T]{n, newTensor[T](n * n), newTensor[T](n * n), newTensor[T](n * n), newTensor[T](n * n), newTensor[T](n * n)}
}

// mostProducts is how many products beyond the second power a series may take; a
// step that needs more is long.
const mostProducts = 4

// retractBySeries sets W to W·(p(Ω) + (I − WᵀW)/2), where Ω = (WᵀZ − ZᵀW)/2 for the
// step Z = −ηV, p is the power series of the retraction as far as it matters in
// the precision of W, and the rest is the Newton–Schulz correction of the rounding
// errors that W brings with it. It reports whether the step was small enough, and
// otherwise changes nothing.
//
// The powers are added up by Horner's rule in Ω²: 4 products and one for every
// further two powers.
func (h *hand[T]) retractBySeries(l int) bool {
	e, s, w := h.e, h.series, h.e.layers[l].w
	h.times(true, w, e.layers[l].v, s.omega)
	s.skew(-e.update.rate / 2)
	h.timesToSymmetric(false, s.omega, s.square)
	// The eigenvalues of Ω are pairs ±iθ, those of Ω² are −θ² twice.
	size := math.Sqrt(math.Sqrt(vector.SumSquares(s.square) / 2))
	h.timesToSymmetric(true, w, s.gram)
	for i := range e.n {
		s.gram[i*(e.n+1)]--
	}
	if !(vector.SumSquares(s.gram) < 1e-6*float64(e.n)) { // not nearly orthogonal, or not finite
		return false
	}
	var small bool
	if e.spec.Constraint == QR {
		small = h.triangular(size)
	} else {
		small = h.powers(size)
	}
	if !small {
		return false
	}
	vector.Combine(s.factor, 1, s.factor, -0.5, s.gram)
	h.times(false, w, s.factor, s.product)
	// W + W(p − I) rounds once at the size of W
	vector.Combine(w, 1, w, 1, s.product)
	return true
}

// skew replaces M by c(M − Mᵀ), block by block since one of the two is read down
// its columns.
func (s *series[T]) skew(c float64) {
	const block = 32
	n, m := s.n, s.omega
	for i0 := 0; i0 < n; i0 += block {
		for j0 := 0; j0 <= i0; j0 += block {
			for i := i0; i < min(n, i0+block); i++ {
				for j := j0; j < min(i, j0+block); j++ {
					v := T(c * (float64(m[i*n+j]) - float64(m[j*n+i])))
					m[i*n+j], m[j*n+i] = v, -v
				}
			}
		}
	}
	for i := range n {
		m[i*n+i] = 0
	}
}

// times sets C = AB, or AᵀB.
func (h *hand[T]) times(transpose bool, a, b, c []T) {
	n := h.e.n
	h.multiply.product(transpose, false, n, n, n, a, n, b, n, 0, c, n)
}

// timesToSymmetric sets C = AA, or AᵀA, which is known to be symmetric: the lower
// left quarter is copied.
func (h *hand[T]) timesToSymmetric(transpose bool, a, c []T) {
	n := h.e.n
	half := n / 2
	if half > 0 {
		h.multiply.product(transpose, false, half, n, n, a, n, a, n, 0, c, n)
	}
	rest := a[half*n:]
	if transpose {
		rest = a[half:]
	}
	h.multiply.product(transpose, false, n-half, n-half, n, rest, n, a[half:], n, 0, c[half*n+half:], n)
	const block = 32
	for i0 := half; i0 < n; i0 += block {
		for j0 := 0; j0 < half; j0 += block {
			for i := i0; i < min(n, i0+block); i++ {
				for j := j0; j < min(half, j0+block); j++ {
					c[i*n+j] = c[j*n+i]
				}
			}
		}
	}
}

// powers sets the factor to p(Ω) − I for Cayley and Polar.
func (h *hand[T]) powers(size float64) bool {
	s, c, products := h.series, h.e.spec.Constraint, 0
	for ; products <= mostProducts; products++ {
		power := 2*products + 3 // the first that is left out
		if c.coefficient(power)*math.Pow(size, float64(power)) <= roundoff[T]() {
			break
		}
	}
	if products > mostProducts {
		return false
	}
	for k := 2*products + 1; k > 0; k -= 2 {
		if k <= 2*products {
			h.times(false, s.square, s.factor, s.product)
		}
		vector.Combine(s.factor, c.coefficient(k), s.omega, c.coefficient(k+1), s.square)
		if k <= 2*products {
			vector.Combine(s.factor, 1, s.factor, 1, s.product)
		}
	}
	return true
}

// coefficient is that of Ωᵏ in (I − Ω/2)⁻¹(I + Ω/2) or (I + Ω)(I − Ω²)^{−1/2}.
func (c Constraint) coefficient(k int) float64 {
	if c == Cayley {
		return math.Ldexp(1, 1-k)
	}
	v := 1.0 // binomial(2m, m)/4ᵐ for k = 2m and 2m+1
	for m := 1; m <= k/2; m++ {
		v *= float64(2*m-1) / float64(2*m)
	}
	return v
}

// triangular sets the factor to Q − I, where Q is the orthogonal factor of
// A = I + Ω + Ω²/2. As AᵀA = I + Ω⁴/4, R is I + U up to Ω⁸, where U is the upper
// triangle of Ω⁴/4 with half its diagonal, and Q = A − AU.
func (h *hand[T]) triangular(size float64) bool {
	s := h.series
	if !(math.Pow(size, 8) <= roundoff[T]()) {
		return false
	}
	vector.Combine(s.factor, 1, s.omega, 0.5, s.square)
	if math.Pow(size, 4)/4 <= roundoff[T]() {
		return true
	}
	h.timesToSymmetric(false, s.square, s.product)
	n, u := s.n, s.product
	for i := range n {
		clear(u[i*n : i*n+i])
		for j := i; j < n; j++ {
			u[i*n+j] /= 4
		}
		u[i*n+i] /= 2
	}
	h.times(false, s.factor, u, s.square)
	vector.Combine(s.factor, 1, s.factor, -1, u)
	vector.Combine(s.factor, 1, s.factor, -1, s.square)
	return true
}

// roundoff is the unit roundoff.
func roundoff[T real]() float64 {
	if T(1)+T(0x1p-30) == T(1) {
		return 0x1p-24
	}
	return 0x1p-53
}
