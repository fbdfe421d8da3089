package orthogonal

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// LazySemiOrthogonal is a random m×n matrix of the law of [SemiOrthogonal] of
// which, as of a [Lazy], only the part is drawn that the questions so far
// determine. For m = n it is a Lazy, to the last bit.
//
// It is the first m rows, or n columns, of a Haar matrix of N = max(m, n)
// dimensions. Vectors on the narrower side have N − min(m, n) more coordinates
// that nobody sees. A normal vector there has independent normal
// coordinates along the directions that earlier ones took, and in the rest a length of
// the law of χ in some new direction (Bartlett's decomposition; Odell, Feiveson
// 1966, doi:10.1080/01621459.1966.10502018); so one direction a
// question is kept of what nobody sees. The answers have exactly the law that one
// uniform matrix would give them (proven, up to rounding).
//
// k questions cost O((m+n+k)k) numbers of memory. What is said of a Lazy about
// rounding, dependent questions and numbers that are not finite holds here.
type LazySemiOrthogonal struct {
	w          Lazy // of N dimensions
	rows, cols int
}

// NewLazySemiOrthogonal prepares the m×n matrix; nothing is drawn yet. It is an error if
// m < 1, n < 1 or src is nil.
func NewLazySemiOrthogonal(m, n int, src rand.Source) (*LazySemiOrthogonal, error) {
	if err := checkDraw("NewLazySemiOrthogonal", min(m, n), src); err != nil {
		return nil, err
	}
	w, err := NewLazy(max(m, n), src)
	if err != nil {
		return nil, err
	}
	return &LazySemiOrthogonal{*w, m, n}, nil
}

// KeepIn says where the vectors are kept that questions determine: take gives one of
// so many numbers, whatever they are, that is not used otherwise as long as the matrix is.
func (w *LazySemiOrthogonal) KeepIn(take func(n int) []float64) { w.w.take = take }

// Dims is m, n.
func (w *LazySemiOrthogonal) Dims() (m, n int) { return w.rows, w.cols }

// Apply sets dst = Wx. It panics unless x has length n and dst has length m.
func (w *LazySemiOrthogonal) Apply(dst, x []float64) {
	w.mustMatch(dst, x, w.rows, w.cols)
	w.w.answer(dst, x, &w.w.v, &w.w.u, func() []float64 { return w.drawUnit(w.w.u, w.rows) })
}

// ApplyTranspose sets dst = Wᵀy. It panics unless y has length m and dst has
// length n.
func (w *LazySemiOrthogonal) ApplyTranspose(dst, y []float64) {
	w.mustMatch(dst, y, w.cols, w.rows)
	w.w.answer(dst, y, &w.w.u, &w.w.v, func() []float64 { return w.drawUnit(w.w.v, w.cols) })
}

func (w *LazySemiOrthogonal) mustMatch(dst, x []float64, out, in int) {
	if len(dst) != out || len(x) != in {
		panic(fmt.Sprintf("orthogonal: %d×%d operator applied to a vector of length %d with a destination of length %d", out, in, len(x),
			len(dst)))
	}
}

// drawUnit draws a unit vector of the complement of b, on the side where the
// first coordinates are seen.
func (w *LazySemiOrthogonal) drawUnit(b basis, seen int) []float64 {
	unseen := w.w.n - seen
	used := max(b.longest()-seen, 0) // directions taken among them
	if used == unseen {
		return w.w.drawUnitBy(b, seen+used, w.w.draw)
	}
	rest := distuv.ChiSquared{K: float64(unseen - used), Src: w.w.src}
	return w.w.drawUnitBy(b, seen+used+1, func(g []float64) {
		w.w.draw(g[:seen+used])
		g[seen+used] = math.Sqrt(rest.Rand())
	})
}
