package orthogonal

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// SemiOrthogonal is a random m×n matrix W with orthonormal columns (m ≥ n)
// or orthonormal rows (m ≤ n), uniform among all such: QWR has the law of W
// for all fixed orthogonal Q and R. For m ≥ n that is the uniform law on the
// Stiefel manifold. It is kept as min(m, n) Householder reflectors of
// max(m, n) dimensions. Any number of goroutines may apply it at once.
type SemiOrthogonal struct {
	s    stewart // p×d, p ≤ d: orthonormal rows
	tall bool    // W is the transpose of what s holds
}

// NewSemiOrthogonal draws an m×n matrix by the method of [NewDense], stopped
// after min(m, n) reflectors: W is the first rows, or columns, of a Haar
// matrix. For m = n it is Haar on O(n). It is an error if m < 1, n < 1 or
// src is nil.
func NewSemiOrthogonal(m, n int, src rand.Source) (*SemiOrthogonal, error) {
	if err := checkDraw("NewSemiOrthogonal", min(m, n), src); err != nil {
		return nil, err
	}
	return &SemiOrthogonal{s: drawStewart(min(m, n), max(m, n), src), tall: m > n}, nil
}

// Dims is m, n.
func (w *SemiOrthogonal) Dims() (m, n int) {
	if w.tall {
		return w.s.rows.Cols, w.s.rows.Rows
	}
	return w.s.rows.Rows, w.s.rows.Cols
}

// Matrix multiplies the reflectors out, in O(mn·min(m, n)) operations.
func (w *SemiOrthogonal) Matrix() *mat.Dense {
	s := w.s
	s.rows.Data = append([]float64(nil), s.rows.Data...)
	rows := s.formed()
	if w.tall {
		return mat.DenseCopyOf(rows.T())
	}
	return rows
}

// Apply sets dst = Wx in O(mn) operations. It panics unless x has length n
// and dst has length m.
func (w *SemiOrthogonal) Apply(dst, x []float64) { w.apply(w.tall, dst, x) }

// ApplyTranspose sets dst = Wᵀy in O(mn) operations. It panics unless y has
// length m and dst has length n.
func (w *SemiOrthogonal) ApplyTranspose(dst, y []float64) { w.apply(!w.tall, dst, y) }

// apply applies the p orthonormal rows of s, or their transpose.
func (w *SemiOrthogonal) apply(transpose bool, dst, x []float64) {
	p, d := w.s.rows.Rows, w.s.rows.Cols
	in, out := d, p
	if transpose {
		in, out = p, d
	}
	if len(x) != in || len(dst) != out {
		panic(fmt.Sprintf("orthogonal: %d×%d operator applied to a vector of length %d with a destination of length %d", out, in, len(x),
			len(dst)))
	}
	full := make([]float64, d)
	if transpose {
		floats.MulTo(full[:p], x, w.s.sign)
		for k := p - 1; k >= 0; k-- {
			w.s.reflect(k, full)
		}
		copy(dst, full)
		return
	}
	copy(full, x)
	for k := range p {
		w.s.reflect(k, full)
	}
	floats.MulTo(dst, full[:p], w.s.sign)
}

// ApplyColumns sets dst = WX for the n×k matrix X, with the reflectors
// gathered into blocks. An empty dst is resized to m×k.
func (w *SemiOrthogonal) ApplyColumns(dst *mat.Dense, x mat.Matrix) { w.applyColumns(w.tall, dst, x) }

// ApplyTransposeColumns sets dst = WᵀY for the m×k matrix Y.
func (w *SemiOrthogonal) ApplyTransposeColumns(dst *mat.Dense, y mat.Matrix) {
	w.applyColumns(!w.tall, dst, y)
}

func (w *SemiOrthogonal) applyColumns(transpose bool, dst *mat.Dense, x mat.Matrix) {
	p, d := w.s.rows.Rows, w.s.rows.Cols
	in, out := d, p
	if transpose {
		in, out = p, d
	}
	r, k := x.Dims()
	if r != in {
		panic(fmt.Sprintf("orthogonal: %d×%d operator applied to a %d×%d matrix", out, in, r, k))
	}
	shapeDestination(dst, out, k)

	full := mat.NewDense(k, d, nil) // vectors are rows, see reflectRows
	full.Slice(0, k, 0, in).(*mat.Dense).Copy(x.T())
	if transpose {
		w.s.signColumns(full)
		w.s.reflectRows(blas.NoTrans, full.RawMatrix())
	} else {
		w.s.reflectRows(blas.Trans, full.RawMatrix())
		w.s.signColumns(full)
	}
	dst.Copy(full.Slice(0, k, 0, out).T())
}
